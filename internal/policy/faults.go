// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"slices"
	"strings"
)

// MaxFaults is how many faults of a document are found: to find the place of each takes
// time, and nobody reads more of them.
const MaxFaults = 100

// Faults returns what AWS would reject in the form of the document: unknown elements,
// elements of a wrong type, missing elements and contradicting elements; of very many the
// first MaxFaults. It does not check whether operators, condition keys and ARNs exist.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
func (d *Document) Faults() []*Error {
	var faults []*Error
	for _, m := range d.members {
		if len(faults) == MaxFaults {
			return faults
		}
		switch m.name {
		case "Statement":
		case "Version":
			if m.value.kind != stringKind || m.value.text != Version2012 && m.value.text != Version2008 {
				faults = append(faults, d.fault(m, "Version must be \""+Version2012+"\" or \""+Version2008+"\""))
			}
		case "Id":
			if m.value.kind != stringKind {
				faults = append(faults, d.fault(m, "Id must be a string, not "+string(m.value.kind)))
			}
		default:
			meant := meantBy(m.name, "Version", "Id", "Statement")
			faults = append(faults, d.fault(m, "unknown element of a policy document"+instead(meant)))
			faults[len(faults)-1].Meant = meant
		}
	}
	if len(faults) == 0 && !slices.ContainsFunc(d.members, func(m member) bool { return m.name == "Statement" }) {
		faults = append(faults, &Error{Statement: -1, Element: "Statement", Line: 1, Problem: "the policy document has no statements"})
	}
	for _, s := range d.statements {
		faults = append(faults, s.Faults()...)
		if len(faults) >= MaxFaults {
			return faults[:MaxFaults]
		}
	}
	return faults
}

// ErrorAt returns an error about an element of the document, or nil if it has none of
// that name.
func (d *Document) ErrorAt(problem, element string) *Error {
	for _, m := range d.members {
		if m.name == element {
			return d.fault(m, problem)
		}
	}
	return nil
}

func (d *Document) fault(m member, problem string) *Error {
	return &Error{Statement: -1, Element: m.name, Offset: m.start, Line: lineAt(d.source, m.start), Problem: problem}
}

// Faults returns what AWS would reject in the form of the statement, up to MaxFaults.
func (s *Statement) Faults() []*Error {
	var faults []*Error
	add := func(problem string, path ...string) {
		if len(faults) < MaxFaults {
			faults = append(faults, s.ErrorAt(problem, path...))
		}
	}
	for _, m := range s.node.members {
		if !slices.Contains(elements, m.name) {
			meant := meantBy(m.name, elements...)
			add("unknown element of a statement"+instead(meant), m.name)
			faults[len(faults)-1].Unknown, faults[len(faults)-1].Meant = true, meant
			continue
		}
		checkElement(m, add)
	}
	if !s.Has("Effect") {
		add("the statement has no Effect")
	}
	for _, name := range []string{"Principal", "Action", "Resource"} {
		if s.Has(name) && s.Has("Not"+name) {
			add("a statement must not have both "+name+" and Not"+name, "Not"+name)
		}
	}
	if !s.Has("Action") && !s.Has("NotAction") {
		add("the statement has neither Action nor NotAction")
	}
	return faults
}

// elements are those that a statement can have.
var elements = []string{
	"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition",
}

// meantBy returns the name that an unknown one probably stands for: with other letter case, or
// without an s at its end. It returns "" if there is none.
func meantBy(unknown string, names ...string) string {
	for _, name := range names {
		if strings.EqualFold(unknown, name) || strings.EqualFold(unknown, name+"s") {
			return name
		}
	}
	return ""
}

// instead says to write a name, if there is one.
func instead(name string) string {
	if name == "" {
		return ""
	}
	return `: write "` + name + `"`
}

// checkElement checks the form of an element. Action, Resource, Principal and the
// values of a condition key can be empty lists: AWS accepts them.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
// (Suggestion: Empty array action, condition, principal, resource).
func checkElement(m member, add func(problem string, path ...string)) {
	switch m.name {
	case "Sid":
		if m.value.kind != stringKind {
			add("Sid must be a string, not "+string(m.value.kind), m.name)
		}
	case "Effect":
		if m.value.kind != stringKind || m.value.text != "Allow" && m.value.text != "Deny" {
			add(`Effect must be "Allow" or "Deny" (case-sensitive)`, m.name)
		}
	case "Principal", "NotPrincipal":
		checkPrincipal(m, add)
	case "Action", "Resource":
		if _, ok := stringList(m.value); !ok {
			add(m.name+" must be a string or a list of strings", m.name)
		}
	case "NotAction", "NotResource":
		if values, ok := stringList(m.value); !ok || len(values) == 0 {
			add(m.name+" must be a string or a non-empty list of strings", m.name)
		}
	case "Condition":
		checkCondition(m, add)
	}
}

// principalTypes are the principal types of a Principal element.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
var principalTypes = []string{"AWS", "CanonicalUser", "Federated", "Service"}

func checkPrincipal(m member, add func(problem string, path ...string)) {
	if m.value.kind == stringKind && m.value.text == "*" {
		return
	}
	mayBeEmpty := m.name == "Principal"
	if m.value.kind != objectKind || len(m.value.members) == 0 && !mayBeEmpty {
		add(m.name+` must be "*" or an object such as {"AWS": "123456789012"}`, m.name)
		return
	}
	for _, t := range m.value.members {
		if !slices.Contains(principalTypes, t.name) {
			add("the principal type must be one of "+strings.Join(principalTypes, ", ")+instead(meantBy(t.name, principalTypes...)), m.name, t.name)
		}
		if values, ok := stringList(t.value); !ok || len(values) == 0 && !mayBeEmpty {
			add("principals must be a string or a non-empty list of strings", m.name, t.name)
		}
	}
}

func checkCondition(m member, add func(problem string, path ...string)) {
	if m.value.kind != objectKind {
		add("Condition must be an object, not "+string(m.value.kind), m.name)
	}
	for _, test := range m.value.members {
		if test.value.kind != objectKind {
			add("a condition operator must have an object of condition keys, not "+string(test.value.kind), m.name, test.name)
		}
		for _, key := range test.value.members {
			if _, ok := scalarList(key.value); !ok {
				add("condition values must be a string, number or boolean, or a list of them", m.name, test.name, key.name)
			}
		}
	}
	for _, path := range duplicateKeys(m.value) {
		add("duplicate condition key under the same operator (key names are case-insensitive)", m.name, path[0], path[1])
	}
}
