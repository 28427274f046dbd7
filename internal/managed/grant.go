// SPDX-License-Identifier: MPL-2.0

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
	ByCondition = "condition" // the roles' accounts are principals; the roles are in a condition on aws:PrincipalArn
)

// The conditions of the typed attributes of a grant, such as organization_ids.
// Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html and
// https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
var (
	PrincipalARN      = ConditionForm{"ArnEquals", "aws:PrincipalArn"}
	OrganizationID    = ConditionForm{"StringEquals", "aws:PrincipalOrgID"}
	OrganizationPaths = ConditionForm{"ForAnyValue:StringLike", "aws:PrincipalOrgPaths"}
	SourceARN         = ConditionForm{"ArnLike", "aws:SourceArn"}
	SourceAccount     = ConditionForm{"StringEquals", "aws:SourceAccount"}
)

// A ConditionForm is the operator and the condition key of an attribute.
type ConditionForm struct{ operator, key string }

// With returns the condition with these values.
func (f ConditionForm) With(values []string) policy.Condition {
	return policy.Condition{Test: f.operator, Variable: f.key, Values: values}
}

// is reports whether c has this operator and key. It ignores case: condition keys are
// case-insensitive, and the provider writes the operators itself.
func (f ConditionForm) is(c policy.Condition) bool {
	return strings.EqualFold(f.operator, c.Test) && strings.EqualFold(f.key, c.Variable)
}

// A Grant has the attributes of ecrxa_repository_grant that determine its statement, as
// Go values.
type Grant struct {
	Sid       string
	Partition string // of the repository, such as aws

	AccountIDs, RoleARNs, UserARNs     []string
	OrganizationIDs, OrganizationPaths []string
	ServicePrincipal                   string
	SourceARNs, SourceAccountIDs       []string
	MatchRolesBy                       string // ByPrincipal or ByCondition; empty means ByPrincipal

	Actions    []string
	Conditions []policy.Condition
}

// derivedConditions returns the conditions of the typed attributes.
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

// rootsOf returns the root ARNs of the roles' accounts, sorted.
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

// Statement returns the statement of the grant. It has no Resource: ECR has rejected
// Resource in repository policies, and the repository is implied.
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

// expresses reports whether the grant has the same meaning as live, a statement of the
// repository. A Resource that is only this repository has no meaning of its own.
func (g *Grant) expresses(live *policy.Statement, repositoryARN string) bool {
	spec := g.spec()
	if resources := live.Resources(); !slices.ContainsFunc(resources, func(r string) bool { return r != "*" && r != repositoryARN }) {
		spec.Resources = resources
	}
	return policy.NewStatement(spec).Canonical() == live.Canonical()
}

// GrantsNoneOrEveryone reports whether the provider would never write the statement of
// the grant: it has no principal or no action, it is for a service and does not limit the
// sources, or it is for everyone and not only for an organization.
func (g *Grant) GrantsNoneOrEveryone() bool {
	spec := g.spec()
	for _, values := range spec.Principals {
		if len(values) == 0 || slices.Contains(values, "*") && len(g.derivedConditions()) == 0 {
			return true
		}
	}
	return g.lacksSource() || len(spec.Actions) == 0 || slices.ContainsFunc(spec.Conditions, func(c policy.Condition) bool { return len(c.Values) == 0 })
}

// lacksSource reports whether the grant is for a service, whoever uses the service.
func (g *Grant) lacksSource() bool {
	return g.ServicePrincipal != "" && !slices.ContainsFunc(g.spec().Conditions, LimitsSources)
}

// GrantOf converts a statement to attributes. It uses the attributes that prior uses (nil
// for an import), so that drift is shown on the right attribute. The result lacks what
// attributes cannot express; expresses reports that.
func GrantOf(s *policy.Statement, partition string, prior *Grant) *Grant {
	g := &Grant{Sid: s.Sid(), Partition: partition, Actions: s.Actions(), MatchRolesBy: ByPrincipal}
	conditions := s.Conditions()
	take := func(form ConditionForm) []string {
		if prior != nil && !slices.ContainsFunc(prior.derivedConditions(), form.is) {
			return nil // In prior, this condition is an element of the attribute conditions.
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

// addPrincipal adds an AWS principal to the attribute for its kind. The unique ID of a
// deleted role or user is added to the same attribute as its ARN.
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

// matchesByCondition reports whether the statement has the form of
// match_roles_by = "condition": the accounts of the roles are the principals, and the
// roles are in a condition.
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
