package authz

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// A tokenKind is a part of a pattern.
type tokenKind uint8

const (
	literal     tokenKind = iota
	star                  // * : any characters
	segmentStar           // * that stays within its ARN segment: no colon
	one                   // ? : any character
	segmentOne            // ? that does not stand for a colon
	variable              // ${key} or ${key, 'fallback'}
)

type token struct {
	kind        tokenKind
	text        string // of a literal; of a variable the key in lower case
	written     string // of a variable the key as written
	fallback    string // of a variable
	hasFallback bool
	wildcards   bool // the fallback has * or ?, where these can be wildcards
}

// A pattern is text with wildcards and policy variables, ready to be matched.
type pattern []token

// A syntax says what has a meaning in a pattern's text.
type syntax struct {
	wildcards bool // * and ?
	segments  bool // wildcards know the segments of an ARN
	variables bool // ${…}
}

// parsePattern reads a pattern. The problem is empty when the text is sound.
func parsePattern(text string, s syntax) (p pattern, problem string) {
	start := 0
	flush := func(end int) {
		if start < end {
			p = append(p, token{kind: literal, text: text[start:end]})
		}
	}
	for i := 0; i < len(text); i++ {
		switch {
		case s.wildcards && (text[i] == '*' || text[i] == '?'):
			flush(i)
			p = append(p, token{kind: wildcard(text, i, s.segments)})
			start = i + 1
		case s.variables && strings.HasPrefix(text[i:], "${"):
			flush(i)
			t, size := parseVariable(text[i:])
			if size == 0 {
				return nil, "a policy variable is written ${key} or ${key, 'default'}"
			}
			t.wildcards = s.wildcards && strings.ContainsAny(t.fallback, "*?")
			p = append(p, t)
			i += size - 1
			start = i + 1
		}
	}
	flush(len(text))
	return p, ""
}

// wildcard tells what the wildcard at text[i] stands for. In a Resource, the *
// that ends a segment may run on past the colon.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func wildcard(text string, i int, segments bool) tokenKind {
	if text[i] == '?' {
		if segments {
			return segmentOne
		}
		return one
	}
	rest := strings.TrimLeft(text[i:], "*")
	if segments && rest != "" && rest[0] != ':' {
		return segmentStar
	}
	return star
}

// parseVariable reads the ${…} at the start of text and returns its length, or
// 0 when it is malformed.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func parseVariable(text string) (token, int) {
	end := strings.IndexAny(text[2:], ",}") + 2
	if end < 2 {
		return token{}, 0
	}
	key := strings.TrimSpace(text[2:end])
	t := token{kind: variable, text: lower(key), written: key}
	switch t.text {
	case "*", "?", "$":
		t = token{kind: literal, text: key}
	case "":
		return token{}, 0
	}
	if strings.ContainsAny(t.text, "${'\" ") && t.kind == variable {
		return token{}, 0
	}
	if text[end] == '}' {
		return t, end + 1
	}
	rest := strings.TrimLeft(text[end+1:], " ")
	value, after, found := strings.Cut(strings.TrimPrefix(rest, "'"), "'")
	after, closed := strings.CutPrefix(strings.TrimLeft(after, " "), "}")
	if !strings.HasPrefix(rest, "'") || !found || !closed || t.kind == literal {
		return token{}, 0
	}
	t.fallback, t.hasFallback = value, true
	return t, len(text) - len(after)
}

// hasVariables reports whether the pattern must be expanded before matching.
func (p pattern) hasVariables() bool {
	for _, t := range p {
		if t.kind == variable {
			return true
		}
	}
	return false
}

// isVariable reports whether the pattern is nothing but the variable of a key.
func (p pattern) isVariable(key string) bool {
	return len(p) == 1 && p[0].kind == variable && p[0].text == key
}

// literalText returns the text that alone matches the pattern, if there is one.
func (p pattern) literalText() (string, bool) {
	switch {
	case len(p) == 0:
		return "", true
	case len(p) == 1 && p[0].kind == literal:
		return p[0].text, true
	}
	var b strings.Builder
	for _, t := range p {
		if t.kind != literal {
			return "", false
		}
		b.WriteString(t.text)
	}
	return b.String(), true
}

// longestLiteral returns the longest piece of text in the pattern.
func (p pattern) longestLiteral() string {
	longest := ""
	for _, t := range p {
		if t.kind == literal && len(t.text) > len(longest) {
			longest = t.text
		}
	}
	return longest
}

// matchesAll reports whether the pattern is nothing but *.
func (p pattern) matchesAll() bool {
	for _, t := range p {
		if t.kind != star {
			return false
		}
	}
	return len(p) > 0
}

// match reports whether the whole of s matches the pattern, which has no
// variables. On a mismatch it lengthens what the last * stands for; a * that
// cannot reach further because of a colon hands over to the last * that can.
func (p pattern) match(s string) bool {
	t, i := 0, 0
	lastStar, starEnd := -1, 0
	lastSegment, segmentEnd := -1, 0
	for {
		switch {
		case t == len(p):
			if i == len(s) {
				return true
			}
		case p[t].kind == star && t == len(p)-1:
			return true
		case p[t].kind == star:
			lastStar, starEnd, lastSegment = t, i, -1
			t++
			continue
		case p[t].kind == segmentStar:
			lastSegment, segmentEnd = t, i
			t++
			continue
		case p[t].kind == literal:
			if strings.HasPrefix(s[i:], p[t].text) {
				i += len(p[t].text)
				t++
				continue
			}
		case i < len(s) && (p[t].kind == one || s[i] != ':'):
			_, size := utf8.DecodeRuneInString(s[i:])
			i += size
			t++
			continue
		}
		switch {
		case lastSegment >= 0 && segmentEnd < len(s) && s[segmentEnd] != ':':
			segmentEnd++
			t, i = lastSegment+1, segmentEnd
		case lastStar >= 0 && starEnd < len(s):
			next := p.nextStart(lastStar+1, s[starEnd+1:])
			if next < 0 {
				return false
			}
			starEnd += 1 + next
			t, i, lastSegment = lastStar+1, starEnd, -1
		default:
			return false
		}
	}
}

