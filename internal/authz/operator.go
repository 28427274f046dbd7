package authz

import (
	"encoding/base64"
	"net/netip"
	"strings"
	"time"
)

// A family is a way of comparing a request's value with a policy's value.
type family uint8

const (
	stringExact family = iota
	stringFold
	stringLike
	arnLike
	numeric
	date
	boolean
	binary
	ipAddress
	null
)

// An operator is a condition operator without set operator and IfExists.
type operator struct {
	family  family
	negated bool
	order   order // of numeric and date
}

// An order is how the request's value must stand to the policy's.
type order uint8

const (
	equal order = iota
	less
	lessOrEqual
	greater
	greaterOrEqual
)

// accepts tells whether a comparison's outcome (negative, zero, positive) is in order.
func (o order) accepts(comparison int) bool {
	switch o {
	case less:
		return comparison < 0
	case lessOrEqual:
		return comparison <= 0
	case greater:
		return comparison > 0
	case greaterOrEqual:
		return comparison >= 0
	default:
		return comparison == 0
	}
}

// operators lists every condition operator.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
var operators = map[string]operator{
	"StringEquals":              {family: stringExact},
	"StringNotEquals":           {family: stringExact, negated: true},
	"StringEqualsIgnoreCase":    {family: stringFold},
	"StringNotEqualsIgnoreCase": {family: stringFold, negated: true},
	"StringLike":                {family: stringLike},
	"StringNotLike":             {family: stringLike, negated: true},
	"ArnEquals":                 {family: arnLike},
	"ArnLike":                   {family: arnLike},
	"ArnNotEquals":              {family: arnLike, negated: true},
	"ArnNotLike":                {family: arnLike, negated: true},
	"NumericEquals":             {family: numeric, order: equal},
	"NumericNotEquals":          {family: numeric, order: equal, negated: true},
	"NumericLessThan":           {family: numeric, order: less},
	"NumericLessThanEquals":     {family: numeric, order: lessOrEqual},
	"NumericGreaterThan":        {family: numeric, order: greater},
	"NumericGreaterThanEquals":  {family: numeric, order: greaterOrEqual},
	"DateEquals":                {family: date, order: equal},
	"DateNotEquals":             {family: date, order: equal, negated: true},
	"DateLessThan":              {family: date, order: less},
	"DateLessThanEquals":        {family: date, order: lessOrEqual},
	"DateGreaterThan":           {family: date, order: greater},
	"DateGreaterThanEquals":     {family: date, order: greaterOrEqual},
	"Bool":                      {family: boolean},
	"BinaryEquals":              {family: binary},
	"IpAddress":                 {family: ipAddress},
	"NotIpAddress":              {family: ipAddress, negated: true},
	"Null":                      {family: null},
}

// A quantifier is a set operator.
type quantifier uint8

const (
	single quantifier = iota
	forAll
	forAny
)

// parseTest takes a condition operator as written apart.
func parseTest(test string) (op operator, q quantifier, ifExists, ok bool) {
	if rest, found := strings.CutPrefix(test, "ForAllValues:"); found {
		test, q = rest, forAll
	} else if rest, found := strings.CutPrefix(test, "ForAnyValue:"); found {
		test, q = rest, forAny
	}
	test, ifExists = strings.CutSuffix(test, "IfExists")
	op, ok = operators[test]
	if op.family == null && (ifExists || q != single) {
		ok = false
	}
	return op, q, ifExists, ok
}

// A value is one policy value of a condition, read as its operator needs it.
type value struct {
	text    string
	problem string // why it cannot be compared with; empty when it can
	pattern pattern
	parts   []pattern // the six parts of an ARN, when it has no variables
	number  decimal
	time    time.Time
	flag    bool
	bytes   string
	prefix  netip.Prefix
	single  bool // an IPv6 address without prefix length
}

