// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"strings"
	"testing"
)

const unlimited = 1 << 40

func TestOverlaps(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"", "", true},
		{"a", "a", true},
		{"a", "b", false},
		{"a", "", false},
		{"*", "", true},
		{"*", "abc", true},
		{"a*", "*b", true},
		{"*a", "*", true},
		{"a*", "b*", false},
		{"a?c", "abc", true},
		{"a?c", "a*c", true},
		{"a?", "a", false},
		{"*a*", "b", false},
		{"role/service-role/*", "role/*/app", true},
		{"role/x", "role/*/app", false},
		{"*x", "role/*/app", false},
		{"ab*", "a*c", true},
		{"a*bc", "ab", false},
		{strings.Repeat("a", 2000), strings.Repeat("b", 2000), true}, // too long to find out
	} {
		a, b := Like(test.a), Like(test.b)
		ab, steps := a.Overlaps(b, 1<<20)
		if ba, _ := b.Overlaps(a, 1<<20); ab != test.want || ba != test.want || steps > 1<<20 {
			t.Errorf("%.20s and %.20s: overlap %v, in %d steps", test.a, test.b, !test.want, steps)
		}
	}
}

// TestMatchAgreesWithSearch holds the matcher against a slow one that tries
// everything.
func TestMatchAgreesWithSearch(t *testing.T) {
	t.Parallel()
	var texts []string
	for _, a := range []string{"", "a", "b", ":", "a:", ":a", "ab", "ba", "a:b", "b:a", "aa:", ":aa"} {
		for _, b := range []string{"", "a", ":", "ab:", "b:ab", "a:a:b"} {
			texts = append(texts, a+b)
		}
	}
	for _, text := range []string{"*", "a*", "*a", "*:*", "a*b", "*a*", "?", "a?", "*?", "**", "a*:*b", "*:a*b", "a*a*b", "?:*", "*b:?", "a*b*", "*:*a:b", "a*:b*a*"} {
		for _, segments := range []bool{false, true} {
			p, _ := Parse(text, Syntax{Wildcards: true, Segments: segments})
			for _, s := range texts {
				if got, want := matches(p, s), tryAll(p, s); got != want {
					t.Errorf("%s (segments %v) on %q: %v", text, segments, s, got)
				}
			}
		}
	}
}

func matches(p Pattern, s string) bool {
	matches, _ := p.Match(s, unlimited)
	return matches
}

func tryAll(p Pattern, s string) bool {
	if len(p) == 0 {
		return s == ""
	}
	switch p[0].kind {
	case star, segmentStar:
		for i := range len(s) + 1 {
			if p[0].kind == segmentStar && strings.Contains(s[:i], ":") {
				break
			}
			if tryAll(p[1:], s[i:]) {
				return true
			}
		}
		return false
	case one, segmentOne:
		return s != "" && (p[0].kind == one || s[0] != ':') && tryAll(p[1:], s[1:])
	case literal, variable:
	}
	rest, found := strings.CutPrefix(s, p[0].text)
	return found && tryAll(p[1:], rest)
}

// TestMatchCountsSteps: a limit ends the work, and the count says that it did.
func TestMatchCountsSteps(t *testing.T) {
	t.Parallel()
	p := Like("*" + strings.Repeat("a?", 300) + "b*")
	s := strings.Repeat("a", 2000)
	if matches, steps := p.Match(s, unlimited); matches || steps < 100_000 {
		t.Errorf("%v in %d steps", matches, steps)
	}
	if _, steps := p.Match(s, 1000); steps <= 1000 || steps > 1100 {
		t.Errorf("%d steps, with a limit of 1000", steps)
	}
	if matches, steps := Like("arn:aws:ecr:*:*:repository/*").Match("arn:aws:ecr:us-east-1:987654321098:repository/app", 100); !matches || steps > 20 {
		t.Errorf("%v in %d steps", matches, steps)
	}
}

func TestLowerTouchesASCIIOnly(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{"ecr:x": "ecr:x", "ECR:BatchGetImage": "ecr:batchgetimage", "\u212aÄ": "\u212aÄ", "É-A": "É-a"} {
		if got := Lower(s); got != want {
			t.Errorf("Lower(%q) = %q", s, got)
		}
	}
	if EqualFold("k", "\u212a") || EqualFold("a", "ab") || EqualFold("a", "b") || !EqualFold("aWs:X", "AWS:x") {
		t.Error("EqualFold is wrong")
	}
	if IsASCII("Ä") || !IsASCII("A~") {
		t.Error("IsASCII is wrong")
	}
	if p, _ := Like("A*É").Lower().Text(); p != "" {
		t.Errorf("%q alone matches", p)
	}
	if !matches(Like("A*É").Lower(), "axÉ") {
		t.Error("Lower of a pattern is wrong")
	}
}

