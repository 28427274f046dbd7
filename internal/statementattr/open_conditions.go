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

// CheckConditionsKnown refuses a plan in which it is not known whether there are conditions at
// all: if the list turned out to be null in the apply, the statement would have none.
func CheckConditionsKnown(list types.List, diags *diag.Diagnostics) {
	if list.IsUnknown() {
		diags.AddAttributeError(path.Root("conditions"), "Unknown conditions",
			"Terraform will know this list only during the apply. If the list is null then, the statement has no conditions and allows more than the plan can show. "+
				"What to do now: write the conditions here as a list, in which single values may be unknown; or first apply what the list depends on, with -target.")
	}
}

// WarnOpenConditions warns of conditions that limit the statement less or more than they seem
// to: others than the values that they name meet them, AWS does not list their key, or takes a
// value in another way than it seems. It says nothing of a key while a condition that is not
// known may limit it, too. The accounts are those that the statement allows, if it names any.
func WarnOpenConditions(ctx context.Context, list types.List, accounts []string, diags *diag.Diagnostics) {
	warnConditions(ctx, list, accounts, openConditions, diags)
}

// WarnMistakenConditions warns like WarnOpenConditions, but not of conditions that others meet:
// in a Deny statement they are to be met by others.
func WarnMistakenConditions(ctx context.Context, list types.List, diags *diag.Diagnostics) {
	warnConditions(ctx, list, nil, func(string, []policy.Condition, authz.MetBy) string { return "" }, diags)
}

