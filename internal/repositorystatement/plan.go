// SPDX-License-Identifier: MPL-2.0

package repositorystatement

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementresource"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// ModifyPlan plans every computed attribute that configuration decides, so that
// a check can judge the plan before it is applied.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var prior *model
	if !req.State.Raw.IsNull() {
		prior = &model{}
		resp.Diagnostics.Append(tfattr.Get(ctx, req.State, prior)...)
	}
	object, destroy, left := r.StartPlan(ctx, prior.Common(), req.Plan, resp.Private, &resp.Diagnostics)
	if destroy {
		if !left {
			warnDestroyed(prior, &resp.Diagnostics)
		}
		return
	}
	var config, plan model
	resp.Diagnostics.Append(tfattr.Get(ctx, req.Config, &config)...)
	resp.Diagnostics.Append(tfattr.Get(ctx, req.Plan, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.PlanPlace(ctx, &config.Attributes, &plan.Attributes, &resp.Diagnostics)
	plan.planStatement(prior)
	plan.checkPlace(&resp.Diagnostics)
	plan.warnCertainConditions(ctx, &resp.Diagnostics)
	r.WarnBreadths(object, prior.broad(ctx, &resp.Diagnostics), plan.broad(ctx, &resp.Diagnostics), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if prior != nil && !prior.Sid.Equal(plan.Sid) {
		resp.RequiresReplace.Append(path.Root("statement")) // The Sid is the statement's identity.
	}
	rewrite, diags := r.FinishPlan(ctx, object, prior.Common(), &plan.Attributes, resp)
	if rewrite {
		plan.RepositoryARN = types.StringUnknown() // So that Terraform calls Update.
	}
	warnChanged(prior, &plan, &diags)
	resp.Diagnostics.Append(tfattr.Set(ctx, &resp.Plan.Raw, &plan)...)
	resp.Diagnostics.Append(diags...)
}

// isDeny reports whether the state has a Deny statement.
func isDeny(prior *model) bool {
	if prior == nil {
		return false
	}
	before := prior.parsed()
	return before != nil && before.Effect() == "Deny"
}

// warnDestroyed warns that a Deny statement is deleted: access may become possible.
func warnDestroyed(prior *model, diags *diag.Diagnostics) {
	if isDeny(prior) {
		diags.AddAttributeWarning(path.Root("statement"), "Deny statement destroyed", denies(prior)+
			"This plan destroys it. What it denies today is then allowed, wherever other policies allow it, unless another resource of this configuration keeps the statement.\n\n"+
			"If access is to stay denied, keep this resource, or deny it elsewhere before you apply. "+
			"To keep the statement and only stop managing it, use a removed block with destroy = false.")
	}
}

// warnChanged warns that a Deny statement is changed, unless it denies as much as before.
func warnChanged(prior, plan *model, diags *diag.Diagnostics) {
	if !isDeny(prior) {
		return
	}
	planned := plan.parsed()
	switch {
	case !plan.Placed() || prior.Key() != plan.Key():
		diags.AddAttributeWarning(path.Root("statement"), "Deny statement replaced", denies(prior)+
			"This plan replaces it. Terraform destroys it before it creates the other one, and in between neither of them denies anything, unless you set create_before_destroy = true in the lifecycle of this resource. "+
			"What it denies today and the other one does not is then allowed, wherever other policies allow it.")
	case planned == nil:
		diags.AddAttributeWarning(path.Root("statement"), "Deny statement changed to one that is not known yet", denies(prior)+
			"This plan replaces its text by one that Terraform will know only during the apply. What the statement denies today and will not deny then is allowed, wherever other policies allow it. "+
			"To see the change before it is made, first apply what the statement depends on, with -target.")
	case !statementresource.SameMeaning(prior.Statement, planned) && !managed.DeniesAsMuch(prior.parsed(), planned):
		diags.AddAttributeWarning(path.Root("statement"), "Deny statement changed", denies(prior)+
			"This plan changes it to:\n\n  "+printed.Message(planned.String())+"\n\n"+
			"What it denies today and will not deny then is allowed, wherever other policies allow it. Check that this is intended.")
	}
}

// denies names the statement of the state.
func denies(prior *model) string {
	return fmt.Sprintf("In %s, the statement with the Sid %s denies access:\n\n  %s\n\n",
		statementresource.Where(prior.Target()), printed.Value(prior.Sid.ValueString()), printed.Message(prior.parsed().String()))
}

// broad returns what a plan warns of; nothing for no model.
func (m *model) broad(ctx context.Context, diags *diag.Diagnostics) statementresource.Broad {
	if m == nil {
		return statementresource.Broad{}
	}
	return statementresource.Broad{Attributes: &m.Attributes, Breadths: m.breadths(ctx, diags), Alike: m.alike()}
}

// Settle implements statementresource.Model.
func (m *model) Settle(ctx context.Context, b *statementresource.Base, diags *diag.Diagnostics) {
	m.check(diags)
	if b.SettlePlace(ctx, &m.Attributes, diags); diags.HasError() {
		return
	}
	m.checkPlace(diags)
	if s := m.parsed(); s != nil {
		m.Sid = types.StringValue(s.Sid())
	}
}
