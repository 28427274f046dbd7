package grant

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// ValidateConfig checks what concerns more than one attribute. Values that are
// not known yet are judged when they are.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var m model
	if resp.Diagnostics.Append(req.Config.Get(ctx, &m)...); resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(m.check(ctx)...)
	m.warnWholeAccount(ctx, &resp.Diagnostics)
	statementattr.WarnOpenConditions(ctx, m.Conditions, m.accounts(), &resp.Diagnostics)
}

// check returns the errors that concern more than one attribute.
func (m *model) check(ctx context.Context) diag.Diagnostics {
	var diags diag.Diagnostics
	m.checkPrincipal(&diags)
	m.checkService(ctx, &diags)
	m.checkMatchRolesBy(&diags)
	statementattr.CheckDuplicates(ctx, m.Conditions, m.reservedConditions(), &diags)
	return diags
}

// checkPrincipal ensures that exactly one of the three kinds of principals is set.
func (m *model) checkPrincipal(diags *diag.Diagnostics) {
	iam := []attr.Value{m.AccountIDs, m.RoleARNs, m.UserARNs}
	organization := []attr.Value{m.OrganizationIDs, m.OrganizationPaths}
	service := []attr.Value{m.ServicePrincipal}

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
			" A statement can have only one kind, because its conditions apply to all of its principals. Use one ecrxa_repository_grant for each kind.")
	}
	if isSet(m.OrganizationIDs) && isSet(m.OrganizationPaths) {
		diags.AddAttributeError(path.Root("organization_paths"), "Organizations and paths together",
			"A request would have to match both organization_ids and organization_paths. To allow either of them, use two grants. The path of a whole organization is ORGANIZATION/*.")
	}
}

// checkService sees to it that a service can reach the repository only for named sources.
func (m *model) checkService(ctx context.Context, diags *diag.Diagnostics) {
	arns, accounts := isSet(m.SourceARNs), isSet(m.SourceAccountIDs)
	if m.ServicePrincipal.IsNull() {
		for name, set := range map[string]bool{"source_arns": arns, "source_account_ids": accounts} {
			if set {
				diags.AddAttributeError(path.Root(name), "Source without a service",
					name+" limits for which resources a service may act, so it needs service_principal. For roles and users, write a condition in conditions.")
			}
		}
		return
	}
	isLimited := !m.SourceAccountIDs.IsNull() || statementattr.MayHave(ctx, m.Conditions, managed.LimitsSources, diags)
	if m.SourceARNs.IsNull() && !isLimited {
		diags.AddAttributeError(path.Root("service_principal"), "Service without a source",
			"Without a limit on the sources, any AWS customer could access this repository through the service (the confused deputy problem). Give source_arns or source_account_ids; "+
				"or, in conditions, whole IDs of organizations (StringEquals with aws:SourceOrgID) or their paths (ForAnyValue:StringLike with aws:SourceOrgPaths).")
	}
	for _, arn := range tfattr.Strings(m.SourceARNs) {
		m.checkSource(arn, isLimited, diags)
	}
}

// checkSourcesKnown refuses a plan in which it is not known whether there is a second limit
// for a service: if it turned out to be null in the apply, the first one would be the only one.
func (m *model) checkSourcesKnown(ctx context.Context, diags *diag.Diagnostics) {
	hasConditions := statementattr.MayHave(ctx, m.Conditions, managed.LimitsSources, diags)
	for name, limit := range map[string]struct{ it, other types.Set }{
		"source_arns":        {m.SourceARNs, m.SourceAccountIDs},
		"source_account_ids": {m.SourceAccountIDs, m.SourceARNs},
	} {
		if limit.it.IsUnknown() && (!limit.other.IsNull() || hasConditions) {
			diags.AddAttributeError(path.Root(name), "Unknown sources",
				"Terraform will know this set only during the apply. If the set is null then, it does not limit the service, which may act for more sources than the plan can show. "+
					"What to do now: write the set here, in which single values may be unknown; or first apply what the set depends on, with -target.")
		}
	}
}

