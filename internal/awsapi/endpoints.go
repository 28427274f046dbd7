// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// apply sets the endpoint of one service's client, if the provider block has one.
// Otherwise the SDK takes it from the environment, the shared configuration file or
// AWS's own endpoints.
// Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
func (e Endpoints) apply(_ string, options any) {
	switch o := options.(type) {
	case *cloudtrail.Options:
		override(&o.BaseEndpoint, e.CloudTrail)
	case *ecr.Options:
		override(&o.BaseEndpoint, e.ECR)
	case *iam.Options:
		override(&o.BaseEndpoint, e.IAM)
	case *organizations.Options:
		override(&o.BaseEndpoint, e.Organizations)
	case *sts.Options:
		override(&o.BaseEndpoint, e.STS)
	}
}

func override(endpoint **string, address string) {
	if address != "" {
		*endpoint = &address
	}
}

// parseEndpoint parses the URL of an endpoint. Its errors do not quote the URL, which may
// have a password.
func parseEndpoint(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil:
		return nil, errors.New("it is not a URL: a password in it must be percent-encoded")
	case u.Scheme != "https" && u.Scheme != "http":
		return nil, errors.New("it does not begin with https:// or http://")
	case u.Hostname() == "":
		return nil, errors.New("it names no host")
	case u.User == nil && strings.Contains(text, "@"):
		return nil, errors.New("it has an @ after its host: a user name and password before the host must be percent-encoded")
	}
	return u, nil
}

// CheckEndpoint returns an error if a text is not the URL of an endpoint. The error does
// not quote the text, which may have a password.
func CheckEndpoint(text string) error {
	_, err := parseEndpoint(text)
	return err
}

// checkEndpoints returns a *awserr.ConfigError if the custom endpoint of a service is no
// URL, or if a service has one and FIPS or dual-stack endpoints are enabled too. The
// SDK's clients would refuse every call.
func checkEndpoints(cfg Config, settings aws.Config) error {
	ecrOptions := ecr.NewFromConfig(settings).Options()
	var custom []string
	for _, service := range []struct {
		name     string
		endpoint *string
		argument string
	}{
		{"CloudTrail", cloudtrail.NewFromConfig(settings).Options().BaseEndpoint, cfg.Endpoints.CloudTrail},
		{"ECR", ecrOptions.BaseEndpoint, cfg.Endpoints.ECR},
		{"IAM", iam.NewFromConfig(settings).Options().BaseEndpoint, cfg.Endpoints.IAM},
		{"Organizations", organizations.NewFromConfig(settings).Options().BaseEndpoint, cfg.Endpoints.Organizations},
		{"STS", sts.NewFromConfig(settings).Options().BaseEndpoint, cfg.Endpoints.STS},
	} {
		if service.endpoint == nil {
			continue
		}
		if err := CheckEndpoint(*service.endpoint); err != nil {
			return malformedEndpoint(service.name, service.argument, err)
		}
		custom = append(custom, service.name)
	}
	if len(custom) == 0 {
		return nil
	}
	// One setting of FIPS and of dual-stack holds for all services.
	resolved := ecrOptions.EndpointOptions
	if resolved.UseFIPSEndpoint == aws.FIPSEndpointStateEnabled {
		return endpointConflict(custom, "FIPS", "use_fips_endpoint", "AWS_USE_FIPS_ENDPOINT")
	}
	if resolved.UseDualStackEndpoint == aws.DualStackEndpointStateEnabled {
		return endpointConflict(custom, "dual-stack", "use_dualstack_endpoint", "AWS_USE_DUALSTACK_ENDPOINT")
	}
	return nil
}

// malformedEndpoint names the setting with the endpoint: of those that are set, the SDK
// uses the first one.
func malformedEndpoint(service, argument string, err error) error {
	variable := "AWS_ENDPOINT_URL_" + strings.ToUpper(service)
	setting := "endpoint_url in the profile, or in the services section that it names"
	switch {
	case argument != "":
		setting = strings.ToLower(service) + " in endpoints in the provider block"
	case os.Getenv(variable) != "":
		setting = variable
	case os.Getenv("AWS_ENDPOINT_URL") != "":
		setting = "AWS_ENDPOINT_URL"
	}
	return &awserr.ConfigError{
		Summary: invalidConfig,
		Problem: fmt.Sprintf("The custom endpoint of %s (%s) cannot be used: %s.", service, setting, err),
		Remedy:  "Set it to a URL such as https://vpce-1a2b.api.ecr.us-east-1.vpce.amazonaws.com, or remove it. Its value is not shown here, because it may have a password.",
	}
}

func endpointConflict(custom []string, variant, argument, variable string) error {
	return &awserr.ConfigError{
		Summary: invalidConfig,
		Problem: fmt.Sprintf("AWS's %s endpoints are enabled, and there are custom endpoints too (for %s). AWS's clients do not allow both.", variant, strings.Join(custom, ", ")),
		Remedy: fmt.Sprintf("Remove one of them. %s is set in the provider block, in %s or in the profile. Custom endpoints are set in endpoints in the provider block, in AWS_ENDPOINT_URL or AWS_ENDPOINT_URL_SERVICE, or in the profile.",
			argument, variable),
	}
}
