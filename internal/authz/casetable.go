// SPDX-License-Identifier: MPL-2.0

package authz

import "slices"

// A caseTable knows what each case of each unknown key changes in the statements that
// depend on it, so that going from one case to the next takes no more work than what
// changes.
//
// A statement applies as its elements do: Principal, Resource and each condition.
// An element depends on no unknown key, on one or on several.
type caseTable struct {
	e          *evaluation
	keys       []caseKey
	byName     map[string]*caseKey
	statements []caseStatement
	elements   []caseElement
	tallies    []setTally // by number of the policy set
	levels     int
	index      []byte // of evaluateShared
	changed    bool   // since outcomes were last put together
	last       outcomes

	// Keys, by number, that undecided statements depend on.
	matters []bool
	depend  []int // how many such statements there are now
	pending []int // keys that may have become such since it was last noted
	waiting []bool
}

// A caseKey is an unknown key with its cases.
type caseKey struct {
	*unknownKey

	number  int // in caseTable.keys
	cases   []assumption
	alone   []int // elements that depend on this key alone
	shared  []int // elements that depend on other keys, too
	classes []caseClass
	classOf []int // of each case; not set where all comparisons are with ranges
	class   int   // that holds now, or -1
	size    int   // changes of all classes
}

// A caseClass is cases in which all elements are alike.
type caseClass struct {
	first   int   // of its cases, which represents the others
	texts   []int // how the policies write its values: places in unknownKey.shown, from 1; 0 for other values
	absent  bool
	of      organizations   // that its values are of
	changes []elementChange // from the class before it, of the first class from the last one
}

// An elementChange is what an element becomes.
type elementChange struct {
	element int
	elementResult
}

// An elementResult is what an element says of the request.
type elementResult struct {
	// granted is to whom Principal gives access; of other elements direct says whether
	// they match.
	granted   grants
	dependsOn []int // numbers of unknown keys
}

// A caseStatement is a statement that depends on unknown keys, or on something else
// that is not known.
type caseStatement struct {
	matched         *matchedStatement
	fixed           truth // of the elements that do not change
	principals      grants
	no, maybe       int // how many of the changing elements are no, and maybe
	first, elements int // the changing elements
	applies         truth
	granted         grants
}

// A caseElement is an element that depends on unknown keys.
type caseElement struct {
	elementResult

	statement *caseStatement
	condition *condition    // nil for Principal and Resource
	principal bool          // Principal
	base      elementResult // without assumptions
	keys      []*caseKey
	shared    map[string]elementResult // by classes of the keys, when they are several
}

// A setTally counts what the statements of a policy set say.
type setTally struct{ deny, allow, direct, role, whole tally }

type tally struct{ maybe, yes int }

func (t *tally) add(answer truth, n int) {
	switch answer {
	case yes:
		t.yes += n
	case maybe:
		t.maybe += n
	case no:
	}
}

func (t *tally) truth() truth {
	switch {
	case t.yes > 0:
		return yes
	case t.maybe > 0:
		return maybe
	default:
		return no
	}
}

func (t *setTally) add(effect effect, applies truth, granted grants, n int) {
	if effect != allow {
		t.deny.add(applies, n)
	}
	if effect != deny {
		t.allow.add(applies, n)
		t.direct.add(granted.direct, n)
		t.role.add(granted.role, n)
		t.whole.add(granted.whole, n)
	}
}

func (t *setTally) result() (outcome, grants) {
	return outcome{t.deny.truth(), t.allow.truth()}, grants{t.direct.truth(), t.role.truth(), t.whole.truth()}
}

// Steps of going through cases.
const (
	caseStatementSteps = 64 // to take a statement apart
	changeSteps        = 8  // to change an element
	sharedSteps        = 40 // to keep what an element says that depends on several keys
	outcomesSteps      = 40 // to put together what all policies say
)

// newCaseTable takes up all statements that were judged.
func (e *evaluation) newCaseTable(all []*unknownKey) *caseTable {
	t := &caseTable{
		e: e, tallies: make([]setTally, len(e.sets)), levels: len(e.pol.SCP) + len(e.pol.RCP), changed: true,
		matters: make([]bool, len(all)), depend: make([]int, len(all)), waiting: make([]bool, len(all)),
	}
	t.keys, t.byName = make([]caseKey, len(all)), make(map[string]*caseKey, len(all))
	for i, k := range all {
		t.keys[i] = caseKey{unknownKey: k, number: i, class: -1}
		t.byName[k.key] = &t.keys[i]
	}
	for i := range e.sets {
		if e.sets[i].unknown {
			t.tallies[i].add(eitherEffect, maybe, grants{maybe, maybe, maybe}, 1)
		}
	}
	t.addStatements()
	return t
}

