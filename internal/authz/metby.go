// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"regexp"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// MetBy says which requests meet conditions on one key although the conditions do not name
// their value. Conditions that neither of the two meets limit an Allow statement to the
// values that they name.
type MetBy struct {
	WithoutKey bool   // requests without the key; false for a key that every request has
	OtherValue string // a value that shows that the conditions hardly limit the key; empty if they limit it
	// BesideKey is another key of the caller with which the conditions compare, and BesideValue
	// its value in the request that has OtherValue.
	BesideKey, BesideValue string
}

// MetByOthers returns which requests meet all of the conditions. They must be on one key, in
// one statement of the version 2012-10-17. The account, 12 digits, is that of the caller.
// Where AWS does not say whether a request meets them, it counts as meeting them.
func MetByOthers(conditions []policy.Condition, account string) MetBy {
	key := pattern.Lower(conditions[0].Variable)
	beside, meets := chosenKeys(key, conditions), Meets(conditions)
	isNotMet := func(values ...string) bool {
		known := map[string][]string{}
		for _, chosen := range beside {
			known[chosen] = []string{otherText}
		}
		known[key] = values
		return Denied == meets(Request{
			Principal: "arn:aws:iam::" + account + ":role/" + otherText, Action: "ecr:BatchGetImage",
			ResourceAccount: registry, Resource: "arn:aws:ecr:us-east-1:" + registry + ":repository/app",
			Context: Context{Known: known, Complete: true},
		})
	}
	met := MetBy{WithoutKey: !alwaysPresent(key) && !isNotMet()}
	for _, c := range conditions {
		groups := otherValues(key, c, account)
		i := slices.IndexFunc(groups, func(group []string) bool {
			missed := 0
			for _, value := range group {
				if isNotMet(value) {
					missed++
				}
			}
			return missed <= len(group)/4
		})
		if i < 0 {
			return MetBy{WithoutKey: met.WithoutKey}
		}
		met.OtherValue = groups[i][slices.IndexFunc(groups[i], func(value string) bool { return !isNotMet(value) })]
	}
	if len(beside) > 0 {
		met.BesideKey, met.BesideValue = beside[0], otherText
	}
	return met
}

// chosenKeys returns the other keys that conditions on a key, in lower case, compare with and
// whose values the caller chooses: whoever may tag the role or name the session.
func chosenKeys(key string, conditions []policy.Condition) []string {
	var chosen []string
	for _, c := range conditions {
		for _, value := range c.Values {
			for _, variable := range variableText.FindAllStringSubmatch(value, -1) {
				lower := pattern.Lower(strings.TrimSpace(variable[1]))
				isChosen := strings.HasPrefix(lower, "aws:principaltag/") || lower == "aws:sourceidentity" || lower == "aws:useragent" || lower == "aws:referer"
				if isChosen && lower != key {
					chosen = append(chosen, strings.TrimSpace(variable[1]))
				}
			}
		}
	}
	return chosen
}

// registry is the account of the repository, which is not that of the caller.
const registry = "000000000001"

// Meets returns a function that decides whether a request meets all of the conditions, in one
// statement of the version 2012-10-17: Allowed if it does, Denied if it does not.
func Meets(conditions []policy.Condition) func(Request) Verdict {
	to := func(principals map[string][]string) PolicySet {
		return PolicySet{Present: true, Policies: []*Policy{allowing(principals, conditions)}}
	}
	everyone := to(map[string][]string{"AWS": {"*"}})
	return func(req Request) Verdict {
		// A federated user needs both of the first two.
		policies := Policies{Identity: allIdentities, Session: allIdentities, Repository: everyone}
		if awsname.CheckServicePrincipal(req.Principal) == nil {
			policies.Repository = to(map[string][]string{"AWS": {"*"}, "Service": {req.Principal}})
		}
		return Decide(req, policies)
	}
}

// allIdentities allows everything to the identities that it is attached to.
var allIdentities = PolicySet{Present: true, Policies: []*Policy{AllowsAll(nil)}}

// Incomparable returns the first value of a condition of which AWS does not say how the
// operator compares it, and what the operator expects; empty texts if there is none.
func Incomparable(c policy.Condition) (value, problem string) {
	for _, v := range compileCondition(c, true).values {
		if v.problem != "" {
			return v.text, v.problem
		}
	}
	return "", ""
}

// variableText matches a policy variable with its key, which may be ${*}.
var variableText = regexp.MustCompile(`\$\{([^},]*)[^}]*\}`)

// LiteralWildcard returns the first value of a condition that has * or ? under an operator that
// takes them for plain characters; empty if there is none.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_String
func LiteralWildcard(c policy.Condition) string {
	op, _, _, ok := parseOperator(c.Test)
	if !ok || op.family != stringExact && op.family != stringFold {
		return ""
	}
	for _, value := range c.Values {
		if awsname.HasWildcard(variableText.ReplaceAllString(value, "")) {
			return value
		}
	}
	return ""
}

// AllowsAll returns a policy that allows everything: to the principals, as in the element
// Principal, or without any to the identities that it is attached to.
func AllowsAll(principals map[string][]string) *Policy { return allowing(principals, nil) }

