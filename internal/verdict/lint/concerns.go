package lint

import (
	"maps"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// Policies that allow everything: an identity policy, and a repository policy that
// allows it to everyone.
var (
	allowAll      = allowing(nil)
	allowEveryone = allowing(map[string][]string{"AWS": {"*"}})
)

func allowing(principals map[string][]string) *authz.Policy {
	all := policy.NewStatement(policy.StatementSpec{Principals: principals, Actions: []string{"*"}, Resources: []string{"*"}})
	return authz.Compile("", policy.NewDocument(all))
}

// concerns reports whether a statement may apply to this pull for some value of a
// condition key: as a Deny, beside policies that allow everything, it would not leave
// the pull allowed.
func concerns(j *verdict.Judgement, s *verdict.Statement, key string) bool {
	if !j.Target().SamePartition() {
		return false
	}
	deny := s.Edited(map[string]string{"Effect": `"Deny"`})
	identity, repository := []*authz.Policy{allowAll}, []*authz.Policy{allowEveryone}
	if takesPrincipal(s.Type) {
		repository = append(repository, deny)
	} else {
		identity = append(identity, deny)
	}
	policies := authz.Policies{
		Identity:   authz.PolicySet{Present: true, Policies: identity},
		Repository: authz.PolicySet{Present: true, Policies: repository},
	}
	for _, d := range j.Decisions() {
		isLogin := d.Action == actionset.TokenAction && verdict.SideOf(s.Type) == verdict.Registry
		if isLogin || s.Type == authz.RegistryPolicy && !j.RegistryPolicyCovers(d.Action) {
			continue
		}
		request := j.Request(d.Action)
		maps.DeleteFunc(request.Context.Known, func(known string, _ []string) bool { return strings.EqualFold(known, key) })
		if authz.Decide(request, policies) != authz.Allowed {
			return true
		}
	}
	return false
}
