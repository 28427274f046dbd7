package authz

import (
	"maps"
	"slices"
)

// Operators returns the names of the condition operators, sorted, without set
// operator and IfExists.
func Operators() []string { return slices.Sorted(maps.Keys(operators)) }

// IsOperator reports whether AWS knows a condition operator as it is written,
// set operator and IfExists included, as in ForAnyValue:StringLikeIfExists.
func IsOperator(test string) bool {
	_, _, _, ok := parseTest(test)
	return ok
}
