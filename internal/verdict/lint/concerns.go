// SPDX-License-Identifier: MPL-2.0

package lint

import (
	"encoding/json"
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
	allowAll      = authz.AllowsAll(nil)
	allowEveryone = authz.AllowsAll(map[string][]string{"AWS": {"*"}})
)

// concerns reports whether a statement may apply to this pull for some values of
// condition keys: as a Deny, beside policies that allow everything, it would not leave
// the pull allowed. The keys are in lower case.
func concerns(j *verdict.Judgement, s *verdict.Statement, keys map[string]bool) bool {
	if !j.Target().SamePartition() {
		return false
	}
	edits := map[string]string{"Effect": `"Deny"`}
	if conditions := s.Conditions(); len(conditions) > 0 { // else there are none, or none that can be read
		edits["Condition"] = otherConditions(conditions, keys)
	}
	deny := s.Edited(edits)
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
		request.Context.Known = maps.Clone(request.Context.Known)
		maps.DeleteFunc(request.Context.Known, func(known string, _ []string) bool { return keys[strings.ToLower(known)] })
		if authz.Decide(request, policies) != authz.Allowed {
			return true
		}
	}
	return false
}

// otherConditions returns a Condition element without the conditions on some keys, which
// some value would meet; empty where none is left.
func otherConditions(conditions []policy.Condition, keys map[string]bool) string {
	others := map[string]map[string][]string{}
	for _, c := range conditions {
		if keys[strings.ToLower(c.Variable)] {
			continue
		}
		if others[c.Test] == nil {
			others[c.Test] = map[string][]string{}
		}
		others[c.Test][c.Variable] = c.Values
	}
	if len(others) == 0 {
		return ""
	}
	text, _ := json.Marshal(others) // texts only
	return string(text)
}
