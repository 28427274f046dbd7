// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"slices"
	"strconv"
)

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

// evaluateIn evaluates an element in a case.
func (t *caseTable) evaluateIn(el *caseElement, a assumption) elementResult {
	t.e.assumed = append(t.e.assumed[:0], a)
	r := t.evaluate(el)
	t.e.assumed = t.e.assumed[:0]
	return r
}

// evaluateShared evaluates an element that depends on several keys, in the classes
// that hold now.
func (t *caseTable) evaluateShared(el *caseElement) elementResult {
	t.e.assumed, t.index = t.e.assumed[:0], t.index[:0]
	t.e.left -= changeSteps * (1 + len(el.keys))
	for _, k := range el.keys {
		t.index = append(strconv.AppendInt(t.index, int64(k.class), 36), ' ')
		if k.class >= 0 {
			t.e.assumed = append(t.e.assumed, k.cases[k.classes[k.class].first])
		}
	}
	r, found := el.shared[string(t.index)]
	if !found {
		r = t.evaluate(el)
		t.e.left -= sharedSteps
		if el.shared == nil {
			el.shared = map[string]elementResult{}
		}
		el.shared[string(t.index)] = r
	}
	t.e.assumed = t.e.assumed[:0]
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

// change changes an element, and what follows from it.
func (t *caseTable) change(number int, to *elementResult) {
	el := &t.elements[number]
	s := el.statement
	t.e.left -= changeSteps
	if el.granted == to.granted && len(el.dependsOn)+len(to.dependsOn) == 0 {
		return
	}
	t.addDependence(s, -1)
	s.count(el.granted, -1)
	el.elementResult = *to
	s.count(el.granted, 1)
	if el.principal {
		s.principals = el.granted
	}
	applies, granted := s.result()
	if applies != s.applies || granted != s.granted {
		tally, effect := &t.tallies[s.matched.set], s.matched.statement.effect
		tally.add(effect, s.applies, s.granted, -1)
		tally.add(effect, applies, granted, 1)
		s.applies, s.granted, t.changed = applies, granted, true
	}
	t.addDependence(s, 1)
}

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

// noteWhatMatters notes the keys that undecided statements depend on now.
func (t *caseTable) noteWhatMatters() {
	for _, number := range t.pending {
		t.e.left--
		t.waiting[number] = false
		t.matters[number] = t.matters[number] || t.depend[number] > 0
	}
	t.pending = t.pending[:0]
}

// Steps of going through cases.
const (
	caseStatementSteps = 64 // to take a statement apart
	changeSteps        = 8  // to change an element
	sharedSteps        = 40 // to keep what an element says that depends on several keys
	outcomesSteps      = 40 // to put together what all policies say
)

// outcomes puts together what all policies say now.
func (t *caseTable) outcomes() *outcomes {
	t.e.left -= outcomesSteps
	if !t.changed {
		return &t.last
	}
	t.e.left -= t.levels
	for i := range t.tallies {
		if t.e.sets[i].consulted {
			t.e.sets[i].outcome, t.e.sets[i].grants = t.tallies[i].result()
		}
	}
	t.last, t.changed = t.e.combine(), false
	return &t.last
}

// start assumes the first class of each key.
func (t *caseTable) start(keys []*caseKey) {
	for _, k := range keys {
		k.class = 0
		for _, i := range k.alone {
			r := t.evaluateIn(&t.elements[i], k.cases[k.classes[0].first])
			t.change(i, &r)
		}
	}
	t.changeShared(keys)
}

// next assumes the next combination of classes; after the last one the first.
func (t *caseTable) next(keys []*caseKey) {
	for i, k := range keys {
		k.class = (k.class + 1) % len(k.classes)
		changes := k.classes[k.class].changes
		for j := range changes {
			t.change(changes[j].element, &changes[j].elementResult)
		}
		if k.class > 0 {
			t.changeShared(keys[:i+1])
			return
		}
	}
	t.changeShared(keys)
}

// end takes back all assumptions.
func (t *caseTable) end(keys []*caseKey) {
	for _, k := range keys {
		k.class = -1
		for _, i := range k.alone {
			t.change(i, &t.elements[i].base)
		}
	}
	t.changeShared(keys)
}

// changeShared changes the elements that depend on several keys, after the classes of
// these changed.
func (t *caseTable) changeShared(keys []*caseKey) {
	for _, k := range keys {
		for _, i := range k.shared {
			r := t.evaluateShared(&t.elements[i])
			t.change(i, &r)
		}
	}
}

// stepsOf estimates what it takes to try all combinations of the keys' classes, and to
// find what each key requires.
func (t *caseTable) stepsOf(keys []*caseKey, total int) int {
	steps := total * (outcomesSteps + t.levels)
	rounds := total
	for _, k := range keys {
		// A round goes through all classes of a key.
		round := (k.size + len(k.alone) + len(k.shared)*len(k.classes)) * changeSteps
		rounds /= len(k.classes)
		steps += rounds*round + round + len(k.classes)*(outcomesSteps+t.levels)
	}
	return steps
}

// heaviest returns the policy whose open statements have the most to compare with.
func (e *evaluation) heaviest() costliest {
	var heaviest, policy costliest
	for i := range e.matched {
		m := &e.matched[i]
		if !m.open() {
			continue
		}
		if ref := &m.statement.ref; m.policyType != policy.policyType || ref.Policy != policy.policy {
			policy = costliest{policyType: m.policyType, policy: ref.Policy}
		}
		policy.steps++
		for j := range m.statement.conditions {
			policy.steps += len(m.statement.conditions[j].values)
		}
		heaviest.take(policy.steps, policy.policyType, policy.policy)
	}
	return heaviest
}
