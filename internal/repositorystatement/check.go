// SPDX-License-Identifier: MPL-2.0

package repositorystatement

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementresource"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// ValidateConfig checks the statement, if it is known already.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var m model
	if resp.Diagnostics.Append(tfattr.Get(ctx, req.Config, &m)...); resp.Diagnostics.HasError() {
		return
	}
	if m.check(&resp.Diagnostics); !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(m.warnings(ctx)...)
	}
}

// check adds errors about what ECR would refuse, and about what opens to everyone.
func (m *model) check(diags *diag.Diagnostics) {
	if m.Statement.IsNull() || m.Statement.IsUnknown() {
		return
	}
	at := path.Root("statement")
	s, err := policy.ParseStatement(m.Statement.ValueString())
	if err != nil {
		if syntax, ok := errors.AsType[*policy.Error](err); ok {
			syntax.Statement = -1 // There is only one.
		}
		diags.AddAttributeError(at, "Not a policy statement", tfattr.Sentence(err)+" Write one JSON object, for example with jsonencode.")
		return
	}
	if problems := managed.CheckStatement(s); len(problems) > 0 {
		lines := wording.CappedBy(problems, tfattr.Sentence, "problems")
		diags.AddAttributeError(at, "Invalid statement", "ECR would refuse this statement, or this resource could not find it again:\n\n  - "+strings.Join(lines, "\n  - "))
		return
	}
	diags.Append(statementresource.CheckSize(s, "Name fewer principals: whole accounts, or organizations in a condition.")...)
	if m.AllowPublic.IsUnknown() || m.AllowPublic.ValueBool() {
		return
	}
	if public := managed.Public(s); public != "" {
		advice := "name the principals; or add a condition on the organization (StringEquals with aws:PrincipalOrgID), on the account, or on the network"
		if len(s.Principals()["Service"]) > 0 {
			advice = "add a condition on aws:SourceArn, aws:SourceAccount, aws:SourceOrgID or aws:SourceOrgPaths that names the accounts or organizations of the sources"
		}
		diags.AddAttributeError(at, "Statement for everyone", fmt.Sprintf(
			"This statement allows access for %s: no condition limits it to callers that it names. What to do now: %s. If everyone is to have access, set allow_public = true.", public, advice))
	}
}

// checkPlace adds errors about a statement in its repository, as far as both are known.
func (m *model) checkPlace(diags *diag.Diagnostics) {
	s := m.parsed()
	if s == nil || !m.Placed() {
		return
	}
	repo := m.Target()
	for _, principal := range slices.Concat(s.Principals()["AWS"], s.NotPrincipals()["AWS"]) {
		if a, err := awsname.ParseARN(principal); err == nil && a.Partition != repo.Partition {
			diags.AddAttributeError(path.Root("statement"), "Wrong partition", fmt.Sprintf(
				"%s is in the partition %s, but the repository's region %s is in %s. Access cannot cross partitions.",
				printed.Quoted(principal), printed.Value(a.Partition), printed.Value(repo.Region), repo.Partition))
		}
	}
	switch {
	case managed.LocksOut(repo, s, "ecr:SetRepositoryPolicy"):
		diags.AddAttributeError(path.Root("statement"), "Statement that locks the registry account out", fmt.Sprintf(
			"This statement denies ecr:SetRepositoryPolicy to every principal of the account %s: nobody could change %s again. "+
				"ECR refuses such a policy unless it is forced, which this provider never does. What to do now: deny only the actions that matter, such as ecr:BatchGetImage, or add a condition.",
			repo.Account, statementresource.Where(repo)))
	case managed.LocksOut(repo, s, "ecr:GetRepositoryPolicy"):
		diags.AddAttributeError(path.Root("statement"), "Statement that locks the registry account out", fmt.Sprintf(
			"This statement denies ecr:GetRepositoryPolicy to every principal of the account %s: nobody in it could read %s again. "+
				"This provider reads the policy before and after each write, so it could neither verify the statement nor delete it. What to do now: deny only the actions that matter, such as ecr:BatchGetImage, or add a condition.",
			repo.Account, statementresource.Where(repo)))
	}
}

