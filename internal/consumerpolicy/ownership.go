// SPDX-License-Identifier: MPL-2.0

package consumerpolicy

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/ownership"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/rolepolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// planOwner registers what the plan does with the policy of the plan and with the
// policy of the prior state, which is nil for an object that is created. rewrite is
// true if the policy must be written again although it does not change.
func (r *Resource) planOwner(ctx context.Context, object ownership.Object, prior, plan *model, private tfattr.Private) (rewrite bool, diags diag.Diagnostics) {
	switch {
	case r.policies == nil: // This is terraform validate.
		return false, nil
	case prior == nil && tfattr.Known(ctx, plan.Role, plan.Name):
		return false, r.planConflict(plan.key(), r.policies.Owners.PlanCreate(plan.key(), object.Token))
	case prior == nil:
		return false, nil
	case plan.moves(prior): // Terraform then plans the object once more, as one that is created.
		return false, r.planRemoval(ctx, object, prior, private)
	}
	diags = tfattr.SetLeaveTo(ctx, private, nil)
	conflict, rewrite := r.policies.Owners.PlanKeep(plan.key(), object.Token)
	diags.Append(r.planConflict(plan.key(), conflict)...)
	if rewrite && !diags.HasError() {
		diags.AddAttributeWarning(path.Root("name"), "Rewrite of an unchanged policy", twoResources(plan.key())+
			", or a deposed object of this resource does. If that one is destroyed and deletes the policy, this apply writes it again.")
	}
	return rewrite, diags
}

// planRemoval registers that the policy of the prior state is removed, and records in
// the planned private state to which objects the Delete must leave it.
func (r *Resource) planRemoval(ctx context.Context, object ownership.Object, prior *model, private tfattr.Private) diag.Diagnostics {
	if r.policies == nil {
		return nil
	}
	leaveTo, conflict := r.policies.Owners.PlanRemove(prior.key(), object)
	diags := tfattr.SetLeaveTo(ctx, private, leaveTo)
	diags.Append(r.planConflict(prior.key(), conflict)...)
	return diags
}

// planConflict reports that two resources of this configuration manage one policy.
func (r *Resource) planConflict(key rolepolicy.Key, conflict bool) (diags diag.Diagnostics) {
	if conflict {
		diags.AddAttributeError(path.Root("name"), summaryTwo, twoResources(key)+". Each would overwrite or delete what the other one needs.\n\n"+
			"Remove one of the two from the configuration; the policy is kept for the other. Or give them different names. "+
			"If one of them replaces the other, write a moved block, or apply in two steps.")
	}
	return diags
}
