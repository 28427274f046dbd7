// SPDX-License-Identifier: MPL-2.0

package statementattr

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// Grantees are the attributes of a grant that say who gets access, for which actions and
// under which conditions.
type Grantees struct {
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

// GranteesSchema returns the attributes of Grantees. Those who name
// ecr:GetAuthorizationToken get loginAdvice, which says where that action belongs.
func GranteesSchema(loginAdvice string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"account_ids":      principals("an account ID", "IDs of accounts that get access: every role and user in them that the account's own policies also allow. To grant access to single roles, use `role_arns`.", checkAccountID),
		"role_arns":        principals("a role ARN", "Roles that get access, by ARN (`arn:aws:iam::ACCOUNT:role/NAME`). Session ARNs are not accepted; use the role's ARN.", checkRoleARN),
		"user_arns":        principals("a user ARN", "IAM users that get access, by ARN.", checkUserARN),
		"organization_ids": principals("an organization ID", "Organizations whose accounts all get access, by ID. Written as principal `*` with the condition `aws:PrincipalOrgID`.", checkOrganizationID),
		"organization_paths": principals("an organization path", "Organizational units whose accounts get access, as paths that end in `/`, in `/*` (with the units below) or in `/ou-*` (only the units below), such as `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*`. A wildcard stands for whole parts of the path. "+
			"Written as principal `*` with the condition `aws:PrincipalOrgPaths`.", managed.CheckOrganizationPath),
		"service_principal": schema.StringAttribute{
			MarkdownDescription: "An AWS service that gets access, such as `lambda.amazonaws.com`. Needs `source_arns`, `source_account_ids`, or in `conditions` whole organizations or their paths (`aws:SourceOrgID`, `aws:SourceOrgPaths`), so that nobody else can use the service to get this access.",
			Optional:            true,
			Validators:          []validator.String{tfattr.Valid("a service principal", checkServicePrincipal)},
		},
		"source_arns":        principals("the ARN of a source", "The resources that the service may act for, as ARNs with wildcards, such as `arn:aws:lambda:us-east-1:123456789012:function:*`.", checkSourceARN),
		"source_account_ids": principals("an account ID", "The accounts that the service may act for.", managed.CheckAccountID),
		"match_roles_by": schema.StringAttribute{
			MarkdownDescription: "How `role_arns` are matched; null without them. `principal` (the default): the roles are the principals of the statement. They must exist. A role that is deleted and re-created has no access until the next apply. " +
				"`condition`: the roles' accounts are the principals, and a condition on `aws:PrincipalArn` names the roles. The roles do not have to exist yet and can be re-created, " +
				"but anyone who can create a role with that name in that account gets access.",
			Optional:   true,
			Computed:   true,
			Validators: []validator.String{tfattr.Valid("a way to match roles", checkMatch)},
		},
		"access":     AccessAttribute(),
		"actions":    ActionsAttribute(loginAdvice),
		"conditions": ConditionsAttribute(),
	}
}

// principals is an optional set of strings, each checked on its own.
func principals(noun, description string, check func(string) error) schema.SetAttribute {
	return schema.SetAttribute{
		MarkdownDescription: description,
		Optional:            true,
		ElementType:         types.StringType,
		Validators: []validator.Set{
			tfattr.NotEmpty{},
			setvalidator.ValueStringsAre(tfattr.Valid(noun, check)),
		},
	}
}

// NobodyOrEverybody is the error about a statement that no grant ever writes.
var NobodyOrEverybody = diag.NewErrorDiagnostic("Grant to nobody or to everybody", "An attribute of this grant is null or empty, so the statement would have no principal, no action, or a condition without values. "+
	"Nothing was changed. Check for null values in the attributes that say who gets access.")

// AdviceOnSize says how to make a statement smaller.
const AdviceOnSize = "Name fewer principals: whole accounts (account_ids) or organizations (organization_ids)."

// Known reports whether all attributes are known.
func (g *Grantees) Known(ctx context.Context) bool {
	return tfattr.Known(ctx, g.AccountIDs, g.RoleARNs, g.UserARNs, g.OrganizationIDs, g.OrganizationPaths,
		g.ServicePrincipal, g.SourceARNs, g.SourceAccountIDs, g.MatchRolesBy, g.Access, g.Actions, g.Conditions)
}

// Grant returns the attributes, which must be known, as plain values: of a statement with a
// Sid in a partition.
func (g *Grantees) Grant(ctx context.Context, sid, partition string) (*managed.Grant, diag.Diagnostics) {
	conditions, diags := Conditions(ctx, g.Conditions)
	return &managed.Grant{
		Sid:               sid,
		Partition:         partition,
		AccountIDs:        tfattr.Strings(g.AccountIDs),
		RoleARNs:          tfattr.Strings(g.RoleARNs),
		UserARNs:          tfattr.Strings(g.UserARNs),
		OrganizationIDs:   tfattr.Strings(g.OrganizationIDs),
		OrganizationPaths: tfattr.Strings(g.OrganizationPaths),
		ServicePrincipal:  g.ServicePrincipal.ValueString(),
		SourceARNs:        tfattr.Strings(g.SourceARNs),
		SourceAccountIDs:  tfattr.Strings(g.SourceAccountIDs),
		MatchRolesBy:      g.MatchRolesBy.ValueString(),
		Actions:           actionsOf(g.Access, g.Actions),
		Conditions:        conditions,
	}, diags
}

// Absorb writes what a live statement says into the attributes, and keeps the
// order in which the conditions stood when they have not changed.
func (g *Grantees) Absorb(ctx context.Context, live *managed.Grant) diag.Diagnostics {
	g.AccountIDs = tfattr.StringSet(live.AccountIDs)
	switch {
	case len(live.RoleARNs) > 0:
		g.MatchRolesBy = types.StringValue(live.MatchRolesBy)
	case !g.RoleARNs.IsNull(): // there are none any more
		g.MatchRolesBy = types.StringNull()
	}
	g.RoleARNs = tfattr.StringSet(live.RoleARNs)
	g.UserARNs = tfattr.StringSet(live.UserARNs)
	g.OrganizationIDs = tfattr.StringSet(live.OrganizationIDs)
	g.OrganizationPaths = tfattr.StringSet(live.OrganizationPaths)
	g.ServicePrincipal = types.StringNull()
	if live.ServicePrincipal != "" {
		g.ServicePrincipal = types.StringValue(live.ServicePrincipal)
	}
	g.SourceARNs = tfattr.StringSet(live.SourceARNs)
	g.SourceAccountIDs = tfattr.StringSet(live.SourceAccountIDs)
	g.Access, g.Actions = fromActions(live.Actions, g.Actions)
	var diags diag.Diagnostics
	g.Conditions, diags = ConditionList(ctx, live.Conditions, g.Conditions)
	return diags
}
