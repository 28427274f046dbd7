// SPDX-License-Identifier: MPL-2.0

// Package grant is the resource ecrxa_repository_grant: the registry side of
// cross-account access, one statement of a repository policy.
package grant

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementresource"
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

// NewResource returns the resource ecrxa_repository_grant.
func NewResource() resource.Resource { return &Resource{base()} }

func base() statementresource.Base {
	return statementresource.Base{
		Type: managed.GrantType, At: path.Root("sid"),
		ParseImportID: managed.ParseGrantImportID, CheckSid: managed.CheckSid, CheckImport: managed.CheckGrantImport,
	}
}

// Resource is ecrxa_repository_grant.
type Resource struct{ statementresource.Base }

// Metadata implements resource.Resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_repository_grant"
}

// ValidateConfig checks what concerns more than one attribute. Values that are
// not known yet are judged when they are.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var m model
	if resp.Diagnostics.Append(tfattr.Get(ctx, req.Config, &m)...); resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(m.Check(ctx)...)
	m.Warn(ctx, &resp.Diagnostics)
}

// Create adds the statement. An identical one that exists is adopted, a different one
// is an error.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var m model
	if resp.Diagnostics.Append(tfattr.Get(ctx, req.Plan, &m)...); resp.Diagnostics.HasError() {
		return
	}
	statement := r.applicable(ctx, req.Plan, &m, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if r.Base.Create(ctx, &m.Attributes, statement, resp.Private, &resp.Diagnostics) {
		resp.Diagnostics.Append(tfattr.Set(ctx, &resp.State.Raw, &m)...)
		m.SetIdentity(ctx, resp.Identity)
	}
}

// Read takes the statement by its Sid, and shows what drifted on the attribute that drifted.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var m model
	if resp.Diagnostics.Append(tfattr.Get(ctx, req.State, &m)...); resp.Diagnostics.HasError() {
		return
	}
	live := r.Base.Read(ctx, &m.Attributes, resp.Private, &resp.Diagnostics)
	m.SetIdentity(ctx, resp.Identity) // Also if the statement does not exist: the framework asks for it.
	switch {
	case resp.Diagnostics.HasError():
		return
	case live == nil:
		resp.State.RemoveResource(ctx)
		return
	}
	if resp.Diagnostics.Append(r.refresh(ctx, &m, live)...); resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(tfattr.Set(ctx, &resp.State.Raw, &m)...)
}

// refresh writes the live statement into the state. Without a statement in the
// state, this is an import.
func (r *Resource) refresh(ctx context.Context, m *model, live *policy.Statement) diag.Diagnostics {
	if statementresource.SameMeaning(m.Statement, live) {
		return nil
	}
	if refused := r.CheckGrantRefresh(&m.Attributes, live); refused.HasError() {
		return refused
	}
	repo := m.Target()
	var prior *managed.Grant
	var before diag.Diagnostics
	isImport := m.Statement.IsNull()
	if !isImport {
		old, diags := m.grant(ctx)
		if diags.HasError() {
			return diags
		}
		prior, before = old, m.Openings(ctx, m.repository(), false)
	}
	diags := m.Absorb(ctx, managed.GrantOf(live, repo.Partition, prior))
	m.Statement = types.StringValue(live.String())
	m.RepositoryARN = types.StringValue(repo.ARN())
	m.warnOpened(ctx, isImport, before, &diags)
	return diags
}

// Update replaces the statement, and writes nothing if it is as planned already.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var m, prior model
	resp.Diagnostics.Append(tfattr.Get(ctx, req.Plan, &m)...)
	if resp.Diagnostics.Append(tfattr.Get(ctx, req.State, &prior)...); resp.Diagnostics.HasError() {
		return
	}
	statement := r.applicable(ctx, req.Plan, &m, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	r.Base.Update(ctx, &m.Attributes, &prior.Attributes, statement, resp.Private, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(tfattr.Set(ctx, &resp.State.Raw, &m)...)
		m.SetIdentity(ctx, resp.Identity)
	}
}

// Delete deletes the statement, and the policy with its last statement.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var m model
	if resp.Diagnostics.Append(tfattr.Get(ctx, req.State, &m)...); !resp.Diagnostics.HasError() {
		r.Base.Delete(ctx, &m.Attributes, req.Private, &resp.Diagnostics)
	}
}

// applicable completes a plan that is being applied, checks it again, since values
// that were unknown before have not been validated, and returns its statement.
func (r *Resource) applicable(ctx context.Context, plan tfsdk.Plan, m *model, diags *diag.Diagnostics) *policy.Statement {
	if diags.Append(tfattr.Revalidate(ctx, plan)...); diags.HasError() {
		return nil
	}
	if diags.Append(r.settle(ctx, m)...); diags.HasError() {
		return nil
	}
	return m.Planned(diags)
}

// settle computes what was unknown in the plan and is known now, and checks it.
func (r *Resource) settle(ctx context.Context, m *model) diag.Diagnostics {
	diags := m.Check(ctx)
	if r.Settle(ctx, &m.Attributes, &diags); diags.HasError() {
		return diags
	}
	m.Settle(m.Region, &diags)
	if m.Statement.IsUnknown() {
		diags.Append(m.planStatement(ctx, nil)...)
	}
	return diags
}
