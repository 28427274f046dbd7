// SPDX-License-Identifier: MPL-2.0

package access

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/lint"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// conditionFindings are about conditions. It returns whether one of them explains that the
// statement never applies.
func (j *judge) conditionFindings(s *statement, at place) (isMistaken bool) {
	conditions := s.Conditions()
	accounts := accountsOf(s)
	for _, of := range byKey(conditions) {
		key := of[0].Variable
		met := managed.MetByOthers(of, accounts)
		if nearest, unlisted := lint.Unlisted(key); unlisted {
			j.findText(s, at, MisspeltKey, managed.UnlistedKey(key, nearest, met))
			isMistaken = true
			continue
		}
		if names := principalARNs(of); strings.EqualFold(key, "aws:SourceArn") && len(names) > 0 {
			j.findOn(s, at, RoleInSourceARN, fmt.Sprintf("compares aws:SourceArn with %s. This key is the ARN of the resource for which an AWS service calls, as of a Lambda function; a role that pulls has no such key in its requests.", some(names)),
				"To allow the role, name it as the Principal, or in aws:PrincipalArn. To allow a service, write the ARN of the resource.")
			isMistaken = true
			continue
		}
		if roots, sessions := wrongARNs(of); strings.EqualFold(key, "aws:PrincipalArn") && len(roots)+len(sessions) > 0 {
			if len(roots) > 0 {
				j.findOn(s, at, WrongPrincipalARN, fmt.Sprintf("compares aws:PrincipalArn with %s: only requests of the root user have such an ARN in this key. Roles and users have their own.", some(roots)),
					"To mean the account, name it as the Principal, or in aws:PrincipalAccount. To mean roles, write their ARNs.")
			}
			if len(sessions) > 0 {
				j.findOn(s, at, WrongPrincipalARN, fmt.Sprintf("compares aws:PrincipalArn with %s: in the requests of a role session, this key has the ARN of the role.", some(sessions)),
					"Write the ARN of the role.")
			}
			isMistaken = true
			continue
		}
		uncertain := false
		for _, c := range of {
			for _, text := range []string{managed.Incomparable(c), managed.LiteralWildcard(c), organizationPath(c), setOperator(c), literalVariable(s, c)} {
				if text != "" {
					j.findText(s, at, UncertainCondition, text)
					uncertain = true
				}
			}
		}
		isAlwaysMet := false
		for _, c := range of {
			text := managed.ImpossibleValue(c)
			if text == "" {
				continue
			}
			j.findText(s, at, ImpossibleValue, text)
			switch isNegated := strings.Contains(c.Test, "Not"); {
			case len(managed.PossibleValues(c)) > 0:
			case isNegated:
				isAlwaysMet = true
			default:
				uncertain = true
			}
		}
		if isMistaken = isMistaken || uncertain; uncertain || isAlwaysMet {
			continue
		}
		if s.Effect() == "Deny" {
			j.exceptionFinding(s, at, of)
			continue
		}
		switch text := managed.OpenConditions(key, of, met); {
		case j.all(s, at, of, authz.Allowed):
			j.findOn(s, at, ConditionAlwaysMet, fmt.Sprintf("has a condition on %s that every request meets for which the statement is: it does not limit the statement.", printed.Value(key)),
				"Name another value or another condition key, or delete the condition.")
		case text != "":
			j.findText(s, at, WeakCondition, text)
		}
	}
	return isMistaken
}

// exceptionFinding is about conditions on one key that except requests from a Deny statement, and
// never do.
func (j *judge) exceptionFinding(s *statement, at place, conditions []policy.Condition) {
	isNegated := func(c policy.Condition) bool { return strings.Contains(c.Test, "Not") }
	if slices.ContainsFunc(conditions, isNegated) && j.all(s, at, conditions, authz.Allowed) {
		j.findOn(s, at, ConditionAlwaysMet, fmt.Sprintf("makes an exception that never applies: every request that the statement is for meets the condition %s.", wording.Some(wordsOf(conditions), "and")),
			"Name another value or another condition key, or delete the condition.")
	}
}

