// SPDX-License-Identifier: MPL-2.0

package report

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// alternatives says, for denied actions whose reasons depend on what is not known, when
// each statement applies.
func alternatives(j *verdict.Judgement) []string {
	var lines []string
	seen := map[string]bool{}
	for _, d := range j.Decisions() {
		cases := &d.Engine.Cases
		for _, ref := range cases.Statements {
			if d.Verdict != authz.Denied || !decides(ref, &d.Engine) {
				continue
			}
			verb := " allows it only if "
			if ref.Effect == "Deny" {
				verb = " denies it only if "
			}
			line := wording.Sentence(statementIn(j, ref) + verb + applies(j, ref, cases.Keys))
			if !seen[line] {
				seen[line] = true
				lines = append(lines, line)
			}
		}
	}
	return lines
}

// decides reports whether a statement is of a policy type that denies. An Allow of the
// registry policy would make up for one that the repository policy lacks.
func decides(ref authz.StatementRef, d *authz.Decision) bool {
	return slices.Contains(d.DeniedBy, ref.PolicyType) ||
		ref.PolicyType == authz.RegistryPolicy && ref.Effect == "Allow" && slices.Contains(d.DeniedBy, authz.RepositoryPolicy)
}

// applies says what the keys must be for a statement to apply.
func applies(j *verdict.Judgement, ref authz.StatementRef, keys []string) string {
	isOther := func(condition policy.Condition) bool {
		return !slices.ContainsFunc(keys, func(key string) bool { return isSameKey(key, condition.Variable) || isComparedWith(condition, key) })
	}
	conditions := slices.DeleteFunc(conditionsOf(j, ref), isOther)
	if sessions := sessionsIn(j, ref); len(conditions) == 0 && len(sessions) > 0 {
		return "the session is " + wording.Some(printed.Values(sessions), "or")
	}
	if len(conditions) == 0 {
		return wording.Some(printed.Values(keys), "and") + " fits"
	}
	return conditionList(conditions)
}

// isComparedWith reports whether a condition compares its key with another one.
func isComparedWith(c policy.Condition, key string) bool {
	return slices.ContainsFunc(c.Values, func(value string) bool {
		p, _ := pattern.Parse(value, pattern.Syntax{Variables: true})
		return slices.ContainsFunc(p.Variables(), func(v *pattern.Variable) bool { return isSameKey(key, v.Written) })
	})
}

// isSameKey reports whether two condition keys are one: a tag of a repository has two.
func isSameKey(key, other string) bool {
	alias := func(key string) string {
		return strings.Replace(strings.ToLower(key), "ecr:resourcetag/", "aws:resourcetag/", 1)
	}
	return alias(key) == alias(other)
}

// sessionsIn returns the names of the sessions of the role that a statement names.
func sessionsIn(j *verdict.Judgement, ref authz.StatementRef) (names []string) {
	s, _ := j.Statement(ref)
	if s.Statement == nil {
		return nil
	}
	for _, value := range s.Principals()["AWS"] {
		p, err := awsname.ParsePrincipal(value)
		if err == nil && p.Kind == awsname.RoleSession && p.Account == j.Principal().Account && p.Name == j.Principal().Name {
			names = append(names, p.Session)
		}
	}
	return names
}

// conditionsOf returns the conditions of a statement.
func conditionsOf(j *verdict.Judgement, ref authz.StatementRef) []policy.Condition {
	s, ok := j.Statement(ref)
	if !ok {
		return nil
	}
	return s.Conditions()
}

func conditionList(conditions []policy.Condition) string {
	words := make([]string, len(conditions))
	for i, condition := range conditions {
		words[i] = conditionWords(condition, false)
	}
	return wording.Some(words, "and")
}

// ConditionWords writes a condition as in: aws:PrincipalOrgID equals o-a1b2c3d4e5.
func ConditionWords(c policy.Condition) string { return conditionWords(c, false) }

// conditionWords writes a condition as in: aws:SourceVpce equals vpce-1. A negated one is met
// by a request without the key, too, unless it is known to be there.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
func conditionWords(c policy.Condition, isPresent bool) string {
	key, values := printed.Value(c.Variable), wording.Some(printed.Values(c.Values), "or")
	if c.Test == "Null" && len(c.Values) == 1 {
		if strings.EqualFold(c.Values[0], "true") {
			return key + " is absent"
		}
		return key + " is present"
	}
	test, mayBeAbsent := strings.CutSuffix(c.Test, "IfExists")
	test, isAll := strings.CutPrefix(test, "ForAllValues:")
	test, isAny := strings.CutPrefix(test, "ForAnyValue:")
	verb, ok := operatorVerbs[test]
	if !ok {
		return key + " meets " + printed.Value(c.Test) + " " + values
	}
	isNegated := strings.Contains(test, "Not") && !isAny
	begin := ""
	if (mayBeAbsent || isAll || isNegated) && !isPresent && !authz.IsInEveryRequest(c.Variable) {
		begin = "is absent or "
	}
	switch {
	case isAll:
		begin += "has only values of which each "
	case isAny:
		begin += "has a value that "
	}
	return key + " " + begin + verb + " " + values
}

// operatorVerbs are the verbs for the condition operators.
var operatorVerbs = map[string]string{
	"StringEquals":              "equals",
	"StringNotEquals":           "does not equal",
	"StringEqualsIgnoreCase":    "equals (in upper or lower case)",
	"StringNotEqualsIgnoreCase": "does not equal (in upper or lower case)",
	"StringLike":                "matches",
	"StringNotLike":             "does not match",
	"ArnEquals":                 "matches",
	"ArnLike":                   "matches",
	"ArnNotEquals":              "does not match",
	"ArnNotLike":                "does not match",
	"NumericEquals":             "equals",
	"NumericNotEquals":          "does not equal",
	"NumericLessThan":           "is less than",
	"NumericLessThanEquals":     "is at most",
	"NumericGreaterThan":        "is greater than",
	"NumericGreaterThanEquals":  "is at least",
	"DateEquals":                "is",
	"DateNotEquals":             "is not",
	"DateLessThan":              "is before",
	"DateLessThanEquals":        "is not after",
	"DateGreaterThan":           "is after",
	"DateGreaterThanEquals":     "is not before",
	"Bool":                      "is",
	"BinaryEquals":              "equals",
	"IpAddress":                 "is in",
	"NotIpAddress":              "is not in",
}
