// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
)

// A Statement is one statement of a policy document. It is immutable.
type Statement struct {
	source string // the text it was read from
	node   node   // its position in source
	index  int    // in its document, from 0
	line   int    // on which it begins in source, from 1
	sid    string

	canonical func() string // computed once: writers compare statements many times
}

func newStatement(source string, n node, index, line int) *Statement {
	return &Statement{
		source: source, node: n, index: index, line: line, sid: sidOf(n),
		canonical: sync.OnceValue(func() string { return canonicalStatement(n) }),
	}
}

// ParseStatement reads one statement: a JSON object. Errors are of type *Error.
func ParseStatement(text string) (*Statement, error) {
	n, syntax := parseJSON(text)
	if syntax == nil && n.kind != objectKind {
		syntax = &syntaxError{offset: n.start, problem: "a statement must be a JSON object, not " + string(n.kind)}
	}
	if syntax != nil {
		return nil, &Error{
			Sid: sidOf(n), Element: joinPath(syntax.path),
			Offset: syntax.offset, Line: lineAt(text, syntax.offset), Problem: syntax.problem,
		}
	}
	return newStatement(text, n, 0, lineAt(text, n.start)), nil
}

// Sid returns the statement's Sid, or "" if it has none.
func (s *Statement) Sid() string { return s.sid }

func sidOf(statement node) string {
	if n, _ := statement.member("Sid"); n.kind == stringKind {
		return n.text
	}
	return ""
}

// Index returns the index of the statement in its document, from 0.
func (s *Statement) Index() int { return s.index }

// at returns the statement with another index.
func (s *Statement) at(index int) *Statement {
	placed := *s
	placed.index = index
	return &placed
}

// Line returns the line on which the statement begins in the text from which it was read,
// from 1.
func (s *Statement) Line() int { return s.line }

// String prints the statement as compact JSON.
func (s *Statement) String() string { return compact(s.source[s.node.start:s.node.end]) }

// The methods below return the elements of a statement as Go values. Each returns nil if
// the statement lacks the element, or if the element does not have AWS's form (see
// Faults). Lists have the order of the text; a scalar is a list of one element.

// Effect returns the value of Effect: "Allow" or "Deny", or another text if the
// statement is invalid.
func (s *Statement) Effect() string {
	n, _ := s.node.member("Effect")
	return n.text
}

// Principals returns the values by principal type ("AWS", "Service", "Federated",
// "CanonicalUser"); Principal "*" is {"AWS": ["*"]}.
func (s *Statement) Principals() map[string][]string { return s.principals("Principal") }

// NotPrincipals returns the values of NotPrincipal in the form of Principals.
func (s *Statement) NotPrincipals() map[string][]string { return s.principals("NotPrincipal") }

func (s *Statement) principals(element string) map[string][]string {
	n, _ := s.node.member(element)
	if n.kind == stringKind && n.text == "*" {
		return map[string][]string{"AWS": {"*"}}
	}
	if n.kind != objectKind {
		return nil
	}
	principals := map[string][]string{}
	for _, m := range n.members {
		values, ok := stringList(m.value)
		if !ok {
			return nil
		}
		principals[m.name] = values
	}
	return principals
}

// Actions returns the values of Action.
func (s *Statement) Actions() []string { return s.strings("Action") }

// NotActions returns the values of NotAction.
func (s *Statement) NotActions() []string { return s.strings("NotAction") }

// Resources returns the values of Resource.
func (s *Statement) Resources() []string { return s.strings("Resource") }

// NotResources returns the values of NotResource.
func (s *Statement) NotResources() []string { return s.strings("NotResource") }

func (s *Statement) strings(element string) []string {
	n, found := s.node.member(element)
	if !found {
		return nil
	}
	values, _ := stringList(n)
	return values
}

// Conditions returns the conditions in canonical order: by operator, then by key.
func (s *Statement) Conditions() []Condition {
	n, _ := s.node.member("Condition")
	conditions, ok := conditionList(n)
	if !ok {
		return nil
	}
	slices.SortFunc(conditions, compareConditions)
	return conditions
}

// Has reports whether the statement has the element, in any form.
func (s *Statement) Has(element string) bool {
	_, found := s.node.member(element)
	return found
}

// ErrorAt returns an error with the position of an element of the statement, or of a
// member below it: ErrorAt("…", "Condition", "StringEquals"). If the path does not exist,
// the position is that of the nearest parent.
func (s *Statement) ErrorAt(problem string, path ...string) *Error {
	_, offset := s.find(path)
	return s.errorAt(problem, strings.Join(path, "."), offset)
}

// ErrorAtItem returns an error that points at one of the values of an element, by
// number from 0; the path leads to the element as that of ErrorAt.
func (s *Statement) ErrorAtItem(problem string, item int, path ...string) *Error {
	n, offset := s.find(path)
	element := strings.Join(path, ".")
	switch {
	case item < len(n.items):
		element += "[" + strconv.Itoa(item) + "]"
		offset = n.items[item].start
	case n.kind != objectKind && n.kind != listKind:
		offset = n.start
	}
	return s.errorAt(problem, element, offset)
}

// find follows a path as far as it exists, and returns the last element and its offset.
func (s *Statement) find(path []string) (n node, offset int) {
	n, offset = s.node, s.node.start
	for _, name := range path {
		for _, m := range n.members {
			if m.name == name {
				n, offset = m.value, m.start
				break
			}
		}
	}
	return n, offset
}

func (s *Statement) errorAt(problem, element string, offset int) *Error {
	return &Error{
		Statement: s.index, Sid: s.Sid(), Element: element,
		Offset: offset, Line: s.line - 1 + lineAt(s.source[s.node.start:], offset-s.node.start), Problem: problem,
	}
}

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

// A StatementSpec has the elements of a statement for NewStatement.
type StatementSpec struct {
	Sid        string
	Effect     string              // empty means "Allow"
	Principals map[string][]string // nil: no Principal; {"AWS": ["*"]} is printed as "*"
	Actions    []string
	Resources  []string // nil: no Resource
	// Conditions with the same operator and key (ignoring the case of the key) are
	// combined, with all values, as in aws_iam_policy_document.
	Conditions []Condition
}

// NewStatement builds a statement in a deterministic form. The elements have AWS's order
// (Sid, Effect, Principal, Action, Resource, Condition). Lists are sorted and have no
// duplicates; a list of one element is a scalar.
func NewStatement(spec StatementSpec) *Statement {
	var elements []string
	add := func(name, value string) { elements = append(elements, quote(name)+":"+value) }
	if spec.Sid != "" {
		add("Sid", quote(spec.Sid))
	}
	effect := spec.Effect
	if effect == "" {
		effect = "Allow"
	}
	add("Effect", quote(effect))
	if spec.Principals != nil {
		add("Principal", printPrincipals(spec.Principals))
	}
	add("Action", printList(spec.Actions))
	if spec.Resources != nil {
		add("Resource", printList(spec.Resources))
	}
	if len(spec.Conditions) > 0 {
		add("Condition", printConditions(spec.Conditions))
	}
	source := "{" + strings.Join(elements, ",") + "}"
	n, _ := parseJSON(source)
	return newStatement(source, n, 0, 1)
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
