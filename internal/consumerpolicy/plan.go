// SPDX-License-Identifier: MPL-2.0

package consumerpolicy

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// ModifyPlan plans the computed attributes, so that a check can evaluate the policy
// before it is applied, and reports the conflicts that the apply would have.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var prior *model
	object := tfattr.Object(ctx, resp.Private)
	if !req.State.Raw.IsNull() {
		prior = &model{}
		resp.Diagnostics.Append(tfattr.Get(ctx, req.State, prior)...)
		existing, diags := tfattr.ExistingObject(ctx, resp.Private)
		resp.Diagnostics.Append(diags...)
		object = existing
	}
	if req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(r.planRemoval(ctx, object, prior, resp.Private)...)
		return // Nothing is computed for a destroy.
	}
	plan := r.planAttributes(ctx, req, prior, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(tfattr.Set(ctx, &resp.Plan.Raw, plan)...)
	if r.clients == nil {
		return // This is terraform validate.
	}
	if !resp.Plan.Raw.Equal(req.State.Raw) {
		if err := r.clients.Check(ctx); err != nil {
			addError(&resp.Diagnostics, err)
			return
		}
	}
	r.warnBreadths(object, prior, plan, &resp.Diagnostics)
	own := tfattr.Known(ctx, plan.Role, plan.Name) && r.policies.Owners.Has(plan.key(), object.Token)
	rewrite, diags := r.planOwner(ctx, object, prior, plan, resp.Private)
	if resp.Diagnostics.Append(diags...); diags.HasError() {
		return
	}
	resp.Diagnostics.Append(r.preflight(ctx, object, prior, plan, own)...)
	if rewrite && plan.Policy.Equal(prior.Policy) {
		// So that Terraform calls Update.
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("policy"), types.StringUnknown())...)
	}
}

// planAttributes returns the plan with all computed attributes.
func (r *Resource) planAttributes(ctx context.Context, req resource.ModifyPlanRequest, prior *model, diags *diag.Diagnostics) *model {
	var config, plan model
	diags.Append(tfattr.Get(ctx, req.Config, &config)...)
	diags.Append(tfattr.Get(ctx, req.Plan, &plan)...)
	if statementattr.CheckConditionsKnown(config.Conditions, diags); diags.HasError() {
		return &plan
	}
	before := types.StringNull()
	if prior != nil {
		before = prior.Policy
	}
	plan.Access = statementattr.PlanAccess(config.Access, config.Actions)
	plan.warnCertainConditions(ctx, diags)
	diags.Append(plan.planPolicy(ctx, before)...)
	checkSize(plan.Policy.ValueString(), diags)
	if region := r.region(); region != "" {
		checkPartition(plan.RepositoryARNs, region, diags)
	}
	return &plan
}

// region returns the provider's region, or nothing while that is not known.
func (r *Resource) region() string {
	if r.clients == nil || len(r.clients.Unknown()) > 0 {
		return ""
	}
	return r.clients.Region()
}
