package managed

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// The values of the attribute match_roles_by of ecrxa_repository_grant.
const (
	ByPrincipal = "principal" // the roles are principals
	ByCondition = "condition" // their accounts are principals, the roles are in a condition on aws:PrincipalArn
)

// The conditions that typed attributes of a grant are written as.
// Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html and
// https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
var (
	PrincipalARN      = ConditionForm{"ArnEquals", "aws:PrincipalArn"}
	OrganizationID    = ConditionForm{"StringEquals", "aws:PrincipalOrgID"}
	OrganizationPaths = ConditionForm{"ForAnyValue:StringLike", "aws:PrincipalOrgPaths"}
	SourceARN         = ConditionForm{"ArnLike", "aws:SourceArn"}
	SourceAccount     = ConditionForm{"StringEquals", "aws:SourceAccount"}
)

// A ConditionForm is the operator and the condition key that an attribute is
// written with.
type ConditionForm struct{ operator, key string }

// With returns the condition with these values.
func (f ConditionForm) With(values []string) policy.Condition {
	return policy.Condition{Test: f.operator, Variable: f.key, Values: values}
}

// is compares without regard to case: keys have none, and the provider writes the
// operators itself.
func (f ConditionForm) is(c policy.Condition) bool {
	return strings.EqualFold(f.operator, c.Test) && strings.EqualFold(f.key, c.Variable)
}

// A Grant is the attributes of ecrxa_repository_grant that its statement is made
// of, as plain values: who may do what.
type Grant struct {
	Sid       string
	Partition string // of the repository, such as aws

	AccountIDs, RoleARNs, UserARNs     []string
	OrganizationIDs, OrganizationPaths []string
	ServicePrincipal                   string
	SourceARNs, SourceAccountIDs       []string
	MatchRolesBy                       string // ByPrincipal, ByCondition; empty means ByPrincipal

	Actions    []string
	Conditions []policy.Condition
}

// derivedConditions returns the conditions that the typed attributes stand for.
func (g *Grant) derivedConditions() []policy.Condition {
	var out []policy.Condition
	add := func(form ConditionForm, values []string) {
		if len(values) > 0 {
			out = append(out, form.With(values))
		}
	}
	if g.MatchRolesBy == ByCondition {
		add(PrincipalARN, g.RoleARNs)
	}
	add(OrganizationID, g.OrganizationIDs)
	add(OrganizationPaths, g.OrganizationPaths)
	add(SourceARN, g.SourceARNs)
	add(SourceAccount, g.SourceAccountIDs)
	return out
}

// principals returns the statement's Principal element.
func (g *Grant) principals() map[string][]string {
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
	if g.MatchRolesBy == ByCondition {
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

// Statement returns the statement that the grant is. It has no Resource: ECR
// has refused one in repository policies, and the repository is implied.
func (g *Grant) Statement() *policy.Statement { return policy.NewStatement(g.spec()) }

func (g *Grant) spec() policy.StatementSpec {
	return policy.StatementSpec{
		Sid:        g.Sid,
		Effect:     "Allow",
		Principals: g.principals(),
		Actions:    g.Actions,
		Conditions: append(g.derivedConditions(), g.Conditions...),
	}
}

// Expresses reports whether the grant says all that a statement of the repository
// says. A Resource that is just this repository says nothing.
func (g *Grant) Expresses(live *policy.Statement, repositoryARN string) bool {
	spec := g.spec()
	if resources := live.Resources(); !slices.ContainsFunc(resources, func(r string) bool { return r != "*" && r != repositoryARN }) {
		spec.Resources = resources
	}
	return policy.NewStatement(spec).Canonical() == live.Canonical()
}

// GrantsToNobodyOrAll reports whether the statement would be one that this provider
// never writes: without a principal or an action, for a service that may act for
// anybody, or for everybody without an organization.
func (g *Grant) GrantsToNobodyOrAll() bool {
	spec := g.spec()
	for kind, values := range spec.Principals {
		open := kind == "Service" || slices.Contains(values, "*")
		if len(values) == 0 || open && len(g.derivedConditions()) == 0 {
			return true
		}
	}
	return len(spec.Actions) == 0 || slices.ContainsFunc(spec.Conditions, func(c policy.Condition) bool { return len(c.Values) == 0 })
}

// GrantOf reads a statement back into attributes, in the shape that the attributes
// had before (prior, nil for an import), so that drift shows on the attribute that
// drifted. What attributes cannot express is left out; Expresses reports it.
func GrantOf(s *policy.Statement, partition string, prior *Grant) *Grant {
	g := &Grant{Sid: s.Sid(), Partition: partition, Actions: s.Actions(), MatchRolesBy: ByPrincipal}
	conditions := s.Conditions()
	take := func(form ConditionForm) []string {
		if prior != nil && !slices.ContainsFunc(prior.derivedConditions(), form.is) {
			return nil // Before, this condition was one of the attribute conditions.
		}
		for i, c := range conditions {
			if form.is(c) {
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
		g.SourceARNs, g.SourceAccountIDs = take(SourceARN), take(SourceAccount)
	case slices.Equal(aws, []string{"*"}):
		g.OrganizationIDs, g.OrganizationPaths = take(OrganizationID), take(OrganizationPaths)
		if len(g.OrganizationIDs)+len(g.OrganizationPaths) == 0 {
			g.AccountIDs = aws
		}
	default:
		for _, p := range aws {
			g.addPrincipal(p)
		}
		if (prior == nil || prior.MatchRolesBy == ByCondition) && matchesByCondition(partition, aws, conditions) {
			g.MatchRolesBy, g.AccountIDs, g.RoleARNs = ByCondition, nil, take(PrincipalARN)
		}
	}
	g.Conditions = conditions
	return g
}

// addPrincipal sorts one AWS principal into the attribute that names its kind.
// The unique ID of a deleted role or user is put where its ARN was.
func (g *Grant) addPrincipal(p string) {
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
		if !PrincipalARN.is(c) {
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
	for _, arn := range arns {
		if !IsRole(arn) {
			return false
		}
	}
	return true
}

// IsRole reports whether text is the ARN of a role.
func IsRole(text string) bool {
	p, err := awsname.ParsePrincipal(text)
	return err == nil && p.Kind == awsname.Role
}
