// SPDX-License-Identifier: MPL-2.0

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
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/rolepolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// addError adds an error of the store to the diagnostics.
func addError(diags *diag.Diagnostics, err error) {
	if exists, ok := errors.AsType[*rolepolicy.ExistsError](err); ok {
		if exists.Own {
			diags.AddAttributeError(path.Root("name"), summaryTwo, twoResources(rolepolicy.Key{Role: exists.Role, Name: exists.Policy.Name})+
				". Nothing was changed. Remove one of the two resources, or give them different names.")
			return
		}
		diags.AddAttributeError(path.Root("name"), summaryExists, existsDetail(exists))
		return
	}
	if changed, ok := errors.AsType[*rolepolicy.ChangedError](err); ok {
		diags.AddError("Inline policy changed since the plan", changedDetail(changed))
		return
	}
	summary, detail := awserr.Describe(err, "Unexpected error with the inline policy")
	if quota, ok := errors.AsType[*rolepolicy.QuotaError](err); ok {
		detail = quota.Detail()
	}
	if overwritten, ok := errors.AsType[*rolepolicy.OverwrittenError](err); ok {
		detail = overwrittenDetail(overwritten)
	}
	if missing, ok := errors.AsType[*rolepolicy.MissingRoleError](err); ok {
		diags.AddAttributeError(path.Root("role"), "Role not found", missingDetail(missing, retried(err)))
		return
	}
	diags.AddError(summary, detail+retried(err))
}

// retried says how long the provider waited for a role or policy that IAM did not show.
// It is empty for other errors.
func retried(err error) string {
	unknown, ok := errors.AsType[*rolepolicy.UnknownEntityError](err)
	if !ok {
		return ""
	}
	return fmt.Sprintf("\n\nThe provider retried for %s, because IAM may need some seconds to show a new role or policy.", unknown.Tried.Round(time.Second))
}

func missingDetail(e *rolepolicy.MissingRoleError, retried string) string {
	account := "the account of the provider's credentials"
	if e.Account != "" {
		account = "the account " + e.Account + ", that of the provider's credentials"
	}
	return fmt.Sprintf("The provider tried to write the inline policy %s of the role %s, but there is no such role in %s.%s\n\n"+
		"What the consumer side must do: check the role's name (without path; not an ARN), and that the credentials belong to the account that owns the role. "+
		"If the role is created in the same configuration, refer to its name attribute, so that Terraform creates it first.\n\nAWS's message: %s",
		e.Policy, e.Role, account, retried, awserr.Message(e.Cause))
}

const summaryExists = "Inline policy already exists"

const summaryTwo = "Two resources for one inline policy"

func twoResources(key rolepolicy.Key) string {
	return fmt.Sprintf("Another ecrxa_consumer_role_policy of this configuration also manages the inline policy %s of the role %s", key.Name, key.Role)
}

func existsDetail(e *rolepolicy.ExistsError) string {
	text := fmt.Sprintf("The provider tried to create an inline policy, but %v", e)
	return text + " with different content, and this resource does not manage it. Nothing was changed.\n\n" + wayOut(e.Role, e.Policy) +
		" If another resource of this configuration manages it and will be destroyed, apply again after that."
}

// existsInPlan is no error: the apply may delete the policy first, and Terraform may
// not have called for the resource that manages it yet.
func existsInPlan(role string, existing rolepolicy.Policy) string {
	return fmt.Sprintf("The role %s already has an inline policy %s with different content. The apply will fail unless that policy is deleted first. "+
		"If this plan removes or renames the resource that manages it, ignore this warning.\n\n%s", role, existing.Name, wayOut(role, existing))
}

