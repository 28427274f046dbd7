package remedy

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// liftedBy returns the Allow statements that only their conditions keep from allowing
// some of the actions that a policy type lacks an Allow for. Somebody may have wanted
// just that.
func liftedBy(j *verdict.Judgement, t authz.PolicyType, missing []string) Lifted {
	var lifted Lifted
	enough := false
	for s := range j.Statements(asGoodAs(j, t)...) {
		actions := allowedWithoutCondition(j, &s, missing)
		switch {
		case len(actions) == 0:
		case canBeMet(j, &s, actions):
			lifted.Statements = append(lifted.Statements, s.Ref())
			enough = len(actions) == len(missing)
		case !slices.Equal(actions, []string{actionset.TokenAction}): // else the condition was not for the login
			lifted.Statements, enough = append(lifted.Statements, s.Ref()), false
		}
	}
	lifted.IsEnough = enough && len(lifted.Statements) == 1
	return lifted
}

// allowedWithoutCondition returns the actions that a statement would allow without its
// conditions.
func allowedWithoutCondition(j *verdict.Judgement, s *verdict.Statement, actions []string) []string {
	if s.Effect() != "Allow" || !s.Has("Condition") {
		return nil
	}
	bare := s.Edited(map[string]string{"Condition": ""})
	fails := func(action string) bool { return !allowsAlone(j, s.Type, bare, action) }
	return slices.DeleteFunc(slices.Clone(actions), fails)
}

// canBeMet reports whether requests for the actions could meet the conditions of a
// statement: what follows from the principal, the action and the repository is fixed.
func canBeMet(j *verdict.Judgement, s *verdict.Statement, actions []string) bool {
	for _, action := range actions {
		fixed := map[string]map[string][]string{}
		for _, c := range s.Conditions() {
			if !isFixed(c.Variable, action) {
				continue
			}
			if fixed[c.Test] == nil {
				fixed[c.Test] = map[string][]string{}
			}
			fixed[c.Test][c.Variable] = c.Values
		}
		text, _ := json.Marshal(fixed) // texts only
		if len(fixed) > 0 && !allowsAlone(j, s.Type, s.Edited(map[string]string{"Condition": string(text)}), action) {
			return false
		}
	}
	return true
}

// isFixed reports whether nobody can change the value that a request for an action has of
// a condition key.
func isFixed(key, action string) bool {
	switch strings.ToLower(key) {
	case "aws:principalarn", "aws:principalaccount", "aws:principaltype", "aws:username", "aws:requestedregion", "aws:resourceaccount", "aws:securetransport":
		return true
	}
	return action == actionset.TokenAction && authz.IsOfResource(key)
}

// asGoodAs returns the policy types of which any may have the Allow that a type lacks:
// either policy of the registry side, and within one account either side.
func asGoodAs(j *verdict.Judgement, t authz.PolicyType) []authz.PolicyType {
	switch {
	case t == authz.IdentityPolicy && j.Target().SameAccount():
		return []authz.PolicyType{t, authz.RepositoryPolicy, authz.RegistryPolicy}
	case t == authz.RepositoryPolicy:
		return []authz.PolicyType{t, authz.RegistryPolicy}
	default:
		return []authz.PolicyType{t}
	}
}

// Policies that allow everything: one of an identity, and one that allows it to everyone.
var (
	grantsAll      = grantingTo(nil)
	grantsEveryone = grantingTo(map[string][]string{"AWS": {"*"}})
)

func grantingTo(principals map[string][]string) *authz.Policy {
	all := policy.NewStatement(policy.StatementSpec{Principals: principals, Actions: []string{"*"}, Resources: []string{"*"}})
	return authz.Compile("", policy.NewDocument(all))
}

// allowsAlone asks the engine whether a policy allows an action when it is the only one
// of its type and nothing else denies the action.
func allowsAlone(j *verdict.Judgement, t authz.PolicyType, p *authz.Policy, action string) bool {
	request := j.Request(action)
	policies := authz.Policies{Identity: only(grantsAll)}
	ofRegistry := t == authz.RepositoryPolicy || t == authz.RegistryPolicy
	switch {
	case ofRegistry && action == actionset.TokenAction, t == authz.RegistryPolicy && !j.RegistryPolicyCovers(action):
		return false
	case ofRegistry && j.Target().SameAccount():
		policies.Identity = authz.PolicySet{} // it would be enough
	case !ofRegistry:
		request.ResourceAccount = j.Principal().Account // so that this side alone decides
	}
	switch t {
	case authz.ResourceControlPolicy:
		return false // it lacks no Allow: RCPFullAWSAccess is attached everywhere
	case authz.IdentityPolicy:
		policies.Identity = only(p)
	case authz.PermissionsBoundary:
		policies.Boundary = only(p)
	case authz.SessionPolicy:
		policies.Session = only(p)
	case authz.ServiceControlPolicy:
		policies.SCP = []authz.PolicySet{only(p)}
	case authz.VPCEndpointPolicy:
		policies.VPCEndpoint = only(p)
	case authz.S3EndpointPolicy:
		policies.S3Endpoint = only(p)
	case authz.RepositoryPolicy:
		policies.Repository = only(p)
	case authz.RegistryPolicy:
		policies.Registry = only(p)
	}
	return authz.Decide(request, policies) == authz.Allowed
}

func only(p *authz.Policy) authz.PolicySet {
	return authz.PolicySet{Present: true, Policies: []*authz.Policy{p}}
}
