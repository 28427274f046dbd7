package authz

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func likes(texts ...string) []language {
	var languages []language
	for _, text := range texts {
		p, _ := parsePattern(text, syntax{wildcards: true})
		languages = append(languages, language{pattern: p})
	}
	return languages
}

// TestWitnesses: one text for each combination of answers that occurs.
func TestWitnesses(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		patterns []string
		want     []string // the answers, in the patterns' order
	}{
		{nil, []string{""}},
		{[]string{"a"}, []string{"+", "-"}},
		{[]string{"*"}, []string{"+"}},
		{[]string{"a", "b"}, []string{"+-", "-+", "--"}},
		{[]string{"a*", "*b"}, []string{"++", "+-", "-+", "--"}},
		{[]string{"a*", "ab*"}, []string{"++", "+-", "--"}},
		{[]string{"a*", "b*"}, []string{"+-", "-+", "--"}},
		{[]string{"a?", "a*"}, []string{"++", "-+", "--"}},
		{[]string{"", "*"}, []string{"++", "-+"}},
	} {
		languages := likes(test.patterns...)
		texts, ok := witnesses(languages)
		if !ok {
			t.Errorf("%q: given up", test.patterns)
		}
		var got []string
		for _, text := range texts {
			var answers strings.Builder
			for _, l := range languages {
				answers.WriteByte("-+"[truthOf(l.pattern.match(text))/yes])
			}
			got = append(got, answers.String())
		}
		slices.Sort(got)
		slices.Sort(test.want)
		if !slices.Equal(got, test.want) {
			t.Errorf("%q: %q give %q, want %q", test.patterns, texts, got, test.want)
		}
	}
}

func TestWitnessesGiveUp(t *testing.T) {
	t.Parallel()
	for name, patterns := range map[string][]string{
		"letters beyond ASCII": {"ä*"},
		"too much":             {"*abcdefgh*", "*bcdefghi?????????x*", "*cdefghij????????????y", "*d?????????????????????????????z"},
	} {
		if texts, ok := witnesses(likes(patterns...)); ok {
			t.Errorf("%s: %d texts", name, len(texts))
		}
	}
}

// TestWitnessesStandForAllTexts: no text gives answers that no witness gives.
func TestWitnessesStandForAllTexts(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6)) //nolint:gosec // a repeatable sequence is wanted
	text := func(letters string, longest int) string {
		b := make([]byte, r.IntN(longest+1))
		for i := range b {
			b[i] = letters[r.IntN(len(letters))]
		}
		return string(b)
	}
	for range 300 {
		var languages []language
		for range 1 + r.IntN(3) {
			p, _ := parsePattern(text("ab:**?A", 6), syntax{wildcards: true, segments: r.IntN(2) == 0})
			languages = append(languages, language{p, r.IntN(3) == 0})
		}
		answers := func(s string) string {
			var b strings.Builder
			for _, l := range languages {
				p, subject := l.pattern, s
				if l.fold {
					subject = lower(s)
					p = slices.Clone(p)
					for i := range p {
						p[i].text = lower(p[i].text)
					}
				}
				b.WriteByte("-+"[truthOf(p.match(subject))/yes])
			}
			return b.String()
		}
		witnessed := map[string]bool{}
		texts, ok := witnesses(languages)
		if !ok {
			t.Fatalf("given up on %v", languages)
		}
		for _, s := range texts {
			if witnessed[answers(s)] {
				t.Errorf("%v: two witnesses for %s", languages, answers(s))
			}
			witnessed[answers(s)] = true
		}
		for range 200 {
			if s := text("abAB:x", 8); !witnessed[answers(s)] {
				t.Fatalf("%v: nothing in %q stands for %q", languages, texts, s)
			}
		}
	}
}
