// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
)

// list lists everything that can make a difference in what the key may be. It lists
// nothing when that is too much, and then sets many, or when it cannot be known.
func (k *unknownKey) list(e *evaluation) []assumption {
	if k.impossible {
		return nil
	}
	literals, texts, complete := k.representatives(e)
	if !complete && (len(k.free) > maxFree || k.several && len(k.free) > 0) {
		k.many = true
		return nil
	}
	if k.several {
		return k.severalCases(literals, texts, complete)
	}
	cases := make([]assumption, 0, 1+len(literals)+len(texts))
	if k.mayBeAbsent {
		cases = append(cases, assumption{key: k.key, state: KeyAbsent})
	}
	values := make([]string, len(literals), len(literals)+len(texts))
	for i, place := range literals {
		values[i] = k.texts[place-1].text
		cases = append(cases, assumption{key: k.key, state: KeyKnown, values: values[i : i+1 : i+1], place: place})
	}
	for i := range texts {
		cases = append(cases, assumption{key: k.key, state: KeyKnown, values: texts[i : i+1 : i+1]})
	}
	e.left -= textSteps * len(cases)
	if !complete {
		cases = append(cases, k.others()...)
	}
	return cases
}

// severalCases lists the cases of a key that can have several values.
func (k *unknownKey) severalCases(literals []int, texts []string, complete bool) []assumption {
	values := append(k.textsAt(literals), texts...)
	if !complete {
		values = append(values, otherValue)
	}
	if len(values) > maxValues {
		k.many = true
		return nil
	}
	cases := k.subsets(values)
	if k.mayBeAbsent {
		cases = append(cases, assumption{key: k.key, state: KeyAbsent})
	}
	return cases
}

// representativeSteps bounds the search for texts that stand for all others.
const representativeSteps = 400_000

// representatives returns values that stand for all others that compare alike with
// what the policies name: literals, as places in texts, and others. When they cannot
// be found it returns the literals, which are not complete.
func (k *unknownKey) representatives(e *evaluation) (literals []int, others []string, complete bool) {
	switch {
	case k.variable || k.mixed || len(k.ranges) > 0 && len(k.literals)+len(k.languages) > 0:
		return k.literals, nil, false
	case len(k.ranges) > 0:
		others, complete = k.samples(e)
		return nil, others, complete
	}
	others, steps, ok := pattern.Representatives(k.languages, k.domain, k.textsAt(k.exact), min(e.left, representativeSteps))
	e.left -= steps
	if !ok {
		return k.literals, nil, false
	}
	return k.exactWithin(e), others, true
}

// samples returns a value of each place, and one that no range can read where the
// key can have such values.
func (k *unknownKey) samples(e *evaluation) (values []string, complete bool) {
	size := 0
	for _, r := range k.ranges {
		size += sampleSteps + len(r.value.text)
	}
	if !e.spend(size) {
		return nil, false
	}
	k.line = newRangeLine(k.ranges)
	values = k.line.samples
	if !k.typed {
		values = append(slices.Clip(values), unreadableSample)
	}
	return values, true
}

// exactWithin returns the exact texts that the key can have.
func (k *unknownKey) exactWithin(e *evaluation) []int {
	if k.domain == nil {
		return k.exact
	}
	var kept []int
	for _, place := range k.exact {
		within := func(l pattern.Language) bool { return e.matches(l.Pattern, k.texts[place-1].text) }
		if slices.ContainsFunc(k.domain, within) {
			kept = append(kept, place)
		}
	}
	return kept
}

// others lists what a value that no policy names may be: combinations that no real
// value has may be among them, which can leave a verdict Conditional, never make
// it wrong.
func (k *unknownKey) others() []assumption {
	var cases []assumption
	add := func(holds map[comparison]bool) {
		cases = append(cases, assumption{key: k.key, state: KeyKnown, values: []string{otherValue}, holds: holds})
	}
	for bits := range 1 << len(k.free) {
		holds, texts := map[comparison]bool{}, map[comparison]bool{}
		unreadable := !k.typed // by the operators that are not for texts
		for i, c := range k.free {
			holds[c] = bits>>i&1 == 1
			if c.family.isText() {
				texts[c] = holds[c]
			} else {
				unreadable = unreadable && !holds[c]
			}
		}
		add(holds)
		if unreadable && len(texts) < len(holds) {
			add(texts)
		}
	}
	return cases
}

// maxValues bounds the values of which every set is tried.
const maxValues = 7

// subsets lists every set of values that the key may have, and each value twice
// for two that compare alike: how many there are counts where a condition lacks
// a set operator.
func (k *unknownKey) subsets(values []string) []assumption {
	var cases []assumption
	for bits := 1; bits < 1<<len(values); bits++ {
		a := assumption{key: k.key, state: KeyKnown}
		for i, v := range values {
			if bits>>i&1 == 1 {
				a.values = append(a.values, v)
			}
		}
		cases = append(cases, a)
		if len(a.values) == 1 {
			cases = append(cases, assumption{key: k.key, state: KeyKnown, values: []string{a.values[0], a.values[0]}})
		}
	}
	return cases
}
