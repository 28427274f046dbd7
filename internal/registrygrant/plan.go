// SPDX-License-Identifier: MPL-2.0

package registrygrant

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// ModifyPlan plans every computed attribute that configuration decides, so that
// a check can judge the plan before it is applied.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var prior *model
	if !req.State.Raw.IsNull() {
		prior = &model{}
		resp.Diagnostics.Append(tfattr.Get(ctx, req.State, prior)...)
	}
	object, destroy, _ := r.StartPlan(ctx, prior.Common(), req.Plan, resp.Private, &resp.Diagnostics)
	if destroy {
		return
	}
	var config, plan model
	resp.Diagnostics.Append(tfattr.Get(ctx, req.Config, &config)...)
	resp.Diagnostics.Append(tfattr.Get(ctx, req.Plan, &plan)...)
	config.CheckConfigured(ctx, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	r.PlanRegistry(ctx, &config.RegistryAttributes, &plan.RegistryAttributes, &resp.Diagnostics)
	plan.Plan(ctx, &config.Grantees, plan.Region, plan.example(), &resp.Diagnostics)
	if prior != nil {
		plan.KeepMatch(&prior.Grantees)
	}
	resp.Diagnostics.Append(plan.planStatement(ctx, prior)...)
	r.WarnBreadths(object, prior.broad(ctx, &resp.Diagnostics), plan.broad(ctx, &resp.Diagnostics), &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	rewrite, diags := r.FinishPlan(ctx, object, prior.Common(), plan.Common(), resp)
	if rewrite {
		plan.Statement = types.StringUnknown() // So that Terraform calls Update.
	}
	resp.Diagnostics.Append(tfattr.Set(ctx, &resp.Plan.Raw, &plan)...)
	resp.Diagnostics.Append(diags...)
}
