// SPDX-License-Identifier: MPL-2.0

package authz

import "slices"

// A PolicyType is a type of policy in AWS's sense; the values are part of the provider's output.
type PolicyType string

// The policy types, in the order in which they are reported.
const (
	IdentityPolicy        PolicyType = "identity_policy"
	PermissionsBoundary   PolicyType = "permissions_boundary"
	SessionPolicy         PolicyType = "session_policy"
	ServiceControlPolicy  PolicyType = "service_control_policy"
	ResourceControlPolicy PolicyType = "resource_control_policy"
	VPCEndpointPolicy     PolicyType = "vpc_endpoint_policy"
	S3EndpointPolicy      PolicyType = "s3_endpoint_policy" // of the endpoint through which layers come from Amazon S3
	RepositoryPolicy      PolicyType = "repository_policy"
	RegistryPolicy        PolicyType = "registry_policy"
)

// policyTypes are in the order in which they are reported.
var policyTypes = []PolicyType{
	IdentityPolicy, PermissionsBoundary, SessionPolicy, ServiceControlPolicy,
	ResourceControlPolicy, VPCEndpointPolicy, S3EndpointPolicy, RepositoryPolicy, RegistryPolicy,
}

// PolicyTypes returns every policy type, in the order in which they are reported. The caller
// must not change the list.
func PolicyTypes() []PolicyType { return policyTypes }

// Policies holds the policies of all types for one request.
type Policies struct {
	Identity, Session              PolicySet
	Boundary, Repository, Registry PolicySet
	VPCEndpoint, S3Endpoint        PolicySet   // these, Boundary and Session: not Present = none applies
	SCP, RCP                       []PolicySet // one for each level; none = does not apply
}

// A PolicySet is the policies of one type (and level).
type PolicySet struct {
	Present  bool // false: no such policy applies (a boundary not set). Identity, Repository, Registry: same as no statements.
	Unknown  bool // there may be more policies than are listed
	Policies []*Policy
}

// applies reports whether there is any policy in the set.
func (s *PolicySet) applies() truth {
	switch {
	case s.Present || len(s.Policies) > 0:
		return yes
	case s.Unknown:
		return maybe
	default:
		return no
	}
}

// of returns the sets of a policy type: one, or one for each level.
func (p *Policies) of(policyType PolicyType) (sets []PolicySet) {
	switch policyType {
	case IdentityPolicy:
		sets = []PolicySet{p.Identity}
	case PermissionsBoundary:
		sets = []PolicySet{p.Boundary}
	case SessionPolicy:
		sets = []PolicySet{p.Session}
	case ServiceControlPolicy:
		sets = p.SCP
	case ResourceControlPolicy:
		sets = p.RCP
	case VPCEndpointPolicy:
		sets = []PolicySet{p.VPCEndpoint}
	case S3EndpointPolicy:
		sets = []PolicySet{p.S3Endpoint}
	case RepositoryPolicy:
		sets = []PolicySet{p.Repository}
	case RegistryPolicy:
		sets = []PolicySet{p.Registry}
	}
	return sets
}

// Of returns the sets of a policy type: one, or one for each level.
func (p *Policies) Of(policyType PolicyType) []PolicySet { return p.of(policyType) }

// Set sets the sets of a policy type, of which those that Of returns are of the right
// number.
func (p *Policies) Set(policyType PolicyType, sets []PolicySet) {
	switch policyType {
	case IdentityPolicy:
		p.Identity = sets[0]
	case PermissionsBoundary:
		p.Boundary = sets[0]
	case SessionPolicy:
		p.Session = sets[0]
	case ServiceControlPolicy:
		p.SCP = sets
	case ResourceControlPolicy:
		p.RCP = sets
	case VPCEndpointPolicy:
		p.VPCEndpoint = sets[0]
	case S3EndpointPolicy:
		p.S3Endpoint = sets[0]
	case RepositoryPolicy:
		p.Repository = sets[0]
	case RegistryPolicy:
		p.Registry = sets[0]
	}
}

// A grammar says which elements the statements of a policy type have.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html#policies-grammar-notes
type grammar uint8

const (
	identityGrammar   grammar = iota // as callerGrammar; AWS completes ARNs that lack fields
	callerGrammar                    // no Principal; Resource is needed
	resourceGrammar                  // Principal and Resource are needed
	repositoryGrammar                // as resourceGrammar; without Resource this repository is meant
	grammars                         // how many there are
)

func (t PolicyType) grammar() (g grammar) {
	switch t {
	case IdentityPolicy:
		g = identityGrammar
	case PermissionsBoundary, SessionPolicy, ServiceControlPolicy:
		g = callerGrammar
	case RegistryPolicy, VPCEndpointPolicy, S3EndpointPolicy, ResourceControlPolicy:
		g = resourceGrammar
	case RepositoryPolicy:
		g = repositoryGrammar
	}
	return g
}

// takesPrincipal reports whether statements say for whom they are.
func (g grammar) takesPrincipal() bool { return g != identityGrammar && g != callerGrammar }

// expected says which elements a statement has.
func (g grammar) expected() string {
	if g.takesPrincipal() {
		return "a policy of this type needs Principal and Resource"
	}
	return "a policy of this type has Resource and no Principal"
}

// A typeSet has a bit for each policy type, in the order in which they are reported.
type typeSet uint16

// setOf returns the set of the types that hold.
func setOf(identity, boundary, session, scp, rcp, endpoint, s3Endpoint, repository, registry bool) typeSet {
	var s typeSet
	for i, holds := range [...]bool{identity, boundary, session, scp, rcp, endpoint, s3Endpoint, repository, registry} {
		if holds {
			s |= 1 << i
		}
	}
	return s
}

// set returns the set of the type alone.
func (t PolicyType) set() typeSet { return 1 << slices.Index(policyTypes, t) }

// types lists the policy types of the set.
func (s typeSet) types() []PolicyType {
	var types []PolicyType
	for i, policyType := range policyTypes {
		if s>>i&1 == 1 {
			types = append(types, policyType)
		}
	}
	return types
}
