// SPDX-License-Identifier: MPL-2.0

package consumerpolicy

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/ownership"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/rolepolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// preflight reports in the plan the conflicts that the apply would have with the role
// as it is now. What cannot be read now, only the apply checks. own says that the
// policy that the plan creates is that of the object which it replaces.
func (r *Resource) preflight(ctx context.Context, object ownership.Object, prior, plan *model, own bool) (diags diag.Diagnostics) {
	switch {
	case r.policies.Owners.Applying(): // The apply itself finds the conflicts.
		return nil
	case !tfattr.Known(ctx, plan.Role, plan.Name):
		return nil
	case prior == nil:
	case !plan.Role.Equal(prior.Role): // Terraform plans the object once more, as one that is created, and shows only the errors of that.
		_, _, err := r.policies.Existing(ctx, plan.key())
		return r.preflightUnread(plan.key(), false, err)
	case plan.moves(prior), plan.Policy.Equal(prior.Policy):
		return nil
	}
	if prior == nil && !own && !r.policies.Owners.HasOther(plan.key(), object.Token) {
		existing, found, err := r.policies.Existing(ctx, plan.key())
		if err != nil {
			return r.preflightUnread(plan.key(), object.IsPlannedAgain(prior != nil), err)
		}
		if found && !plan.Policy.IsUnknown() {
			preflightName(plan, existing, &diags)
		}
	}
	if !plan.Policy.IsUnknown() {
		diags.Append(r.preflightQuota(ctx, plan)...)
	}
	return diags
}

// preflightUnread says that the role could not be read, and why: once for each reason, since it
// often is the same for many roles.
func (r *Resource) preflightUnread(key rolepolicy.Key, isHidden bool, err error) (diags diag.Diagnostics) {
	if err == nil {
		return nil
	}
	summary, detail := awserr.Describe(err, "Unexpected error with the inline policy")
	detail = fmt.Sprintf("The plan could not read the inline policies of the role %s, so it has not compared them with this resource. The plan goes on; the apply reads them again, and fails if it cannot.\n\n%s", key.Role, detail)
	others := "Other roles that could not be read for the same reason have no warning of their own."
	missing, isMissing := errors.AsType[*rolepolicy.MissingRoleError](err)
	if isMissing {
		others = "Other roles of this plan may be missing, too: only this one has a warning."
		account := "the account of the provider's credentials"
		if missing.Account != "" {
			account = "the account " + missing.Account + ", that of the provider's credentials"
		}
		summary, detail = "Role not found", fmt.Sprintf("There is no role %s in %s. If this apply creates the role before this resource, ignore this warning: the provider cannot see that in the plan. "+
			"Otherwise the apply will fail: correct role (the name without path, not an ARN), or use credentials of the account that owns the role.\n\nAWS's message: %s",
			key.Role, account, awserr.Message(missing.Cause))
	}
	if kind := awserr.KindOf(err); kind != awserr.Canceled && !isHidden && r.isFirst(fmt.Sprint("unread role ", kind, isMissing)) {
		diags.AddAttributeWarning(path.Root("role"), summary, detail+"\n\n"+others)
	}
	return diags
}

// preflightName reports that a policy exists which the apply would create.
func preflightName(plan *model, existing string, diags *diag.Diagnostics) {
	key := plan.key()
	if rolepolicy.Same(existing, plan.Policy.ValueString()) {
		warnAdopted(diags, key, "this apply adopts it", adviceOnAWSProvider)
		return
	}
	diags.AddAttributeWarning(path.Root("name"), summaryExists, existsInPlan(key.Role, rolepolicy.Policy{Name: key.Name, Document: existing})+adviceOnAWSProvider)
}

// preflightQuota measures the role's inline policies as they will be.
func (r *Resource) preflightQuota(ctx context.Context, plan *model) (diags diag.Diagnostics) {
	planned := rolepolicy.Policy{Name: plan.Name.ValueString(), Document: plan.Policy.ValueString()}
	if detail, exceeded := r.policies.ExceedsQuota(ctx, plan.Role.ValueString(), planned); exceeded {
		diags.AddAttributeWarning(path.Root("repository_arns"), "Inline policies of the role too large",
			"The apply will fail unless another inline policy of the role is shortened or deleted first. "+detail)
	}
	return diags
}
