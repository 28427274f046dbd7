// SPDX-License-Identifier: MPL-2.0

package statementresource

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/ownership"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/policystore"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// StartPlan returns the object of a plan, and whether it is only planned to be destroyed:
// then nothing else is to be planned. left says that the destroy leaves the statement to
// another object.
func (b *Base) StartPlan(ctx context.Context, prior *Attributes, plan tfsdk.Plan, private tfattr.Private, diags *diag.Diagnostics) (object ownership.Object, destroy, left bool) {
	object = tfattr.Object(ctx, private)
	if prior != nil {
		existing, objectDiags := tfattr.ExistingObject(ctx, private)
		diags.Append(objectDiags...)
		object = existing
	}
	if prior != nil && prior.Region.IsNull() {
		diags.AddError("Moved statement not read", "A moved block moves an aws_ecr_repository_policy to "+b.Type+", and the state does not say in which region the repository is. "+
			"What to do now: plan without -refresh=false, so that the provider reads the statement.")
	}
	if !plan.Raw.IsNull() {
		return object, false, false
	}
	left = b.planRemoval(ctx, object, prior, private, diags)
	return object, true, left
}

// PlanPlace plans region, registry_id and repository_arn. Values that depend on an
// unknown provider configuration stay unknown.
func (b *Base) PlanPlace(ctx context.Context, config, plan *Attributes, diags *diag.Diagnostics) {
	b.PlanRegistry(ctx, &config.RegistryAttributes, &plan.RegistryAttributes, diags)
	plan.RepositoryARN = types.StringUnknown()
	if tfattr.Known(ctx, plan.Region, plan.RegistryID, plan.Repository) {
		plan.RepositoryARN = types.StringValue(plan.Target().ARN())
	}
}

// PlanRegistry is PlanPlace without the repository.
func (b *Base) PlanRegistry(ctx context.Context, config, plan *RegistryAttributes, diags *diag.Diagnostics) {
	if b.Clients == nil || len(b.Clients.Unknown()) > 0 {
		if config.Region.IsNull() {
			plan.Region = types.StringUnknown()
		}
	} else {
		if err := b.Clients.Check(ctx); err != nil {
			b.addError(diags, err)
			return
		}
		b.fillPlace(ctx, config, plan, diags)
	}
}

// completePlace takes the region and the account that are null from the provider.
func (b *Base) completePlace(ctx context.Context, a *RegistryAttributes, diags *diag.Diagnostics) {
	if !a.Region.IsNull() && !a.RegistryID.IsNull() {
		return
	}
	configured := *a
	if a.RegistryID.IsNull() {
		a.RegistryID = types.StringUnknown()
	}
	b.PlanRegistry(ctx, &configured, a, diags)
}

// fillPlace takes the region and the account that are not configured from the provider.
func (b *Base) fillPlace(ctx context.Context, config, plan *RegistryAttributes, diags *diag.Diagnostics) {
	if config.Region.IsNull() {
		plan.Region = types.StringValue(b.Clients.Region())
	}
	if config.RegistryID.IsNull() && plan.RegistryID.IsUnknown() {
		identity, err := b.Clients.Identity(ctx)
		if err != nil {
			b.addError(diags, fmt.Errorf("registry_id is not set, and the account of the credentials could not be read: %w", err))
			return
		}
		plan.RegistryID = types.StringValue(identity.Account)
	}
}

// FinishPlan plans what becomes of the statement: it registers the owner, and checks the
// policy as it is now. rewrite is true if the statement must be written again although it
// does not change; then Terraform must call Update.
func (b *Base) FinishPlan(ctx context.Context, object ownership.Object, prior, plan *Attributes, resp *resource.ModifyPlanResponse) (rewrite bool, diags diag.Diagnostics) {
	if prior != nil && (!plan.RegistryID.Equal(prior.RegistryID) || !plan.Region.Equal(prior.Region)) {
		resp.RequiresReplace.Append(path.Root("region"), path.Root("registry_id"))
	}
	own := b.Policies != nil && plan.Placed() && b.Policies.Owners.Has(plan.Key(), object.Token)
	rewrite, diags = b.planOwner(ctx, object, prior, plan, resp.Private)
	if !diags.HasError() {
		diags.Append(b.preflight(ctx, object, prior, plan, own)...)
	}
	return rewrite && plan.Statement.Equal(prior.Statement), diags
}

// CheckSize returns an error if a statement alone is too large for a policy.
func CheckSize(planned *policy.Statement, advice string) (diags diag.Diagnostics) {
	if size := policystore.Size(policy.NewDocument(planned)); size > policystore.MaxSize {
		diags.AddError("Statement too large", fmt.Sprintf(
			"This statement alone makes a policy of %d characters; ECR accepts %d for the whole policy. %s",
			size, policystore.MaxSize, advice))
	}
	return diags
}

// SettlePlace computes the place that was unknown in the plan and is known in the apply.
func (b *Base) SettlePlace(ctx context.Context, a *Attributes, diags *diag.Diagnostics) {
	b.SettleRegistry(ctx, &a.RegistryAttributes, diags)
	if !diags.HasError() {
		a.RepositoryARN = types.StringValue(a.Target().ARN())
	}
}

// SettleRegistry is SettlePlace without the repository.
func (b *Base) SettleRegistry(ctx context.Context, a *RegistryAttributes, diags *diag.Diagnostics) {
	if a.Region.IsUnknown() || a.RegistryID.IsUnknown() {
		unset := RegistryAttributes{Region: nullIfUnknown(a.Region), RegistryID: nullIfUnknown(a.RegistryID)}
		b.fillPlace(ctx, &unset, a, diags)
	}
}

// nullIfUnknown: an attribute that is still unknown when it is applied was not configured.
func nullIfUnknown(v types.String) types.String {
	if v.IsUnknown() {
		return types.StringNull()
	}
	return v
}
