// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"cmp"
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// UnknownKeys returns the condition keys that keep a decision open, sorted.
func (j *Judgement) UnknownKeys() []string {
	var keys []string
	for i := range j.decisions {
		for _, unknown := range j.decisions[i].Engine.UnknownKeys {
			keys = append(keys, unknown.Key)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// Unknown returns the policy types of which there may be policies that are not known.
func (j *Judgement) Unknown() []authz.PolicyType {
	return typesThat(j.arguments.unknown)
}

// UnknownArguments returns the arguments for what is not known and not assumed away.
func (j *Judgement) UnknownArguments() []string {
	var names []string
	for _, t := range authz.PolicyTypes() {
		for _, name := range j.UnknownArgumentsOf(t, "") {
			if !slices.Contains(names, name) { // a snapshot may be several policies
				names = append(names, name)
			}
		}
	}
	if j.anyDecision(func(d *Decision) bool { return d.IfMissing != nil || d.IfExists != nil }) {
		names = append(names, RepositoryExists)
	}
	return names
}

// UnknownArgumentsOf returns the arguments for policies of a type that are not known and that
// apply to an action, or to any if that is empty.
func (j *Judgement) UnknownArgumentsOf(t authz.PolicyType, action string) []string {
	a := j.arguments
	all, argument := a.policies[t], wording.Of(t).Argument
	if t == authz.RepositoryPolicy && j.IsFromTemplate() {
		argument = templateArgument
	}
	if t != authz.ResourceControlPolicy {
		return unknownIn(all, a.stateUnknown(t), argument)
	}
	isLogin, isOne := action == actionset.TokenAction, action == "" || j.Target().SameAccount()
	var names []string
	if isOne || !isLogin {
		names = unknownIn(all[:a.registryRCPs], a.stateUnknown(t), argument)
	}
	if isOne || isLogin {
		names = append(names, unknownIn(all[a.registryRCPs:], a.in.ConsumerResourceControlPolicies.State == Unknown, ConsumerRCPs)...)
	}
	return names
}

// unknownIn returns the arguments of the policies that are not known: that of the type, or, of
// what is planned, another.
func unknownIn(levels [][]Policy, stateUnknown bool, argument string) []string {
	var names []string
	if stateUnknown {
		names = append(names, argument)
	}
	for _, p := range flat(levels) {
		if name := cmp.Or(printed.Name(p.At.Attribute), argument); p.Unknown && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// IdentityPoliciesIncomplete reports whether there may be identity policies beside those
// that are listed.
func (j *Judgement) IdentityPoliciesIncomplete() bool {
	return j.arguments.stateUnknown(authz.IdentityPolicy)
}

// IsTrustOpen reports whether it depends on the conditions of the role's trust policy whether the
// puller can assume the role.
func (j *Judgement) IsTrustOpen() bool {
	a := j.arguments
	return a.trust != nil && a.assumable == authz.Conditional
}

// inSnapshot are the policy types of a side that a snapshot has: those of its repositories
// or roles, and those of its account.
var inSnapshot = map[Side]struct{ ofOne, ofAccount []authz.PolicyType }{
	Registry: {[]authz.PolicyType{authz.RepositoryPolicy}, []authz.PolicyType{authz.RegistryPolicy, authz.ResourceControlPolicy}},
	Consumer: {[]authz.PolicyType{authz.IdentityPolicy, authz.PermissionsBoundary}, []authz.PolicyType{authz.ServiceControlPolicy}},
}

// LacksSnapshot reports whether policies of a type are not known because of a fault of the
// snapshot of their side.
func (j *Judgement) LacksSnapshot(t authz.PolicyType) bool {
	side := SideOf(t)
	snapshot, _ := j.arguments.in.SnapshotOf(side)
	if snapshot == nil || snapshot.Fault == "" || !j.arguments.unknown(t) {
		return false
	}
	has := inSnapshot[side]
	return slices.Contains(has.ofOne, t) || snapshot.Fault != SnapshotLacks && slices.Contains(has.ofAccount, t)
}

// LackedSnapshots returns the sides of which policies are not known because of a fault of
// their snapshot.
func (j *Judgement) LackedSnapshots() []Side {
	var lacked []Side
	for _, side := range []Side{Consumer, Registry} {
		snapshot, _ := j.arguments.in.SnapshotOf(side)
		if snapshot != nil && slices.ContainsFunc(authz.PolicyTypes(), func(t authz.PolicyType) bool { return SideOf(t) == side && j.LacksSnapshot(t) }) {
			lacked = append(lacked, side)
		}
	}
	return lacked
}
