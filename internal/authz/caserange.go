// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"cmp"
	"slices"
)

// classifyRanges walks along the line of the ranges and changes only what changes
// from place to place.
func (t *caseTable) classifyRanges(k *caseKey) {
	w := t.newRangeWalk(k)
	find := textFinder{e: t.e, key: k.unknownKey}
	for i := range k.cases {
		if t.e.exhausted() {
			k.classes = nil
			return
		}
		changes := w.enter(i)
		if i == 0 || len(changes) > 0 {
			k.classes = append(k.classes, caseClass{first: i, changes: changes})
		}
		k.classes[len(k.classes)-1].addCase(&k.cases[i], &find)
	}
	// From the last class to the first.
	k.classes[0].changes = w.evaluateAll(k.cases[0])
}

// A rangeWalk has what the elements that depend on a key alone say in a case.
type rangeWalk struct {
	t      *caseTable
	k      *caseKey
	first  int // case of the first place
	events []rangeEvent
	now    []elementResult
	counts []tally // of the conditions' values, by outcome
	even   bool    // now is what counts say, and is so at every place until an event
}

// A rangeEvent is that a value of a condition has another outcome from a place on.
type rangeEvent struct {
	place, element int // the element by its place in caseKey.alone
	from, to       truth
}

func (t *caseTable) newRangeWalk(k *caseKey) *rangeWalk {
	w := &rangeWalk{t: t, k: k, now: make([]elementResult, len(k.alone)), counts: make([]tally, len(k.alone))}
	if k.mayBeAbsent {
		w.first = 1
	}
	w.events = make([]rangeEvent, 0, 2*len(k.ranges))
	for i, number := range k.alone {
		c := t.elements[number].condition
		if !isRangeCondition(c) {
			continue
		}
		for j := range c.values {
			before := no
			for _, p := range k.line.breakpoints(&c.values[j], c.op) {
				if p.outcome != before {
					w.events = append(w.events, rangeEvent{p.place, i, before, p.outcome})
				}
				before = p.outcome
			}
			t.e.left -= sampleSteps
		}
	}
	slices.SortStableFunc(w.events, func(a, b rangeEvent) int { return cmp.Compare(a.place, b.place) })
	return w
}

// isRangeCondition reports whether an element is a condition that compares with ranges.
func isRangeCondition(c *condition) bool {
	return c != nil && c.problem == "" && c.op.family.isRange()
}

// enter returns what changes from the case before.
func (w *rangeWalk) enter(i int) []elementChange {
	place := i - w.first
	isPlace := place >= 0 && place < len(w.k.line.samples)
	var touched []int
	for isPlace && len(w.events) > 0 && w.events[0].place <= place {
		ev := w.events[0]
		w.events = w.events[1:]
		w.counts[ev.element].add(ev.from, -1)
		w.counts[ev.element].add(ev.to, 1)
		touched = append(touched, ev.element)
		w.t.e.left -= changeSteps
	}
	if !isPlace || !w.even || w.k.line.isMapped(place) {
		changes := w.evaluateAll(w.k.cases[i])
		w.even = isPlace && !w.k.line.isMapped(place)
		return changes
	}
	var changes []elementChange
	for _, element := range touched {
		met := w.counts[element].truth()
		c := w.t.elements[w.k.alone[element]].condition
		if c.op.negated {
			met = not(met)
		}
		changes = w.set(changes, element, elementResult{granted: grants{direct: met}})
	}
	return changes
}

// evaluateAll returns what changes when every element is evaluated in a case.
func (w *rangeWalk) evaluateAll(a assumption) []elementChange {
	var changes []elementChange
	for i, number := range w.k.alone {
		changes = w.set(changes, i, w.t.evaluateIn(&w.t.elements[number], a))
	}
	return changes
}

func (w *rangeWalk) set(changes []elementChange, element int, r elementResult) []elementChange {
	if w.now[element].granted == r.granted {
		return changes
	}
	w.now[element] = r
	return append(changes, elementChange{w.k.alone[element], r})
}
