package consumerpolicy

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/rolepolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// addError adds an error of the store to the diagnostics.
func addError(diags *diag.Diagnostics, err error) {
	if exists, ok := errors.AsType[*rolepolicy.ExistsError](err); ok {
		diags.AddAttributeError(path.Root("name"), existsSummary, existsDetail(exists))
		return
	}
	if changed, ok := errors.AsType[*rolepolicy.ChangedError](err); ok {
		diags.AddError("The policy has changed since the plan", changedDetail(changed))
		return
	}
	summary, detail := awserr.Describe(err, "Could not manage the inline policy")
	if quota, ok := errors.AsType[*rolepolicy.QuotaError](err); ok {
		detail = quota.Detail()
	}
	if overwritten, ok := errors.AsType[*rolepolicy.OverwrittenError](err); ok {
		detail = overwrittenDetail(overwritten)
	}
	if missing, ok := errors.AsType[*rolepolicy.MissingRoleError](err); ok {
		diags.AddAttributeError(path.Root("role"), "The role does not exist", missingDetail(missing, patience(err)))
		return
	}
	diags.AddError(summary, detail+patience(err))
}

// patience says how long it was tried where something was not known, and else nothing.
func patience(err error) string {
	unknown, ok := errors.AsType[*rolepolicy.UnknownEntityError](err)
	if !ok {
		return ""
	}
	return fmt.Sprintf("\n\nIt was tried for %s, since IAM may need some seconds to know what is new.", unknown.Tried.Round(time.Second))
}

func missingDetail(e *rolepolicy.MissingRoleError, patience string) string {
	account := "the account of the provider's credentials"
	if e.Account != "" {
		account = "the account " + e.Account + ", that of the provider's credentials"
	}
	return fmt.Sprintf("The provider tried to write the inline policy %s of the role %s, but there is no such role in %s.%s\n\n"+
		"What the consumer side must do: check the role's name, which has neither path nor ARN, and that the credentials belong to the account that owns the role. "+
		"If the role is created in the same configuration, refer to its name attribute, so that Terraform creates it first.\n\nAWS's message: %s",
		e.Policy, e.Role, account, patience, awserr.Message(e.Cause))
}

const existsSummary = "The policy exists already"

func existsDetail(e *rolepolicy.ExistsError) string {
	text := fmt.Sprintf("The provider tried to create an inline policy, but %v", e)
	if e.Own {
		return text + ", and another ecrxa_consumer_role_policy of this configuration manages it. Nothing was changed. " +
			"Remove one of the two resources, or give each a name of its own."
	}
	return text + ", which this resource does not manage and which says something else. Nothing was changed.\n\n" + wayOut(e.Role, e.Policy) +
		" If another resource of this configuration has it and is about to be removed, apply again when it is gone."
}

// existsInPlan is no error: the plan may remove the policy before, and Terraform
// need not have told of the resource that has it yet.
func existsInPlan(role string, standing rolepolicy.Policy) string {
	return fmt.Sprintf("The role %s already has an inline policy %s, and it says something else. The apply will refuse to replace it unless it is gone by then. "+
		"If this plan removes or renames the resource that has it, ignore this.\n\n%s", role, standing.Name, wayOut(role, standing))
}

// wayOut says what to do about a policy that stands under the resource's name.
func wayOut(role string, standing rolepolicy.Policy) string {
	if obstacles := managed.RolePolicyObstacles(standing.Document); len(obstacles) > 0 {
		return fmt.Sprintf("This resource cannot take it over, since it cannot express it:\n\n%s\n\nChoose another name for this one.", itemized(obstacles))
	}
	return fmt.Sprintf("If the policy is yours, take it over:\n\n  %s\n\n"+
		"where ADDRESS is this resource's, such as ecrxa_consumer_role_policy.example. If it is not, choose another name for this one.",
		managed.ImportCommand("ADDRESS", managed.RolePolicyImportID(role, standing.Name)))
}

func itemized(obstacles []string) string {
	return "  - " + strings.Join(obstacles, ".\n  - ") + "."
}

func changedDetail(e *rolepolicy.ChangedError) string {
	return fmt.Sprintf("%s Somebody has put another one under that name, so that it was left as it is.\n\n"+
		"What the consumer side must do: plan again, and look at what the plan says of the difference. "+
		"If it goes on, another configuration writes this policy too: give one of the two another name.\n\nThe policy that stands: %s", tfattr.Sentence(e), e.Policy.Document)
}

func overwrittenDetail(e *rolepolicy.OverwrittenError) string {
	return fmt.Sprintf("%s Another writer has replaced it.\n\n"+
		"What the consumer side must do: find out who else writes an inline policy of the name %s to this role, another configuration for example, "+
		"and give one of the two another name. If nobody does, run Terraform again.", tfattr.Sentence(e), e.Policy.Name)
}

// warnTakenOver warns that a policy was there before the resource.
func warnTakenOver(diags *diag.Diagnostics, role, name, what string) {
	diags.AddAttributeWarning(path.Root("name"), "The policy already stands", fmt.Sprintf(
		"The role %s already has the inline policy %s, and it says exactly what this resource says: %s. "+
			"That is right after an apply that was interrupted. If another configuration or another provider alias manages this policy too, give one of the two another name: "+
			"else whoever is destroyed first takes the access away from both. "+
			"To move the policy here from there, do not remove it there in the same apply, which may take it along: within one configuration write a moved block; "+
			"from another, first apply a removed block with destroy = false there, then import it here.", role, name, what))
}
