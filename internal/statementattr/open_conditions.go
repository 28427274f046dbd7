package statementattr

import (
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
// others than the values that they name meet them, or AWS does not list their key. It says
// nothing while a condition is not known. The account is one that the statement allows.
func WarnOpenConditions(ctx context.Context, list types.List, account string, diags *diag.Diagnostics) {
	if list.IsNull() || !tfattr.Known(ctx, list) {
		return
	}
	conditions, d := Conditions(ctx, list)
	diags.Append(d...)
	for _, key := range keys(conditions) {
		of := onKey(conditions, key)
		at := path.Root("conditions").AtListIndex(slices.IndexFunc(conditions, func(c policy.Condition) bool { return strings.EqualFold(c.Variable, key) }))
		met := authz.MetByOthers(of, account)
		if nearest, unlisted := lint.Unlisted(key); unlisted {
			diags.AddAttributeWarning(at.AtName("variable"), "Unknown condition key", unlistedKey(key, nearest, met))
		}
		if text := openConditions(key, of, met); text != "" {
			diags.AddAttributeWarning(at, "Condition that limits less than it seems", text)
		}
	}
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
// if the condition asks for just that.
func openConditions(key string, conditions []policy.Condition, met authz.MetBy) string {
	isAskedFor := len(conditions) == 1 && conditions[0].Test == "Null" && slices.Equal(conditions[0].Values, []string{"true"})
	without, other := "A request without "+printed.Value(key), fmt.Sprintf("with another value of %s, such as %q,", printed.Value(key), met.OtherValue)
	const name = "to allow only certain values, name them with an operator such as StringEquals, StringLike or ArnLike."
	switch {
	case isAskedFor || met == authz.MetBy{}:
		return ""
	case met.OtherValue == "":
		return fmt.Sprintf("%s meets this condition. What to do now: to require the key, add a condition with test = \"Null\", variable = %s and values = [\"false\"].", without, printed.Quoted(key))
	case met.WithoutKey:
		return without + " meets this condition, and so does a request " + other + " so it limits the statement very little. What to do now: " + name
	}
	return "A request " + other + " meets this condition. What to do now: " + name + " If you want to allow all of them, ignore this warning."
}

// AnyNarrows reports whether the conditions on one of the keys allow only the values that
// they name, for callers of each of the accounts.
func AnyNarrows(conditions []policy.Condition, accounts []string, isKey func(lower string) bool) bool {
	return slices.ContainsFunc(keys(conditions), func(key string) bool {
		return isKey(strings.ToLower(key)) && !slices.ContainsFunc(accounts, func(account string) bool {
			return authz.MetByOthers(onKey(conditions, key), account) != authz.MetBy{}
		})
	})
}

// keys returns the condition keys, each once, as they are first written.
func keys(conditions []policy.Condition) []string {
	var all []string
	for _, c := range conditions {
		if !slices.ContainsFunc(all, func(key string) bool { return strings.EqualFold(key, c.Variable) }) {
			all = append(all, c.Variable)
		}
	}
	return all
}

func onKey(conditions []policy.Condition, key string) []policy.Condition {
	return slices.DeleteFunc(slices.Clone(conditions), func(c policy.Condition) bool { return !strings.EqualFold(c.Variable, key) })
}
