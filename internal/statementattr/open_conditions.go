// SPDX-License-Identifier: MPL-2.0

package statementattr

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/lint"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// WarnOpenConditions warns of conditions that limit the statement less or more than they seem
// to: others than the values that they name meet them, AWS does not list their key, or takes a
// value in another way than it seems. It says nothing of a key while a condition that is not
// known may limit it, too. The accounts are those that the statement allows, if it names any.
func WarnOpenConditions(ctx context.Context, list types.List, accounts []string, diags *diag.Diagnostics) {
	warnConditions(ctx, list, accounts, managed.OpenConditions, diags)
}

// WarnMistakenConditions warns like WarnOpenConditions, but not of conditions that others meet:
// in a Deny statement they are to be met by others.
func WarnMistakenConditions(ctx context.Context, list types.List, diags *diag.Diagnostics) {
	warnConditions(ctx, list, nil, func(string, []policy.Condition, authz.MetBy) string { return "" }, diags)
}

func warnConditions(ctx context.Context, list types.List, accounts []string, open func(string, []policy.Condition, authz.MetBy) string, diags *diag.Diagnostics) {
	for _, of := range closed(ctx, list, diags) {
		key, met := of.key, managed.MetByOthers(of.conditions, accounts)
		if nearest, unlisted := lint.Unlisted(key); unlisted {
			diags.AddAttributeWarning(of.at(0), "Unknown condition key "+printed.Name(key), managed.UnlistedKey(key, nearest, met))
		}
		i := slices.IndexFunc(of.conditions, func(c policy.Condition) bool { return managed.Incomparable(c) != "" })
		if i >= 0 {
			diags.AddAttributeWarning(of.at(i), "Value of "+printed.Name(key)+" that cannot be compared", managed.Incomparable(of.conditions[i]))
		} else if text := open(key, of.conditions, met); text != "" {
			diags.AddAttributeWarning(of.at(0), "Condition on "+printed.Name(key)+" that limits less than it seems", text)
		}
		for i, c := range of.conditions {
			if text := managed.LiteralWildcard(c); text != "" {
				diags.AddAttributeWarning(of.at(i), "Wildcard in a value of "+printed.Name(key)+" that is taken literally", text)
			}
			if text := managed.ImpossibleValue(c); text != "" {
				diags.AddAttributeWarning(of.at(i), "Value of "+printed.Name(key)+" that no request has", text)
			}
			if err := managed.CheckOrganizationPaths(c); err != nil {
				diags.AddAttributeWarning(of.at(i), "Mistaken organization path in a value of "+printed.Name(key), wording.Sentence(err.Error()))
			}
		}
	}
}

// WarnCertainConditions warns of conditions that all of the requests meet, or none: then they
// do not limit the statement, or it allows nothing. The requests are of each kind that the
// statement may allow; their contexts say what is not known of them.
func WarnCertainConditions(ctx context.Context, list types.List, requests []authz.Request, actions []string, diags *diag.Diagnostics) {
	for _, of := range closed(ctx, list, diags) {
		if _, unlisted := lint.Unlisted(of.key); unlisted {
			continue // This has been said.
		}
		switch name := printed.Value(of.key); onAll(requests, of, actions) {
		case authz.Denied:
			diags.AddAttributeWarning(of.at(0), "Condition on "+printed.Name(of.key)+" that is never met", fmt.Sprintf(
				"No request that this statement is for has a value of %s that meets this condition, so the statement never applies. What to do now: correct the condition, or remove it.", name))
		case authz.Allowed:
			if managed.OpenConditions(of.key, of.conditions, managed.MetByOthers(of.conditions, nil)) == "" {
				diags.AddAttributeWarning(of.at(0), "Condition on "+printed.Name(of.key)+" that is always met", fmt.Sprintf(
					"Every request that this statement is for meets this condition on %s, so it does not limit the statement. What to do now: if it should, name another value or another condition key; or else remove it.", name))
			}
		case authz.Conditional:
		}
	}
}

