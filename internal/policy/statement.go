// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"slices"
	"strconv"
	"strings"
	"sync"
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

// Canonical returns a text that is equal for statements with the same meaning for AWS. It
// ignores the order and repetition of list values and the case of actions and condition
// keys. An account ID equals its root ARN, a scalar equals a list of one element, and "*"
// equals {"AWS":"*"}. An element that does not have AWS's form is compared as JSON.
func (s *Statement) Canonical() string { return s.canonical() }

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