// checkSource checks one of source_arns. isLimited says that something else limits the sources.
func (m *model) checkSource(arn string, isLimited bool, diags *diag.Diagnostics) {
	a, err := awsname.ParseARN(arn)
	if err != nil {
		return // The attribute's own check has said so.
	}
	at := path.Root("source_arns").AtSetValue(types.StringValue(arn))
	lambda := strings.HasPrefix(m.ServicePrincipal.ValueString(), "lambda.")
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
func (m *model) checkMatchRolesBy(diags *diag.Diagnostics) {
	if m.MatchRolesBy.ValueString() != managed.ByCondition {
		return
	}
	at := path.Root("match_roles_by")
	if m.RoleARNs.IsNull() {
		diags.AddAttributeError(at, "Missing roles", "match_roles_by = \"condition\" needs role_arns.")
		return
	}
	if isSet(m.AccountIDs) || isSet(m.UserARNs) {
		diags.AddAttributeError(at, "Accounts or users beside roles in a condition",
			"The condition on the role would also apply to account_ids and user_arns and deny them access. Use a second ecrxa_repository_grant for them.")
	}
}

// reservedConditions are those that the other attributes stand for.
func (m *model) reservedConditions() []policy.Condition {
	var out []policy.Condition
	add := func(form managed.ConditionForm, used bool) {
		if used {
			out = append(out, form.With(nil))
		}
	}
	add(managed.PrincipalARN, m.MatchRolesBy.ValueString() == managed.ByCondition)
	add(managed.OrganizationID, isSet(m.OrganizationIDs))
	add(managed.OrganizationPaths, isSet(m.OrganizationPaths))
	add(managed.SourceARN, isSet(m.SourceARNs))
	add(managed.SourceAccount, isSet(m.SourceAccountIDs))
	return out
}

// accounts returns the accounts that are known to get access.
func (m *model) accounts() []string {
	accounts := tfattr.Strings(m.AccountIDs)
	for _, arn := range slices.Concat(tfattr.Strings(m.RoleARNs), tfattr.Strings(m.UserARNs)) {
		if a, err := awsname.ParseARN(arn); err == nil && awsname.IsAccountID(a.Account) {
			accounts = append(accounts, a.Account)
		}
	}
	slices.Sort(accounts)
	return slices.Compact(accounts)
}

// tellsPrincipalsApart reports whether the principals of one account differ in a condition
// key, in lower case.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func tellsPrincipalsApart(key string) bool {
	switch key {
	case "aws:principalarn", "aws:userid", "aws:username", "aws:sourceidentity":
		return true
	}
	return strings.HasPrefix(key, "aws:principaltag/")
}

// warnWholeAccount warns of account_ids, unless a condition narrows the grant to
// some principals.
func (m *model) warnWholeAccount(ctx context.Context, diags *diag.Diagnostics) {
	if m.AccountIDs.IsNull() || m.Conditions.IsUnknown() {
		return
	}
	if statementattr.AnyNarrows(ctx, m.Conditions, tfattr.Strings(m.AccountIDs), tellsPrincipalsApart, diags) {
		return
	}
	diags.AddAttributeWarning(path.Root("account_ids"), "Access for whole accounts",
		"Every role and user in these accounts gets access, if it meets the conditions of this grant and its own account's policies also allow it. To grant access to single roles, use role_arns.")
}

// checkPartition refuses ARNs of another partition than the repository's: no
// principal's credentials work in another partition.
func (m *model) checkPartition(diags *diag.Diagnostics) {
	if m.Region.IsUnknown() {
		return
	}
	partition := awsname.Partition(m.Region.ValueString())
	for name, arns := range map[string]types.Set{"role_arns": m.RoleARNs, "user_arns": m.UserARNs, "source_arns": m.SourceARNs} {
		for _, arn := range tfattr.Strings(arns) {
			if a, err := awsname.ParseARN(arn); err == nil && a.Partition != partition {
				diags.AddAttributeError(path.Root(name).AtSetValue(types.StringValue(arn)), "Wrong partition", fmt.Sprintf(
					"%s is in the partition %s, but the repository's region %s is in %s. Access cannot cross partitions.",
					printed.Quoted(arn), printed.Value(a.Partition), printed.Value(m.Region.ValueString()), partition))
			}
		}
	}
	if strings.HasSuffix(m.ServicePrincipal.ValueString(), ".cn") && partition != "aws-cn" {
		diags.AddAttributeError(path.Root("service_principal"), "Wrong partition", fmt.Sprintf(
			"%s exists only in China regions, but the repository's region is %s.", printed.Quoted(m.ServicePrincipal.ValueString()), printed.Value(m.Region.ValueString())))
	}
}

// warnOtherRegion warns of functions that would never match: Lambda pulls only from
// repositories of its own region.
// Source: https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
func (m *model) warnOtherRegion(diags *diag.Diagnostics) {
	region := m.Region.ValueString()
	if region == "" || !strings.HasPrefix(m.ServicePrincipal.ValueString(), "lambda.") {
		return
	}
	for _, arn := range tfattr.Strings(m.SourceARNs) {
		a, err := awsname.ParseARN(arn)
		if err != nil || a.Region == region || awsname.HasWildcard(a.Region) {
			continue
		}
		diags.AddAttributeWarning(path.Root("source_arns").AtSetValue(types.StringValue(arn)), "Function in another region", fmt.Sprintf(
			"%s is in the region %s and the repository in %s, but Lambda pulls images only from repositories of the function's own region: this ARN allows nothing. "+
				"Write the functions of %[3]s, or grant access to a copy of the repository in %[2]s.", printed.Quoted(arn), printed.Value(a.Region), printed.Value(region)))
	}
}

// isSet reports whether a value is given and known.
func isSet(v attr.Value) bool { return !v.IsNull() && !v.IsUnknown() }

func anySet(values []attr.Value) (set, unknown bool) {
	for _, v := range values {
		set = set || isSet(v)
		unknown = unknown || v.IsUnknown()
	}
	return set, unknown
}
