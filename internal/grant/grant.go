// Package grant is the resource ecrxa_repository_grant: the registry side of
// cross-account access, one statement of a repository policy.
package grant

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// The values of match_roles_by.
const (
	byPrincipal = "principal"
	byCondition = "condition"
)

// The condition keys and operators that the typed attributes are written with.
// Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html and
// https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
var (
	principalARN      = conditionKind{"ArnEquals", "aws:PrincipalArn"}
	organizationID    = conditionKind{"StringEquals", "aws:PrincipalOrgID"}
	organizationPaths = conditionKind{"ForAnyValue:StringLike", "aws:PrincipalOrgPaths"}
	sourceARN         = conditionKind{"ArnLike", "aws:SourceArn"}
	sourceAccount     = conditionKind{"StringEquals", "aws:SourceAccount"}
)

type conditionKind struct{ test, variable string }

func (k conditionKind) with(values []string) policy.Condition {
	return policy.Condition{Test: k.test, Variable: k.variable, Values: values}
}

// is compares without regard to case: keys have none, and operators are written
// by the provider itself.
func (k conditionKind) is(c policy.Condition) bool {
	return strings.EqualFold(k.test, c.Test) && strings.EqualFold(k.variable, c.Variable)
}

// A grant is the resource's attributes as plain values: who may do what.
type grant struct {
	Sid       string
	Partition string

	AccountIDs, RoleARNs, UserARNs     []string
	OrganizationIDs, OrganizationPaths []string
	ServicePrincipal                   string
	SourceARNs, SourceAccountIDs       []string
	MatchRolesBy                       string

	Actions    []string
	Conditions []policy.Condition
}

// derivedConditions returns the conditions that the typed attributes stand for.
func (g *grant) derivedConditions() []policy.Condition {
	var out []policy.Condition
	add := func(kind conditionKind, values []string) {
		if len(values) > 0 {
			out = append(out, kind.with(values))
		}
	}
	if g.MatchRolesBy == byCondition {
		add(principalARN, g.RoleARNs)
	}
	add(organizationID, g.OrganizationIDs)
	add(organizationPaths, g.OrganizationPaths)
	add(sourceARN, g.SourceARNs)
	add(sourceAccount, g.SourceAccountIDs)
	return out
}

// principals returns the statement's Principal element.
func (g *grant) principals() map[string][]string {
	if g.ServicePrincipal != "" {
		return map[string][]string{"Service": {g.ServicePrincipal}}
	}
	if len(g.OrganizationIDs)+len(g.OrganizationPaths) > 0 {
		return map[string][]string{"AWS": {"*"}}
	}
	var all []string
	for _, id := range g.AccountIDs {
		all = append(all, awsname.RootARN(g.Partition, id))
	}
	if g.MatchRolesBy == byCondition {
		all = append(all, rootsOf(g.Partition, g.RoleARNs)...)
	} else {
		all = append(all, g.RoleARNs...)
	}
	return map[string][]string{"AWS": append(all, g.UserARNs...)}
}

// rootsOf returns the root ARN of every account that the role ARNs are in.
func rootsOf(partition string, roleARNs []string) []string {
	var roots []string
	for _, arn := range roleARNs {
		if a, err := awsname.ParseARN(arn); err == nil {
			roots = append(roots, awsname.RootARN(partition, a.Account))
		}
	}
	slices.Sort(roots)
	return slices.Compact(roots)
}

// statement returns the statement that the grant is. It has no Resource: ECR
// has refused one in repository policies, and the repository is implied.
func (g *grant) statement() *policy.Statement { return policy.NewStatement(g.spec()) }

func (g *grant) spec() policy.StatementSpec {
	return policy.StatementSpec{
		Sid:        g.Sid,
		Effect:     "Allow",
		Principals: g.principals(),
		Actions:    g.Actions,
		Conditions: append(g.derivedConditions(), g.Conditions...),
	}
}

// expresses reports whether attributes can say all that a live statement says. A
// Resource that is just this repository says nothing.
func (g *grant) expresses(live *policy.Statement, repositoryARN string) bool {
	spec := g.spec()
	if resources := live.Resources(); !slices.ContainsFunc(resources, func(r string) bool { return r != "*" && r != repositoryARN }) {
		spec.Resources = resources
	}
	return policy.NewStatement(spec).Canonical() == live.Canonical()
}