// warnings returns warnings about a statement that ECR accepts.
func (m *model) warnings(ctx context.Context) (diags diag.Diagnostics) {
	s := m.parsed()
	if s == nil {
		return nil
	}
	warn := func(summary, detail string) { diags.AddAttributeWarning(path.Root("statement"), summary, detail) }
	for _, action := range s.Actions() {
		warnAction(s.Effect(), action, warn)
	}
	for _, element := range []string{"Resource", "NotResource"} {
		if s.Has(element) {
			warn("Element "+element+" in a repository policy", "ECR has refused repository policies with this element, and AWS's own examples differ. The repository is implied. What to do now: leave it out.")
		}
	}
	if s.Effect() == "Allow" && s.Has("NotAction") {
		warn("Access by NotAction", "This statement allows all actions that it does not list, such as ecr:SetRepositoryPolicy, and those that AWS adds later. What to do now: list the actions that are needed, in Action.")
	}
	if s.Has("NotPrincipal") {
		warn("Deny by NotPrincipal", "AWS advises against NotPrincipal: it also denies the principals that it names, if they have a permissions boundary. "+
			"What to do now: write the Principal *, and a condition with the operator ArnNotEquals and the key aws:PrincipalArn.")
	}
	if m.AllowPublic.ValueBool() && managed.Public(s) == "" {
		diags.AddAttributeWarning(path.Root("allow_public"), "Argument without effect", "This statement does not allow access for everyone, so allow_public is not needed. What to do now: remove it, so that such a statement is not accepted later by mistake.")
	}
	conditions(ctx, s, &diags, func(list types.List, found *diag.Diagnostics) {
		if s.Effect() == "Allow" {
			statementattr.WarnOpenConditions(ctx, list, accounts(s), found)
		} else {
			statementattr.WarnMistakenConditions(ctx, list, found)
		}
	})
	return diags
}

// conditions warns about the conditions of a statement, which warn takes as an attribute.
func conditions(ctx context.Context, s *policy.Statement, diags *diag.Diagnostics, warn func(types.List, *diag.Diagnostics)) {
	list, found := statementattr.ConditionList(ctx, s.Conditions(), types.ListNull(statementattr.ConditionsAttribute().NestedObject.Type()))
	warn(list, &found)
	for _, d := range found {
		diags.AddAttributeWarning(path.Root("statement"), d.Summary(), d.Detail())
	}
}

// warnAction warns of an action that does not do what it seems to.
func warnAction(effect, action string, warn func(summary, detail string)) {
	does := map[string]string{"Allow": "allows", "Deny": "denies"}[effect]
	isWild := strings.ContainsAny(action, "*?")
	switch malformed := actionset.CheckAction(action); {
	case isWild: // breadths has it
	case malformed != nil:
		warn("Not an ECR action: "+printed.Name(action), fmt.Sprintf("%s is not an action of ECR: in a repository policy it %s nothing, and ECR may refuse it. What to do now: remove it.", printed.Quoted(action), does))
	case !actionset.IsAction(action):
		warn("Unknown ECR action "+printed.Name(action), statementattr.UnknownAction(action, does))
	}
}

// breadths returns in which ways an Allow statement allows much.
func (m *model) breadths(ctx context.Context, diags *diag.Diagnostics) []statementattr.Breadth {
	s, at := m.parsed(), path.Root("statement")
	if s == nil || s.Effect() != "Allow" {
		return nil
	}
	all := statementattr.WildcardsOf(s.Actions(), at)
	of, ids := wholes(s)
	if of == "" {
		return all
	}
	conditions(ctx, s, diags, func(list types.List, found *diag.Diagnostics) {
		all = append(all, statementattr.WholesOf(ctx, of, at, ids, list, found)...)
	})
	return all
}

// wholes returns the accounts that a statement names as principals, or the accounts, organizations
// or organizational units to which a condition limits all principals.
func wholes(s *policy.Statement) (of string, ids []string) {
	principals := s.Principals()["AWS"]
	if slices.Contains(principals, "*") {
		return wholesOfEveryone(s.Conditions())
	}
	for _, principal := range principals {
		if p, err := awsname.ParsePrincipal(principal); err == nil && p.Kind == awsname.AccountRoot {
			principal = p.Account
		}
		if awsname.IsAccountID(principal) {
			of, ids = statementattr.Accounts, append(ids, principal)
		}
	}
	return of, ids
}

