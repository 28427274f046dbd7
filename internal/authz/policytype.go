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

// A StatementRef points at a statement.
type StatementRef struct {
	PolicyType PolicyType
	Policy     string // the policy's name
	Sid        string
	Index      int // from 0
	Line       int // from 1, in the document as given
	Effect     string
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
