// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func likes(texts ...string) []Language {
	var languages []Language
	for _, text := range texts {
		languages = append(languages, Language{Pattern: Like(text)})
	}
	return languages
}

func (l *Language) accepts(s string) bool {
	if l.Fold {
		return matches(l.Pattern.Lower(), Lower(s))
	}
	return matches(l.Pattern, s)
}

func answersOf(languages []Language, s string) string {
	answers := make([]byte, len(languages))
	for i := range languages {
		answers[i] = '-'
		if languages[i].accepts(s) {
			answers[i] = '+'
		}
	}
	return string(answers)
}

// TestRepresentatives: one text for each combination of answers that occurs.
func TestRepresentatives(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		patterns, domain, known []string
		want                    []string // the answers, in the patterns' order
	}{
		{nil, nil, nil, []string{""}},
		{nil, nil, []string{"", "~", "~~"}, []string{""}},
		{[]string{"a"}, nil, nil, []string{"+", "-"}},
		{[]string{"a"}, nil, []string{"a"}, []string{"-"}},
		{[]string{"*"}, nil, nil, []string{"+"}},
		{[]string{"a", "b"}, nil, nil, []string{"+-", "-+", "--"}},
		{[]string{"a*", "*b"}, nil, nil, []string{"++", "+-", "-+", "--"}},
		{[]string{"a*", "ab*"}, nil, nil, []string{"++", "+-", "--"}},
		{[]string{"a*", "b*"}, nil, []string{"", "a", "b"}, []string{"+-", "-+", "--"}},
		{[]string{"a?", "a*"}, nil, nil, []string{"++", "-+", "--"}},
		{[]string{"", "*"}, nil, nil, []string{"++", "-+"}},
		{[]string{"", "*"}, nil, []string{""}, []string{"-+"}},
		{[]string{"a*", "*b"}, []string{"a?*"}, nil, []string{"++", "+-"}},
		{[]string{"a*", "b*"}, []string{"a", "b?"}, nil, []string{"+-", "-+"}},
		{[]string{"a*"}, []string{"a"}, []string{"a"}, nil},
	} {
		texts, steps, ok := Representatives(likes(test.patterns...), likes(test.domain...), test.known, unlimited)
		if !ok || steps == 0 {
			t.Errorf("%q: given up after %d steps", test.patterns, steps)
		}
		var got []string
		for _, text := range texts {
			got = append(got, answersOf(likes(test.patterns...), text))
		}
		slices.Sort(got)
		slices.Sort(test.want)
		if !slices.Equal(got, test.want) {
			t.Errorf("%q: %q give %q, want %q", test.patterns, texts, got, test.want)
		}
	}
}

// TestRepresentativesPastKnownTexts: letters without case make few texts, and most of
// them are known.
func TestRepresentativesPastKnownTexts(t *testing.T) {
	t.Parallel()
	fold := []Language{{Pattern: Literal("ab"), Fold: true}}
	for _, test := range []struct{ known, want []string }{
		{[]string{"ab"}, []string{"+", "-"}},
		{[]string{"ab", "aB", "AB"}, []string{"+", "-"}},
		{[]string{"ab", "aB", "Ab", "AB"}, []string{"-"}},
	} {
		texts, _, ok := Representatives(fold, nil, test.known, unlimited)
		var got []string
		for _, text := range texts {
			if slices.Contains(test.known, text) {
				t.Errorf("%q is known", text)
			}
			got = append(got, answersOf(fold, text))
		}
		slices.Sort(got)
		if !ok || !slices.Equal(got, test.want) {
			t.Errorf("beside %q: %q", test.known, texts)
		}
	}
}

func TestRepresentativesGiveUp(t *testing.T) {
	t.Parallel()
	var printable []byte
	for c := byte(' '); c <= '~'; c++ {
		printable = append(printable, c)
	}
	var variants []string
	for _, a := range []string{"a", "A"} {
		for _, b := range []string{"b", "B"} {
			for _, c := range []string{"c", "C"} {
				for _, d := range []string{"d", "D"} {
					variants = append(variants, a+b+c+d)
				}
			}
		}
	}
	for name, test := range map[string]struct {
		languages []Language
		known     []string
	}{
		"letters beyond ASCII":    {likes("ä*"), nil},
		"every letter":            {[]Language{{Pattern: Literal(string(printable))}}, nil},
		"too much":                {likes("*abcdefgh*", "*bcdefghi?????????x*", "*cdefghij????????????y", "*d?????????????????????????????z"), nil},
		"too large":               {likes(strings.Repeat("a", maxPositions)), nil},
		"one known after another": {[]Language{{Pattern: Literal("abcd"), Fold: true}}, variants},
	} {
		const limit = 500_000
		if texts, steps, ok := Representatives(test.languages, nil, test.known, limit); ok || steps > limit+limit/10 {
			t.Errorf("%s: %t after %d steps, %d texts", name, ok, steps, len(texts))
		}
	}
}

// TestRepresentativesStandForAllTexts: no text gives answers that no representative
// or known text gives.
func TestRepresentativesStandForAllTexts(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6)) //nolint:gosec // a repeatable sequence is wanted
	text := func(letters string, longest int) string {
		b := make([]byte, r.IntN(longest+1))
		for i := range b {
			b[i] = letters[r.IntN(len(letters))]
		}
		return string(b)
	}
	random := func() Language {
		p, _ := Parse(text("ab:**?A", 6), Syntax{Wildcards: true, Segments: r.IntN(2) == 0})
		return Language{p, r.IntN(3) == 0}
	}
	for range 300 {
		var languages, domain []Language
		var known []string
		for range 1 + r.IntN(3) {
			languages = append(languages, random())
		}
		for range r.IntN(2) {
			domain = append(domain, random())
		}
		for range r.IntN(4) {
			known = append(known, text("abAB:x", 3))
		}
		inDomain := func(s string) bool {
			return len(domain) == 0 || slices.ContainsFunc(domain, func(l Language) bool { return l.accepts(s) })
		}
		texts, _, ok := Representatives(languages, domain, known, unlimited)
		if !ok {
			t.Fatalf("given up on %v", languages)
		}
		represented := map[string]bool{}
		for _, s := range texts {
			if answers := answersOf(languages, s); represented[answers] || slices.Contains(known, s) || !inDomain(s) {
				t.Errorf("%v, domain %v, known %q: %q represents %s", languages, domain, known, s, answers)
			} else {
				represented[answers] = true
			}
		}
		for range 200 {
			if s := text("abAB:x", 8); !represented[answersOf(languages, s)] && !slices.Contains(known, s) && inDomain(s) {
				t.Fatalf("%v, domain %v, known %q: nothing in %q stands for %q", languages, domain, known, texts, s)
			}
		}
	}
}
