// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"encoding/base64"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// A value is one policy value of a condition, read as its operator needs it.
type value struct {
	text    string
	problem string            // why it cannot be compared with; empty when it can
	pattern pattern.Pattern   // of texts
	parts   []pattern.Pattern // the six parts of an ARN, when it has no variables
	short   bool              // of an ARN operator, without variables: there are fewer parts
	typed   *typedValue       // of all but texts
}

// A typedValue is a policy value that is not a text, one of its fields by family.
type typedValue struct {
	number decimal
	time   time.Time
	other  time.Time // the time as AWS may read it, too; zero if it does not
	flag   bool
	bytes  string
	prefix netip.Prefix
	single bool // an IPv6 address without prefix length
}

// compileValue reads a policy value. Variables have a meaning in string and ARN
// operators only, and only when the document's version has them.
func compileValue(text string, f family, variables bool) value {
	v := value{text: text}
	if f.isText() {
		v.pattern, v.problem = pattern.Parse(text, pattern.Syntax{Wildcards: f == stringLike || f.isARN(), Variables: variables})
		v.pattern = withAliases(v.pattern)
		if f.isARN() && v.problem == "" && !v.pattern.HasVariables() {
			v.parts = v.pattern.SplitARN()
			v.short = v.parts == nil
		}
		return v
	}
	v.typed = &typedValue{}
	v.compileTyped(f)
	return v
}

func (v *value) compileTyped(f family) {
	var ok bool
	switch f {
	case numeric:
		v.typed.number, ok = parseDecimal(v.text)
		v.expect(ok, "a number")
	case date:
		v.typed.time, ok = parseDate(v.text)
		if !ok {
			v.typed.time, v.typed.other, ok = parseYear(v.text)
		}
		v.expect(ok, "a date such as 2026-01-31T12:00:00Z or seconds since 1970")
	case boolean, null:
		v.typed.flag, ok = parseFlag(v.text)
		v.expect(ok, `"true" or "false"`)
	case binary:
		decoded, err := base64.StdEncoding.DecodeString(v.text)
		v.typed.bytes = string(decoded)
		v.expect(err == nil, "base64")
	case ipAddress:
		v.typed.prefix, v.typed.single, ok = parsePrefix(v.text)
		v.expect(ok, "an IP address or a range in CIDR form")
	case stringExact, stringFold, stringLike, arnLike:
	}
}

func (v *value) expect(ok bool, what string) {
	if !ok {
		v.problem = "expected " + what
	}
}

// exactText returns the text that alone the value matches in full, if there is one.
func (v *value) exactText() (string, bool) {
	if v.problem != "" || v.typed != nil || v.short {
		return "", false
	}
	return v.pattern.Text()
}

// A requestValue is a value of the request, read as an operator needs it.
type requestValue struct {
	text     string
	readable bool // otherwise AWS does not say what the operator does with it
	number   decimal
	time     time.Time
	isTrue   bool
	bytes    string
	addr     netip.Addr
}

// readValue reads a value of the request for operators that do not compare texts.
func readValue(text string, f family) requestValue {
	r := requestValue{text: text}
	switch f {
	case numeric:
		r.number, r.readable = parseDecimal(text)
	case date:
		r.time, r.readable = parseDate(text)
	case boolean:
		r.isTrue, r.readable = parseFlag(text)
	case binary:
		// A context writes binary values as base64.
		decoded, err := base64.StdEncoding.DecodeString(text)
		r.bytes, r.readable = string(decoded), err == nil
	case ipAddress:
		addr, err := netip.ParseAddr(text)
		r.addr, r.readable = addr, err == nil && addr.Zone() == ""
	case stringExact, stringFold, stringLike, arnLike, null:
	}
	return r
}

// A comparison is what a policy compares a key with.
type comparison struct {
	family family
	order  order
	text   string
}

// parseFlag reads true or false, in upper or lower case, as people write them.
// Source: https://github.com/basho/riak_cs/issues/380
func parseFlag(text string) (flag, ok bool) {
	flag = pattern.EqualFold(text, "true")
	return flag, flag || pattern.EqualFold(text, "false")
}

// parsePrefix reads an address or a range. AWS gives an address without prefix
// length the length 32 and does not say whether that holds for IPv6 too: such a
// value is single, and certain only for the address itself.
func parsePrefix(text string) (p netip.Prefix, single, ok bool) {
	if strings.Contains(text, "/") {
		p, err := netip.ParsePrefix(text)
		return p.Masked(), false, err == nil
	}
	addr, err := netip.ParseAddr(text)
	return netip.PrefixFrom(addr, 32), addr.Is6(), err == nil && addr.Zone() == ""
}

// dateLayouts are the forms of ISO 8601 that W3C's note names, but for the bare
// year; see parseYear.
// Source: https://www.w3.org/TR/NOTE-datetime
var dateLayouts = []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", time.DateOnly, "2006-01"}

// parseYear reads a bare year, which may be seconds since 1970 as well.
func parseYear(text string) (year, seconds time.Time, ok bool) {
	year, err := time.Parse("2006", text)
	if err != nil {
		return time.Time{}, time.Time{}, false
	}
	n, _ := parseDecimal(text)
	return year, time.Unix(n.small(), 0), true
}

func parseDate(text string) (time.Time, bool) {
	if n, ok := parseDecimal(text); ok && n.fraction == "" && len(text) > 4 && len(text) < 12 {
		return time.Unix(n.small(), 0), true
	}
	for _, layout := range dateLayouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// CheckValue returns an error when a global condition key, in any case, has a
// documented type and a value that a request is said to have is not of it. The
// error says what is expected.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func CheckValue(key, text string) error {
	for _, f := range []family{numeric, date, boolean, ipAddress} {
		if r := readValue(text, f); !r.readable && hasType(pattern.Lower(key), f) {
			return fmt.Errorf("is %s; expected %s", printed.Quoted(text), f.expected())
		}
	}
	return nil
}

// expected says what the operators of a family can read of a request, where that is
// not any text.
func (f family) expected() (expected string) {
	switch f {
	case numeric:
		expected = "a number"
	case date:
		expected = "a date with time zone such as 2026-01-31T12:00:00Z, or seconds since 1970"
	case boolean:
		expected = "true or false"
	case ipAddress:
		expected = "one IP address, not a range"
	case stringExact, stringFold, stringLike, arnLike, binary, null:
	}
	return expected
}
