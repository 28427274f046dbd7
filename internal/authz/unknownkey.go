// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
)

// An unknownKey is a condition key that the verdict may depend on, and what the
// statements that depend on it compare it with.
type unknownKey struct {
	key      string // in lower case
	values   int    // that it is compared with
	written  string
	texts    []keyText      // that the policies compare it with, or that otherwise make a difference
	places   map[string]int // of these, from 1; nil where they are few
	shown    []string       // those that the policies have, for people
	literals []int          // places of those that it may have in full
	exact    []int          // of these, places of those that no other text is like

	languages []pattern.Language // of the comparisons with texts, apart from the literals
	domain    []pattern.Language // that its values are in; nil for any text
	ranges    []rangeTest        // the comparisons with numbers, dates and IP addresses
	line      *rangeLine         // of these, where all are of one family
	asked     []*condition       // the first that compare with ranges, each once
	free      []comparison       // that a value which no policy names may satisfy

	several     bool // it can have several values
	mayBeAbsent bool
	mixed       bool // not all comparisons are with texts, or all of one family of ranges
	typed       bool // all comparisons are of the type that the key's values have
	impossible  bool // its cases cannot be listed
	variable    bool // its value becomes part of patterns
	many        bool // it has too many cases to try

	requirements
}

// A keyText is a text that a key is compared with.
type keyText struct {
	text     string
	shown    int // place in unknownKey.shown, from 1; 0: the policies have it in no value
	compared int // see exactIndex
	literal  bool
	exact    bool
	kinds    [AsPattern + 1]bool // of the comparisons
	decides  bool                // whether a condition is met is whether this pattern matches
}

// requirements are what the request must have as a key to be allowed; see UnknownKey.
type requirements struct {
	allowing, denying           []KeyValue
	matching                    []string
	within                      []KeyRange
	mustBePresent, mustBeAbsent bool
}

// maxAsked is how many comparisons with ranges are reported.
const maxAsked = 8

// ask notes a condition that compares with ranges.
func (k *unknownKey) ask(c *condition) {
	isSame := func(other *condition) bool {
		return other.operatorWritten == c.operatorWritten && slices.Equal(other.texts, c.texts)
	}
	if c.op.family.isRange() && len(k.asked) < maxAsked && !slices.ContainsFunc(k.asked, isSame) {
		k.asked = append(k.asked, c)
	}
}

// name notes how the key is written and what it is compared with.
func (k *unknownKey) name(written string, texts ...string) {
	if k.written == "" {
		k.written = written
	}
	for _, text := range texts {
		k.show(k.place(text))
	}
}

// maxTexts is how many texts of a key are found without a map.
const maxTexts = 8

// find returns the place of a text, from 1, or 0.
func (k *unknownKey) find(text string) int {
	if k.places != nil {
		return k.places[text]
	}
	return 1 + slices.IndexFunc(k.texts, func(t keyText) bool { return t.text == text })
}

// place returns the place of a text, which it takes up.
func (k *unknownKey) place(text string) int {
	if place := k.find(text); place > 0 {
		return place
	}
	k.texts = append(k.texts, keyText{text: text})
	if len(k.texts) == maxTexts+1 && k.places == nil {
		k.places = map[string]int{}
		for i := range k.texts {
			k.places[k.texts[i].text] = i + 1
		}
	}
	if k.places != nil {
		k.places[text] = len(k.texts)
	}
	return len(k.texts)
}

// placeOf returns the place of the one value that a case has, or 0.
func (k *unknownKey) placeOf(a *assumption) int {
	if a.place > 0 {
		return a.place
	}
	return k.find(a.values[0])
}

// show notes that the policies have a text.
func (k *unknownKey) show(place int) {
	if t := &k.texts[place-1]; t.shown == 0 {
		k.shown = append(k.shown, t.text)
		t.shown = len(k.shown)
	}
}

// valueOf returns a text that the policies have, by its place in shown, with the strictest or
// else the least strict of its kinds.
func (k *unknownKey) valueOf(shown int, isStrict bool) KeyValue {
	text := k.shown[shown-1]
	v := KeyValue{text, Exactly}
	for kind, has := range k.texts[k.find(text)-1].kinds {
		if has {
			v.Kind = ValueKind(kind)
		}
		if has && isStrict {
			break
		}
	}
	return v
}

// addLiteral takes up a text that makes a difference.
func (k *unknownKey) addLiteral(place int) {
	if t := &k.texts[place-1]; !t.literal {
		k.literals = append(k.literals, place)
		t.literal = true
	}
}

// addExact takes up a text that makes a difference, and no other does.
func (k *unknownKey) addExact(place int) {
	k.addLiteral(place)
	if t := &k.texts[place-1]; !t.exact {
		k.exact = append(k.exact, place)
		t.exact = true
	}
}

// textSteps is what it takes to find a text among others, or to keep it.
const textSteps = 24

// textsAt returns the texts at places.
func (k *unknownKey) textsAt(places []int) []string {
	texts := make([]string, len(places))
	for i, place := range places {
		texts[i] = k.texts[place-1].text
	}
	return texts
}