// allowing returns a policy that allows everything to the principals under conditions.
func allowing(principals map[string][]string, conditions []policy.Condition) *Policy {
	all := policy.NewStatement(policy.StatementSpec{Principals: principals, Actions: []string{"*"}, Resources: []string{"*"}, Conditions: conditions})
	return Compile("", policy.NewDocument(all))
}

// otherText is a text that no policy names.
const otherText = "zzzzzz"

// otherValues returns groups of values of a key, in lower case, that a policy does not
// name, of the form that a condition compares with. A condition hardly limits a key if three
// quarters of the values of a group meet it.
func otherValues(key string, c policy.Condition, account string) [][]string {
	op, _, _, _ := parseOperator(c.Test)
	switch op.family {
	case numeric, date:
		extremes := extremesOf(key, op.family)
		if op.negated {
			extremes = extremes[1:] // The other one may be named.
		}
		return [][]string{extremes}
	case boolean:
		return [][]string{{"true", "false"}}
	case binary:
		return [][]string{{"fg=="}}
	case ipAddress:
		return [][]string{
			{"20.0.0.77", "50.0.0.77", "80.0.0.77", "110.0.0.77", "140.0.0.77", "170.0.0.77", "200.0.0.77", "215.0.0.77"},
			{"2001:4860::77", "2400::77", "2600::77", "2800::77", "2a00::77", "2c00::77"},
		}
	case stringExact, stringFold, stringLike, arnLike, null:
	}
	switch {
	case key == "aws:principalaccount":
		return [][]string{{account}}
	case key == "aws:resourceaccount":
		return [][]string{{registry}}
	case strings.HasSuffix(key, "account"):
		return [][]string{{"000000000000"}}
	case strings.HasSuffix(key, "orgpaths"):
		return [][]string{{"o-zzzzzzzzzz/r-zzzz/ou-zzzz-zzzzzzzz/"}}
	case hasType(key, boolean):
		return [][]string{{"true", "false"}}
	case hasType(key, ipAddress):
		return [][]string{{"198.51.100.77"}}
	case hasType(key, date):
		return [][]string{{"2090-01-01T00:00:00Z"}}
	case hasType(key, numeric):
		return [][]string{{"129600"}}
	}
	var groups [][]string
	for _, form := range formsOf(key, partitionIn(c.Values), account) {
		for _, name := range otherNames(form, c.Values) {
			groups = append(groups, []string{form + name})
		}
	}
	return groups
}

// extremesOf returns the least and the greatest value that a key, in lower case, can have in
// a request that is made from 2026 on and in this lifetime. An MFA session lasts 36 hours at most.
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
func extremesOf(key string, f family) []string {
	switch {
	case f == date:
		return []string{"2026-01-01T00:00:00Z", "2090-01-01T00:00:00Z"}
	case key == "aws:epochtime":
		return []string{"1767225600", "3786912000"}
	case key == "aws:multifactorauthage":
		return []string{"1", "129600"}
	}
	return []string{"0", "1000000000000"}
}

// formsOf returns how values of a key, in lower case, begin, before their name.
func formsOf(key, partition, account string) []string {
	iam := "arn:" + partition + ":iam::" + account
	switch {
	case key == "aws:principalarn":
		return []string{iam + ":role/", iam + ":role/" + otherText + "/", iam + ":user/", "arn:" + partition + ":sts::" + account + ":federated-user/"}
	case strings.HasSuffix(key, "arn"):
		return []string{"arn:" + partition + ":lambda:us-east-1:000000000000:function:"}
	case strings.HasSuffix(key, "orgid"):
		return []string{"o-"}
	case key == "aws:sourcevpce":
		return []string{"vpce-"}
	case key == "aws:sourcevpc":
		return []string{"vpc-"}
	case key == "aws:userid":
		return []string{"AROAZZZZZZZZZZZZZZZZZ:", "AIDAZZZZZZZZZZZZZZZZZ"}
	}
	return []string{""}
}

// singleLetters matches a pattern that only asks for single characters somewhere: nearly every
// name has them.
var singleLetters = regexp.MustCompile(`^(?:\*+[^*?$])+\*+$`)

// otherNames returns names that no policy names: a plain one, one with all separators, and,
// for a pattern that only counts characters or asks for single ones, one that has these; and
// those that a value has whose variables the caller chooses. Each follows the form.
func otherNames(form string, values []string) []string {
	names := []string{otherText, "zzzzz-zzzzz_zzzzz.zzzzz@zzzzz"}
	for _, value := range values {
		value = strings.TrimPrefix(value, form)
		if n := strings.Count(value, "?"); n > 0 {
			names = append(names, strings.Repeat("z", n))
		}
		if singleLetters.MatchString(value) {
			names = append(names, strings.ReplaceAll(value, "*", "z"))
		}
		if variableText.MatchString(value) {
			names = append(names, variableText.ReplaceAllString(value, otherText))
		}
	}
	return names
}

// partitionIn returns the partition of the first ARN that names one, or else aws.
func partitionIn(values []string) string {
	for _, value := range values {
		if parts := strings.Split(value, ":"); parts[0] == "arn" && len(parts) > 1 && awsname.KnownPartition(parts[1]) {
			return parts[1]
		}
	}
	return "aws"
}