func warnConditions(ctx context.Context, list types.List, accounts []string, open func(string, []policy.Condition, authz.MetBy) string, diags *diag.Diagnostics) {
	for _, of := range closed(ctx, list, diags) {
		key, met := of.key, metByOthers(of.conditions, accounts)
		if nearest, unlisted := lint.Unlisted(key); unlisted {
			diags.AddAttributeWarning(of.at(0), "Unknown condition key "+printed.Name(key), unlistedKey(key, nearest, met))
		}
		i := slices.IndexFunc(of.conditions, func(c policy.Condition) bool { return incomparable(c) != "" })
		if i >= 0 {
			diags.AddAttributeWarning(of.at(i), "Value of "+printed.Name(key)+" that cannot be compared", incomparable(of.conditions[i]))
		} else if text := open(key, of.conditions, met); text != "" {
			diags.AddAttributeWarning(of.at(0), "Condition on "+printed.Name(key)+" that limits less than it seems", text)
		}
		for i, c := range of.conditions {
			if value := authz.LiteralWildcard(c); value != "" {
				diags.AddAttributeWarning(of.at(i), "Wildcard in a value of "+printed.Name(key)+" that is taken literally", literalWildcard(c, value))
			}
			if err := checkOrganizationPaths(c); err != nil {
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
		all := func(verdict authz.Verdict) bool {
			return len(requests) > 0 && !slices.ContainsFunc(requests, func(r authz.Request) bool {
				return authz.Meets(withoutTags(r, of.key, actions), of.conditions) != verdict
			})
		}
		switch name := printed.Value(of.key); {
		case all(authz.Denied):
			diags.AddAttributeWarning(of.at(0), "Condition on "+printed.Name(of.key)+" that is never met", fmt.Sprintf(
				"No request that this statement is for has a value of %s that meets this condition, so the statement never applies. What to do now: correct the condition, or remove it.", name))
		case all(authz.Allowed) && openConditions(of.key, of.conditions, metByOthers(of.conditions, nil)) == "":
			diags.AddAttributeWarning(of.at(0), "Condition on "+printed.Name(of.key)+" that is always met", fmt.Sprintf(
				"Every request that this statement is for meets this condition on %s, so it does not limit the statement. What to do now: if it should, name another value or another condition key; or else remove it.", name))
		}
	}
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

// literalWildcard says what AWS makes of a value with a wildcard.
func literalWildcard(c policy.Condition, value string) string {
	like := strings.NewReplacer("EqualsIgnoreCase", "Like", "Equals", "Like").Replace(c.Test)
	return fmt.Sprintf("%s compares * and ? as plain characters: %s stands for just this text, and is no pattern. What to do now: to compare with a pattern, use %s.",
		printed.Value(c.Test), printed.Quoted(value), printed.Value(like))
}

// organizationPaths are the condition keys whose values are organization paths.
var organizationPaths = []string{"aws:principalorgpaths", "aws:resourceorgpaths", "aws:sourceorgpaths"}

// checkOrganizationPaths returns an error if a pattern of a condition matches other units than
// it seems to, or none.
func checkOrganizationPaths(c policy.Condition) error {
	if !slices.Contains(organizationPaths, strings.ToLower(c.Variable)) || !strings.Contains(c.Test, "StringLike") {
		return nil
	}
	for _, value := range c.Values {
		if value == "*" || strings.Contains(value, "${") { // other warnings are about these
			continue
		}
		if err := managed.CheckOrganizationPath(value); err != nil {
			return err
		}
	}
	return nil
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

// MayHave reports whether is holds for one of the conditions, or may hold for one that is not
// fully known.
func MayHave(ctx context.Context, list types.List, is func(policy.Condition) bool, diags *diag.Diagnostics) bool {
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

// incomparable says which value of a condition cannot be compared; nothing if all can.
func incomparable(c policy.Condition) string {
	value, problem := authz.Incomparable(c)
	if problem == "" {
		return ""
	}
	return fmt.Sprintf("AWS does not say what %s does with the value %s: %s. AWS may reject the statement, or the statement may apply to more or less than it seems to. What to do now: correct the value.",
		printed.Value(c.Test), printed.Quoted(value), problem)
}

// metByOthers returns which callers of one of the accounts meet the conditions on a key. If
// no account is named, the caller is of one that no condition names.
func metByOthers(conditions []policy.Condition, accounts []string) (met authz.MetBy) {
	if len(accounts) == 0 {
		accounts = []string{"000000000000"}
	}
	for _, account := range accounts {
		of := authz.MetByOthers(conditions, account)
		met.WithoutKey = met.WithoutKey || of.WithoutKey
		if met.OtherValue == "" {
			met.OtherValue, met.BesideKey, met.BesideValue = of.OtherValue, of.BesideKey, of.BesideValue
		}
	}
	return met
}

// unlistedKey says what follows if no request has a key.
func unlistedKey(key, nearest string, met authz.MetBy) string {
	effect := "never met, and the statement never applies"
	if met.WithoutKey {
		effect = "always met, and do not limit the statement"
	}
	text := fmt.Sprintf("AWS does not list the condition key %s. If no request has it, the conditions on it are %s.", printed.Quoted(key), effect)
	switch {
	case nearest != "":
		text += fmt.Sprintf(" Did you mean %s?", printed.Quoted(nearest))
	case strings.HasPrefix(strings.ToLower(key), "ecr:"):
		text += " ECR authorizes access to repositories, not to single images or tags; the tags of a repository have the key ecr:ResourceTag/KEY."
	}
	return text
}

// openConditions says which other requests meet conditions on a key; nothing if none do, or
// if a condition asks for just that.
func openConditions(key string, conditions []policy.Condition, met authz.MetBy) string {
	isAskedFor := slices.ContainsFunc(conditions, func(c policy.Condition) bool {
		return c.Test == "Null" && slices.Equal(c.Values, []string{"true"})
	})
	without := "A request without " + printed.Value(key)
	value := fmt.Sprintf("a request in which %s is, for example, %s", printed.Value(key), printed.Quoted(met.OtherValue))
	if met.BesideKey != "" {
		value += fmt.Sprintf(" and %s is %s", printed.Value(met.BesideKey), printed.Quoted(met.BesideValue))
	}
	const name = "to allow only certain values, name them with an operator without Not, such as StringEquals, ArnLike or IpAddress."
	switch {
	case met == authz.MetBy{}, isAskedFor && met.OtherValue == "":
		return ""
	case met.OtherValue == "":
		return fmt.Sprintf("%s meets this condition. What to do now: to require the key, add a condition with the operator Null, the key %s and the value \"false\".", without, printed.Quoted(key))
	case met.WithoutKey:
		return without + " meets this condition, and so does " + value + ": it limits the statement very little. What to do now: " + name
	}
	return "This condition hardly limits the values of " + printed.Value(key) + ": " + value + ", meets it. What to do now: " + name + " If you want to allow all of them, ignore this warning."
}

// AnyNarrows reports whether the known conditions on one of the keys allow only the values
// that they name, for callers of each of the accounts.
func AnyNarrows(ctx context.Context, list types.List, accounts []string, isKey func(lower string) bool, diags *diag.Diagnostics) bool {
	conditions, _ := known(ctx, list, diags)
	return slices.ContainsFunc(keys(conditions), func(key string) bool {
		return isKey(strings.ToLower(key)) && metByOthers(onKey(conditions, key), accounts) == authz.MetBy{}
	})
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

func onKey(conditions []policy.Condition, key string) []policy.Condition {
	return slices.DeleteFunc(slices.Clone(conditions), func(c policy.Condition) bool { return !strings.EqualFold(c.Variable, key) })
}
