// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"fmt"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// invalidConfig is the summary of an error that has none of its own.
const invalidConfig = "Invalid provider configuration"

var errNoRegion = &awserr.ConfigError{
	Summary: "Missing AWS Region",
	Problem: "The provider has no AWS Region.",
	Remedy:  "Set region in the provider block, AWS_REGION or AWS_DEFAULT_REGION in the environment, or region in the profile of the shared configuration file.",
}

func unknownError(attributes []string) *awserr.ConfigError {
	return &awserr.ConfigError{
		Summary: "Unknown provider configuration",
		Problem: fmt.Sprintf("The provider configuration has values that are unknown until apply: %s.", strings.Join(attributes, ", ")),
		Remedy:  "Use values that are known when Terraform plans (variables, locals, data sources that are already read), or first create the resources that the values come from, with terraform apply -target=ADDRESS.",
	}
}
