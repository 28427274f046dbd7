// SPDX-License-Identifier: MPL-2.0

package statementattr

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// Check returns the errors that concern more than one attribute.
func (g *Grantees) Check(ctx context.Context) (diags diag.Diagnostics) {
	g.checkPrincipal(&diags)
	g.checkService(ctx, &diags)
	g.checkMatchRolesBy(&diags)
	CheckDuplicates(ctx, g.Conditions, g.reservedConditions(), &diags)
	return diags
}

// Warn warns of attributes that grant more than they seem to.
func (g *Grantees) Warn(ctx context.Context, diags *diag.Diagnostics) {
	WarnOpenConditions(ctx, g.Conditions, g.accounts(), diags)
}

// Openings returns in which ways the attributes, as they were read from AWS, grant more than
// they seem to. The resource is a repository that the grant is for. What is broad, which may be
// meant, is one of them only after a change: not for an import.
func (g *Grantees) Openings(ctx context.Context, resource awsname.Repository, isImport bool) (diags diag.Diagnostics) {
	g.checkService(ctx, &diags)
	if !isImport {
		for _, b := range g.Breadths(ctx, &diags) {
			diags.Append(b.Warning(""))
		}
	}
	g.Warn(ctx, &diags)
	g.WarnCertainConditions(ctx, resource, &diags)
	return diags
}

// checkPrincipal ensures that exactly one of the three kinds of principals is set.
func (g *Grantees) checkPrincipal(diags *diag.Diagnostics) {
	iam := []attr.Value{g.AccountIDs, g.RoleARNs, g.UserARNs}
	organization := []attr.Value{g.OrganizationIDs, g.OrganizationPaths}
	service := []attr.Value{g.ServicePrincipal}

	var given []string
	anyUnknown := false
	for kind, values := range map[string][]attr.Value{
		"account_ids, role_arns or user_arns":    iam,
		"organization_ids or organization_paths": organization,
		"service_principal":                      service,
	} {
		set, unknown := anySet(values)
		anyUnknown = anyUnknown || unknown
		if set {
			given = append(given, kind)
		}
	}
	const advice = "To say who gets access, set one of: account_ids, role_arns and user_arns (these three can be combined); organization_ids or organization_paths; service_principal."
	switch {
	case len(given) == 0 && !anyUnknown:
		diags.AddAttributeError(path.Root("sid"), "Missing principal", advice)
	case len(given) > 1:
		diags.AddAttributeError(path.Root("sid"), "Several kinds of principals", advice+
			" A statement can have only one kind, because its conditions apply to all of its principals. Use one grant for each kind.")
	}
	if isSet(g.OrganizationIDs) && isSet(g.OrganizationPaths) {
		diags.AddAttributeError(path.Root("organization_paths"), "Organizations and paths together",
			"A request would have to match both organization_ids and organization_paths. To allow either of them, use two grants. The path of a whole organization is ORGANIZATION/*.")
	}
}

// checkService sees to it that a service has access only for named sources.
func (g *Grantees) checkService(ctx context.Context, diags *diag.Diagnostics) {
	arns, accounts := isSet(g.SourceARNs), isSet(g.SourceAccountIDs)
	if g.ServicePrincipal.IsNull() {
		for name, set := range map[string]bool{"source_arns": arns, "source_account_ids": accounts} {
			if set {
				diags.AddAttributeError(path.Root(name), "Source without a service",
					name+" limits for which resources a service may act, so it needs service_principal. For roles and users, write a condition in conditions.")
			}
		}
		return
	}
	isLimited := !g.SourceAccountIDs.IsNull() || mayHave(ctx, g.Conditions, managed.LimitsSources, diags)
	if g.SourceARNs.IsNull() && !isLimited {
		diags.AddAttributeError(path.Root("service_principal"), "Service without a source",
			"Without a limit on the sources, any AWS customer could have this access through the service (the confused deputy problem). Give source_arns or source_account_ids; "+
				"or, in conditions, whole IDs of organizations (StringEquals with aws:SourceOrgID) or their paths (ForAnyValue:StringLike with aws:SourceOrgPaths).")
	}
	for _, arn := range tfattr.Strings(g.SourceARNs) {
		g.checkSource(arn, isLimited, diags)
	}
}

// checkSourcesKnown refuses a plan in which it is not known whether there is a second limit
// for a service: if it turned out to be null in the apply, the first one would be the only one.
func (g *Grantees) checkSourcesKnown(ctx context.Context, diags *diag.Diagnostics) {
	hasConditions := mayHave(ctx, g.Conditions, managed.LimitsSources, diags)
	for name, limit := range map[string]struct{ it, other types.Set }{
		"source_arns":        {g.SourceARNs, g.SourceAccountIDs},
		"source_account_ids": {g.SourceAccountIDs, g.SourceARNs},
	} {
		if limit.it.IsUnknown() && (!limit.other.IsNull() || hasConditions) {
			diags.AddAttributeError(path.Root(name), "Unknown sources",
				"Terraform will know this set only during the apply. If the set is null then, it does not limit the service, which may act for more sources than the plan can show. "+
					"What to do now: write the set here, in which single values may be unknown; or first apply what the set depends on, with -target.")
		}
	}
}

