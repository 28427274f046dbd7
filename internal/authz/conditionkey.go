// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
)

// A KeyState says what is known of a condition key in the request.
type KeyState uint8

// The states of a condition key.
const (
	KeyAbsent  KeyState = iota // known not to be there
	KeyKnown                   // there, with values
	KeyPresent                 // there, values not known
	KeyUnknown                 // not even that is known
)

// keyAlias returns the name under which the engine knows a condition key: a tag of a
// repository has two.
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
func keyAlias(key string) string {
	if n := len("ecr:resourcetag/"); len(key) > n && pattern.EqualFold(key[:n], "ecr:resourcetag/") {
		return "aws:resourcetag/" + key[n:]
	}
	return key
}

// withAliases has the variables of a pattern know their keys as keyAlias does.
func withAliases(p pattern.Pattern) pattern.Pattern {
	for _, v := range p.Variables() {
		v.Key = keyAlias(v.Key)
	}
	return p
}

// ofResource reports whether a condition key, in lower case, is about the resource.
func ofResource(key string) bool {
	switch key {
	case "aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths":
		return true
	}
	return strings.HasPrefix(key, "aws:resourcetag/")
}

// ofPrincipal reports whether a condition key, in lower case, is about who calls.
func ofPrincipal(key string) bool {
	return strings.HasPrefix(key, "aws:principal") || key == "aws:username" || key == "aws:userid"
}

// IsOfResource reports whether a condition key, in any case, is about the resource of a
// request. The login has the caller's account as its resource, not the repository.
func IsOfResource(key string) bool { return ofResource(keyAlias(pattern.Lower(key))) }

// ofCaller returns the condition key that has for the caller what another one has for
// the resource, or else the key itself.
func ofCaller(key string) string {
	switch {
	case pattern.EqualFold(key, "aws:resourceorgid"):
		return "aws:principalorgid"
	case pattern.EqualFold(key, "aws:resourceorgpaths"):
		return "aws:principalorgpaths"
	}
	return key
}

// callerKeys are the keys of ofCaller as AWS writes them.
var callerKeys = map[string]string{"aws:principalorgid": "aws:PrincipalOrgID", "aws:principalorgpaths": "aws:PrincipalOrgPaths"}

// withoutWildcards reports whether the values of a global condition key, in lower case,
// are IDs or ARNs, in which no * and no ? can be.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func withoutWildcards(key string) bool {
	switch key {
	case "aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalorgpaths",
		"aws:requestedregion", "aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths",
		"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths", "aws:sourcevpc", "aws:sourcevpcarn", "aws:sourcevpce",
		"aws:userid", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths":
		return true
	}
	return false
}

// onlyOfServices reports whether a condition key, in lower case, is only in calls that
// a service makes by itself.
func onlyOfServices(key string) bool {
	switch key {
	case "aws:sourcearn", "aws:sourceaccount", "aws:sourceowner", "aws:sourceorgid", "aws:sourceorgpaths", "aws:principalservicenameslist":
		return true
	}
	return false
}

// IsInEveryRequest reports whether a condition key, in any case, is in every request that an
// identity signs.
func IsInEveryRequest(key string) bool { return alwaysPresent(pattern.Lower(key)) }

// alwaysPresent reports whether a condition key, in lower case, is in every request.
func alwaysPresent(key string) bool {
	switch key {
	case "aws:currenttime", "aws:epochtime", "aws:principalarn", "aws:requestedregion", "aws:securetransport", "aws:useragent", "aws:userid", "aws:viaawsservice":
		return true
	}
	return false
}

// Multivalued reports whether a global condition key, in lower case, can have
// several values in one request.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func Multivalued(key string) bool {
	switch key {
	case "aws:calledvia", "aws:principalorgpaths", "aws:principalservicenameslist", "aws:resourceorgpaths", "aws:sourceorgpaths", "aws:tagkeys",
		"aws:vpceorgpaths":
		return true
	}
	return false
}

// singleValued reports whether a global condition key, in lower case, is one of
// those that have at most one value in a request, with any operator.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func singleValued(key string) bool {
	switch key {
	case "aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalservicename", "aws:principaltype",
		"aws:requestedregion", "aws:resourceaccount", "aws:resourceorgid", "aws:sourceaccount", "aws:sourcearn",
		"aws:sourceidentity", "aws:sourceorgid", "aws:sourcevpc", "aws:sourcevpce", "aws:useragent", "aws:userid", "aws:username":
		return true
	}
	kind, _, _ := strings.Cut(key, "/")
	switch kind {
	case "aws:principaltag", "aws:requesttag", "aws:resourcetag":
		return true
	}
	return hasType(key, date) || hasType(key, numeric) || hasType(key, boolean) || hasType(key, ipAddress)
}

// hasType reports whether every value of a global condition key, in lower case,
// can be read by the operators of a family.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func hasType(key string, f family) bool {
	switch key {
	case "aws:currenttime", "aws:tokenissuetime":
		return f == date
	case "aws:epochtime":
		return f == date || f == numeric
	case "aws:multifactorauthage":
		return f == numeric
	case "aws:sourceip", "aws:vpcsourceip":
		return f == ipAddress
	case "aws:ismcpserviceaction", "aws:multifactorauthpresent", "aws:principalisawsservice", "aws:securetransport",
		"aws:viaawsmcpservice", "aws:viaawsservice":
		return f == boolean
	}
	return false
}

// sessionKey stands for the name of the session with which a role calls. It is no condition key
// of AWS: cases try it like one, so that all statements mean the same session.
const sessionKey = "\x00session"
