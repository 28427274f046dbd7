package grant

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementresource"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// model is the resource as Terraform holds it.
type model struct {
	statementresource.Attributes

	AccountIDs        types.Set    `tfsdk:"account_ids"`
	RoleARNs          types.Set    `tfsdk:"role_arns"`
	UserARNs          types.Set    `tfsdk:"user_arns"`
	OrganizationIDs   types.Set    `tfsdk:"organization_ids"`
	OrganizationPaths types.Set    `tfsdk:"organization_paths"`
	ServicePrincipal  types.String `tfsdk:"service_principal"`
	SourceARNs        types.Set    `tfsdk:"source_arns"`
	SourceAccountIDs  types.Set    `tfsdk:"source_account_ids"`
	MatchRolesBy      types.String `tfsdk:"match_roles_by"`
	Access            types.String `tfsdk:"access"`
	Actions           types.Set    `tfsdk:"actions"`
	Conditions        types.List   `tfsdk:"conditions"`
}

// attributes returns the attributes of every such resource; nil for nil.
func (m *model) attributes() *statementresource.Attributes {
	if m == nil {
		return nil
	}
	return &m.Attributes
}

// statementInputsKnown reports whether everything that the statement is made of is known.
func (m *model) statementInputsKnown(ctx context.Context) bool {
	return tfattr.Known(ctx, m.Region, m.Sid, m.AccountIDs, m.RoleARNs, m.UserARNs, m.OrganizationIDs, m.OrganizationPaths,
		m.ServicePrincipal, m.SourceARNs, m.SourceAccountIDs, m.MatchRolesBy, m.Access, m.Actions, m.Conditions)
}

// grant returns the attributes as plain values. They must be known.
func (m *model) grant(ctx context.Context) (*managed.Grant, diag.Diagnostics) {
	conditions, diags := statementattr.Conditions(ctx, m.Conditions)
	return &managed.Grant{
		Sid:               m.Sid.ValueString(),
		Partition:         awsname.Partition(m.Region.ValueString()),
		AccountIDs:        tfattr.Strings(m.AccountIDs),
		RoleARNs:          tfattr.Strings(m.RoleARNs),
		UserARNs:          tfattr.Strings(m.UserARNs),
		OrganizationIDs:   tfattr.Strings(m.OrganizationIDs),
		OrganizationPaths: tfattr.Strings(m.OrganizationPaths),
		ServicePrincipal:  m.ServicePrincipal.ValueString(),
		SourceARNs:        tfattr.Strings(m.SourceARNs),
		SourceAccountIDs:  tfattr.Strings(m.SourceAccountIDs),
		MatchRolesBy:      m.MatchRolesBy.ValueString(),
		Actions:           statementattr.Actions(m.Access, m.Actions),
		Conditions:        conditions,
	}, diags
}

// absorb writes what a live statement says into the attributes, and keeps the
// order in which the conditions stood when they have not changed.
func (m *model) absorb(ctx context.Context, live *managed.Grant) diag.Diagnostics {
	m.AccountIDs = tfattr.StringSet(live.AccountIDs)
	m.RoleARNs = tfattr.StringSet(live.RoleARNs)
	m.UserARNs = tfattr.StringSet(live.UserARNs)
	m.OrganizationIDs = tfattr.StringSet(live.OrganizationIDs)
	m.OrganizationPaths = tfattr.StringSet(live.OrganizationPaths)
	m.ServicePrincipal = types.StringNull()
	if live.ServicePrincipal != "" {
		m.ServicePrincipal = types.StringValue(live.ServicePrincipal)
	}
	m.SourceARNs = tfattr.StringSet(live.SourceARNs)
	m.SourceAccountIDs = tfattr.StringSet(live.SourceAccountIDs)
	m.MatchRolesBy = types.StringValue(live.MatchRolesBy)
	m.Access, m.Actions = statementattr.FromActions(live.Actions, m.Actions)
	var diags diag.Diagnostics
	m.Conditions, diags = statementattr.ConditionList(ctx, live.Conditions, m.Conditions)
	return diags
}
