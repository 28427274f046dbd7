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

// apply sets the endpoint of one service's client. An endpoint that is not
// overridden stays the SDK's, which takes it from the environment, the shared
// configuration file or AWS's own addresses.
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

// checkEndpoints returns a *awserr.ConfigError when a service has an endpoint of its own
// and is to be reached by AWS's FIPS or dual-stack endpoint too. The SDK's clients
// refuse every call then.
func checkEndpoints(settings aws.Config) error {
	ecrOptions := ecr.NewFromConfig(settings).Options()
	var moved []string
	for _, service := range []struct {
		name     string
		endpoint *string
	}{
		{"ECR", ecrOptions.BaseEndpoint},
		{"IAM", iam.NewFromConfig(settings).Options().BaseEndpoint},
		{"STS", sts.NewFromConfig(settings).Options().BaseEndpoint},
	} {
		if service.endpoint != nil {
			moved = append(moved, service.name)
		}
	}
	if len(moved) == 0 {
		return nil
	}
	// One setting of FIPS and of dual-stack holds for all services.
	resolved := ecrOptions.EndpointOptions
	if resolved.UseFIPSEndpoint == aws.FIPSEndpointStateEnabled {
		return conflict(moved, "FIPS", "use_fips_endpoint", "AWS_USE_FIPS_ENDPOINT")
	}
	if resolved.UseDualStackEndpoint == aws.DualStackEndpointStateEnabled {
		return conflict(moved, "dual-stack", "use_dualstack_endpoint", "AWS_USE_DUALSTACK_ENDPOINT")
	}
	return nil
}

func conflict(moved []string, variant, argument, variable string) error {
	return &awserr.ConfigError{
		Summary: unusable,
		Problem: fmt.Sprintf("AWS's %s endpoints are to be used, but there are addresses to use in place of AWS's own, too (for %s). They exclude each other.", variant, strings.Join(moved, ", ")),
		Remedy: fmt.Sprintf("Keep one of them: %s is set in the provider block, in %s or in the profile; the addresses are set in endpoints, in AWS_ENDPOINT_URL or AWS_ENDPOINT_URL_SERVICE, or in the profile.",
			argument, variable),
	}
}
