// SPDX-License-Identifier: MPL-2.0

package lint

import (
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// A Misplacement is why AWS would reject a statement in a policy of some type.
type Misplacement int

// The misplacements.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html#policies-grammar-notes
const (
	WellPlaced      Misplacement = iota
	HasNotPrincipal              // the policy is for the identity that it is attached to
	HasPrincipal                 // the policy is for the identity that it is attached to
	LacksPrincipal               // the policy is for the principals that its statements name
	LacksResource                // only a repository policy needs none
)

// MisplacementOf returns why AWS would reject a statement in a policy of a type.
func MisplacementOf(t authz.PolicyType, s *policy.Statement) Misplacement {
	hasPrincipal, hasResource := s.Has("Principal") || s.Has("NotPrincipal"), s.Has("Resource") || s.Has("NotResource")
	switch {
	case !takesPrincipal(t) && s.Has("NotPrincipal"):
		return HasNotPrincipal
	case !takesPrincipal(t) && hasPrincipal:
		return HasPrincipal
	case takesPrincipal(t) && !hasPrincipal:
		return LacksPrincipal
	case t != authz.RepositoryPolicy && !hasResource:
		return LacksResource
	}
	return WellPlaced
}

// Element returns the element that AWS would reject; empty where one is missing.
func (m Misplacement) Element() string {
	switch m {
	case HasNotPrincipal:
		return "NotPrincipal"
	case HasPrincipal:
		return "Principal"
	case WellPlaced, LacksPrincipal, LacksResource:
	}
	return ""
}

// takesPrincipal reports whether the statements of a policy type name principals.
func takesPrincipal(t authz.PolicyType) bool {
	return t == authz.VPCEndpointPolicy || t == authz.S3EndpointPolicy || verdict.SideOf(t) == verdict.Registry
}
