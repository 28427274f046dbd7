package grant

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/ownership"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/repopolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// key names the statement of the model. Repository and Sid must be known.
func (m *model) key() repopolicy.Key {
	return repopolicy.Key{Repository: m.target(), Sid: m.Sid.ValueString()}
}

// placed reports whether repository and Sid are known.
func (m *model) placed() bool {
	for _, v := range []types.String{m.Region, m.RegistryID, m.Repository, m.Sid} {
		if v.IsNull() || v.IsUnknown() {
			return false
		}
	}
	return true
}

// moves reports whether the plan is for another statement than the state.
func (m *model) moves(prior *model) bool {
	return prior == nil || !m.placed() || prior.key() != m.key()
}

// planOwner registers what the plan does with the statement of the plan and with the
// statement of the prior state, which is nil for an object that is created. rewrite
// is true if the statement must be written again although it does not change.
func (r *Resource) planOwner(ctx context.Context, object ownership.Object, prior, plan *model, private tfattr.Private) (rewrite bool, diags diag.Diagnostics) {
	switch {
	case r.policies == nil: // This is terraform validate.
		return false, nil
	case prior == nil && plan.placed():
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
		diags.AddAttributeWarning(path.Root("sid"), "Rewrite of an unchanged statement", twoResources(plan.key())+
			", or a deposed object of this resource does. If that one is destroyed and deletes the statement, this apply writes it again.")
	}
	return rewrite, diags
}

// planRemoval registers that the statement of the prior state is removed, and records
// in the planned private state to which objects the Delete must leave it.
func (r *Resource) planRemoval(ctx context.Context, object ownership.Object, prior *model, private tfattr.Private) diag.Diagnostics {
	if r.policies == nil || !prior.placed() {
		return nil
	}
	r.plan.Remove(prior.key())
	leaveTo, conflict := r.policies.Owners.PlanRemove(prior.key(), object)
	diags := tfattr.SetLeaveTo(ctx, private, leaveTo)
	diags.Append(r.planConflict(prior.key(), conflict)...)
	return diags
}

// planConflict reports that two resources of this configuration manage one statement.
func (r *Resource) planConflict(key repopolicy.Key, conflict bool) (diags diag.Diagnostics) {
	if conflict {
		diags.AddAttributeError(path.Root("sid"), summaryTwo, twoResources(key)+". Each would overwrite or delete what the other one needs.\n\n"+
			"Remove one of the two from the configuration; the statement is kept for the other. Or give them different sids. "+
			"If one of them replaces the other, write a moved block, or apply in two steps.")
	}
	return diags
}

const summaryTwo = "Two resources for one statement"

func twoResources(key repopolicy.Key) string {
	return fmt.Sprintf("Another ecrxa_repository_grant of this configuration also manages the statement with the Sid %s in the repository %s (account %s, region %s)",
		key.Sid, key.Repository.Name, key.Repository.Account, key.Repository.Region)
}

// statementOf parses a statement of the state or the plan. It returns nil if it is
// not known or cannot be understood.
func statementOf(text types.String) *policy.Statement {
	s, err := policy.ParseStatement(text.ValueString())
	if err != nil {
		return nil
	}
	return s
}

// canonical returns the canonical form of a statement, or "" as statementOf nil.
func canonical(text types.String) string {
	if s := statementOf(text); s != nil {
		return s.Canonical()
	}
	return ""
}
