// SPDX-License-Identifier: MPL-2.0

package managed

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// LiteralWildcard says which value of a condition has a wildcard that AWS takes literally;
// nothing if none has.
func LiteralWildcard(c policy.Condition) string {
	value := authz.LiteralWildcard(c)
	if value == "" {
		return ""
	}
	like := strings.NewReplacer("EqualsIgnoreCase", "Like", "Equals", "Like").Replace(c.Test)
	return fmt.Sprintf("%s compares * and ? as plain characters: %s stands for just this text, and is no pattern. What to do now: to compare with a pattern, use %s.",
		printed.Value(c.Test), printed.Quoted(value), printed.Value(like))
}

// comparedIDs are the condition keys whose values are IDs of a form that AWS documents, in lower
// case, each with what checks the form.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
var comparedIDs = map[string]func(value string) error{
	"aws:principalaccount": checkCallersAccount,
	"aws:resourceaccount":  CheckAccountID,
	"aws:sourceaccount":    CheckAccountID,
	"aws:vpceaccount":      CheckAccountID,
	"aws:principalorgid":   CheckOrganizationID,
	"aws:resourceorgid":    CheckOrganizationID,
	"aws:sourceorgid":      CheckOrganizationID,
	"aws:vpceorgid":        CheckOrganizationID,
	"aws:sourcevpc":        checkNetworkID("VPC", "vpc-"),
	"aws:sourcevpce":       checkNetworkID("VPC endpoint", "vpce-"),
}

// checkCallersAccount accepts what requests without credentials have, too.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalaccount
func checkCallersAccount(value string) error {
	if value == "anonymous" {
		return nil
	}
	return CheckAccountID(value)
}

// checkNetworkID accepts IDs that begin as those of a type of EC2 resources do.
// Source: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html
func checkNetworkID(noun, prefix string) func(string) error {
	return func(value string) error {
		if len(value) <= len(prefix) || !strings.HasPrefix(value, prefix) {
			return fmt.Errorf("%s is not the ID of a %s: it begins with %s", printed.Quoted(value), noun, prefix)
		}
		return nil
	}
}

// CheckComparedID returns an error if a condition compares its key with a text that no request
// can have there, because it has not the form of an ID.
func CheckComparedID(c policy.Condition, value string) error {
	check := comparedIDs[strings.ToLower(c.Variable)]
	if check == nil || !strings.Contains(c.Test, "String") || awsname.HasWildcard(value) || strings.Contains(value, "${") {
		return nil
	}
	if strings.Contains(c.Test, "IgnoreCase") && check(strings.ToLower(value)) == nil {
		return nil
	}
	return check(value)
}

// ImpossibleValue says which value of a condition no request has; nothing if all are possible.
func ImpossibleValue(c policy.Condition) string {
	i := slices.IndexFunc(c.Values, func(value string) bool { return CheckComparedID(c, value) != nil })
	if i < 0 {
		return ""
	}
	text := fmt.Sprintf("%s compares %s with a value that no request has: %v.", printed.Value(c.Test), printed.Value(c.Variable), CheckComparedID(c, c.Values[i]))
	switch isAny := len(PossibleValues(c)) > 0; {
	case IsNeverMet(c):
		text += " No request meets this condition."
	case !isAny && strings.Contains(c.Test, "Not") && !strings.Contains(c.Test, ":"):
		text += " Every request meets this condition: it limits no Allow statement, and is no exception from a Deny statement."
	}
	return text + " What to do now: correct the value."
}

// PossibleValues returns the values of a condition that a request may have.
func PossibleValues(c policy.Condition) []string {
	return slices.DeleteFunc(slices.Clone(c.Values), func(value string) bool { return CheckComparedID(c, value) != nil })
}

// IsNeverMet reports whether no request meets a condition, because it has none of the values.
func IsNeverMet(c policy.Condition) bool {
	isNegated, isOfSet, isOptional := strings.Contains(c.Test, "Not"), strings.Contains(c.Test, ":"), strings.HasSuffix(c.Test, "IfExists")
	return len(c.Values) > 0 && len(PossibleValues(c)) == 0 && !isNegated && !isOfSet && !isOptional
}

// organizationPaths are the condition keys whose values are organization paths.
var organizationPaths = []string{"aws:principalorgpaths", "aws:resourceorgpaths", "aws:sourceorgpaths", "aws:vpceorgpaths"}

// CheckOrganizationPaths returns an error if a pattern of a condition matches other units than
// it seems to, or none.
func CheckOrganizationPaths(c policy.Condition) error {
	isPattern := strings.Contains(c.Test, "StringLike") || strings.Contains(c.Test, "StringNotLike")
	if !isPattern || !slices.Contains(organizationPaths, strings.ToLower(c.Variable)) {
		return nil
	}
	for _, value := range c.Values {
		if value == "*" || strings.Contains(value, "${") { // other warnings are about these
			continue
		}
		if err := CheckOrganizationPath(value); err != nil {
			return err
		}
	}
	return nil
}

// Incomparable says which value of a condition cannot be compared; nothing if all can.
func Incomparable(c policy.Condition) string {
	value, problem := authz.Incomparable(c)
	if problem == "" {
		return ""
	}
	return fmt.Sprintf("AWS does not say what %s does with the value %s: %s. AWS may reject the statement, or the statement may apply to more or less than it seems to. What to do now: correct the value.",
		printed.Value(c.Test), printed.Quoted(value), problem)
}

// MetByOthers returns which callers of one of the accounts meet the conditions on a key. If
// no account is named, the caller is of one that no condition names.
func MetByOthers(conditions []policy.Condition, accounts []string) (met authz.MetBy) {
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

// UnlistedKey says what follows if no request has a key.
func UnlistedKey(key, nearest string, met authz.MetBy) string {
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

// OpenConditions says which other requests meet conditions on a key; nothing if none do, or
// if a condition asks for just that.
func OpenConditions(key string, conditions []policy.Condition, met authz.MetBy) string {
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
