package consumerpolicy

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

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
	case !tfattr.Known(ctx, plan.Role, plan.Name, plan.Policy):
		return nil
	case prior == nil:
	case plan.moves(prior): // Terraform then plans the object once more, as one that is created.
		return nil
	case plan.Policy.Equal(prior.Policy):
		return nil
	}
	diags.Append(r.preflightQuota(ctx, plan)...)
	if prior == nil && !own && !r.policies.Owners.HasOther(plan.key(), object.Token) {
		diags.Append(r.preflightName(ctx, plan)...)
	}
	return diags
}

// preflightName reports that a policy exists which the apply would create.
func (r *Resource) preflightName(ctx context.Context, plan *model) (diags diag.Diagnostics) {
	key := plan.key()
	switch existing, found := r.policies.Existing(ctx, key); {
	case !found:
	case rolepolicy.Same(existing, plan.Policy.ValueString()):
		warnAdopted(&diags, key, "this apply adopts it", adviceOnAWSProvider)
	default:
		diags.AddAttributeWarning(path.Root("name"), summaryExists, existsInPlan(key.Role, rolepolicy.Policy{Name: key.Name, Document: existing})+adviceOnAWSProvider)
	}
	return diags
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
