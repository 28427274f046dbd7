// SPDX-License-Identifier: MPL-2.0

package remedy

import (
	"encoding/json"
	"maps"
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
func liftedBy(j *verdict.Judgement, t authz.PolicyType, missing []string, tags []Tag) Lifted {
	var lifted Lifted
	enough := false
	for s := range j.Statements(asGoodAs(j, t)...) {
		actions := allowedWithoutCondition(j, &s, missing)
		if len(actions) == 0 {
			continue
		}
		switch met := slices.DeleteFunc(slices.Clone(actions), func(action string) bool { return !canBeMet(j, &s, s.Conditions(), action, tags) }); {
		case len(met) == len(actions):
			lifted.Statements = append(lifted.Statements, s.Ref())
			enough = len(actions) == len(missing)
		case slices.Equal(actions, []string{actionset.TokenAction}): // the condition was not for the login
		case len(met) == 0:
			lifted.Never = append(lifted.Never, NeverMet{s.Ref(), neverMet(j, &s, actions[len(actions)-1], tags), tags})
			fallthrough
		default:
			lifted.Statements, enough = append(lifted.Statements, s.Ref()), false
		}
	}
	lifted.IsEnough = enough && len(lifted.Statements) == 1
	return lifted
}

// exclude notes in remedies whose statement is enough that no request meets both its conditions and
// those of such a statement of an earlier remedy: only one of the two is a way.
func exclude(j *verdict.Judgement, remedies []Remedy, tags []Tag) {
	var ways []verdict.Statement
	for i := range remedies {
		lifted := &remedies[i].Lifted
		if !lifted.IsEnough {
			continue
		}
		s, _ := j.Statement(lifted.Statements[0])
		k := slices.IndexFunc(ways, func(other verdict.Statement) bool {
			missing := slices.DeleteFunc(j.MissingAllows(s.Type), func(action string) bool { return !slices.Contains(j.MissingAllows(other.Type), action) })
			isMet := func(action string) bool { return together(j, changeable(j, action, tags), &other, &s) != authz.Denied }
			return len(missing) > 0 && !slices.ContainsFunc(missing, isMet)
		})
		if k < 0 {
			ways = append(ways, s)
			continue
		}
		excludedBy := ways[k].Ref()
		lifted.ExcludedBy = &excludedBy
	}
}

// together is the verdict on a request by two statements of different policy types, each the only
// one of its type.
func together(j *verdict.Judgement, request authz.Request, one, other *verdict.Statement) authz.Verdict {
	policies := others(j, request, one.Type)
	policies.Set(other.Type, []authz.PolicySet{only(other.Edited(nil))})
	policies.Set(one.Type, []authz.PolicySet{only(one.Edited(nil))})
	return authz.Decide(request, policies)
}

// neverMet returns the conditions of a statement that alone keep a request for an action from
// meeting them, or else all of them.
func neverMet(j *verdict.Judgement, s *verdict.Statement, action string, tags []Tag) []policy.Condition {
	alone := slices.DeleteFunc(s.Conditions(), func(c policy.Condition) bool { return canBeMet(j, s, []policy.Condition{c}, action, tags) })
	if len(alone) == 0 {
		return s.Conditions()
	}
	return alone
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

// canBeMet reports whether a request for an action could meet conditions of a statement,
// whatever it has of the condition keys that somebody can change, but for the tags that
// another remedy sets.
func canBeMet(j *verdict.Judgement, s *verdict.Statement, conditions []policy.Condition, action string, tags []Tag) bool {
	byTest := map[string]map[string][]string{}
	for _, c := range conditions {
		if isOnlyText(s, c) {
			return false
		}
		if isOfTime(c.Variable) && !endsOnce(c.Test) {
			continue
		}
		if byTest[c.Test] == nil {
			byTest[c.Test] = map[string][]string{}
		}
		byTest[c.Test][c.Variable] = c.Values
	}
	text, _ := json.Marshal(byTest) // texts only
	return len(byTest) == 0 || alone(j, changeable(j, action, tags), s.Type, s.Edited(map[string]string{"Condition": string(text)})) != authz.Denied
}

// changeable is the request for an action without the condition keys that somebody can change.
// An account stays in its organization.
func changeable(j *verdict.Judgement, action string, tags []Tag) authz.Request {
	request := j.Request(action)
	known := maps.Clone(request.Context.Known)
	maps.DeleteFunc(known, func(key string, _ []string) bool { return !isFixed(key) && !isTagged(key, tags) })
	for _, key := range []string{"aws:PrincipalOrgID", "aws:ResourceOrgID"} {
		if state, values := request.Lookup(key); state == authz.KeyKnown || state == authz.KeyAbsent {
			known[key] = values
		}
	}
	request.Context.Known = known
	return request
}

// isOnlyText reports whether a condition asks for nothing but policy variables that are plain
// text in their document: no value has that form.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
func isOnlyText(s *verdict.Statement, c policy.Condition) bool {
	isNoVariable := func(value string) bool { return !strings.Contains(value, "${") }
	test := strings.ToLower(c.Test)
	isPositive := !strings.Contains(test, "not") && !strings.HasSuffix(test, "ifexists") && !strings.HasPrefix(test, "forallvalues:")
	return s.Version != policy.Version2012 && isPositive && len(c.Values) > 0 && !slices.ContainsFunc(c.Values, isNoVariable)
}

// isFixed reports whether nobody can change what a request has of a condition key,
// beside what follows from its principal and its resource. Time only goes on.
func isFixed(key string) bool {
	switch strings.ToLower(key) {
	case "aws:principalarn", "aws:securetransport", "aws:sourcearn", "aws:sourceaccount":
		return true
	}
	return isOfTime(key)
}

// isTagged reports whether a condition key is one of some tags.
func isTagged(key string, tags []Tag) bool {
	tagKey, isTag := ofRepository.tagKey(key)
	return isTag && slices.ContainsFunc(tags, func(tag Tag) bool { return tag.Key == tagKey })
}

func isOfTime(key string) bool {
	return strings.EqualFold(key, "aws:CurrentTime") || strings.EqualFold(key, "aws:EpochTime")
}

// endsOnce reports whether a request that does not meet a condition on the time never will.
func endsOnce(test string) bool {
	return strings.Contains(strings.ToLower(test), "lessthan")
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
	grantsAll      = authz.AllowsAll(nil)
	grantsEveryone = authz.AllowsAll(map[string][]string{"AWS": {"*"}})
)

// allowsAlone asks the engine whether a policy allows an action when it is the only one
// of its type and nothing else denies the action.
func allowsAlone(j *verdict.Judgement, t authz.PolicyType, p *authz.Policy, action string) bool {
	return alone(j, j.Request(action), t, p) == authz.Allowed
}

// alone is the verdict on a request by one policy that is the only one of its type, if nothing
// else denies the request.
func alone(j *verdict.Judgement, request authz.Request, t authz.PolicyType, p *authz.Policy) authz.Verdict {
	ofRegistry := t == authz.RepositoryPolicy || t == authz.RegistryPolicy
	if ofRegistry && request.Action == actionset.TokenAction || t == authz.RegistryPolicy && !j.RegistryPolicyCovers(request.Action) {
		return authz.Denied
	}
	policies := others(j, request, t)
	policies.Set(t, []authz.PolicySet{only(p)})
	return authz.Decide(request, policies)
}

// others are policies with which those of a type alone decide on a request.
func others(j *verdict.Judgement, request authz.Request, t authz.PolicyType) authz.Policies {
	policies := authz.Policies{Identity: only(grantsAll)}
	ofRegistry := t == authz.RepositoryPolicy || t == authz.RegistryPolicy
	switch {
	case ofRegistry && j.Target().SameAccount():
		policies.Identity = authz.PolicySet{} // it would be enough
	case !ofRegistry && request.ResourceAccount != j.Principal().Account:
		policies.Repository = only(grantsEveryone) // so that this side alone decides
	}
	return policies
}

func only(p *authz.Policy) authz.PolicySet {
	return authz.PolicySet{Present: true, Policies: []*authz.Policy{p}}
}
