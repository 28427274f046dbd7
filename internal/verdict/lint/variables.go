// SPDX-License-Identifier: MPL-2.0

package lint

import (
	"regexp"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// policyVariable matches policy variables, as in ${aws:PrincipalTag/team, 'none'}.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
var policyVariable = regexp.MustCompile(`\$\{([^},:]+:[^},]+)`)

// variablesOf returns the condition keys of a statement's policy variables.
func variablesOf(s *verdict.Statement) []string {
	if !strings.Contains(s.String(), "${") { // as in most
		return nil
	}
	var keys []string
	for _, match := range policyVariable.FindAllStringSubmatch(s.String(), -1) {
		keys = append(keys, strings.TrimSpace(match[1])) // a space may come before the default value
	}
	return keys
}

// plainVariables finds the statements that would apply to this pull if the policy
// variables in them were variables, and one variable of each.
func plainVariables(j *verdict.Judgement) []Placed {
	var found []Placed
	for s := range j.Statements(authz.PolicyTypes()...) {
		if s.Version == policy.Version2012 {
			continue
		}
		keys := variablesOf(&s)
		if len(keys) == 0 {
			continue
		}
		current := s
		current.Version = policy.Version2012
		if concerns(j, &current, map[string]bool{strings.ToLower(keys[0]): true}) {
			found = append(found, Placed{s.At, PlainVariable{s.Ref(), keys[0]}})
		}
	}
	return found
}
