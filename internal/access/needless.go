// SPDX-License-Identifier: MPL-2.0

package access

import (
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
)

// needless finds the statements of a policy without which all policies would allow the same: no
// request meets one of them and none of the others that can stand for it. The engine finds it as a
// request that the statement allows and the others, as Deny statements, do not deny. Of two that
// are needless only beside each other, the later one is found.
func (j *judge) needless(own, all []statement, at place, standsFor func(s, other *statement) bool) {
	var kept []statement
	for _, s := range all {
		if s.Effect() == "Allow" {
			kept = append(kept, s)
		}
	}
	for _, s := range slices.Backward(own) {
		place := slices.IndexFunc(kept, func(k statement) bool { return k.Type == s.Type && k.Index() == s.Index() })
		if place < 0 || len(kept) == 1 {
			continue
		}
		rest := slices.Delete(slices.Clone(kept), place, place+1)
		others := slices.DeleteFunc(slices.Clone(rest), func(other statement) bool {
			return len(other.as(asStated).policy.Faults()) > 0 || !standsFor(&s, &other)
		})
		if !j.isCovered(&s, others, at) {
			continue
		}
		kept = rest
		by := "the other statements together allow"
		for k := range others {
			if j.isCovered(&s, others[k:k+1], at) {
				by = others[k].name() + " allows"
				break
			}
		}
		j.findOn(&s, at, NeedlessGrant, "is needless: "+by+" all that it allows, to the same principals.", "Delete it if what the other one allows is meant; or else narrow the other one.")
	}
}

// isCovered reports whether others allow all that a statement allows.
func (j *judge) isCovered(s *statement, others []statement, at place) bool {
	isOpen := false
	allow := s.as(toEveryone)
	for _, g := range granteesOf(s.Statement.Statement, at.repository.Partition) {
		policies := []typed{allow}
		for i := range others {
			if o := &others[i]; g.account != at.repository.Account || grantsAlike(o, g.stated) {
				policies = append(policies, o.as(asDeny))
			}
		}
		for _, c := range j.callersOf(&g) {
			for _, action := range append(s.actions(), s.laterActions()...) {
				switch {
				case j.decide(c, action, at, sets(allow)) == authz.Denied:
				case j.decide(c, action, at, sets(policies...)) != authz.Denied:
					return false
				default:
					isOpen = true
				}
			}
		}
	}
	return isOpen
}

// grantsAlike reports whether a statement names a principal, or all of them. Within the account
// of the registry it counts by which principal a statement means a caller: a permissions boundary
// limits what is granted to a role, and not what is granted to everyone.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
func grantsAlike(s *statement, stated string) bool {
	principals := s.Principals()["AWS"]
	return slices.Contains(principals, stated) || slices.Contains(principals, "*")
}