func organizationPath(c policy.Condition) string {
	if err := managed.CheckOrganizationPaths(c); err != nil {
		return wording.Sentence(err.Error())
	}
	return ""
}

// setOperator says that a condition on a key of several values lacks a set operator; nothing if it
// does not.
func setOperator(c policy.Condition) string {
	if c.Test == "Null" || strings.HasPrefix(c.Test, "ForA") || !authz.Multivalued(strings.ToLower(c.Variable)) {
		return ""
	}
	return fmt.Sprintf("%s compares %s, which can have several values: AWS asks for ForAnyValue or ForAllValues before the operator, and does not say what happens without. What to do now: write ForAnyValue:%s, if one of the values is enough.",
		printed.Value(c.Test), printed.Value(c.Variable), printed.Value(c.Test))
}

// literalVariable says that AWS takes a policy variable literally; nothing if it does not.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
func literalVariable(s *statement, c policy.Condition) string {
	i := slices.IndexFunc(c.Values, func(value string) bool { return strings.Contains(value, "${") })
	if i < 0 || s.Version != policy.Version2008 {
		return ""
	}
	return fmt.Sprintf("The policy has the version %s, or none: AWS takes %s literally, not as a policy variable. What to do now: give the policy the version %s.", policy.Version2008, printed.Quoted(c.Values[i]), policy.Version2012)
}

// byKey groups conditions by their keys.
func byKey(conditions []policy.Condition) (groups [][]policy.Condition) {
	for _, c := range conditions {
		i := slices.IndexFunc(groups, func(of []policy.Condition) bool { return strings.EqualFold(of[0].Variable, c.Variable) })
		if i < 0 {
			groups = append(groups, []policy.Condition{c})
		} else {
			groups[i] = append(groups[i], c)
		}
	}
	return groups
}

func principalARNs(conditions []policy.Condition) (arns []string) {
	for _, c := range conditions {
		for _, value := range c.Values {
			if a, err := awsname.ParseARN(value); err == nil && (a.Service == "iam" || a.Service == "sts") {
				arns = append(arns, value)
			}
		}
	}
	return arns
}

// wrongARNs returns the values of conditions that are the root ARN of an account, or the ARN of a
// role session.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func wrongARNs(conditions []policy.Condition) (roots, sessions []string) {
	for _, arn := range principalARNs(conditions) {
		switch a, _ := awsname.ParseARN(arn); {
		case a.Service == "iam" && a.Resource == "root":
			roots = append(roots, arn)
		case a.Service == "sts" && strings.HasPrefix(a.Resource, "assumed-role/"):
			sessions = append(sessions, arn)
		}
	}
	return roots, sessions
}

// accountsOf returns the accounts that a statement names as principals; none if it names
// everyone.
func accountsOf(s *statement) (accounts []string) {
	for _, value := range s.Principals()["AWS"] {
		if a, err := awsname.ParseARN(value); err == nil {
			value = a.Account
		}
		if !awsname.IsAccountID(value) {
			return nil
		}
		accounts = append(accounts, value)
	}
	slices.Sort(accounts)
	return slices.Compact(accounts)
}

// all reports whether the verdict is the same for all whom a statement means, if these were its
// only conditions.
func (j *judge) all(s *statement, at place, conditions []policy.Condition, want authz.Verdict) bool {
	actions := s.actions()
	grantees := granteesOf(s.Statement.Statement, at.repository.Partition)
	alone := typed{authz.RepositoryPolicy, authz.Compile("", policy.NewDocument(policy.NewStatement(policy.StatementSpec{
		Principals: map[string][]string{"AWS": {"*"}}, Actions: []string{"*"}, Conditions: conditions,
	}))).Stored()}
	for i := range grantees {
		for _, c := range j.callersStated(&grantees[i]) {
			for _, action := range actions {
				if j.decide(c, action, at, sets(alone)) != want {
					return false
				}
			}
		}
	}
	return len(grantees) > 0 && len(actions) > 0
}
