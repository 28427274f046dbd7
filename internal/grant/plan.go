package grant

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementresource"
)

// ModifyPlan plans every computed attribute that configuration decides, so that
// a check can judge the plan before it is applied.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var prior *model
	if !req.State.Raw.IsNull() {
		prior = &model{}
		resp.Diagnostics.Append(req.State.Get(ctx, prior)...)
	}
	object, destroy, _ := r.StartPlan(ctx, prior.attributes(), req.Plan, resp.Private, &resp.Diagnostics)
	if destroy {
		return
	}
	var config, plan model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	statementattr.CheckConditionsKnown(config.Conditions, &resp.Diagnostics)
	config.checkSourcesKnown(ctx, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	r.PlanPlace(ctx, &config.Attributes, &plan.Attributes, &resp.Diagnostics)
	plan.checkPartition(&resp.Diagnostics)
	plan.warnOtherRegion(&resp.Diagnostics)
	plan.Access = statementattr.PlanAccess(config.Access, config.Actions)
	plan.warnCertainConditions(ctx, &resp.Diagnostics)
	resp.Diagnostics.Append(plan.planStatement(ctx, prior)...)
	if resp.Diagnostics.HasError() {
		return
	}
	rewrite, diags := r.FinishPlan(ctx, object, prior.attributes(), &plan.Attributes, resp)
	if rewrite {
		plan.Statement = types.StringUnknown() // So that Terraform calls Update.
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
	resp.Diagnostics.Append(diags...)
}

// planStatement plans the statement. What means the same as the statement in
// the state keeps its text, so that no difference shows where none is.
func (m *model) planStatement(ctx context.Context, prior *model) diag.Diagnostics {
	m.Statement = types.StringUnknown()
	if !m.statementInputsKnown(ctx) {
		return nil
	}
	g, diags := m.grant(ctx)
	if diags.HasError() {
		return diags
	}
	if g.GrantsNoneOrEveryone() {
		diags.AddError("Grant to nobody or to everybody", "An attribute of this grant is null or empty, so the statement would have no principal, no action, or a condition without values. "+
			"Nothing was changed. Check for null values in the attributes that say who gets access.")
		return diags
	}
	planned := g.Statement()
	m.Statement = types.StringValue(planned.String())
	if prior != nil && statementresource.SameMeaning(prior.Statement, planned) {
		m.Statement = prior.Statement
	}
	diags.Append(statementresource.CheckSize(planned, "Name fewer principals: whole accounts (account_ids) or organizations (organization_ids).")...)
	return diags
}