// wayOut says what to do about an existing policy with the name of the resource.
func wayOut(role string, existing rolepolicy.Policy) string {
	if obstacles := managed.RolePolicyObstacles(existing.Document); len(obstacles) > 0 {
		return fmt.Sprintf("This resource cannot import it, because it cannot represent it:\n\n%s\n\nChoose another name for this resource.", itemized(obstacles))
	}
	id, canImport := managed.RolePolicyImportID(role, existing.Name)
	if !canImport {
		return "This resource cannot import it, because a name with a comma cannot be part of an import ID. Choose another name for this resource."
	}
	return fmt.Sprintf("If the policy is yours, import it:\n\n  %s\n\n"+
		"where ADDRESS is the address of this resource, such as ecrxa_consumer_role_policy.example. If it is not yours, choose another name for this resource.",
		managed.ImportCommand("ADDRESS", id))
}

func itemized(obstacles []string) string {
	return "  - " + strings.Join(wording.Capped(obstacles, ""), ".\n  - ") + "."
}

func changedDetail(e *rolepolicy.ChangedError) string {
	return fmt.Sprintf("%s The role now has a different policy with this name, so nothing was changed.\n\n"+
		"What the consumer side must do: plan again and check the difference. "+
		"If this happens again, another configuration also manages this policy: give one of the two another name.\n\nThe current policy: %s", tfattr.Sentence(e), printed.Message(e.Policy.Document))
}

func overwrittenDetail(e *rolepolicy.OverwrittenError) string {
	return fmt.Sprintf("%s Another writer has replaced it.\n\n"+
		"What the consumer side must do: find out what else writes an inline policy with the name %s to this role, for example another configuration, "+
		"and give one of the two another name. If nothing else does, run Terraform again.", tfattr.Sentence(e), e.Policy.Name)
}

// warnForeign warns of what somebody else has put into the policy, and the next apply removes:
// a Deny statement may be there for a reason.
func warnForeign(diags *diag.Diagnostics, key rolepolicy.Key, doc *policy.Document, unreadable error) {
	var foreign []string
	if unreadable != nil {
		foreign = []string{"it cannot be read: " + unreadable.Error()}
	} else if foreign = managed.Foreign(doc); len(foreign) == 0 {
		return
	}
	diags.AddAttributeWarning(path.Root("policy"), "Inline policy with content of others", fmt.Sprintf(
		"The inline policy %s of the role %s has content that this resource does not write:\n\n%s\n\n"+
			"The next apply replaces the policy and removes this content; then a Deny statement no longer denies. "+
			"What the consumer side must do now: find out who added it, for example with CloudTrail (PutRolePolicy). To keep it, move it to an inline policy of another name before the apply.",
		key.Name, key.Role, itemized(foreign)))
}

// adviceOnAWSProvider says how to replace the resource of the AWS provider: destroyed, it would
// delete the policy.
var adviceOnAWSProvider = "\n\nIf an aws_iam_role_policy wrote this policy, do not just remove that resource from the configuration: when it is destroyed, the AWS provider deletes the policy. " +
	"Write a moved block from it to this resource. Or first write this block in its place, with its address in from. In both cases, check that the plan says 0 to destroy, and apply:\n\n  " +
	strings.ReplaceAll(managed.RemovedHCL("aws_iam_role_policy"), "\n", "\n  ")

// warnAdopted warns that an identical policy existed before the resource.
func warnAdopted(diags *diag.Diagnostics, key rolepolicy.Key, what, more string) {
	diags.AddAttributeWarning(path.Root("name"), "Existing inline policy", fmt.Sprintf(
		"The role %s already has an inline policy %s that is identical to this resource: %s. "+
			"This is expected after an interrupted apply, and if this plan renames or replaces the resource. "+
			"If another configuration or provider alias also manages this policy, give one of the two another name. Otherwise, destroying one of them removes the access of both.\n\n"+
			"To move the policy within one configuration, use a moved block. To move it from another configuration, first apply a removed block with destroy = false there, then import it here. "+
			"Do not delete it there in the same apply: that can delete the policy.%s", key.Role, key.Name, what, more))
}
