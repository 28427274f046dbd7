package consumerpolicy

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/ownership"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/rolepolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// leave notes that this object of the state goes.
func (r *Resource) leave(ctx context.Context, prior model, private tfattr.Private) diag.Diagnostics {
	if r.policies == nil {
		return nil
	}
	return tfattr.RecordLeave(ctx, r.claim(prior), private)
}

// claim is what the resources have told of the model's policy.
func (r *Resource) claim(m model) *ownership.Claim {
	return r.policies.Claim(m.Role.ValueString(), m.Name.ValueString())
}

// foresee says in the plan what the apply would meet on the role as it is now.
// What cannot be read now is left to the apply.
func (r *Resource) foresee(ctx context.Context, prior, plan model, private tfattr.Private) (diags diag.Diagnostics) {
	if plan.replaces(prior) || !plan.Policy.Equal(prior.Policy) {
		diags.Append(r.foreseeQuota(ctx, plan)...)
	}
	if !plan.replaces(prior) {
		return append(diags, r.foreseeKept(plan, tfattr.MustRewrite(ctx, private))...)
	}
	if !prior.Role.IsNull() {
		diags.Append(r.leave(ctx, prior, private)...)
	}
	if tfattr.Known(ctx, plan.Role, plan.Name) {
		diags.Append(r.foreseeNew(ctx, prior.Role.IsNull(), plan)...)
	}
	return diags
}

// foreseeKept looks at a policy that the resource has and keeps.
func (r *Resource) foreseeKept(plan model, rewritten bool) (diags diag.Diagnostics) {
	role, name := plan.Role.ValueString(), plan.Name.ValueString()
	company := r.claim(plan).Keep(canonical(plan.Policy.ValueString()))
	at := path.Root("name")
	switch both := fmt.Sprintf("Another ecrxa_consumer_role_policy of this configuration manages the inline policy %s of the role %s too", name, role); {
	case rewritten && !company.Differ:
		diags.AddAttributeWarning(at, "The policy is written again", both+
			", or an older object of this resource does. In case that one goes and takes the policy along, this apply writes it once more.")
	case company.Removed && !rewritten:
		diags.AddAttributeError(at, "The plan would remove a policy that is kept", both+
			" and is to be removed. It was planned before the provider knew of this one, and would take the policy along.\n\n"+
			"Plan again, without -refresh=false: which of the two comes first is chance. Or take the other one out of the state without destroying the policy "+
			"(a removed block with destroy = false, or terraform state rm).")
	case company.Differ:
		diags.AddAttributeError(at, "Two resources manage one policy", both+", and says something else: each would undo what the other does. "+
			"Give one of the two another name, or remove its block: the policy stays as long as one of them manages it.")
	case company.Keepers:
		diags.AddAttributeWarning(at, "Two resources manage one policy", both+". As long as they say the same, nothing goes wrong. "+
			"Remove the block of one of the two: the policy stays as long as the other manages it.")
	case company.Wanted:
		diags.Append(warnWanted(role, name, "a new ecrxa_consumer_role_policy of this configuration is about to create it too"))
	}
	return diags
}

// foreseeNew looks at a policy that the resource is about to create. One that is
// replaced Terraform plans once more, as one that is added.
func (r *Resource) foreseeNew(ctx context.Context, added bool, plan model) (diags diag.Diagnostics) {
	role, name := plan.Role.ValueString(), plan.Name.ValueString()
	claim := r.claim(plan)
	if added && claim.Want() > 1 {
		diags.AddAttributeError(path.Root("name"), "Two resources manage one policy", fmt.Sprintf(
			"Another new ecrxa_consumer_role_policy of this configuration creates the inline policy %s of the role %s too: the second of them would fail. "+
				"Give one of the two another name, or remove it.", name, role))
		return diags
	}
	if claim.Kept() {
		diags.Append(warnWanted(role, name, "another ecrxa_consumer_role_policy of this configuration may manage it already"))
		return diags
	}
	standing, found := r.policies.Foresee(ctx, role, name)
	switch {
	case !found || plan.Policy.IsUnknown():
	case rolepolicy.Same(standing, plan.Policy.ValueString()):
		warnTakenOver(&diags, role, name, "this apply takes it over")
	default:
		diags.AddAttributeWarning(path.Root("name"), existsSummary, existsInPlan(role, rolepolicy.Policy{Name: name, Document: standing}))
	}
	return diags
}

// foreseeQuota measures the role's inline policies as they would be.
func (r *Resource) foreseeQuota(ctx context.Context, plan model) (diags diag.Diagnostics) {
	if !tfattr.Known(ctx, plan.Role, plan.Name, plan.Policy) {
		return nil
	}
	planned := rolepolicy.Policy{Name: plan.Name.ValueString(), Document: plan.Policy.ValueString()}
	if detail, exceeded := r.policies.ForeseeQuota(ctx, plan.Role.ValueString(), planned); exceeded {
		diags.AddAttributeWarning(path.Root("repository_arns"), "The role's inline policies would be too large",
			"Unless another inline policy of the role shrinks or goes before, the apply will fail. "+detail)
	}
	return diags
}

func warnWanted(role, name, what string) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(path.Root("name"), "Two resources may manage one policy", fmt.Sprintf(
		"The inline policy %s of the role %s: %s. If this plan replaces the one by the other, ignore this. "+
			"If both are to stay, give one of them another name, or remove one.", name, role, what))
}

// canonical returns a text that is equal for documents that mean the same, and
// empty for one that is not known.
func canonical(document string) string {
	doc, err := policy.Parse(document)
	if err != nil {
		return ""
	}
	return doc.Canonical()
}
