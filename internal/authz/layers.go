package authz

import "github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"

// An outcome is what the policies of one layer say.
type outcome struct {
	deny  truth // a Deny statement applies
	allow truth // an Allow statement applies, or the layer sets no limit
}

// unlimited is the outcome of a layer that is not there.
var unlimited = outcome{deny: no, allow: yes}

// outcomes is what all layers say.
type outcomes struct {
	identity, boundary, session, scp, rcp, endpoint, repository, registry outcome
	grants                                                                grants
}

// A finding is a statement that applies or may apply.
type finding struct {
	policyType PolicyType
	kind       layerKind
	statement  *statement
	applies    truth
	open       bool // it may apply, or it is not certain to whom it gives access
}

// ref points at the statement.
func (f *finding) ref() StatementRef {
	ref := f.statement.ref
	ref.PolicyType = f.policyType
	return ref
}

// judge evaluates every layer. None is skipped, since all denials are reported.
func (e *evaluation) judge() outcomes {
	e.touched, e.findings = e.touched[:0], e.findings[:0]
	pol := &e.pol
	o := outcomes{identity: unlimited, boundary: unlimited, session: unlimited, scp: unlimited}
	if !e.caller.serviceCall {
		o.identity = e.identity()
		o.boundary = e.limit(PermissionsBoundary, &pol.Boundary)
		o.session = e.session()
		o.scp = e.levels(ServiceControlPolicy, pol.SCP)
	}
	if e.callerOnly() {
		o.endpoint = e.limit(VPCEndpointPolicy, &pol.VPCEndpoint)
		return o
	}
	// That RCPs allow does not count: RCPFullAWSAccess cannot be detached.
	o.rcp = e.levels(ResourceControlPolicy, pol.RCP)
	o.endpoint = e.limit(VPCEndpointPolicy, &pol.VPCEndpoint)
	var repository, registry grants
	o.repository, repository = e.set(RepositoryPolicy, &pol.Repository)
	o.registry, registry = e.set(RegistryPolicy, &pol.Registry)
	o.grants = repository.or(registry)
	return o
}

// kindOf tells how the statements of a layer are read.
func kindOf(name PolicyType) layerKind {
	switch name {
	case RepositoryPolicy:
		return ownPolicy
	case RegistryPolicy, VPCEndpointPolicy, ResourceControlPolicy:
		return resourcePolicy
	default:
		return callerPolicy
	}
}

// layer evaluates the statements of a layer, and whom they grant access.
func (e *evaluation) set(name PolicyType, l *PolicySet) (outcome, grants) {
	var o outcome
	var granted grants
	if l.Unknown {
		o, granted = outcome{deny: maybe, allow: maybe}, grants{maybe, maybe, maybe}
	}
	kind := kindOf(name)
	for _, p := range l.Policies {
		for named, wild := p.named[e.action], p.wild; len(named)+len(wild) > 0; {
			s := firstOf(&named, &wild)
			t, g := s.match(e, kind)
			if t == no {
				continue
			}
			if s.effect != allow {
				o.deny = or(o.deny, t)
			}
			if s.effect != deny {
				o.allow = or(o.allow, t)
				granted = granted.or(g)
			}
			if e.tracing {
				e.findings = append(e.findings, finding{name, kind, s, t, t == maybe || g.open()})
			}
		}
	}
	return o, granted
}

// identity evaluates the identity-based policies. The root user has none and
// full access to its account.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
func (e *evaluation) identity() outcome {
	if e.caller.Kind == awsname.AccountRoot {
		return unlimited
	}
	o, _ := e.set(IdentityPolicy, &e.pol.Identity)
	return o
}

// limit evaluates a layer that limits only when it is there.
func (e *evaluation) limit(name PolicyType, l *PolicySet) outcome {
	if l.applies() == no {
		return unlimited
	}
	o, _ := e.set(name, l)
	return o
}

// session evaluates the session policies. A federated user without any has no
// permissions of its own.
func (e *evaluation) session() outcome {
	if e.caller.Kind == awsname.FederatedUser {
		o, _ := e.set(SessionPolicy, &e.pol.Session)
		return o
	}
	return e.limit(SessionPolicy, &e.pol.Session)
}

// levels evaluates the policies of an organization: every level must allow. They
// do not bind service-linked roles. Nor a management account, which a request
// does not tell: for one, no levels are given.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
func (e *evaluation) levels(name PolicyType, levels []PolicySet) outcome {
	o := unlimited
	exempt := e.serviceLinked()
	if exempt == yes {
		return o
	}
	for i := range levels {
		level, _ := e.set(name, &levels[i])
		o.deny = or(o.deny, level.deny)
		o.allow = and(o.allow, level.allow)
	}
	return outcome{deny: and(o.deny, not(exempt)), allow: or(o.allow, exempt)}
}

