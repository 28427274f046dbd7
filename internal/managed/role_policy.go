package managed

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// The Sids of the two statements of a policy.
const (
	tokenSid        = "Token"
	repositoriesSid = "Repositories"
)

// A RolePolicy is the attributes of ecrxa_consumer_role_policy that its document is
// made of, as plain values.
type RolePolicy struct {
	RepositoryARNs []string
	Actions        []string // on the repositories, without ecr:GetAuthorizationToken
	Conditions     []policy.Condition
}

// ErrNothingAllowed says that a policy would lack what IAM needs in it.
var ErrNothingAllowed = errors.New("the policy needs at least one repository ARN and one action")

// Document returns the policy document, or ErrNothingAllowed. The conditions apply
// to the repositories alone: ecr:GetAuthorizationToken is a call to the registry,
// where keys such as aws:SourceVpce may differ, and a token alone reads nothing.
// Source: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
func (p RolePolicy) Document() (*policy.Document, error) {
	if len(p.RepositoryARNs) == 0 || len(p.Actions) == 0 {
		return nil, ErrNothingAllowed
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

// RolePolicyOf reads a document back into attributes. What they cannot express is
// left out and named in obstacles, each a sentence without its full stop.
func RolePolicyOf(doc *policy.Document) (p RolePolicy, obstacles []string) {
	statements := doc.Statements()
	main := mainStatement(statements)
	for _, s := range statements {
		if s == main || isToken(s) {
			continue
		}
		obstacles = append(obstacles, describe(s)+" is more than the one statement for repositories that the resource writes")
	}
	if main == nil {
		return RolePolicy{}, append(obstacles, "no statement allows actions on repositories")
	}
	p = RolePolicy{
		RepositoryARNs: main.Resources(),
		Actions:        slices.DeleteFunc(slices.Clone(main.Actions()), isTokenAction),
		Conditions:     main.Conditions(),
	}
	return p, append(obstacles, obstaclesIn(main)...)
}

// mainStatement returns the statement that the attributes describe: the one with
// our Sid, else the first that allows more than the token call.
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

// isToken reports whether a statement says just what our first statement says,
// under any Sid.
func isToken(s *policy.Statement) bool {
	return s.Canonical() == policy.NewStatement(policy.StatementSpec{
		Sid: s.Sid(), Actions: []string{actionset.TokenAction}, Resources: []string{"*"},
	}).Canonical()
}

// obstaclesIn returns what the attributes cannot express of their statement.
func obstaclesIn(s *policy.Statement) []string {
	rebuilt := policy.NewStatement(policy.StatementSpec{
		Sid: s.Sid(), Actions: s.Actions(), Resources: s.Resources(), Conditions: s.Conditions(),
	})
	if rebuilt.Canonical() != s.Canonical() {
		return []string{describe(s) + " has elements other than Sid, Effect, Action, Resource and Condition, or some of unusual form"}
	}
	var obstacles []string
	for _, action := range s.Actions() {
		if err := actionset.CheckAction(action); err != nil {
			obstacles = append(obstacles, fmt.Sprintf("%s allows %s, which is not an ECR action", describe(s), action))
		}
	}
	for _, arn := range s.Resources() {
		if err := awsname.CheckRepositoryPattern(arn); err != nil {
			obstacles = append(obstacles, fmt.Sprintf("%s covers a resource that repository_arns cannot name: %v", describe(s), err))
		}
	}
	return obstacles
}

// describe names a statement as in: statement 2 (Sid "Logs", Deny).
func describe(s *policy.Statement) string {
	what := s.Effect()
	if s.Sid() != "" {
		what = fmt.Sprintf("Sid %q, %s", s.Sid(), s.Effect())
	}
	return fmt.Sprintf("statement %d (%s)", s.Index()+1, what)
}
