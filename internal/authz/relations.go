// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
)

// throughEndpoint reports whether a condition key, in lower case, is only in requests that come
// through a VPC endpoint. Those have no aws:SourceIp.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-network-properties
func throughEndpoint(key string) bool { return slices.Contains(endpointKeys, key) }

// endpointKeys begin with those that are in each such request.
var endpointKeys = []string{"aws:sourcevpce", "aws:sourcevpc", "aws:vpcsourceip", "aws:sourcevpcarn", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths"}

// inEach is how many of them are in each request through an endpoint.
const inEach = 3

// related returns what follows for a key from other keys of the request's context and from the
// policies that there are; KeyUnknown if nothing does.
func (e *evaluation) related(key string) (KeyState, []string) {
	switch {
	case key == "aws:sourceip":
		if e.hasEndpointPolicy() || slices.ContainsFunc(endpointKeys, e.isPresent) {
			return KeyAbsent, nil
		}
	case throughEndpoint(key):
		if e.isPresent("aws:sourceip") || slices.ContainsFunc(endpointKeys[:inEach], e.isAbsent) {
			return KeyAbsent, nil
		}
		if slices.Contains(endpointKeys[:inEach], key) && (e.hasEndpointPolicy() || slices.ContainsFunc(endpointKeys, e.isPresent)) {
			return KeyPresent, nil
		}
	case key == "aws:principalorgid", key == "aws:principalorgpaths":
		return e.relatedOrganization(key, "aws:principalorgid", "aws:principalorgpaths", e.isCallerMember())
	case key == "aws:resourceorgid", key == "aws:resourceorgpaths":
		return e.relatedOrganization(key, "aws:resourceorgid", "aws:resourceorgpaths", slices.ContainsFunc(e.pol.RCP, isGiven))
	}
	return KeyUnknown, nil
}

// relatedOrganization returns what follows for the organization of an account, or for its place
// there. One that has control policies is a member of an organization.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgpaths
func (e *evaluation) relatedOrganization(key, id, paths string, isMember bool) (KeyState, []string) {
	other := paths
	if key == paths {
		other = id
	}
	k := e.contextKey(other)
	switch {
	case k == nil || k.state == KeyUnknown:
	case k.state == KeyKnown && key == id:
		organization, _, _ := strings.Cut(k.values[0], "/")
		return KeyKnown, []string{organization}
	case k.state == KeyAbsent:
		return KeyAbsent, nil
	default:
		return KeyPresent, nil
	}
	if isMember {
		return KeyPresent, nil
	}
	return KeyUnknown, nil
}

// isCallerMember reports whether control policies say that the account of the caller is a member
// of an organization.
func (e *evaluation) isCallerMember() bool {
	return e.caller.hasAccount() && (slices.ContainsFunc(e.pol.SCP, isGiven) || e.oneOrg && slices.ContainsFunc(e.pol.RCP, isGiven))
}

// hasEndpointPolicy reports whether the policy of an endpoint that the request goes through is
// given.
func (e *evaluation) hasEndpointPolicy() bool {
	return isGiven(e.pol.VPCEndpoint) || isGiven(e.pol.S3Endpoint)
}

// isPresent reports whether the request's context says that a key is there.
func (e *evaluation) isPresent(key string) bool {
	k := e.contextKey(key)
	return k != nil && (k.state == KeyKnown || k.state == KeyPresent)
}

// isAbsent reports whether the request's context says that a key is not there.
func (e *evaluation) isAbsent(key string) bool {
	k := e.contextKey(key)
	return k != nil && k.state == KeyAbsent
}

// organizationPaths are the paths of the organization that the context names, which all begin
// with its ID; nil for another key, or if the ID is not known.
func (e *evaluation) organizationPaths(key string) []pattern.Language {
	id, isPaths := strings.CutSuffix(key, "paths")
	k := e.contextKey(id + "id")
	if !isPaths || k == nil || k.state != KeyKnown {
		return nil
	}
	return []pattern.Language{{Pattern: pattern.Concat(pattern.Literal(k.values[0]+"/"), pattern.Like("*"))}}
}