// onAll returns whether all of the requests for the actions meet the conditions, or none does;
// otherwise Conditional.
func onAll(requests []authz.Request, of onOneKey, actions []string) authz.Verdict {
	all, meets := authz.Conditional, authz.Meets(of.conditions)
	for i, r := range requests {
		verdict := meets(withoutTags(r, of.key, actions))
		if verdict == authz.Conditional || i > 0 && verdict != all {
			return authz.Conditional
		}
		all = verdict
	}
	return all
}

// withoutTags returns a request for the actions, which has the tags of a condition key only if
// one of the actions takes tags.
func withoutTags(r authz.Request, key string, actions []string) authz.Request {
	lower := strings.ToLower(key)
	if (lower == "aws:tagkeys" || strings.HasPrefix(lower, "aws:requesttag/")) && !slices.ContainsFunc(actions, actionset.MayTakeTags) {
		r.Context.Known = map[string][]string{key: nil}
	}
	return r
}

// onOneKey are the conditions on one key, and where each of them is.
type onOneKey struct {
	key        string
	conditions []policy.Condition
	indexes    []int
}

// at returns the path of a condition. Terraform shows the line of an attribute only for paths
// that go no deeper.
func (o onOneKey) at(i int) path.Path { return path.Root("conditions").AtListIndex(o.indexes[i]) }

// closed returns the conditions on each key that no condition which is not known may limit, too.
func closed(ctx context.Context, list types.List, diags *diag.Diagnostics) []onOneKey {
	conditions, isOpen := known(ctx, list, diags)
	var all []onOneKey
	for _, key := range keys(conditions) {
		if isOpen(key) {
			continue
		}
		of := onOneKey{key: key}
		for i, c := range conditions {
			if strings.EqualFold(c.Variable, key) {
				of.conditions, of.indexes = append(of.conditions, c), append(of.indexes, i)
			}
		}
		all = append(all, of)
	}
	return all
}

// mayHave reports whether is holds for one of the conditions, or may hold for one that is not
// fully known.
func mayHave(ctx context.Context, list types.List, is func(policy.Condition) bool, diags *diag.Diagnostics) bool {
	return list.IsUnknown() || slices.ContainsFunc(models(ctx, list, diags), func(m conditionModel) bool {
		return !tfattr.Known(ctx, m.Test, m.Variable, m.Values) || is(m.condition())
	})
}

// known returns the conditions, empty ones in place of those that are not fully known or
// have no operator of AWS, and which keys one of these may have.
func known(ctx context.Context, list types.List, diags *diag.Diagnostics) (conditions []policy.Condition, isOpen func(key string) bool) {
	var open []types.String
	for _, m := range models(ctx, list, diags) {
		if !tfattr.Known(ctx, m.Test, m.Variable, m.Values) || !authz.IsOperator(m.Test.ValueString()) {
			open = append(open, m.Variable)
			m = conditionModel{}
		}
		conditions = append(conditions, m.condition())
	}
	return conditions, func(key string) bool {
		return slices.ContainsFunc(open, func(other types.String) bool { return other.IsUnknown() || strings.EqualFold(other.ValueString(), key) })
	}
}

// mayNamePrincipals reports whether the known conditions allow only some principals of each of
// the accounts, or whether a condition that is not fully known may do so.
func mayNamePrincipals(ctx context.Context, list types.List, accounts []string, diags *diag.Diagnostics) bool {
	mayBe := func(m conditionModel) bool {
		return m.Variable.IsUnknown() || managed.TellsPrincipalsApart(m.Variable.ValueString()) && !tfattr.Known(ctx, m.Test, m.Values)
	}
	conditions, _ := known(ctx, list, diags)
	return slices.ContainsFunc(models(ctx, list, diags), mayBe) || managed.NamesPrincipals(conditions, accounts)
}

// keys returns the condition keys, each once, as they are first written.
func keys(conditions []policy.Condition) []string {
	var all []string
	for _, c := range conditions {
		if c.Variable != "" && !slices.ContainsFunc(all, func(key string) bool { return strings.EqualFold(key, c.Variable) }) {
			all = append(all, c.Variable)
		}
	}
	return all
}
