// SPDX-License-Identifier: MPL-2.0

package statementresource

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/ownership"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/policystore"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// planOwner registers what the plan does with the statement of the plan and with the
// statement of the prior state, which is nil for an object that is created. rewrite
// is true if the statement must be written again although it does not change.
func (b *Base) planOwner(ctx context.Context, object ownership.Object, prior, plan *Attributes, private tfattr.Private) (rewrite bool, diags diag.Diagnostics) {
	switch {
	case b.Policies == nil: // This is terraform validate.
		return false, nil
	case prior == nil && plan.Placed():
		return false, b.planConflict(plan.Key(), b.Policies.Owners.PlanCreate(plan.Key(), object.Token))
	case prior == nil:
		return false, nil
	case plan.moves(prior): // Terraform then plans the object once more, as one that is created.
		b.planRemoval(ctx, object, prior, private, &diags)
		return false, diags
	}
	diags = tfattr.SetLeaveTo(ctx, private, nil)
	conflict, rewrite := b.Policies.Owners.PlanKeep(plan.Key(), object.Token)
	diags.Append(b.planConflict(plan.Key(), conflict)...)
	if rewrite && !diags.HasError() {
		diags.AddAttributeWarning(b.At, "Rewrite of an unchanged statement", twoResources(plan.Key())+
			", or a deposed object of this resource does. If that one is destroyed and deletes the statement, this apply writes it again.")
	}
	return rewrite, diags
}

// planRemoval registers that the statement of the prior state is removed, and records
// in the planned private state to which objects the Delete must leave it. It reports whether
// there are any.
func (b *Base) planRemoval(ctx context.Context, object ownership.Object, prior *Attributes, private tfattr.Private, diags *diag.Diagnostics) (left bool) {
	if b.Policies == nil || !prior.Placed() {
		return false
	}
	b.Plan.Remove(prior.Key())
	leaveTo, conflict := b.Policies.Owners.PlanRemove(prior.Key(), object)
	diags.Append(tfattr.SetLeaveTo(ctx, private, leaveTo)...)
	diags.Append(b.planConflict(prior.Key(), conflict)...)
	return len(leaveTo) > 0
}

// planConflict reports that two resources of this configuration manage one statement.
func (b *Base) planConflict(key policystore.Key, conflict bool) (diags diag.Diagnostics) {
	if conflict {
		diags.AddAttributeError(b.At, summaryTwo, twoResources(key)+". Each would overwrite or delete what the other one needs.\n\n"+
			"Remove one of the two from the configuration; the statement is kept for the other. Or give them different Sids. "+
			"If one of them replaces the other, write a moved block, or apply in two steps.")
	}
	return diags
}
