// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"maps"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
)

// A Condition is one operator and one condition key of a Condition element, with the
// values of the key.
type Condition struct {
	Test     string // operator, as in "StringEquals" or "ForAnyValue:StringLike"
	Variable string // condition key, as in "aws:PrincipalOrgID"
	Values   []string
}

func compareConditions(a, b Condition) int {
	if c := strings.Compare(a.Test, b.Test); c != 0 {
		return c
	}
	return strings.Compare(a.Variable, b.Variable)
}

// conditionList returns the conditions of a Condition element, and whether the element
// has AWS's form.
func conditionList(n node) ([]Condition, bool) {
	if n.kind != objectKind {
		return nil, false
	}
	var conditions []Condition
	for _, test := range n.members {
		if test.value.kind != objectKind {
			return nil, false
		}
		for _, key := range test.value.members {
			values, ok := scalarList(key.value)
			if !ok {
				return nil, false
			}
			conditions = append(conditions, Condition{Test: test.name, Variable: key.name, Values: values})
		}
	}
	return conditions, true
}

// duplicateKeys returns the operator and the name of each condition key that equals an
// earlier key under the same operator, ignoring case.
func duplicateKeys(condition node) [][2]string {
	var duplicates [][2]string
	for _, test := range condition.members {
		seen := map[string]bool{}
		for _, key := range test.value.members {
			if seen[pattern.Lower(key.name)] {
				duplicates = append(duplicates, [2]string{test.name, key.name})
			}
			seen[pattern.Lower(key.name)] = true
		}
	}
	return duplicates
}

func sidOf(statement node) string {
	if n, _ := statement.member("Sid"); n.kind == stringKind {
		return n.text
	}
	return ""
}

// stringList reads a string or a list of strings.
func stringList(n node) ([]string, bool) {
	return listOf(n, func(k kind) bool { return k == stringKind })
}

// scalarList reads a scalar or a list of scalars: condition values may also be JSON
// booleans and numbers.
func scalarList(n node) ([]string, bool) {
	return listOf(n, func(k kind) bool { return k == stringKind || k == boolKind || k == numberKind })
}

func listOf(n node, accept func(kind) bool) ([]string, bool) {
	items := n.items
	if n.kind != listKind {
		items = []node{n}
	}
	values := make([]string, 0, len(items))
	for _, item := range items {
		if !accept(item.kind) {
			return nil, false
		}
		values = append(values, item.text)
	}
	return values, true
}

func printPrincipals(principals map[string][]string) string {
	types := map[string]string{}
	for name, values := range principals {
		types[name] = printList(values)
	}
	if len(types) == 1 && types["AWS"] == `"*"` {
		return `"*"`
	}
	return joinObject(types)
}

func printConditions(conditions []Condition) string {
	tests := map[string]map[string][]string{}
	for _, c := range conditions {
		if tests[c.Test] == nil {
			tests[c.Test] = map[string][]string{}
		}
		key := c.Variable
		for written := range tests[c.Test] {
			if pattern.EqualFold(written, key) {
				key = written
			}
		}
		tests[c.Test][key] = append(tests[c.Test][key], c.Values...)
	}
	blocks := map[string]string{}
	for test, keys := range tests {
		block := map[string]string{}
		for key, values := range keys {
			block[key] = printList(values)
		}
		blocks[test] = joinObject(block)
	}
	return joinObject(blocks)
}

// printList prints the values sorted and without duplicates, one value as a scalar.
func printList(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = quote(v)
	}
	slices.Sort(quoted)
	quoted = slices.Compact(quoted)
	if len(quoted) == 1 {
		return quoted[0]
	}
	return "[" + strings.Join(quoted, ",") + "]"
}

// joinObject prints a JSON object. The values are JSON texts, by name.
func joinObject(values map[string]string) string {
	members := make([]string, 0, len(values))
	for _, name := range slices.Sorted(maps.Keys(values)) {
		members = append(members, quote(name)+":"+values[name])
	}
	return "{" + strings.Join(members, ",") + "}"
}