// grantsToNobodyOrAll reports what no statement of this provider may be, whatever
// became of the attributes: one without a principal or an action, a service that
// may act for anybody, everybody without an organization.
func (g *grant) grantsToNobodyOrAll() bool {
	spec := g.spec()
	for kind, values := range spec.Principals {
		open := kind == "Service" || slices.Contains(values, "*")
		if len(values) == 0 || open && len(g.derivedConditions()) == 0 {
			return true
		}
	}
	return len(spec.Actions) == 0 || slices.ContainsFunc(spec.Conditions, func(c policy.Condition) bool { return len(c.Values) == 0 })
}

// fromStatement reads a statement back into attributes, in the shape that the
// attributes had before (prior, nil for an import), so that a drift shows on the
// attribute that drifted. What attributes cannot express is left out: comparing
// the statements shows it.
func fromStatement(s *policy.Statement, partition string, prior *grant) *grant {
	g := &grant{Sid: s.Sid(), Partition: partition, Actions: s.Actions(), MatchRolesBy: byPrincipal}
	conditions := s.Conditions()
	take := func(kind conditionKind) []string {
		if prior != nil && !slices.ContainsFunc(prior.derivedConditions(), kind.is) {
			return nil // Before, this condition stood among the conditions.
		}
		for i, c := range conditions {
			if kind.is(c) {
				conditions = slices.Delete(slices.Clone(conditions), i, i+1)
				return c.Values
			}
		}
		return nil
	}

	principals := s.Principals()
	aws := principals["AWS"]
	switch {
	case len(principals["Service"]) > 0:
		g.ServicePrincipal = strings.Join(principals["Service"], ", ")
		g.SourceARNs, g.SourceAccountIDs = take(sourceARN), take(sourceAccount)
	case slices.Equal(aws, []string{"*"}):
		g.OrganizationIDs, g.OrganizationPaths = take(organizationID), take(organizationPaths)
		if len(g.OrganizationIDs)+len(g.OrganizationPaths) == 0 {
			g.AccountIDs = aws
		}
	default:
		for _, p := range aws {
			g.addPrincipal(p)
		}
		if (prior == nil || prior.MatchRolesBy == byCondition) && matchesByCondition(partition, aws, conditions) {
			g.MatchRolesBy, g.AccountIDs, g.RoleARNs = byCondition, nil, take(principalARN)
		}
	}
	g.Conditions = conditions
	return g
}

// addPrincipal sorts one AWS principal into the attribute that names its kind.
// Unique IDs of deleted roles and users go where their ARN stood.
func (g *grant) addPrincipal(p string) {
	parsed, err := awsname.ParsePrincipal(p)
	switch {
	case awsname.IsAccountID(p) || p == "*":
		g.AccountIDs = append(g.AccountIDs, p)
	case err == nil && parsed.Kind == awsname.AccountRoot:
		g.AccountIDs = append(g.AccountIDs, parsed.Account)
	case err == nil && parsed.Kind == awsname.User, strings.HasPrefix(p, "AIDA"):
		g.UserARNs = append(g.UserARNs, p)
	default:
		g.RoleARNs = append(g.RoleARNs, p)
	}
}

// matchesByCondition reports whether the statement has the shape that
// match_roles_by = "condition" writes: the accounts of the roles as principals,
// and the roles in a condition.
func matchesByCondition(partition string, principals []string, conditions []policy.Condition) bool {
	for _, c := range conditions {
		if !principalARN.is(c) {
			continue
		}
		var roots []string
		for _, p := range principals {
			if awsname.IsAccountID(p) {
				p = awsname.RootARN(partition, p)
			}
			roots = append(roots, p)
		}
		slices.Sort(roots)
		return allRoles(c.Values) && slices.Equal(slices.Compact(roots), rootsOf(partition, c.Values))
	}
	return false
}

func allRoles(arns []string) bool {
	return !slices.ContainsFunc(arns, func(arn string) bool { return !isRole(arn) })
}
