package consumerrole

import (
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/rolepolicy"
)

// addCreateError adds an error of Store.Create to the diagnostics.
func addCreateError(diags *diag.Diagnostics, err error, planned string) {
	if exists, ok := errors.AsType[*rolepolicy.ExistsError](err); ok {
		diags.AddAttributeError(path.Root("name"), "The policy exists already", existsDetail(exists, planned))
		return
	}
	addError(diags, err)
}

// addError adds an error of the store to the diagnostics.
func addError(diags *diag.Diagnostics, err error) {
	summary, detail := awsapi.Describe(err, "Could not manage the inline policy")
	if quota, ok := errors.AsType[*rolepolicy.QuotaError](err); ok {
		detail = quota.Detail()
	}
	if unknown, ok := errors.AsType[*rolepolicy.UnknownEntityError](err); ok {
		detail += fmt.Sprintf("\n\nIt was tried for %s, since IAM may need some seconds to know what is new.", unknown.Tried.Round(time.Second))
	}
	diags.AddError(summary, detail)
}

func existsDetail(e *rolepolicy.ExistsError, planned string) string {
	same := ""
	if sameDocument(e.Policy.Document, planned) {
		same = " It says just what this resource would say, so it may come from an earlier run that was interrupted."
	}
	return fmt.Sprintf("The provider tried to create an inline policy, but %v, which this resource does not manage. Nothing was changed.%s\n\n"+
		"If the policy is yours, take it over:\n\n  terraform import ecrxa_consumer_role_policy.NAME %s,%s\n\n"+
		"where NAME is this resource's name. If it is not, choose another name for this one.", e, same, e.Role, e.Policy.Name)
}
