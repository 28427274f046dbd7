package policy

import (
	"slices"
	"strings"
)

// Faults returns what AWS would refuse in the form of the document: elements it
// does not know, elements of a wrong type, missing and contradicting elements.
// Whether operators, keys and ARNs mean something is not judged here.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
func (d *Document) Faults() []*Error {
	var faults []*Error
	for _, m := range d.members {
		switch m.name {
		case "Statement":
		case "Version":
			if m.value.kind != stringKind || m.value.text != Version2012 && m.value.text != Version2008 {
				faults = append(faults, d.fault(m, "Version is \""+Version2012+"\" or \""+Version2008+"\""))
			}
		case "Id":
			if m.value.kind != stringKind {
				faults = append(faults, d.fault(m, "Id is a string, not "+string(m.value.kind)))
			}
		default:
			faults = append(faults, d.fault(m, "a policy document has no element of this name"))
		}
	}
	if len(faults) == 0 && !slices.ContainsFunc(d.members, func(m member) bool { return m.name == "Statement" }) {
		faults = append(faults, &Error{Statement: -1, Element: "Statement", Line: 1, Problem: "a policy document has statements, and this one has none"})
	}
	for _, s := range d.statements {
		faults = append(faults, s.Faults()...)
	}
	return faults
}

func (d *Document) fault(m member, problem string) *Error {
	return &Error{Statement: -1, Element: m.name, Offset: m.start, Line: lineAt(d.source, m.start), Problem: problem}
}

// Faults returns what AWS would refuse in the form of the statement.
func (s *Statement) Faults() []*Error {
	var faults []*Error
	add := func(problem string, path ...string) { faults = append(faults, s.ErrorAt(problem, path...)) }
	for _, m := range s.node.members {
		checkElement(m, add)
	}
	if !s.Has("Effect") {
		add("the statement has no Effect")
	}
	for _, name := range []string{"Principal", "Action", "Resource"} {
		if s.Has(name) && s.Has("Not"+name) {
			add("a statement has "+name+" or Not"+name+", not both", "Not"+name)
		}
	}
	if !s.Has("Action") && !s.Has("NotAction") {
		add("the statement has neither Action nor NotAction")
	}
	return faults
}

func checkElement(m member, add func(problem string, path ...string)) {
	switch m.name {
	case "Sid":
		if m.value.kind != stringKind {
			add("Sid is a string, not "+string(m.value.kind), m.name)
		}
	case "Effect":
		if m.value.kind != stringKind || m.value.text != "Allow" && m.value.text != "Deny" {
			add(`Effect is "Allow" or "Deny", written just so`, m.name)
		}
	case "Principal", "NotPrincipal":
		checkPrincipal(m, add)
	case "Action", "NotAction", "Resource", "NotResource":
		if values, ok := stringList(m.value); !ok || len(values) == 0 {
			add(m.name+" is a string or a list of strings, at least one", m.name)
		}
	case "Condition":
		checkCondition(m, add)
	default:
		add("a statement has no element of this name", m.name)
	}
}

// principalTypes are the types that a Principal may have.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
var principalTypes = []string{"AWS", "CanonicalUser", "Federated", "Service"}

func checkPrincipal(m member, add func(problem string, path ...string)) {
	if m.value.kind == stringKind && m.value.text == "*" {
		return
	}
	if m.value.kind != objectKind || len(m.value.members) == 0 {
		add(m.name+` is "*" or an object such as {"AWS": "123456789012"}`, m.name)
		return
	}
	for _, t := range m.value.members {
		if !slices.Contains(principalTypes, t.name) {
			add("the principal type is one of "+strings.Join(principalTypes, ", "), m.name, t.name)
		}
		if values, ok := stringList(t.value); !ok || len(values) == 0 {
			add("principals are a string or a list of strings, at least one", m.name, t.name)
		}
	}
}

func checkCondition(m member, add func(problem string, path ...string)) {
	if m.value.kind != objectKind {
		add("Condition is an object, not "+string(m.value.kind), m.name)
	}
	for _, test := range m.value.members {
		if test.value.kind != objectKind {
			add("a condition operator holds an object of condition keys, not "+string(test.value.kind), m.name, test.name)
		}
		for _, key := range test.value.members {
			if values, ok := scalarList(key.value); !ok || len(values) == 0 {
				add("condition values are a string, number or boolean or a list of them, at least one", m.name, test.name, key.name)
			}
		}
	}
	for _, path := range collidingKeys(m.value) {
		add("the condition key stands twice under the same operator: case does not count in its name", m.name, path[0], path[1])
	}
}

// collidingKeys returns operator and key of the condition keys that differ from
// an earlier one under the same operator in case only.
func collidingKeys(condition node) [][2]string {
	var colliding [][2]string
	for _, test := range condition.members {
		seen := map[string]bool{}
		for _, key := range test.value.members {
			if seen[lower(key.name)] {
				colliding = append(colliding, [2]string{test.name, key.name})
			}
			seen[lower(key.name)] = true
		}
	}
	return colliding
}
