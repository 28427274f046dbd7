// SPDX-License-Identifier: MPL-2.0

package authz

// An outcome is what the policies of one set, or of one type, say.
type outcome struct {
	deny  truth // a Deny statement applies
	allow truth // an Allow statement applies, or the policies set no limit
}

// unlimited is the outcome of policies that do not exist.
var unlimited = outcome{deny: no, allow: yes}

// outcomes is what the policies of all types say.
type outcomes struct {
	identity, boundary, session, scp, rcp, endpoint, s3Endpoint, repository, registry outcome
	grants                                                                            grants
}

// denied reports whether a Deny statement applies anywhere.
func (o *outcomes) denied() truth {
	return max(o.identity.deny, o.boundary.deny, o.session.deny, o.scp.deny,
		o.rcp.deny, o.endpoint.deny, o.s3Endpoint.deny, o.repository.deny, o.registry.deny)
}

// limits reports whether permissions boundary and session policies let through
// what the identity-based policies allow.
func (o *outcomes) limits() truth { return and(o.boundary.allow, o.session.allow) }

// A setResult is what the policies of one set say.
type setResult struct {
	consulted bool // otherwise the set sets no limit
	unknown   bool // see PolicySet
	outcome   outcome
	grants    grants // of a set of resource-based policies
}

func (r *setResult) limit() outcome {
	if !r.consulted {
		return unlimited
	}
	return r.outcome
}

// add takes up a statement that applies or may apply.
func (r *setResult) add(effect effect, applies truth, granted grants) {
	if effect != allow {
		r.outcome.deny = or(r.outcome.deny, applies)
	}
	if effect != deny {
		r.outcome.allow = or(r.outcome.allow, applies)
		r.grants = r.grants.or(granted)
	}
}

// addUnknown takes up statements of which nothing is known.
func (r *setResult) addUnknown() { r.add(eitherEffect, maybe, grants{maybe, maybe, maybe}) }

// The numbers of the policy sets. The levels of an organization come last: those of
// the service control policies, then those of the resource control policies.
const (
	identitySet = iota
	boundarySet
	sessionSet
	endpointSet
	s3EndpointSet
	repositorySet
	registrySet
	firstLevel
)

// A matchedStatement is a statement that applies or may apply.
type matchedStatement struct {
	policyType PolicyType
	set        int // number of the policy set
	statement  *statement
	applies    truth
	grants     grants
	policy     *Policy
	limit      truth // maybe: no statement of the policy is certain
}

// open reports whether the statement may apply and may not, or to whom it gives
// access is not certain.
func (m *matchedStatement) open() bool { return m.applies == maybe || m.grants.open() }

// ref points at the statement.
func (m *matchedStatement) ref() StatementRef {
	ref := m.statement.ref
	ref.PolicyType = m.policyType
	return ref
}