// checkSource checks one of source_arns. isLimited says that something else limits the sources.
func (g *Grantees) checkSource(arn string, isLimited bool, diags *diag.Diagnostics) {
	a, err := awsname.ParseARN(arn)
	if err != nil {
		return // The attribute's own check has said so.
	}
	at := path.Root("source_arns").AtSetValue(types.StringValue(arn))
	lambda := strings.HasPrefix(g.ServicePrincipal.ValueString(), "lambda.")
	if lambda && (a.Service != "lambda" || !strings.HasPrefix(a.Resource, "function:")) {
		diags.AddAttributeError(at, "Not a Lambda function", fmt.Sprintf(
			"Lambda pulls images for functions, so %s would never match. Write arn:%s:lambda:REGION:ACCOUNT:function:NAME; NAME may be *.", printed.Quoted(arn), printed.Name(a.Partition)))
	}
	if !awsname.IsAccountID(a.Account) && !isLimited {
		diags.AddAttributeError(at, "Source in any account", printed.Quoted(arn)+
			" does not name one account. Write the account's 12 digits in the ARN, or give source_account_ids as well.")
	}
}

// checkMatchRolesBy refuses what a condition on the role would also restrict.
func (g *Grantees) checkMatchRolesBy(diags *diag.Diagnostics) {
	if g.MatchRolesBy.ValueString() != managed.ByCondition {
		return
	}
	at := path.Root("match_roles_by")
	if g.RoleARNs.IsNull() {
		diags.AddAttributeError(at, "Missing roles", "match_roles_by = \"condition\" needs role_arns.")
		return
	}
	if isSet(g.AccountIDs) || isSet(g.UserARNs) {
		diags.AddAttributeError(at, "Accounts or users beside roles in a condition",
			"The condition on the role would also apply to account_ids and user_arns and deny them access. Use a second grant for them.")
	}
}

// reservedConditions are those that the other attributes stand for.
func (g *Grantees) reservedConditions() []policy.Condition {
	var out []policy.Condition
	add := func(form managed.ConditionForm, used bool) {
		if used {
			out = append(out, form.With(nil))
		}
	}
	add(managed.PrincipalARN, g.MatchRolesBy.ValueString() == managed.ByCondition)
	add(managed.OrganizationID, isSet(g.OrganizationIDs))
	add(managed.OrganizationPaths, isSet(g.OrganizationPaths))
	add(managed.SourceARN, isSet(g.SourceARNs))
	add(managed.SourceAccount, isSet(g.SourceAccountIDs))
	return out
}

// accounts returns the accounts that are known to get access.
func (g *Grantees) accounts() []string {
	accounts := tfattr.Strings(g.AccountIDs)
	for _, arn := range slices.Concat(tfattr.Strings(g.RoleARNs), tfattr.Strings(g.UserARNs)) {
		if a, err := awsname.ParseARN(arn); err == nil && awsname.IsAccountID(a.Account) {
			accounts = append(accounts, a.Account)
		}
	}
	slices.Sort(accounts)
	return slices.Compact(accounts)
}

// checkPartition refuses ARNs of another partition than that of the repository's region: no
// principal's credentials work in another partition.
func (g *Grantees) checkPartition(region types.String, diags *diag.Diagnostics) {
	if region.IsUnknown() {
		return
	}
	partition := awsname.Partition(region.ValueString())
	for name, arns := range map[string]types.Set{"role_arns": g.RoleARNs, "user_arns": g.UserARNs, "source_arns": g.SourceARNs} {
		for _, arn := range tfattr.Strings(arns) {
			if a, err := awsname.ParseARN(arn); err == nil && a.Partition != partition {
				diags.AddAttributeError(path.Root(name).AtSetValue(types.StringValue(arn)), "Wrong partition", fmt.Sprintf(
					"%s is in the partition %s, but the repository's region %s is in %s. Access cannot cross partitions.",
					printed.Quoted(arn), printed.Value(a.Partition), printed.Value(region.ValueString()), partition))
			}
		}
	}
	if strings.HasSuffix(g.ServicePrincipal.ValueString(), ".cn") && partition != "aws-cn" {
		diags.AddAttributeError(path.Root("service_principal"), "Wrong partition", fmt.Sprintf(
			"%s exists only in China regions, but the repository's region is %s.", printed.Quoted(g.ServicePrincipal.ValueString()), printed.Value(region.ValueString())))
	}
}

// warnOtherRegion warns of functions that would never match: Lambda pulls only from
// repositories of its own region.
// Source: https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
func (g *Grantees) warnOtherRegion(region string, diags *diag.Diagnostics) {
	if region == "" || !strings.HasPrefix(g.ServicePrincipal.ValueString(), "lambda.") {
		return
	}
	for _, arn := range tfattr.Strings(g.SourceARNs) {
		a, err := awsname.ParseARN(arn)
		if err != nil || a.Region == region || awsname.HasWildcard(a.Region) {
			continue
		}
		diags.AddAttributeWarning(path.Root("source_arns").AtSetValue(types.StringValue(arn)), "Function in another region", fmt.Sprintf(
			"%s is in the region %s and the repository in %s, but Lambda pulls images only from repositories of the function's own region: this ARN allows nothing. "+
				"Write the functions of %[3]s, or grant access to a copy of the repository in %[2]s.", printed.Quoted(arn), printed.Value(a.Region), printed.Value(region)))
	}
}

func anySet(values []attr.Value) (set, unknown bool) {
	for _, v := range values {
		set = set || isSet(v)
		unknown = unknown || v.IsUnknown()
	}
	return set, unknown
}
