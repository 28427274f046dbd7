package consumerrole

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/rolepolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statement"
)

// noteState tells the other resources of the configuration that one of the state
// has the policy.
func (r *Resource) noteState(m model) {
	if r.policies != nil && !m.Role.IsNull() {
		r.policies.InState(m.Role.ValueString(), m.Name.ValueString())
	}
}

// foresee says in the plan what the apply would meet on the role as it is now.
// What cannot be read now is left to the apply.
func (r *Resource) foresee(ctx context.Context, prior, plan model) (diags diag.Diagnostics) {
	r.noteState(prior)
	if !statement.Known(ctx, plan.Role, plan.Name) {
		return nil
	}
	role, name := plan.Role.ValueString(), plan.Name.ValueString()
	if plan.Role.Equal(prior.Role) && plan.Name.Equal(prior.Name) {
		if r.policies.Keep(role, name) > 1 {
			addTwoKeepers(&diags, role, name)
		}
		return diags
	}
	standing, found := r.policies.Foresee(ctx, role, name)
	switch {
	case !found || plan.Policy.IsUnknown():
	case rolepolicy.Same(standing, plan.Policy.ValueString()):
		warnTakenOver(&diags, role, name, "this apply takes it over")
	default:
		addError(&diags, &rolepolicy.ExistsError{Role: role, Policy: rolepolicy.Policy{Name: name, Document: standing}})
	}
	return diags
}

func addTwoKeepers(diags *diag.Diagnostics, role, name string) {
	diags.AddAttributeError(path.Root("name"), "Two resources manage one policy", fmt.Sprintf(
		"Another ecrxa_consumer_role_policy of this configuration manages the inline policy %s of the role %s too: each would undo what the other does. "+
			"Take one of them out of the state without destroying the policy (a removed block with destroy = false, or terraform state rm), "+
			"and remove it from the configuration or give it another name.", name, role))
}