func (t *caseTable) addStatements() {
	open, elements := 0, 0
	for i := range t.e.matched {
		if m := &t.e.matched[i]; m.open() && !m.statement.opaque {
			open++
			elements += 2 + len(m.statement.conditions)
		}
	}
	t.statements, t.elements = make([]caseStatement, 0, open), make([]caseElement, 0, elements)
	for i := range t.e.matched {
		m := &t.e.matched[i]
		switch {
		case !t.e.spend(changeSteps):
			return
		case m.open() && !m.statement.opaque:
			t.e.left -= caseStatementSteps
			t.addStatement(m)
		default:
			t.tallies[m.set].add(m.statement.effect, m.applies, m.grants, 1)
		}
	}
}

// addStatement takes a statement apart into its elements.
func (t *caseTable) addStatement(m *matchedStatement) {
	st, g := m.statement, m.policyType.grammar()
	t.statements = append(t.statements, caseStatement{matched: m, fixed: and(st.reliable(g), m.limit), principals: grants{direct: yes}, first: len(t.elements)})
	s := &t.statements[len(t.statements)-1]
	if st.hasPrincipals(g) {
		t.addElement(caseElement{statement: s, principal: true, keys: t.keysOf(st.principals.keys())})
	}
	var variables []string
	for i := range st.resources {
		variables = appendVariables(variables, st.resources[i].pattern)
	}
	t.addElement(caseElement{statement: s, keys: t.keysOf(variables)})
	for i := range st.conditions {
		c := &st.conditions[i]
		t.addElement(caseElement{statement: s, condition: c, keys: t.keysOf(c.keys())})
	}
	s.elements = len(t.elements) - s.first
	s.applies, s.granted = s.result()
	t.tallies[m.set].add(st.effect, s.applies, s.granted, 1)
	t.addDependence(s, 1)
}

// addElement takes up an element of the last statement.
func (t *caseTable) addElement(el caseElement) {
	s := el.statement
	el.base = t.evaluate(&el)
	el.elementResult = el.base
	if el.principal {
		s.principals = el.granted
	}
	if len(el.keys) == 0 {
		s.fixed = and(s.fixed, el.granted.any())
		return
	}
	s.count(el.granted, 1)
	for _, k := range el.keys {
		if len(el.keys) == 1 {
			k.alone = append(k.alone, len(t.elements))
		} else {
			k.shared = append(k.shared, len(t.elements))
		}
	}
	t.elements = append(t.elements, el)
}

// keysOf returns the keys of names, each once.
func (t *caseTable) keysOf(names []string) []*caseKey {
	var keys []*caseKey
	for _, name := range names {
		if k := t.byName[t.e.keyOf(name)]; k != nil && !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	return keys
}

// evaluate evaluates an element under the assumptions of the evaluation.
func (t *caseTable) evaluate(el *caseElement) (r elementResult) {
	e, mark := t.e, len(t.e.dependsOn)
	switch {
	case el.principal:
		r.granted = el.statement.matched.statement.principals.match(e)
	case el.condition != nil:
		r.granted.direct = el.condition.match(e)
	default:
		m := el.statement.matched
		r.granted.direct = m.statement.matchResource(e, m.policyType.grammar())
	}
	for _, name := range e.dependsOn[mark:] {
		if k := t.byName[name]; k != nil && !slices.Contains(r.dependsOn, k.number) {
			r.dependsOn = append(r.dependsOn, k.number)
		}
	}
	e.dependsOn = e.dependsOn[:mark]
	return r
}

// count takes up what a changing element says.
func (s *caseStatement) count(granted grants, n int) {
	switch granted.any() {
	case no:
		s.no += n
	case maybe:
		s.maybe += n
	case yes:
	}
}

// result returns whether the statement applies, and to whom it gives access.
func (s *caseStatement) result() (truth, grants) {
	applies := s.fixed
	switch {
	case s.no > 0:
		applies = no
	case s.maybe > 0:
		applies = and(applies, maybe)
	}
	return applies, s.principals.and(applies)
}

// isOpen reports whether the statement may apply and may not, or to whom it gives
// access is not certain.
func (s *caseStatement) isOpen() bool { return s.applies == maybe || s.granted.open() }

// addDependence counts the keys that a statement depends on, when it is open.
func (t *caseTable) addDependence(s *caseStatement, n int) {
	if !s.isOpen() {
		return
	}
	for i := s.first; i < s.first+s.elements; i++ {
		for _, number := range t.elements[i].dependsOn {
			t.countDependence(number, n)
		}
	}
}

func (t *caseTable) countDependence(number, n int) {
	t.e.left--
	t.depend[number] += n
	if t.depend[number] > 0 && !t.matters[number] && !t.waiting[number] {
		t.waiting[number] = true
		t.pending = append(t.pending, number)
	}
}
