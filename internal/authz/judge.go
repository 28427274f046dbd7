// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// judge evaluates every policy set. None is skipped, since all denials are reported.
func (e *evaluation) judge() outcomes {
	pol := &e.pol
	count := firstLevel + len(pol.SCP) + len(pol.RCP)
	e.dependsOn, e.matched, e.sets = e.dependsOn[:0], e.matched[:0], slices.Grow(e.sets[:0], count)[:count]
	clear(e.sets)
	if e.caller.hasAccount() {
		e.judgeCaller()
	}
	e.judgeLevels(ResourceControlPolicy, firstLevel+len(pol.SCP), pol.RCP)
	e.judgeLimit(VPCEndpointPolicy, endpointSet, &pol.VPCEndpoint)
	e.judgeLimit(S3EndpointPolicy, s3EndpointSet, &pol.S3Endpoint)
	if !e.callerOnly() {
		e.judgeSet(RepositoryPolicy, repositorySet, &pol.Repository)
		e.judgeSet(RegistryPolicy, registrySet, &pol.Registry)
	}
	return e.combine()
}

// judgeCaller evaluates the policies on the caller's side. The root user has full
// access to its account. A federated user without session policies has no
// permissions of its own.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
func (e *evaluation) judgeCaller() {
	pol := &e.pol
	if e.caller.Kind != awsname.AccountRoot {
		e.judgeSet(IdentityPolicy, identitySet, &pol.Identity)
	}
	e.judgeLimit(PermissionsBoundary, boundarySet, &pol.Boundary)
	if e.caller.Kind == awsname.FederatedUser {
		e.judgeSet(SessionPolicy, sessionSet, &pol.Session)
	} else {
		e.judgeLimit(SessionPolicy, sessionSet, &pol.Session)
	}
	e.judgeLevels(ServiceControlPolicy, firstLevel, pol.SCP)
}

// judgeLimit evaluates a set that limits only when it exists.
func (e *evaluation) judgeLimit(policyType PolicyType, number int, set *PolicySet) {
	if set.applies() != no {
		e.judgeSet(policyType, number, set)
	}
}

// judgeLevels evaluates the policies of an organization, unless they do not bind the
// caller.
func (e *evaluation) judgeLevels(policyType PolicyType, first int, levels []PolicySet) {
	if len(levels) == 0 || e.caller.serviceLinked() == yes {
		return
	}
	for i := range levels {
		e.judgeSet(policyType, first+i, &levels[i])
	}
}

// judgeSet evaluates a set.
func (e *evaluation) judgeSet(policyType PolicyType, number int, set *PolicySet) {
	e.judgeStatements(&e.sets[number], policyType, number, set)
}

// judgeStatements evaluates the statements of a set that may cover the action.
func (e *evaluation) judgeStatements(r *setResult, policyType PolicyType, number int, set *PolicySet) {
	r.consulted, r.unknown = true, set.Unknown
	if set.Unknown {
		r.addUnknown()
	}
	g := policyType.grammar()
	for _, p := range set.Policies {
		before, limit := e.left, e.certainty(policyType, p)
		for named, wild := p.named[e.action], p.wild; len(named)+len(wild) > 0 && !e.exhausted(); {
			s := firstOf(&named, &wild)
			t, granted := s.match(e, g)
			if t == no || e.exhausted() {
				continue
			}
			t, granted = and(t, limit), granted.and(limit)
			r.add(s.effect, t, granted)
			if e.tracing {
				e.matched = append(e.matched, matchedStatement{policyType, number, s, t, granted, p, limit})
			}
		}
		e.costliest.take(before-e.left, policyType, p.Name)
		if e.exhausted() {
			e.cut = true
			r.addUnknown()
			return
		}
	}
}

// certainty limits how certain it is that a statement of a policy applies. AWS may
// refuse the policy; and its pages contradict each other on whether RCPs apply to an
// action without a resource.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps.html
// and https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_rcps_syntax.html
func (e *evaluation) certainty(t PolicyType, p *Policy) truth {
	if p.refusable != 0 && p.refusable&t.set() != 0 || t == ResourceControlPolicy && e.callerOnly() {
		return maybe
	}
	return yes
}

