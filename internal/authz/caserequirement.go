// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
)

// findRequirements finds with which of the values that the policies name the key
// leads away from Denied: the only ones that do, or else the only ones that do not;
// and whether it has to be present, or absent. Other unknown keys stay unknown.
func (t *caseTable) findRequirements(k *caseKey) {
	open, denied := make([]bool, 1+len(k.shown)), make([]bool, 1+len(k.shown)) // by text; first for all other values
	isOpen := make([]bool, len(k.classes))
	var openPresent, openAbsent, deniedAbsent bool
	common, ranges := newTextFinder(k.unknownKey, t.e), newRangeFinder(k.unknownKey)
	t.start([]*caseKey{k})
	for i := range k.classes {
		o := t.outcomes()
		class := &k.classes[i]
		isOpen[i] = o.verdict(t.e) != Denied
		if class.absent {
			openAbsent, deniedAbsent = isOpen[i], !isOpen[i]
		}
		for _, text := range class.texts {
			open[text], denied[text] = open[text] || isOpen[i], denied[text] || !isOpen[i]
			openPresent = openPresent || isOpen[i]
		}
		if isOpen[i] {
			common.keep(&k.cases[class.first])
			ranges.keep(&k.cases[class.first], t.e)
		}
		t.next([]*caseKey{k})
	}
	t.end([]*caseKey{k})
	k.mustBePresent = deniedAbsent && openPresent
	k.mustBeAbsent = openAbsent && !openPresent
	if openPresent && !openAbsent {
		k.within = ranges.found()
	}
	k.denying = t.denying(k, open, denied, isOpen)
	if open[0] || openAbsent {
		return // it need not be a value that the policies name
	}
	for shown := range open {
		switch {
		case open[shown] && denied[shown]:
			k.allowing = nil // a value of this text may do, and may not
			k.matching = common.patternsBeside(nil)
			return
		case open[shown]:
			k.allowing = append(k.allowing, k.valueOf(shown, false))
		}
	}
	k.matching = common.patternsBeside(k.allowing)
}

// maxDenying bounds the patterns of which it is tried whether each value that matches is denied.
const maxDenying = 8

// denying returns the texts with which the request is denied, when with others it need not be.
func (t *caseTable) denying(k *caseKey, open, denied, isOpen []bool) (values []KeyValue) {
	patterns := 0
	for shown := 1; shown < len(denied) && !denied[0]; shown++ {
		if !denied[shown] || open[shown] {
			continue
		}
		v := k.valueOf(shown, true)
		if v.Kind == AsPattern && strings.ContainsAny(v.Text, "*?") {
			if patterns++; patterns > maxDenying || t.matchesOpen(k, pattern.Like(v.Text), isOpen) {
				continue
			}
		}
		values = append(values, v)
	}
	return values
}

// matchesOpen reports whether a value of a class that is open matches a pattern.
func (t *caseTable) matchesOpen(k *caseKey, p pattern.Pattern, isOpen []bool) bool {
	for i, class := range k.classOf {
		for _, value := range k.cases[i].values {
			if isOpen[class] && value != otherValue && t.e.matches(p, value) {
				return true
			}
		}
	}
	return false
}

// A rangeFinder finds the comparisons with ranges that all of some cases meet, or none.
type rangeFinder struct {
	asked   []*condition
	results []map[truth]bool // of each condition: whether one of its values matches
}

func newRangeFinder(k *unknownKey) rangeFinder {
	f := rangeFinder{asked: k.asked, results: make([]map[truth]bool, len(k.asked))}
	for i := range f.results {
		f.results[i] = map[truth]bool{}
	}
	return f
}

// keep notes what the conditions say of a case. All values of its class are alike in them.
func (f *rangeFinder) keep(a *assumption, e *evaluation) {
	for i, c := range f.asked {
		result := maybe
		if len(a.values) == 1 && a.values[0] != otherValue {
			result = c.compare(e, a.values[0])
		}
		if a.state != KeyAbsent {
			f.results[i][result] = true
		}
	}
}

func (f *rangeFinder) found() (ranges []KeyRange) {
	for i, c := range f.asked {
		if r := f.results[i]; len(r) == 1 && !r[maybe] {
			ranges = append(ranges, KeyRange{positiveName(c.operatorWritten), c.texts, r[no]})
		}
	}
	return ranges
}
