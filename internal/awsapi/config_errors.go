package awsapi

import (
	"fmt"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// unusable is the summary of a configuration that is refused as a whole.
const unusable = "The provider configuration cannot be used"

var errNoRegion = &awserr.ConfigError{
	Summary: "No AWS region",
	Problem: "The provider has no AWS region.",
	Remedy:  "Set region in the provider block, AWS_REGION or AWS_DEFAULT_REGION in the environment, or region in the shared configuration file's profile.",
}

func unknownError(attributes []string) *awserr.ConfigError {
	return &awserr.ConfigError{
		Summary: "Provider configuration not known yet",
		Problem: fmt.Sprintf("The provider configuration has values that are not known before apply: %s.", strings.Join(attributes, ", ")),
		Remedy:  "Give the provider values that are known when Terraform plans (variables, locals, data sources that are already read), or create what they come from first, with terraform apply -target=ADDRESS.",
	}
}