// compileValue reads a policy value. Variables have a meaning in string and ARN
// operators only, and only when the document's version has them.
func compileValue(text string, f family, variables bool) value {
	v := value{text: text}
	var ok bool
	switch f {
	case stringExact, stringFold:
		v.pattern, v.problem = parsePattern(text, syntax{variables: variables})
	case stringLike:
		v.pattern, v.problem = parsePattern(text, syntax{wildcards: true, variables: variables})
	case arnLike:
		v.compileARN(variables)
	case numeric:
		v.number, ok = parseDecimal(text)
		v.expect(ok, "a number")
	case date:
		v.time, ok = parseDate(text)
		v.expect(ok, "a date such as 2026-01-31T12:00:00Z or seconds since 1970")
	case boolean, null:
		v.flag = text == "true"
		v.expect(v.flag || text == "false", `"true" or "false"`)
	case binary:
		decoded, err := base64.StdEncoding.DecodeString(text)
		v.bytes = string(decoded)
		v.expect(err == nil, "base64")
	case ipAddress:
		v.prefix, v.single, ok = parsePrefix(text)
		v.expect(ok, "an IP address or a range in CIDR form")
	}
	return v
}

func (v *value) expect(ok bool, what string) {
	if !ok {
		v.problem = "expected " + what
	}
}

func (v *value) compileARN(variables bool) {
	v.pattern, v.problem = parsePattern(v.text, syntax{wildcards: true, variables: variables})
	if v.problem != "" || v.pattern.hasVariables() {
		return
	}
	v.parts = v.pattern.splitARN()
	v.expect(v.parts != nil, "an ARN with six parts, each of which may have wildcards")
}

// splitARN splits a pattern at its first five colons, or returns nil when it has
// fewer.
func (p pattern) splitARN() []pattern {
	parts := make([]pattern, 1, 6)
	add := func(t token) { parts[len(parts)-1] = append(parts[len(parts)-1], t) }
	for _, t := range p {
		for t.kind == literal && len(parts) < 6 {
			before, after, found := strings.Cut(t.text, ":")
			if !found {
				break
			}
			if before != "" {
				add(token{kind: literal, text: before})
			}
			parts = append(parts, nil)
			t.text = after
		}
		if t.kind != literal || t.text != "" {
			add(t)
		}
	}
	if len(parts) < 6 {
		return nil
	}
	return parts
}

// compare tells whether a value of the request matches a policy value. One that
// the operator cannot read may: AWS does not say.
func (v *value) compare(op operator, e *evaluation, s string) truth {
	if v.problem != "" {
		return maybe
	}
	if s == somethingElse {
		return v.compareElse(op, e)
	}
	switch op.family {
	case stringExact, stringFold, stringLike, arnLike:
		return v.compareText(op.family, e, s)
	case numeric:
		n, ok := parseDecimal(s)
		return readable(ok, op.order.accepts(n.compare(v.number)))
	case date:
		t, ok := parseDate(s)
		return readable(ok, op.order.accepts(t.Compare(v.time)))
	case boolean:
		isTrue := equalFold(s, "true")
		return readable(isTrue || equalFold(s, "false"), isTrue == v.flag)
	case binary:
		return v.compareBytes(s)
	default:
		return v.compareIP(s)
	}
}

// readable is the outcome of a comparison with a value that could be read, and
// otherwise open.
func readable(ok, matches bool) truth {
	if !ok {
		return maybe
	}
	return truthOf(matches)
}

func (v *value) compareText(f family, e *evaluation, s string) truth {
	p, resolved := v.pattern.expand(e)
	if resolved == maybe && f == stringFold {
		return and(maybe, truthOf(v.pattern.open().mayMatchFold(s)))
	}
	if resolved == maybe {
		return and(maybe, truthOf(v.pattern.open().match(s)))
	}
	if resolved != yes {
		return resolved
	}
	switch f {
	case stringFold:
		text, _ := p.literalText()
		switch {
		case equalFold(s, text):
			return yes
		case strings.EqualFold(s, text):
			return maybe // AWS does not say how letters beyond ASCII compare
		default:
			return no
		}
	case arnLike:
		parts := v.parts
		if parts == nil {
			parts = p.splitARN()
		}
		return truthOf(matchARN(parts, s))
	default:
		return truthOf(p.match(s))
	}
}