// TestVariables: what a pattern with policy variables says of itself.
func TestVariables(t *testing.T) {
	t.Parallel()
	parse := func(text string) Pattern {
		p, problem := Parse(text, Syntax{Wildcards: true, Variables: true})
		if problem != "" {
			t.Errorf("%s: %s", text, problem)
		}
		return p
	}
	p := parse("a/${aws:X}/${$}${*}${?}/${b, 'c*'}")
	variables := p.Variables()
	if len(variables) != 2 || *variables[0] != (Variable{Key: "aws:x", Written: "aws:X"}) ||
		*variables[1] != (Variable{Key: "b", Written: "b", Fallback: "c*", HasFallback: true, Wildcards: true}) {
		t.Errorf("variables %+v", variables)
	}
	if p.HasWildcards() || !parse("a?").HasWildcards() || !p.HasVariables() || variableOf(p) != "" || variableOf(parse("${AWS:x}")) != "aws:x" {
		t.Errorf("%v says something wrong of itself", p)
	}
	if filled, ok := p.Fill(func(v *Variable) (string, bool) { return v.Fallback, true }); !ok || !matches(filled, "a//$*?/c*") {
		t.Errorf("filled: %v, %t", filled, ok)
	}
	if _, ok := p.Fill(func(*Variable) (string, bool) { return "", false }); ok {
		t.Error("filled without values")
	}
	if !matches(p.Open(), "a/x/$*?/y") || matches(p.Open(), "b") {
		t.Errorf("opened: %v", p.Open())
	}
	if key, value, ok := parse("a${k}b").Solve("axb"); key != "k" || value != "x" || !ok {
		t.Errorf("solved: %q is %q, %t", key, value, ok)
	}
	for _, text := range []string{"a${k}*", "${k}${l}", "a"} {
		if _, _, ok := parse(text).Solve("ab"); ok {
			t.Errorf("%s is solved", text)
		}
	}
	for _, text := range []string{"${", "${}", "${a", "${a b}", "${*, 'x'}", "${a, x}", "${a, 'x'", "${a, 'x}"} {
		if _, problem := Parse(text, Syntax{Variables: true}); problem == "" {
			t.Errorf("%s is accepted", text)
		}
	}
}

// TestARNs: a pattern in six parts, and back.
func TestARNs(t *testing.T) {
	t.Parallel()
	if Like("arn:aws:*").SplitARN() != nil {
		t.Error("three parts are an ARN")
	}
	parts := Like("arn:a*:ecr::?:x:*y").SplitARN()
	if len(parts) != 6 {
		t.Fatalf("%d parts", len(parts))
	}
	p := JoinARN(parts)
	for text, want := range map[string]bool{"arn:aws:ecr::1:x:y": true, "arn:aws:ecr::1:x:b:y": true, "arn:a:ws:ecr::1:x:y": false, "arn:aws:ecr::::x:y": false} {
		if matches(p, text) != want {
			t.Errorf("%s matches: %t", text, !want)
		}
	}
	if text, exact := Concat(Literal("a"), Literal("b")).Text(); text != "ab" || !exact || Literal("a").HasWildcards() || Literal("a").HasVariables() {
		t.Error("what a pattern without wildcards says of itself is wrong")
	}
	if _, exact := Concat(Literal("a"), Like("?")).Text(); exact || !Like("a").IsASCII() || Like("ä").IsASCII() {
		t.Error("what a pattern says of its texts is wrong")
	}
	if p := Like("ab*abc?"); p.LongestLiteral() != "abc" || p.MatchesAll() || !Like("**").MatchesAll() || Like("").MatchesAll() {
		t.Error("what a pattern says of itself is wrong")
	}
}

func variableOf(p Pattern) string {
	key, _ := p.Variable()
	return key
}

// TestFields: the colons in the name of a variable do not count.
func TestFields(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"": 1, "arn:aws:ecr": 3, "arn:*:ecr:*": 4, "arn:aws:ecr:us-east-1:${aws:ResourceAccount}": 5} {
		p, _ := Parse(text, Syntax{Wildcards: true, Segments: true, Variables: true})
		if got := p.Fields(); got != want {
			t.Errorf("%s has %d fields, want %d", text, got, want)
		}
	}
}