// wholesOfEveryone takes the registry's own account or organization by its policy variable, on
// whichever side of a condition that is.
func wholesOfEveryone(conditions []policy.Condition) (of string, ids []string) {
	for _, by := range []struct{ key, of, own string }{
		{"aws:PrincipalArn", statementattr.Accounts, ""},
		{"aws:PrincipalAccount", statementattr.Accounts, ""},
		{"aws:ResourceAccount", statementattr.Accounts, "${aws:ResourceAccount}"},
		{"aws:PrincipalOrgPaths", statementattr.Units, ""},
		{"aws:PrincipalOrgID", statementattr.Organizations, ""},
		{"aws:ResourceOrgID", statementattr.Organizations, "${aws:ResourceOrgID}"},
	} {
		for _, c := range conditions {
			if !strings.EqualFold(c.Variable, by.key) || !managed.LimitsCallers(c) {
				continue
			}
			switch {
			case by.own != "":
				return by.of, []string{by.own}
			case by.key != "aws:PrincipalArn":
				return by.of, c.Values
			}
			if ids = wholeAccounts(c); len(ids) > 0 {
				return by.of, ids
			}
		}
	}
	return "", nil
}

// wholeAccounts returns the accounts of which a condition on aws:PrincipalArn means all principals.
func wholeAccounts(c policy.Condition) []string {
	ids := managed.AccountsIn(c)
	return slices.DeleteFunc(ids, func(id string) bool { return managed.NamesPrincipals([]policy.Condition{c}, []string{id}) })
}

// alike returns the same text for statements that differ only in whom they name.
func (m *model) alike() string {
	s := m.parsed()
	if s == nil {
		return ""
	}
	return policy.NewStatement(policy.StatementSpec{Effect: s.Effect(), Actions: s.Actions(), Conditions: s.Conditions()}).Canonical()
}

// accounts returns the accounts that a statement names as principals; none if it names
// everyone.
func accounts(s *policy.Statement) []string {
	var found []string
	for _, principal := range s.Principals()["AWS"] {
		if a, err := awsname.ParseARN(principal); err == nil {
			principal = a.Account
		}
		if !awsname.IsAccountID(principal) {
			return nil
		}
		found = append(found, principal)
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// warnCertainConditions warns of conditions that all requests meet, or none of them.
func (m *model) warnCertainConditions(ctx context.Context, diags *diag.Diagnostics) {
	s := m.parsed()
	if s == nil || !m.Placed() {
		return
	}
	actions := s.Actions()
	if s.Has("NotAction") {
		actions = actionset.AllActions()
	}
	conditions(ctx, s, diags, func(list types.List, found *diag.Diagnostics) {
		statementattr.WarnCertainConditions(ctx, list, requests(m.Target(), s), actions, found)
	})
}

// requests returns one request of each kind that a statement may be for; none if a principal
// is of a kind of which nothing is known.
func requests(repo awsname.Repository, s *policy.Statement) []authz.Request {
	var all []authz.Request
	add := func(principal string, unknown ...string) {
		all = append(all, authz.Request{
			Principal: principal, Action: "ecr:BatchGetImage", Resource: repo.ARN(), ResourceAccount: repo.Account,
			Context: authz.Context{Unknown: unknown},
		})
	}
	anyOf := func(account string, unknown ...string) { // every principal of an account
		unknown = append(unknown, "aws:PrincipalArn", "aws:userid", "aws:username")
		for _, arn := range []string{"iam::" + account + ":role/app", "iam::" + account + ":user/app", "iam::" + account + ":root", "sts::" + account + ":federated-user/app"} {
			add("arn:"+repo.Partition+":"+arn, unknown...)
		}
	}
	principals := s.Principals()
	if s.Has("NotPrincipal") {
		principals = map[string][]string{"AWS": {"*"}}
	}
	for kind, values := range principals {
		for _, value := range values {
			parsed, err := awsname.ParsePrincipal(value)
			switch {
			case kind == "Service":
				add(value)
			case kind != "AWS":
				return nil
			case value == "*":
				anyOf("000000000000", "aws:PrincipalAccount")
				add("lambda.amazonaws.com")
			case awsname.IsAccountID(value):
				anyOf(value)
			case err != nil:
				return nil
			case parsed.Kind == awsname.AccountRoot:
				anyOf(parsed.Account)
			default:
				add(value)
			}
		}
	}
	return all
}
