package consumerrole

import (
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/rolepolicy"
)

// addError adds an error of the store to the diagnostics.
func addError(diags *diag.Diagnostics, err error) {
	if exists, ok := errors.AsType[*rolepolicy.ExistsError](err); ok {
		diags.AddAttributeError(path.Root("name"), "The policy exists already", existsDetail(exists))
		return
	}
	summary, detail := awsapi.Describe(err, "Could not manage the inline policy")
	if quota, ok := errors.AsType[*rolepolicy.QuotaError](err); ok {
		detail = quota.Detail()
	}
	diags.AddError(summary, detail)
}

func existsDetail(e *rolepolicy.ExistsError) string {
	return fmt.Sprintf("The provider tried to create an inline policy, but %v, which this resource does not manage. Nothing was changed.\n\n"+
		"If the policy is yours, take it over:\n\n  terraform import ecrxa_consumer_role_policy.NAME %s,%s\n\n"+
		"where NAME is this resource's name. If it is not, choose another name for this one.", e, e.Role, e.Name)
}