// mayMatchFold reports whether s may match the pattern, letters without case. It
// may where there are letters beyond ASCII, of which AWS does not say.
func (p pattern) mayMatchFold(s string) bool {
	folded := slices.Clone(p)
	for i := range folded {
		if !isASCII(folded[i].text) {
			return true
		}
		folded[i].text = lower(folded[i].text)
	}
	return !isASCII(s) || folded.match(lower(s))
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}

// nextStart returns where in s the part of the pattern after a * may begin, or -1.
// A * that ends the pattern has none.
func (p pattern) nextStart(t int, s string) int {
	if p[t].kind == literal {
		return strings.Index(s, p[t].text)
	}
	return 0
}

// maxArea bounds the work that is put into comparing two patterns.
const maxArea = 1 << 20

// overlaps reports whether some text matches both patterns, which have no
// variables. A ? is taken for one byte.
func (p pattern) overlaps(q pattern) bool {
	a, b := p.symbols(), q.symbols()
	if len(a)*len(b) > maxArea {
		return true // which is no more than maybe to those who ask
	}
	// row[j] says whether a[i:] and b[j:] have a text in common, from the end.
	row := make([]bool, len(b)+1)
	for i := len(a); i >= 0; i-- {
		below := row
		row = make([]bool, len(b)+1)
		for j := len(b); j >= 0; j-- {
			starA, starB := i < len(a) && a[i] == starSymbol, j < len(b) && b[j] == starSymbol
			switch {
			case i == len(a) && j == len(b):
				row[j] = true
			case starA && starB:
				row[j] = below[j] || row[j+1]
			case starA:
				row[j] = below[j] || j < len(b) && row[j+1]
			case starB:
				row[j] = row[j+1] || i < len(a) && below[j]
			case i < len(a) && j < len(b):
				row[j] = below[j+1] && (a[i] == b[j] || a[i] == oneSymbol || b[j] == oneSymbol)
			}
		}
	}
	return row[0]
}

const (
	starSymbol = -1
	oneSymbol  = -2
)

// symbols returns the pattern byte by byte.
func (p pattern) symbols() []int {
	var symbols []int
	for _, t := range p {
		switch t.kind {
		case star, segmentStar:
			symbols = append(symbols, starSymbol)
		case one, segmentOne:
			symbols = append(symbols, oneSymbol)
		default:
			for i := range len(t.text) {
				symbols = append(symbols, int(t.text[i]))
			}
		}
	}
	return symbols
}

// expand puts values in the place of variables. The answer is no when one has no
// value, maybe when its value is not known.
func (p pattern) expand(e *evaluation) (pattern, truth) {
	if !p.hasVariables() {
		return p, yes
	}
	expanded := make(pattern, 0, len(p))
	for _, t := range p {
		if t.kind == variable {
			state, values := e.lookup(t.text)
			switch {
			case state == KeyKnown && len(values) == 1 && values[0] != somethingElse:
				t = token{kind: literal, text: values[0]}
			case state == KeyAbsent && t.wildcards:
				return nil, maybe // AWS does not say whether they are wildcards there
			case state == KeyAbsent && t.hasFallback:
				t = token{kind: literal, text: t.fallback}
			case state == KeyAbsent:
				return nil, no
			default: // also several values: such a key cannot be used as a variable
				e.touch(t.text)
				return nil, maybe
			}
		}
		if t.kind != literal || t.text != "" {
			expanded = append(expanded, t)
		}
	}
	return expanded, yes
}

// open puts "anything" in the place of variables.
func (p pattern) open() pattern {
	opened := slices.Clone(p)
	for i, t := range opened {
		if t.kind == variable {
			opened[i] = token{kind: star}
		}
	}
	return opened
}

// solve returns the one value of the pattern's only variable with which it
// matches s. It reports false when the pattern has wildcards or more variables.
func (p pattern) solve(s string) (key, value string, ok bool) {
	for i, t := range p {
		switch {
		case t.kind == variable && key == "":
			key = t.text
			before, _ := p[:i].literalText()
			after, _ := p[i+1:].literalText()
			value = strings.TrimSuffix(strings.TrimPrefix(s, before), after)
		case t.kind != literal:
			return "", "", false
		}
	}
	return key, value, key != ""
}

// lower lowers ASCII letters only, as names in policies have no others.
func lower(s string) string {
	if !strings.ContainsFunc(s, func(r rune) bool { return 'A' <= r && r <= 'Z' }) {
		return s
	}
	b := []byte(s)
	for i, c := range b {
		b[i] = lowerByte(c)
	}
	return string(b)
}

// equalFold compares two names, ASCII letters without case.
func equalFold(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if a[i] != b[i] && lowerByte(a[i]) != lowerByte(b[i]) {
			return false
		}
	}
	return true
}

func lowerByte(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}
