package authz

import (
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
				answers.WriteByte("-+"[map[bool]int{true: 1}[l.pattern.match(text)]])
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
