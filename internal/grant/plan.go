package grant

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/repopolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// ModifyPlan plans every computed attribute that configuration decides, so that
// a check can judge the plan before it is applied.
func (r *Resource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var prior *model
	if !req.State.Raw.IsNull() {
		prior = &model{}
		resp.Diagnostics.Append(req.State.Get(ctx, prior)...)
	}
	object := tfattr.Object(ctx, resp.Private)
	if prior != nil {
		existing, diags := tfattr.ExistingObject(ctx, resp.Private)
		resp.Diagnostics.Append(diags...)
		object = existing
	}
	if req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(r.planRemoval(ctx, object, prior, resp.Private)...)
		return // Nothing is computed for a destroy.
	}
	var config, plan model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	statementattr.CheckConditionsKnown(config.Conditions, &resp.Diagnostics)
	config.checkSourcesKnown(ctx, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	r.planPlace(ctx, config, &plan, &resp.Diagnostics)
	plan.checkPartition(&resp.Diagnostics)
	plan.warnOtherRegion(&resp.Diagnostics)
	plan.Access = statementattr.PlanAccess(config.Access, config.Actions)
	plan.warnCertainConditions(ctx, &resp.Diagnostics)
	resp.Diagnostics.Append(plan.planStatement(ctx, prior)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if prior != nil && (!plan.RegistryID.Equal(prior.RegistryID) || !plan.Region.Equal(prior.Region)) {
		resp.RequiresReplace.Append(path.Root("region"), path.Root("registry_id"))
	}
	own := r.policies != nil && plan.placed() && r.policies.Owners.Has(plan.key(), object.Token)
	rewrite, diags := r.planOwner(ctx, object, prior, &plan, resp.Private)
	if !diags.HasError() {
		diags.Append(r.preflight(ctx, object, prior, &plan, own)...)
	}
	if rewrite && plan.Statement.Equal(prior.Statement) {
		plan.Statement = types.StringUnknown() // So that Terraform calls Update.
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
	resp.Diagnostics.Append(diags...)
}

// planPlace plans region, registry_id and repository_arn. Values that depend on an
// unknown provider configuration stay unknown.
func (r *Resource) planPlace(ctx context.Context, config model, plan *model, diags *diag.Diagnostics) {
	if r.clients == nil || len(r.clients.Unknown()) > 0 {
		if config.Region.IsNull() {
			plan.Region = types.StringUnknown()
		}
	} else {
		if err := r.clients.Check(ctx); err != nil {
			addError(diags, err)
			return
		}
		r.fillPlace(ctx, config, plan, diags)
	}
	plan.RepositoryARN = types.StringUnknown()
	if tfattr.Known(ctx, plan.Region, plan.RegistryID, plan.Repository) {
		plan.RepositoryARN = types.StringValue(plan.target().ARN())
	}
}

// fillPlace takes the region and the account that are not configured from the provider.
func (r *Resource) fillPlace(ctx context.Context, config model, plan *model, diags *diag.Diagnostics) {
	if config.Region.IsNull() {
		plan.Region = types.StringValue(r.clients.Region())
	}
	if config.RegistryID.IsNull() && plan.RegistryID.IsUnknown() {
		identity, err := r.clients.Identity(ctx)
		if err != nil {
			addError(diags, fmt.Errorf("registry_id is not set, and the account of the credentials could not be read: %w", err))
			return
		}
		plan.RegistryID = types.StringValue(identity.Account)
	}
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
	if prior != nil {
		if before, err := policy.ParseStatement(prior.Statement.ValueString()); err == nil && before.Canonical() == planned.Canonical() {
			m.Statement = prior.Statement
		}
	}
	if size := repopolicy.Size(policy.NewDocument(planned)); size > repopolicy.MaxSize {
		diags.AddError("Statement too large", fmt.Sprintf(
			"This statement alone makes a policy of %d characters; ECR accepts %d for the whole policy of a repository. Name fewer principals: whole accounts (account_ids) or organizations (organization_ids).",
			size, repopolicy.MaxSize))
	}
	return diags
}
