// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// invalidConfig is the summary of an error that has none of its own.
const invalidConfig = "Invalid provider configuration"

var errNoRegion = &awserr.ConfigError{
	Summary: "Missing AWS Region",
	Problem: "The provider has no AWS Region.",
	Remedy:  "Set region in the provider block, AWS_REGION or AWS_DEFAULT_REGION in the environment, or region in the profile of the shared configuration file.",
}

// hostLabel matches what can be a part of a host name, as a Region is in endpoints.
var hostLabel = regexp.MustCompile(`^[A-Za-z0-9-]{0,63}$`)

// checkRegion refuses a Region that no endpoint can have. Errors and Terraform's log name
// the Region, so it must not have the rest of a broken line of a shared file.
func checkRegion(region string, hidden *secrets) error {
	if hostLabel.MatchString(region) {
		return nil
	}
	return &awserr.ConfigError{
		Summary: "Invalid AWS Region",
		Problem: fmt.Sprintf("The Region %s is not valid.", printed.Quoted(hidden.redact(region))),
		Remedy:  "Correct region in the provider block, AWS_REGION or AWS_DEFAULT_REGION in the environment, or region in the profile of the shared configuration file. A Region has a form such as us-east-1.",
	}
}

func unknownError(attributes []string) *awserr.ConfigError {
	return &awserr.ConfigError{
		Summary: "Unknown provider configuration",
		Problem: fmt.Sprintf("The provider configuration has values that are unknown until apply: %s.", strings.Join(attributes, ", ")),
		Remedy:  "Use values that are known when Terraform plans (variables, locals, data sources that are already read), or first create the resources that the values come from, with terraform apply -target=ADDRESS.",
	}
}
