// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
)

// A textFinder finds how the policies write a value, in full or as a pattern.
type textFinder struct {
	e        *evaluation
	key      *unknownKey
	patterns []pattern.Pattern
	texts    []int // of the patterns
}

func newTextFinder(k *unknownKey, e *evaluation) textFinder {
	f := textFinder{e: e, key: k}
	for i, text := range k.shown {
		if strings.ContainsAny(text, "*?") && k.texts[k.find(text)-1].kinds[AsPattern] {
			e.left -= len(text)
			f.patterns, f.texts = append(f.patterns, pattern.Like(text)), append(f.texts, i+1)
		}
	}
	return f
}

// find returns the place in unknownKey.shown of the text that a case's value is, from
// 1, or 0 when there is none.
func (f *textFinder) find(a *assumption) int {
	place := f.key.placeOf(a)
	if place > 0 && f.key.texts[place-1].shown > 0 {
		return f.key.texts[place-1].shown
	}
	for i, p := range f.patterns {
		if f.e.matches(p, a.values[0]) {
			return f.texts[i]
		}
	}
	return 0
}

// keep leaves the patterns that the value of a case matches, of those that decide a condition:
// all values of a class are alike in them.
func (f *textFinder) keep(a *assumption) {
	kept := 0
	for i, p := range f.patterns {
		if f.decides(i) && len(a.values) == 1 && f.e.matches(p, a.values[0]) {
			f.patterns[kept], f.texts[kept] = p, f.texts[i]
			kept++
		}
	}
	f.patterns, f.texts = f.patterns[:kept], f.texts[:kept]
}

func (f *textFinder) decides(i int) bool {
	return f.key.texts[f.key.find(f.key.shown[f.texts[i]-1])-1].decides
}

// patternsBeside returns the patterns that are left and that say more than some values,
// none if these are no patterns.
func (f *textFinder) patternsBeside(values []KeyValue) (texts []string) {
	isPattern := func(v KeyValue) bool { return v.Kind == AsPattern && strings.ContainsAny(v.Text, "*?") }
	if len(values) > 0 && !slices.ContainsFunc(values, isPattern) {
		return nil
	}
	for i, p := range f.patterns {
		text := f.key.shown[f.texts[i]-1]
		if !p.MatchesAll() && !slices.Contains(values, KeyValue{text, AsPattern}) {
			texts = append(texts, text)
		}
	}
	return texts
}

// organizations are those that the values of a class are of, where the class leaves no other.
type organizations struct {
	ids []string
	any bool
}

// add takes up a case of an ID, or of paths, which are all of one organization. What a pattern
// such as o-a1b2c3d4e5/* matches is of that organization.
func (o *organizations) add(a *assumption, f *textFinder) {
	id, isPaths := strings.CutSuffix(f.key.key, "orgpaths")
	isID := strings.HasSuffix(f.key.key, "orgid")
	switch {
	case !isPaths && !isID, id == "aws:vpce":
		return
	case isID && f.isExact(a):
		o.ids = append(o.ids, a.values[0])
		return
	}
	for _, value := range a.values {
		if organization := f.organization(value); isPaths && organization != "" {
			o.ids = append(o.ids, organization)
			return
		}
	}
	o.any = true
}

// isExact reports whether a case has a text that the policies have, and no other.
func (f *textFinder) isExact(a *assumption) bool {
	place := f.key.placeOf(a)
	return place > 0 && f.key.texts[place-1].exact
}

// organization returns the one that all values are of that compare as a path does; empty where
// they may be of others.
func (f *textFinder) organization(path string) string {
	if place := f.key.find(path); place > 0 && f.key.texts[place-1].exact {
		id, _, _ := strings.Cut(path, "/")
		return id
	}
	for i, p := range f.patterns {
		id, _, isHead := strings.Cut(f.key.shown[f.texts[i]-1], "/")
		if isHead && !strings.ContainsAny(id, "*?$") && f.e.matches(p, path) {
			return id
		}
	}
	return ""
}
