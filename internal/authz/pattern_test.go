package authz

import (
	"strings"
	"testing"
)

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
		a, _ := parsePattern(test.a, syntax{wildcards: true})
		b, _ := parsePattern(test.b, syntax{wildcards: true})
		if a.overlaps(b) != test.want || b.overlaps(a) != test.want {
			t.Errorf("%.20s and %.20s: overlap %v", test.a, test.b, !test.want)
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
			p, _ := parsePattern(text, syntax{wildcards: true, segments: segments})
			for _, s := range texts {
				if got, want := p.match(s), search(p, s); got != want {
					t.Errorf("%s (segments %v) on %q: %v", text, segments, s, got)
				}
			}
		}
	}
}

func search(p pattern, s string) bool {
	if len(p) == 0 {
		return s == ""
	}
	switch p[0].kind {
	case star, segmentStar:
		for i := range len(s) + 1 {
			if p[0].kind == segmentStar && strings.Contains(s[:i], ":") {
				break
			}
			if search(p[1:], s[i:]) {
				return true
			}
		}
		return false
	case one, segmentOne:
		return s != "" && (p[0].kind == one || s[0] != ':') && search(p[1:], s[1:])
	default:
		rest, found := strings.CutPrefix(s, p[0].text)
		return found && search(p[1:], rest)
	}
}

func TestLowerTouchesASCIIOnly(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{"ecr:x": "ecr:x", "ECR:BatchGetImage": "ecr:batchgetimage", "\u212aÄ": "\u212aÄ", "É-A": "É-a"} {
		if got := lower(s); got != want {
			t.Errorf("lower(%q) = %q", s, got)
		}
	}
	if equalFold("k", "\u212a") || equalFold("a", "ab") || equalFold("a", "b") || !equalFold("aWs:X", "AWS:x") {
		t.Error("equalFold is wrong")
	}
}