// matchSession tells whether the value may match the role ARN of a session whose
// path is not known.
func (v *value) matchSession(e *evaluation) truth {
	p, resolved := v.pattern.expand(e)
	if resolved != yes {
		return no
	}
	role := e.caller.arn[0]
	name := "/" + e.caller.Name
	anyPath := pattern{
		{kind: literal, text: strings.TrimSuffix(role, e.caller.Name)}, {kind: star}, {kind: literal, text: name},
	}
	return and(maybe, truthOf(p.overlaps(anyPath)))
}

// matchARN matches an ARN part by part.
func matchARN(parts []pattern, s string) bool {
	if parts == nil {
		return false
	}
	for i, part := range parts {
		segment, rest, found := s, "", true
		if i < 5 {
			segment, rest, found = strings.Cut(s, ":")
		}
		if !found || !part.match(segment) {
			return false
		}
		s = rest
	}
	return true
}

// compareBytes takes the request's value as base64, which is how a context
// writes binary values. Bytes that are given as they are may be meant, too.
func (v *value) compareBytes(s string) truth {
	decoded, err := base64.StdEncoding.DecodeString(s)
	if err == nil && string(decoded) != v.bytes && s == v.bytes {
		return maybe
	}
	return readable(err == nil, string(decoded) == v.bytes)
}

func (v *value) compareIP(s string) truth {
	addr, err := netip.ParseAddr(s)
	if err != nil || addr.Zone() != "" {
		return maybe
	}
	within := v.prefix.Contains(addr)
	if addr.Is4In6() && v.prefix.Contains(addr.Unmap()) != within {
		return maybe // AWS does not say whether ::ffff:10.0.0.1 is 10.0.0.1
	}
	if within && v.single && addr != v.prefix.Addr() {
		return maybe
	}
	return truthOf(within)
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
// year, which cannot be told from seconds since 1970.
// Source: https://www.w3.org/TR/NOTE-datetime
var dateLayouts = []string{time.RFC3339Nano, "2006-01-02T15:04Z07:00", time.DateOnly, "2006-01"}

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

// A decimal is a number of any size, compared without rounding.
type decimal struct {
	negative        bool
	whole, fraction string // digits, without leading and trailing zeros
}

func parseDecimal(text string) (decimal, bool) {
	var d decimal
	digits, negative := strings.CutPrefix(text, "-")
	whole, fraction, point := strings.Cut(digits, ".")
	if whole == "" || point && fraction == "" || !allDigits(whole) || !allDigits(fraction) {
		return d, false
	}
	d.whole, d.fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	d.negative = negative && d.whole+d.fraction != ""
	return d, true
}

func allDigits(s string) bool {
	return strings.Trim(s, "0123456789") == ""
}

// String returns the number in full.
func (d decimal) String() string {
	sign := ""
	if d.negative {
		sign = "-"
	}
	return sign + "0" + d.whole + "." + d.fraction + "0"
}

// small returns the whole part of a number of few digits.
func (d decimal) small() int64 {
	var n int64
	for _, c := range d.whole {
		n = n*10 + int64(c-'0')
	}
	if d.negative {
		return -n
	}
	return n
}

func (d decimal) compare(other decimal) int {
	switch {
	case d.negative != other.negative && d.negative:
		return -1
	case d.negative != other.negative:
		return 1
	case d.negative:
		d, other = other, d
	}
	if len(d.whole) != len(other.whole) {
		return len(d.whole) - len(other.whole)
	}
	if c := strings.Compare(d.whole, other.whole); c != 0 {
		return c
	}
	return strings.Compare(d.fraction, other.fraction)
}
