package verdict

import (
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// A rolePolicy is an inline policy as ecrxa_consumer_role_policy writes it.
type rolePolicy struct {
	name         string
	access       actionset.Name
	repositories []string // ARNs
}

func (p rolePolicy) document() *policy.Document {
	return rolePolicyDocument(actionset.IdentityActions(p.access), p.repositories)
}

func rolePolicyDocument(actions, repositories []string) *policy.Document {
	return policy.NewDocument(
		policy.NewStatement(policy.StatementSpec{Sid: "Token", Actions: []string{actionset.TokenAction}, Resources: []string{"*"}}),
		policy.NewStatement(policy.StatementSpec{Sid: "Repositories", Actions: actions, Resources: repositories}),
	)
}

// correctedRolePolicy returns the policy of an ecrxa_consumer_role_policy that is
// there and does not allow the pull, so changed that it does: with the repository
// beside others for which it allows the same, or with the actions that it lacks for
// this one alone. Any other change would allow something else too.
func (c *check) correctedRolePolicy() (rolePolicy, bool) {
	wanted, here := actionset.IdentityActions(c.access), c.repository.ARN()
	for _, doc := range c.documents.identity {
		actions, repositories, ok := ownRolePolicy(doc)
		corrected := rolePolicy{doc.key, c.access, repositories}
		switch {
		case !ok:
			continue
		case slices.Equal(repositories, []string{here}):
			corrected.access, ok = actionset.OfIdentity(slices.Concat(actions, wanted))
		case !actionset.Equal(actions, wanted):
			continue
		case !slices.Contains(repositories, here):
			corrected.repositories = append(slices.Clone(repositories), here)
		}
		if ok && corrected.document().Canonical() != doc.Canonical() {
			return corrected, true
		}
	}
	return rolePolicy{}, false
}

// ownRolePolicy takes apart an inline policy of the form that
// ecrxa_consumer_role_policy writes, without conditions. The statement for the login
// may be missing.
func ownRolePolicy(doc namedPolicy) (actions, repositories []string, ok bool) {
	found := doc.Find("Repositories")
	if isManaged(doc.key) || len(found) != 1 {
		return nil, nil, false
	}
	actions, repositories = found[0].Actions(), found[0].Resources()
	written := rolePolicyDocument(actions, repositories)
	isWritten := func(s *policy.Statement) bool {
		return slices.ContainsFunc(written.Statements(), func(w *policy.Statement) bool { return w.Canonical() == s.Canonical() })
	}
	for _, s := range doc.Statements() {
		if !isWritten(s) {
			return nil, nil, false
		}
	}
	return actions, repositories, true
}

// A repositoryGrant is a statement as ecrxa_repository_grant writes it.
type repositoryGrant struct {
	sid       string
	access    actionset.Name
	principal string // ARN
	deleted   bool   // it stands for a principal that was deleted
}

func (g repositoryGrant) statement() *policy.Statement {
	return g.allowing(actionset.Actions(g.access))
}

func (g repositoryGrant) allowing(actions []string) *policy.Statement {
	return policy.NewStatement(policy.StatementSpec{Sid: g.sid, Principals: map[string][]string{"AWS": {g.principal}}, Actions: actions})
}

// correctedGrant returns the grant that is there for the principal alone, or for
// one alone that was deleted, with the actions that it lacks.
func (c *check) correctedGrant() (repositoryGrant, bool) {
	for _, doc := range c.documents.repository {
		for _, s := range doc.Statements() {
			if grant, ok := c.corrected(s); ok && len(doc.Find(s.Sid())) == 1 {
				return grant, true
			}
		}
	}
	return repositoryGrant{}, false
}

func (c *check) corrected(s *policy.Statement) (repositoryGrant, bool) {
	named := s.Principals()["AWS"]
	if s.Sid() == "" || onlyAlphanumeric(s.Sid()) != s.Sid() || len(named) != 1 {
		return repositoryGrant{}, false
	}
	as := repositoryGrant{sid: s.Sid(), principal: named[0]}
	name, ok := actionset.Of(slices.Concat(s.Actions(), actionset.Actions(c.access)))
	deleted := awsname.IsUniqueID(named[0])
	switch {
	case !ok || s.Canonical() != as.allowing(s.Actions()).Canonical():
		return repositoryGrant{}, false
	case deleted && name == c.access: // of what it allows nothing is new to the role but what is asked
	case named[0] != c.roleARN() || actionset.Equal(s.Actions(), actionset.Actions(name)):
		return repositoryGrant{}, false
	}
	return repositoryGrant{sid: s.Sid(), access: name, principal: c.roleARN(), deleted: deleted}, true
}
