// SPDX-License-Identifier: MPL-2.0

package statementattr

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
)

// CheckConfigured refuses a configuration in which it is not known whether there is a limit.
func (g *Grantees) CheckConfigured(ctx context.Context, diags *diag.Diagnostics) {
	CheckConditionsKnown(g.Conditions, diags)
	g.checkSourcesKnown(ctx, diags)
}

// Plan plans access, and checks what depends on where the repositories are. The resource is as
// for WarnCertainConditions.
func (g *Grantees) Plan(ctx context.Context, configured *Grantees, region types.String, resource awsname.Repository, diags *diag.Diagnostics) {
	g.checkPartition(region, diags)
	g.warnOtherRegion(region.ValueString(), diags)
	g.Access = PlanAccess(configured.Access, configured.Actions)
	g.MatchRolesBy = planMatch(configured.MatchRolesBy, g.RoleARNs)
	g.WarnCertainConditions(ctx, resource, diags)
}

// Settle checks in the apply what was unknown in the plan.
func (g *Grantees) Settle(region types.String, diags *diag.Diagnostics) {
	g.checkPartition(region, diags)
	if g.Access.IsUnknown() {
		g.Access = PlanAccess(types.StringNull(), g.Actions)
	}
	if g.MatchRolesBy.IsUnknown() {
		g.MatchRolesBy = planMatch(types.StringNull(), g.RoleARNs)
	}
}

// planMatch returns the planned value of match_roles_by: null if it is not configured and there
// are no roles.
func planMatch(configured types.String, roles types.Set) types.String {
	switch {
	case !configured.IsNull():
		return configured
	case roles.IsUnknown():
		return types.StringUnknown()
	case roles.IsNull():
		return types.StringNull()
	}
	return types.StringValue(managed.ByPrincipal)
}

// KeepMatch keeps the prior value of match_roles_by of a grant without roles, which was
// "principal" before it was null. It must not depend on the statement, which the plan may not know
// yet.
func (g *Grantees) KeepMatch(prior *Grantees) {
	if g.RoleARNs.IsNull() && prior.RoleARNs.IsNull() && g.MatchRolesBy.IsNull() {
		g.MatchRolesBy = prior.MatchRolesBy
	}
}
