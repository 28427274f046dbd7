package awsapi

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// apply sets the endpoint of one service's client, if the provider block has one.
// Otherwise the SDK takes it from the environment, the shared configuration file or
// AWS's own endpoints.
// Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
func (e Endpoints) apply(_ string, options any) {
	switch o := options.(type) {
	case *ecr.Options:
		override(&o.BaseEndpoint, e.ECR)
	case *iam.Options:
		override(&o.BaseEndpoint, e.IAM)
	case *sts.Options:
		override(&o.BaseEndpoint, e.STS)
	}
}

func override(endpoint **string, url string) {
	if url != "" {
		*endpoint = &url
	}
}

// checkEndpoints returns a *awserr.ConfigError if a service has a custom endpoint and
// FIPS or dual-stack endpoints are enabled too. The SDK's clients would refuse every
// call.
func checkEndpoints(settings aws.Config) error {
	ecrOptions := ecr.NewFromConfig(settings).Options()
	var custom []string
	for _, service := range []struct {
		name     string
		endpoint *string
	}{
		{"ECR", ecrOptions.BaseEndpoint},
		{"IAM", iam.NewFromConfig(settings).Options().BaseEndpoint},
		{"STS", sts.NewFromConfig(settings).Options().BaseEndpoint},
	} {
		if service.endpoint != nil {
			custom = append(custom, service.name)
		}
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

func endpointConflict(custom []string, variant, argument, variable string) error {
	return &awserr.ConfigError{
		Summary: invalidConfig,
		Problem: fmt.Sprintf("AWS's %s endpoints are enabled, and there are custom endpoints too (for %s). AWS's clients do not allow both.", variant, strings.Join(custom, ", ")),
		Remedy: fmt.Sprintf("Remove one of them. %s is set in the provider block, in %s or in the profile. Custom endpoints are set in endpoints in the provider block, in AWS_ENDPOINT_URL or AWS_ENDPOINT_URL_SERVICE, or in the profile.",
			argument, variable),
	}
}
