// SPDX-License-Identifier: MPL-2.0

package authz

import "strconv"

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

// noteWhatMatters notes the keys that undecided statements depend on now.
func (t *caseTable) noteWhatMatters() {
	for _, number := range t.pending {
		t.e.left--
		t.waiting[number] = false
		t.matters[number] = t.matters[number] || t.depend[number] > 0
	}
	t.pending = t.pending[:0]
}

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
