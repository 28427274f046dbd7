package awsapi

import (
	"fmt"
	"strings"
)

// ConfigError says that the provider configuration allows no AWS call; none
// was made.
type ConfigError struct {
	Summary string // one line for a diagnostic's summary
	Problem string // what is wrong, in whole sentences
	Remedy  string // what to do now, in whole sentences
	Cause   error  // may be nil
}

// unusable is the summary of a configuration that is refused as a whole.
const unusable = "The provider configuration cannot be used"

// Error returns the problem, the remedy and the cause, in this order.
func (e *ConfigError) Error() string {
	parts := []string{e.Problem, e.Remedy}
	if e.Cause != nil {
		parts = append(parts, "The cause: "+e.Cause.Error())
	}
	return strings.Join(parts, " ")
}

// Unwrap returns the cause.
func (e *ConfigError) Unwrap() error { return e.Cause }

var errNoRegion = &ConfigError{
	Summary: "No AWS region",
	Problem: "The provider has no AWS region.",
	Remedy:  "Set region in the provider block, AWS_REGION or AWS_DEFAULT_REGION in the environment, or region in the shared configuration file's profile.",
}

func unknownError(attributes []string) *ConfigError {
	return &ConfigError{
		Summary: "Provider configuration not known yet",
		Problem: fmt.Sprintf("The provider configuration has values that are not known before apply: %s.", strings.Join(attributes, ", ")),
		Remedy:  "Give the provider values that are known when Terraform plans (variables, locals, data sources that are already read), or create what they come from first, with terraform apply -target=ADDRESS.",
	}
}
