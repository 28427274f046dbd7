package statementattr

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/lint"
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

// WarnOpenConditions warns of conditions that limit the statement less than they seem to:
// others than the values that they name meet them, AWS does not list their key, or does not
// say how it compares a value. It says nothing of a key while a condition that is not known
// may limit it, too. The accounts are those that the statement allows, if it names any.
func WarnOpenConditions(ctx context.Context, list types.List, accounts []string, diags *diag.Diagnostics) {
	conditions, isOpen := known(ctx, list, diags)
	for _, key := range keys(conditions) {
		if isOpen(key) {
			continue
		}
		of := onKey(conditions, key)
		index := func(c policy.Condition) path.Path {
			return path.Root("conditions").AtListIndex(slices.IndexFunc(conditions, func(other policy.Condition) bool {
				return conditionID(other.Test, other.Variable) == conditionID(c.Test, c.Variable)
			}))
		}
		met := metByOthers(of, accounts)
		if nearest, unlisted := lint.Unlisted(key); unlisted {
			diags.AddAttributeWarning(index(of[0]).AtName("variable"), "Unknown condition key", unlistedKey(key, nearest, met))
		}
		i := slices.IndexFunc(of, func(c policy.Condition) bool { return incomparable(c) != "" })
		if i >= 0 {
			diags.AddAttributeWarning(index(of[i]).AtName("values"), "Value that cannot be compared", incomparable(of[i]))
		} else if text := openConditions(key, of, met); text != "" {
			diags.AddAttributeWarning(index(of[0]), "Condition that limits less than it seems", text)
		}
	}
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
	return fmt.Sprintf("AWS does not say what %s does with the value %s: %s. AWS may reject the statement, or the statement may allow more or less than it seems to. What to do now: correct the value.",
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
		met.OtherValue = cmp.Or(met.OtherValue, of.OtherValue)
	}
	return met
}

// unlistedKey says what follows if no request has a key.
func unlistedKey(key, nearest string, met authz.MetBy) string {
	effect := "never met, and the statement allows nothing"
	if met.WithoutKey {
		effect = "always met, and do not limit the statement"
	}
	text := fmt.Sprintf("AWS does not list the condition key %s. If no request has it, the conditions on it are %s.", printed.Quoted(key), effect)
	if nearest != "" {
		text += fmt.Sprintf(" Did you mean %q?", nearest)
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
	const name = "to allow only certain values, name them with an operator without Not, such as StringEquals, ArnLike or IpAddress."
	switch {
	case met == authz.MetBy{}, isAskedFor && met.OtherValue == "":
		return ""
	case met.OtherValue == "":
		return fmt.Sprintf("%s meets this condition. What to do now: to require the key, add a condition with test = \"Null\", variable = %s and values = [\"false\"].", without, printed.Quoted(key))
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
