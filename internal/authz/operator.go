// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"maps"
	"slices"
	"strings"
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

// isText reports whether the family compares texts, so that policy variables have a
// meaning in its values.
func (f family) isText() (text bool) {
	switch f {
	case stringExact, stringFold, stringLike, arnLike:
		text = true
	case numeric, date, boolean, binary, ipAddress, null:
	}
	return text
}

// A ValueKind says which values of a request are the same as one of a policy.
type ValueKind uint8

// The kinds of values.
const (
	Exactly   ValueKind = iota // the same text: * and ? are not wildcards
	AnyCase                    // the same text in upper or lower case
	AsPattern                  // what the text matches as a pattern
)

// kind returns how a value of the family is meant.
func (f family) kind() (kind ValueKind) {
	switch f {
	case stringFold:
		kind = AnyCase
	case stringLike, arnLike:
		kind = AsPattern
	case stringExact, numeric, date, boolean, binary, ipAddress, null:
	}
	return kind
}

// isARN reports whether the family compares the parts of ARNs.
func (f family) isARN() bool { return f == arnLike }

// isRange reports whether the family compares with a place in an order: a number, a
// time or an address.
func (f family) isRange() (ranges bool) {
	switch f {
	case numeric, date, ipAddress:
		ranges = true
	case stringExact, stringFold, stringLike, arnLike, boolean, binary, null:
	}
	return ranges
}

// An operator is a condition operator without set operator and IfExists.
type operator struct {
	family  family
	negated bool
	order   order // of numeric and date
}

// An order is how the request's value must compare with the policy's.
type order uint8

const (
	equal order = iota
	less
	lessOrEqual
	greater
	greaterOrEqual
)

// accepts reports whether a comparison's outcome (negative, zero, positive) is in order.
func (o order) accepts(comparison int) (accepted bool) {
	switch o {
	case equal:
		accepted = comparison == 0
	case less:
		accepted = comparison < 0
	case lessOrEqual:
		accepted = comparison <= 0
	case greater:
		accepted = comparison > 0
	case greaterOrEqual:
		accepted = comparison >= 0
	}
	return accepted
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

// positiveName returns the name of the operator that an operator as written negates, or is,
// without set operator and IfExists.
func positiveName(written string) string {
	_, written = cutSetOperator(written)
	return strings.Replace(strings.TrimSuffix(written, "IfExists"), "Not", "", 1)
}

// Operators returns the names of the condition operators, sorted, without set
// operator and IfExists.
func Operators() []string { return slices.Sorted(maps.Keys(operators)) }

// IsOperator reports whether AWS knows a condition operator as it is written,
// set operator and IfExists included, as in ForAnyValue:StringLikeIfExists.
func IsOperator(written string) bool {
	_, _, _, ok := parseOperator(written)
	return ok
}

// A quantifier is a set operator.
type quantifier uint8

const (
	single quantifier = iota
	forAll
	forAny
)

// parseOperator takes a condition operator as written apart.
func parseOperator(written string) (op operator, q quantifier, ifExists, ok bool) {
	q, written = cutSetOperator(written)
	written, ifExists = strings.CutSuffix(written, "IfExists")
	op, ok = operators[written]
	if op.family == null && (ifExists || q != single) {
		ok = false
	}
	return op, q, ifExists, ok
}

// cutSetOperator takes the set operator off an operator as written.
func cutSetOperator(written string) (q quantifier, rest string) {
	if rest, found := strings.CutPrefix(written, "ForAllValues:"); found {
		return forAll, rest
	}
	if rest, found := strings.CutPrefix(written, "ForAnyValue:"); found {
		return forAny, rest
	}
	return single, written
}
