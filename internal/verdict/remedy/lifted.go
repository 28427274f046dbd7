package remedy

import (
	"slices"

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
		if actions := allowedWithoutCondition(j, &s, missing); len(actions) > 0 {
			lifted.Statements = append(lifted.Statements, s.Ref())
			enough = len(actions) == len(missing)
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

// grantsAll is an identity policy that allows everything.
var grantsAll = authz.Compile("", policy.NewDocument(policy.NewStatement(policy.StatementSpec{Actions: []string{"*"}, Resources: []string{"*"}})))

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
