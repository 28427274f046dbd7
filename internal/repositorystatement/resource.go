// SPDX-License-Identifier: MPL-2.0

// Package repositorystatement is the resource ecrxa_repository_statement: one statement of a
// repository policy as JSON. It can say what an ecrxa_repository_grant cannot, above all Deny.
package repositorystatement

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
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

// NewResource returns the resource ecrxa_repository_statement.
func NewResource() resource.Resource { return &Resource{base()} }

func base() statementresource.Base {
	return statementresource.Base{
		Type: managed.StatementType, At: path.Root("statement"), ParseImportID: managed.ParseStatementImportID, CheckSid: managed.CheckStatementSid,
		CheckImport: func(awsname.Repository, *policy.Statement) error { return nil },
	}
}

// Resource is ecrxa_repository_statement.
type Resource struct{ statementresource.Base }

// Metadata implements resource.Resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_repository_statement"
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

// Read takes the statement by its Sid. The text of the state stays while it means the same.
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
	resp.Diagnostics.Append(m.refresh(ctx, live)...)
	resp.Diagnostics.Append(tfattr.Set(ctx, &resp.State.Raw, &m)...)
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
	diags.Append(tfattr.Revalidate(ctx, plan)...)
	m.check(diags)
	if r.Settle(ctx, &m.Attributes, diags); diags.HasError() {
		return nil
	}
	if m.checkPlace(diags); diags.HasError() {
		return nil
	}
	statement := m.Planned(diags)
	if statement != nil {
		m.Sid = types.StringValue(statement.Sid())
	}
	return statement
}
