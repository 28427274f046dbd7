// SPDX-License-Identifier: MPL-2.0

package managed

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// The Sids of the two statements of a policy.
const (
	tokenSid        = "Token"
	repositoriesSid = "Repositories"
)

// A RolePolicy has the attributes of ecrxa_consumer_role_policy that determine its
// document, as Go values.
type RolePolicy struct {
	RepositoryARNs []string
	Actions        []string // on the repositories, without ecr:GetAuthorizationToken
	Conditions     []policy.Condition
}

// errNothingAllowed is the error for a policy without a repository or without an action:
// IAM would reject it.
var errNothingAllowed = errors.New("the policy needs at least one repository ARN and one action")

// Document returns the policy document, or errNothingAllowed. The conditions apply only to
// the repositories. ecr:GetAuthorizationToken is a call to the registry, for which keys
// such as aws:SourceVpce may have other values, and a login alone gives no access.
// Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
func (p RolePolicy) Document() (*policy.Document, error) {
	if len(p.RepositoryARNs) == 0 || len(p.Actions) == 0 {
		return nil, errNothingAllowed
	}
	return policy.NewDocument(
		policy.NewStatement(policy.StatementSpec{
			Sid: tokenSid, Actions: []string{actionset.TokenAction}, Resources: []string{"*"},
		}),
		policy.NewStatement(policy.StatementSpec{
			Sid: repositoriesSid, Actions: p.Actions, Resources: p.RepositoryARNs, Conditions: p.Conditions,
		}),
	), nil
}

// RolePolicyOf converts a document to attributes. obstacles has what attributes cannot
// express, each a sentence without its full stop.
func RolePolicyOf(doc *policy.Document) (p RolePolicy, obstacles []string) {
	obstacles = Foreign(doc)
	main := mainStatement(doc.Statements())
	if main == nil {
		return RolePolicy{}, append(obstacles, "no statement allows actions on repositories")
	}
	return RolePolicy{
		RepositoryARNs: main.Resources(),
		Actions:        slices.DeleteFunc(slices.Clone(main.Actions()), isTokenAction),
		Conditions:     main.Conditions(),
	}, obstacles
}

// Foreign returns what of a document an ecrxa_consumer_role_policy does not write and would
// remove, each a sentence without its full stop. Deny statements come first: without them more
// is allowed.
func Foreign(doc *policy.Document) (found []string) {
	statements := doc.Statements()
	main := mainStatement(statements)
	isDeny := func(s *policy.Statement) bool { return s.Effect() == "Deny" }
	others := slices.DeleteFunc(slices.Clone(statements), isDeny)
	statements = append(slices.DeleteFunc(statements, func(s *policy.Statement) bool { return !isDeny(s) }), others...)
	for _, s := range statements {
		if s != main && !isToken(s) {
			found = append(found, describe(s)+" is an extra statement; the resource has only one statement for repositories")
		}
	}
	for _, element := range doc.UnknownElements() {
		found = append(found, fmt.Sprintf("the document has the element %s, which policies do not have", printed.Value(element)))
	}
	if main != nil {
		found = append(found, obstaclesIn(main)...)
	}
	return found
}

// mainStatement returns the Allow statement that the attributes describe: the one with our
// Sid, or else the first that is not only the login. It returns nil if there is none.
func mainStatement(statements []*policy.Statement) *policy.Statement {
	for _, fits := range []func(*policy.Statement) bool{
		func(s *policy.Statement) bool { return s.Sid() == repositoriesSid },
		func(s *policy.Statement) bool { return !isToken(s) },
	} {
		i := slices.IndexFunc(statements, func(s *policy.Statement) bool { return s.Effect() == "Allow" && fits(s) })
		if i >= 0 {
			return statements[i]
		}
	}
	return nil
}

func isTokenAction(action string) bool { return strings.EqualFold(action, actionset.TokenAction) }

// isToken reports whether a statement equals our statement for the login, ignoring the
// Sid.
func isToken(s *policy.Statement) bool {
	return s.Canonical() == policy.NewStatement(policy.StatementSpec{
		Sid: s.Sid(), Actions: []string{actionset.TokenAction}, Resources: []string{"*"},
	}).Canonical()
}

// obstaclesIn returns what attributes cannot express in the main statement.
func obstaclesIn(s *policy.Statement) []string {
	rebuilt := policy.NewStatement(policy.StatementSpec{
		Sid: s.Sid(), Actions: s.Actions(), Resources: s.Resources(), Conditions: s.Conditions(),
	})
	if rebuilt.Canonical() != s.Canonical() {
		return []string{describe(s) + " has elements other than Sid, Effect, Action, Resource and Condition, or an element in an unusual form"}
	}
	var obstacles []string
	for _, action := range s.Actions() {
		if err := actionset.CheckAction(action); err != nil {
			obstacles = append(obstacles, fmt.Sprintf("%s allows %s, which is not an ECR action", describe(s), printed.Value(action)))
		}
	}
	for _, arn := range s.Resources() {
		if err := awsname.CheckRepositoryPattern(arn); err != nil {
			obstacles = append(obstacles, fmt.Sprintf("%s has a resource that repository_arns does not accept: %v", describe(s), err))
		}
	}
	return obstacles
}

// describe returns the name of a statement for a text, as in: statement 2 (Sid "Logs",
// Deny).
func describe(s *policy.Statement) string {
	what := printed.Value(s.Effect())
	if s.Sid() != "" {
		what = fmt.Sprintf("Sid %s, %s", printed.Quoted(s.Sid()), what)
	}
	return fmt.Sprintf("statement %d (%s)", s.Index()+1, what)
}