// combine puts together what the policies of each type say.
func (e *evaluation) combine() outcomes {
	scps := firstLevel + len(e.pol.SCP)
	return outcomes{
		identity: e.sets[identitySet].limit(), boundary: e.sets[boundarySet].limit(), session: e.sets[sessionSet].limit(),
		scp: e.combineLevels(e.sets[firstLevel:scps]),
		// That RCPs allow does not count: RCPFullAWSAccess cannot be detached.
		rcp:        e.combineLevels(e.sets[scps:]),
		endpoint:   e.sets[endpointSet].limit(),
		s3Endpoint: e.sets[s3EndpointSet].limit(),
		repository: e.sets[repositorySet].outcome, registry: e.sets[registrySet].outcome,
		grants: e.sets[repositorySet].grants.or(e.sets[registrySet].grants),
	}
}

// combineLevels puts together the policies of an organization: every level must
// allow. They do not bind service-linked roles. Nor a management account, which is
// not in a request: for one, no levels are given.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
func (e *evaluation) combineLevels(levels []setResult) outcome {
	o := unlimited
	if len(levels) == 0 {
		return o
	}
	for i := range levels {
		level := levels[i].limit()
		o.deny = or(o.deny, level.deny)
		o.allow = and(o.allow, level.allow)
	}
	exempt := e.caller.serviceLinked()
	return outcome{deny: and(o.deny, not(exempt)), allow: or(o.allow, exempt)}
}

// granted reports whether the policies that grant allow the request.
//
// In another account both sides must allow. In the same account either side
// suffices, but what a resource-based policy allows a role is limited by
// boundary and session policies, and what it allows the account is given to no one
// before an identity-based policy allows it too.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
// and https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
func (o *outcomes) granted(e *evaluation) truth {
	own := and(o.identity.allow, o.limits())
	switch {
	case e.req.Granted:
		return yes
	case e.serviceWithoutResource():
		return maybe
	case !e.caller.hasAccount():
		return o.grants.any()
	case e.callerOnly():
		return own
	case e.crossAccount():
		return and(own, o.grants.any())
	default:
		return max(own, o.grants.direct, and(o.grants.role, o.limits()))
	}
}

func (o *outcomes) verdict(e *evaluation) (v Verdict) {
	allowed := min(o.granted(e), o.scp.allow, o.endpoint.allow, o.s3Endpoint.allow, not(o.denied()))
	if allowed == yes && (e.differentPartitions() || e.needsResource()) {
		allowed = maybe
	}
	switch allowed {
	case yes:
		v = Allowed
	case no:
		v = Denied
	case maybe:
		v = Conditional
	}
	return v
}

// deniers returns the policy types that deny: those with a Deny statement that
// applies and those that would have to allow and do not.
func (o *outcomes) deniers(e *evaluation) typeSet {
	return o.lacking(e) | setOf(
		o.identity.deny == yes, o.boundary.deny == yes, o.session.deny == yes, o.scp.deny == yes,
		o.rcp.deny == yes, o.endpoint.deny == yes, o.s3Endpoint.deny == yes, o.repository.deny == yes, o.registry.deny == yes)
}

// lacking returns the policy types that would have to allow and do not.
func (o *outcomes) lacking(e *evaluation) typeSet {
	ungranted := o.granted(e) == no
	nothing := o.identity.allow == no && o.grants.role == no // in the same account either would do
	callerSide := ungranted && e.caller.hasAccount()
	identity := o.identity.allow == no && callerSide
	resource := o.grants.any() == no && ungranted && !e.callerOnly()
	if callerSide && !e.callerOnly() && !e.crossAccount() {
		identity, resource = nothing, nothing
	}
	return setOf(
		identity, callerSide && o.boundary.allow == no, callerSide && o.session.allow == no, o.scp.allow == no,
		false, o.endpoint.allow == no, o.s3Endpoint.allow == no, resource, false)
}

// undecided returns the policy types that cannot be decided and matter.
func (o *outcomes) undecided(e *evaluation) typeSet {
	granted := o.granted(e) == maybe
	resource := granted && max(o.repository.allow, o.registry.allow) == maybe
	whom := granted && !e.crossAccount() && o.grants.open() // in one account it counts to whom
	caller := func(p outcome) bool { return p.deny == maybe || granted && p.allow == maybe }
	limit := func(p outcome) bool { return p.deny == maybe || p.allow == maybe }
	grants := func(p outcome) bool {
		return p.deny == maybe || resource && p.allow == maybe || whom && p.allow == yes
	}
	return setOf(
		caller(o.identity), caller(o.boundary), caller(o.session), limit(o.scp),
		o.rcp.deny == maybe, limit(o.endpoint), limit(o.s3Endpoint), grants(o.repository), grants(o.registry))
}
