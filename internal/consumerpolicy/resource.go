// SPDX-License-Identifier: MPL-2.0

// Package consumerpolicy is the resource ecrxa_consumer_role_policy: the consumer
// side of cross-account access, one inline policy on the role that pulls.
package consumerpolicy

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/providerdata"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/rolepolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

var (
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithMoveState      = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

// NewResource returns the resource ecrxa_consumer_role_policy.
func NewResource() resource.Resource { return &Resource{} }

// Resource is ecrxa_consumer_role_policy.
type Resource struct {
	clients  *awsapi.Clients
	policies *rolepolicy.Store
	isFirst  func(text string) bool
}

// Metadata implements resource.Resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_consumer_role_policy"
}

// Configure takes what the provider prepared.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	data, diags := providerdata.From(req.ProviderData)
	if resp.Diagnostics.Append(diags...); data != nil {
		r.clients, r.policies, r.isFirst = data.Clients, data.Roles, data.IsFirst
	}
}

// ValidateConfig checks what more than one attribute decides.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var conditions types.List
	if resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("conditions"), &conditions)...); resp.Diagnostics.HasError() {
		return
	}
	statementattr.CheckDuplicates(ctx, conditions, nil, &resp.Diagnostics)
	statementattr.WarnOpenConditions(ctx, conditions, nil, &resp.Diagnostics)
}

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

// applicable returns the plan that is being applied, checked again: values that
// were unknown before have not been validated.
func applicable(ctx context.Context, plan tfsdk.Plan) (model, diag.Diagnostics) {
	var m model
	diags := tfattr.Revalidate(ctx, plan)
	diags.Append(tfattr.Get(ctx, plan, &m)...)
	if diags.HasError() {
		return m, diags
	}
	statementattr.CheckDuplicates(ctx, m.Conditions, nil, &diags)
	_, more := m.compose(ctx)
	diags.Append(more...)
	checkSize(m.Policy.ValueString(), &diags)
	return m, diags
}

// checkSize refuses a policy that would not fit on a role without any other.
func checkSize(document string, diags *diag.Diagnostics) {
	if size := rolepolicy.Size(document); size > rolepolicy.MaxSize {
		diags.AddAttributeError(path.Root("repository_arns"), "Policy too large", fmt.Sprintf(
			"The policy has %d characters, white space not counted; all inline policies of a role together may have %d. "+
				"Name fewer repositories, or several by one ARN with a wildcard.", size, rolepolicy.MaxSize))
	}
}

// Create writes the policy. An identical one that exists is adopted, a different one
// is an error.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	m, diags := applicable(ctx, req.Plan)
	resp.Diagnostics.Append(diags...)
	object, diags := tfattr.NewObject(ctx, resp.Private)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}
	creation, err := r.policies.Create(ctx, m.key(), object.Token, m.Policy.ValueString())
	if err != nil {
		addError(&resp.Diagnostics, err)
	} else if creation.Adopted {
		warnAdopted(&resp.Diagnostics, m.key(), "this resource manages it from now on", "")
	}
	if creation.Written {
		// With an error this taints the resource: the next apply begins by deleting what may exist.
		resp.Diagnostics.Append(tfattr.Set(ctx, &resp.State.Raw, &m)...)
		m.setIdentity(ctx, resp.Identity)
	}
}

// Read shows what drifted on the attribute that drifted, and removes the resource
// from the state if the policy or its role does not exist.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(tfattr.Get(ctx, req.State, &m)...)
	object, diags := tfattr.ExistingObject(ctx, resp.Private)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}
	m.setIdentity(ctx, resp.Identity) // Also if the policy does not exist: the framework asks for it.
	key := m.key()
	r.policies.Owners.StartRead(key, object.Token)
	live, found, err := r.policies.Read(ctx, key.Role, key.Name)
	if err != nil {
		addError(&resp.Diagnostics, err)
		return
	}
	if !found {
		tflog.Debug(ctx, "The inline policy or its role does not exist", map[string]any{"role": key.Role, "name": key.Name})
		r.policies.Owners.Missing(key, object.Token)
		resp.State.RemoveResource(ctx)
		return
	}
	resp.Diagnostics.Append(m.refresh(ctx, live)...)
	resp.Diagnostics.Append(tfattr.SetPeers(ctx, resp.Private, r.policies.Owners.EndRead(key, object.Token))...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(tfattr.Set(ctx, &resp.State.Raw, &m)...)
}

