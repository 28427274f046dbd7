// SPDX-License-Identifier: MPL-2.0

package remedy

import (
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/lint"
)

// Allowing returns what would allow all of the pull in policies of a type; false for types
// that only limit.
func Allowing(j *verdict.Judgement, found *lint.Findings, t authz.PolicyType) (Remedy, bool) {
	if t != authz.IdentityPolicy && t != authz.RepositoryPolicy {
		return Remedy{}, false
	}
	return allow(j, found, t, nil), true
}

// allow answers the missing Allow of one policy type.
func allow(j *verdict.Judgement, found *lint.Findings, t authz.PolicyType, missing []string) Remedy {
	switch t {
	case authz.IdentityPolicy:
		return allowRole(j, found, missing)
	case authz.RepositoryPolicy:
		return grantRole(j, found)
	default:
		return extendLimit(j, t, missing)
	}
}

// missingAllows answers each missing Allow of a judgement without the Deny statements,
// which would hide it and with the tags that a remedy sets, and returns the policies that
// these remedies add.
func missingAllows(j, open *verdict.Judgement, found *lint.Findings, tags []Tag) (remedies []Remedy, added map[authz.PolicyType]*authz.Policy) {
	added = map[authz.PolicyType]*authz.Policy{}
	add := func(t authz.PolicyType, r Remedy) {
		if remedies = append(remedies, r); r.adds != nil {
			added[t] = authz.Compile("", r.adds)
		}
	}
	inRegistry := missingInRegistry(open)
	if len(inRegistry) > 0 && isNeeded(open, authz.RegistryPolicy) {
		add(authz.RegistryPolicy, grantInRegistry(j, inRegistry))
	}
	for _, t := range open.DeniedBy() {
		missing := open.MissingAllows(t)
		isInRegistry := t == authz.RegistryPolicy || t == authz.RepositoryPolicy && isSubset(missing, inRegistry)
		if len(missing) > 0 && isNeeded(open, t) && !isInRegistry {
			remedy := allow(j, found, t, missing)
			remedy.Lifted = liftedBy(open, t, missing, tags)
			add(t, remedy)
		}
	}
	exclude(open, remedies, tags)
	return remedies, added
}

// isNeeded reports whether a policy type that lacks an Allow is where to add one. Within one
// account an identity policy is enough.
func isNeeded(j *verdict.Judgement, t authz.PolicyType) bool {
	switch t {
	case authz.RepositoryPolicy, authz.RegistryPolicy:
		return !j.Target().SameAccount() || !slices.Contains(j.DeniedBy(), authz.IdentityPolicy)
	default:
		return true
	}
}

func isSubset(some, of []string) bool {
	return !slices.ContainsFunc(some, func(action string) bool { return !slices.Contains(of, action) })
}