// denied tells whether a Deny statement applies anywhere.
func (o *outcomes) denied() truth {
	return max(o.identity.deny, o.boundary.deny, o.session.deny, o.scp.deny,
		o.rcp.deny, o.endpoint.deny, o.repository.deny, o.registry.deny)
}

// limits tells whether permissions boundary and session policies let through
// what the identity-based policies allow.
func (o *outcomes) limits() truth { return and(o.boundary.allow, o.session.allow) }

// granted tells whether the policies that grant allow the request.
//
// In another account both sides must allow. In the same account either side
// suffices, but what a resource-based policy allows a role is limited by
// boundary and session policies, and what it allows the account goes to no one
// before an identity-based policy allows it too.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
// and https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
func (o *outcomes) granted(e *evaluation) truth {
	own := and(o.identity.allow, o.limits())
	switch {
	case e.serviceWithoutResource():
		return maybe
	case e.caller.serviceCall:
		return o.grants.any()
	case e.callerOnly():
		return own
	case e.crossAccount():
		return and(own, o.grants.any())
	default:
		return max(own, o.grants.direct, and(o.grants.role, o.limits()))
	}
}

func (o *outcomes) verdict(e *evaluation) Verdict {
	allowed := min(o.granted(e), o.scp.allow, o.endpoint.allow, not(o.denied()))
	if allowed == yes && (e.foreignPartition() || e.noSuchCall()) {
		allowed = maybe
	}
	switch allowed {
	case yes:
		return Allowed
	case no:
		return Denied
	default:
		return Conditional
	}
}

// deniers lists the layers that deny: those with a Deny statement that applies
// and those that would have to allow and do not.
func (o *outcomes) deniers(e *evaluation) []PolicyType {
	ungranted := o.granted(e) == no
	nothing := o.identity.allow == no && o.grants.role == no // in the same account either would do
	callerSide := ungranted && !e.caller.serviceCall
	identity := o.identity.allow == no && callerSide
	resource := o.grants.any() == no && ungranted && !e.callerOnly()
	if callerSide && !e.callerOnly() && !e.crossAccount() {
		identity, resource = nothing, nothing
	}
	var names []PolicyType
	for _, l := range []struct {
		name   PolicyType
		deny   truth
		denies bool // implicitly
	}{
		{IdentityPolicy, o.identity.deny, identity},
		{PermissionsBoundary, o.boundary.deny, callerSide && o.boundary.allow == no},
		{SessionPolicy, o.session.deny, callerSide && o.session.allow == no},
		{ServiceControlPolicy, o.scp.deny, o.scp.allow == no},
		{ResourceControlPolicy, o.rcp.deny, false},
		{VPCEndpointPolicy, o.endpoint.deny, o.endpoint.allow == no},
		{RepositoryPolicy, o.repository.deny, resource},
		{RegistryPolicy, o.registry.deny, false},
	} {
		if l.deny == yes || l.denies {
			names = append(names, l.name)
		}
	}
	return names
}

// lacking lists the layers that would have to allow and do not.
func (o *outcomes) lacking(e *evaluation) []PolicyType {
	allows := *o
	for _, l := range []*outcome{
		&allows.identity, &allows.boundary, &allows.session, &allows.scp,
		&allows.rcp, &allows.endpoint, &allows.repository, &allows.registry,
	} {
		l.deny = no
	}
	return allows.deniers(e)
}

// undecided lists the layers that cannot be decided and matter.
func (o *outcomes) undecided(e *evaluation) []PolicyType {
	open := func(t truth) bool { return t == maybe }
	granted := open(o.granted(e))
	resource := granted && open(max(o.repository.allow, o.registry.allow))
	whom := granted && !e.crossAccount() && o.grants.open() // in one account it counts to whom
	var names []PolicyType
	for _, l := range []struct {
		name PolicyType
		open bool
	}{
		{IdentityPolicy, open(o.identity.deny) || granted && open(o.identity.allow)},
		{PermissionsBoundary, open(o.boundary.deny) || granted && open(o.boundary.allow)},
		{SessionPolicy, open(o.session.deny) || granted && open(o.session.allow)},
		{ServiceControlPolicy, open(o.scp.deny) || open(o.scp.allow)},
		{ResourceControlPolicy, open(o.rcp.deny)},
		{VPCEndpointPolicy, open(o.endpoint.deny) || open(o.endpoint.allow)},
		{RepositoryPolicy, open(o.repository.deny) || resource && open(o.repository.allow) || whom && o.repository.allow == yes},
		{RegistryPolicy, open(o.registry.deny) || resource && open(o.registry.allow) || whom && o.registry.allow == yes},
	} {
		if l.open {
			names = append(names, l.name)
		}
	}
	return names
}

// foreignPartition reports whether caller and resource are in different
// partitions, as aws and aws-cn, which share no credentials.
func (e *evaluation) foreignPartition() bool {
	return e.partition != "" && !e.caller.serviceCall && e.partition != e.caller.Partition
}