// Update writes the policy, unless the one in the state already means the same. It
// overwrites nothing that the plan has not seen; Delete deletes nothing else either.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var prior types.String
	m, diags := applicable(ctx, req.Plan)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("policy"), &prior)...)
	object, diags := tfattr.ExistingObject(ctx, resp.Private)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}
	again := m.Policy.IsUnknown()
	if again {
		resp.Diagnostics.Append(m.planPolicy(ctx, prior)...)
	}
	if again || !rolepolicy.Same(m.Policy.ValueString(), prior.ValueString()) {
		err := r.policies.Update(ctx, m.key(), object.Token, prior.ValueString(), m.Policy.ValueString())
		if err != nil {
			addError(&resp.Diagnostics, err)
			return
		}
	}
	resp.Diagnostics.Append(tfattr.Set(ctx, &resp.State.Raw, &m)...)
	m.setIdentity(ctx, resp.Identity)
}

// Delete deletes the policy, unless another resource manages it.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var m model
	if resp.Diagnostics.Append(tfattr.Get(ctx, req.State, &m)...); resp.Diagnostics.HasError() {
		return
	}
	left, err := r.policies.Delete(ctx, m.key(), tfattr.Object(ctx, req.Private), m.Policy.ValueString())
	if err != nil {
		addError(&resp.Diagnostics, err)
	}
	if left {
		resp.Diagnostics.AddWarning("Policy not deleted", twoResources(m.key())+", so it was kept. The policy is deleted with the last resource that manages it.")
	}
}

// ImportState takes ROLE,POLICY, or ROLE for a policy of the default name; or an identity. It
// refuses a policy that attributes cannot express, since the next apply would
// turn it into something else.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	role, name := importedName(req, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	text, found, err := r.policies.Read(ctx, role, name)
	switch {
	case err != nil:
		addError(&resp.Diagnostics, err)
		return
	case !found:
		resp.Diagnostics.AddError("Inline policy not found", fmt.Sprintf(
			"The account of the provider's credentials has no role %s with an inline policy %s. Check both names, and that the credentials belong to the consumer account.", role, name))
		return
	}
	m, diags := imported(ctx, role, name, text, adviceOnImport)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(tfattr.Set(ctx, &resp.State.Raw, &m)...)
	m.setIdentity(ctx, resp.Identity)
}

const adviceOnImport = "Keep it as it is and give this resource another name, or correct it first, for example by moving such parts to a policy of their own."

// imported returns the model of a policy that exists, or errors with the advice.
func imported(ctx context.Context, role, name, text, advice string) (model, diag.Diagnostics) {
	m := model{
		Role: types.StringValue(role), Name: types.StringValue(name),
		RepositoryARNs: tfattr.StringSet(nil), Actions: tfattr.StringSet(nil),
		Policy: types.StringValue(text),
	}
	var diags diag.Diagnostics
	doc, err := policy.Parse(text)
	if err != nil {
		diags.AddError("Unreadable inline policy", fmt.Sprintf("The inline policy %s of the role %s was not imported: %v.\n\n%s", name, role, err, advice))
		return m, diags
	}
	c, obstacles := managed.RolePolicyOf(doc)
	if len(obstacles) > 0 {
		diags.AddError("Unsupported inline policy", fmt.Sprintf(
			"The inline policy %s of the role %s was not imported, because the next apply would change its meaning:\n\n%s\n\n%s",
			name, role, itemized(obstacles), advice))
		return m, diags
	}
	m.Conditions, diags = statementattr.ConditionList(ctx, nil, m.Conditions)
	diags.Append(m.absorb(ctx, c)...)
	m.warnOpened(ctx, nil, &diags)
	return m, diags
}
