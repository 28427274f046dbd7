// SPDX-License-Identifier: MPL-2.0

package consumerpolicy

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/rolepolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

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

// refresh copies a live document into the attributes, so that drift shows on the
// attribute that drifted and what attributes cannot express on "policy". A document that
// means the same as before changes nothing. What the next apply removes is named.
func (m *model) refresh(ctx context.Context, live string) (diags diag.Diagnostics) {
	doc, err := policy.Parse(live)
	warnForeign(&diags, m.key(), doc, err)
	if rolepolicy.Same(live, m.Policy.ValueString()) {
		return diags
	}
	m.Policy = types.StringValue(live)
	if err != nil {
		return diags
	}
	before := m.openings(ctx)
	c, _ := managed.RolePolicyOf(doc)
	diags.Append(m.absorb(ctx, c)...)
	m.warnOpened(ctx, before, &diags)
	return diags
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
