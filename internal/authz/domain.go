package authz

import (
	"fmt"
	"net/netip"
	"strings"
)

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

// CheckValue returns an error when a global condition key, in whatever case, has a
// documented type and a value that a request is said to have is not of it. The
// error says what is expected.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func CheckValue(key, text string) error {
	for _, f := range []family{numeric, date, boolean, ipAddress} {
		if hasType(lower(key), f) && !isReadable(text, f) {
			return fmt.Errorf("is %q; expected %s", text, expectedOf[f])
		}
	}
	return nil
}

var expectedOf = map[family]string{
	numeric:   "a number",
	date:      "a date with time zone such as 2026-01-31T12:00:00Z, or seconds since 1970",
	boolean:   "true or false",
	ipAddress: "one IP address, not a range",
}

// isReadable reports whether the operators of a family that is not for texts can
// read a value of a request.
func isReadable(text string, f family) bool {
	switch f {
	case numeric:
		_, ok := parseDecimal(text)
		return ok
	case date:
		_, ok := parseDate(text)
		return ok
	case boolean:
		return equalFold(text, "true") || equalFold(text, "false")
	default:
		addr, err := netip.ParseAddr(text)
		return err == nil && addr.Zone() == ""
	}
}

// domain returns languages of which one has each value that the key can have, or
// nothing when it can be any text.
func (k *unknownKey) domain(e *evaluation) []language {
	switch {
	case hasType(k.key, boolean):
		return []language{{pattern: pattern{{kind: literal, text: "true"}}}, {pattern: pattern{{kind: literal, text: "false"}}}}
	case k.key == "aws:principalarn" && e.contextKey(k.key) == nil && e.caller.pathLost:
		beforePath, name := strings.TrimSuffix(e.caller.arn[0], "/"+e.caller.Name), "/"+e.caller.Name
		return []language{
			{pattern: pattern{{kind: literal, text: beforePath + name}}},
			{pattern: pattern{{kind: literal, text: beforePath + "/"}, {kind: one}, {kind: star}, {kind: literal, text: name}}},
		}
	}
	return nil
}

// within returns those of the texts that one of the languages has, or all when
// there are no languages.
func within(texts []string, languages []language) []string {
	if languages == nil {
		return texts
	}
	var kept []string
	for _, text := range texts {
		at := start(languages)
		for i := range len(text) {
			at = at.read(languages, text[i])
		}
		if strings.Contains(at.answers(languages), "+") {
			kept = append(kept, text)
		}
	}
	return kept
}
