// SPDX-License-Identifier: MPL-2.0

// Package pattern has the texts with wildcards and policy variables that policies
// compare with: it parses them, matches them with texts and with each other, and
// finds texts that represent all others. It is pure and knows nothing of policies.
//
// Work is counted in steps: a step is about what it takes to look at one character
// of a text. What could take long has a limit of steps, and returns how many it took.
package pattern

import (
	"slices"
	"strings"
)

// A kind is a part of a pattern.
type kind uint8

const (
	literal     kind = iota
	star             // * : any characters
	segmentStar      // * that stays within its ARN segment: no colon
	one              // ? : any character
	segmentOne       // ? that is no colon
	variable         // ${key} or ${key, 'fallback'}
)

type token struct {
	kind     kind
	text     string    // of a literal
	variable *Variable // of a variable
}

// A Variable is a policy variable, ${key} or ${key, 'fallback'}.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
type Variable struct {
	Key         string // in lower case
	Written     string // the key as written
	Fallback    string
	HasFallback bool
	Wildcards   bool // the fallback has * or ?, where these can be wildcards
}

// A Pattern is text with wildcards and policy variables, ready to be matched. The
// nil pattern is the empty text.
type Pattern []token

// A Syntax says what has a meaning in a pattern's text.
type Syntax struct {
	Wildcards bool // * and ?
	Segments  bool // wildcards know the segments of an ARN
	Variables bool // ${…}
}

// Parse reads a pattern. The problem is empty when the text is sound, and otherwise
// says what is expected.
func Parse(text string, s Syntax) (p Pattern, problem string) {
	start := 0
	for i := 0; i < len(text); i++ {
		switch {
		case s.Wildcards && (text[i] == '*' || text[i] == '?'):
			p = append(p.add(text[start:i]), token{kind: wildcard(text, i, s.Segments)})
			start = i + 1
		case s.Variables && strings.HasPrefix(text[i:], "${"):
			t, size := parseVariable(text[i:])
			if size == 0 {
				return nil, "a policy variable is written ${key} or ${key, 'default'}"
			}
			if t.variable != nil {
				t.variable.Wildcards = s.Wildcards && strings.ContainsAny(t.variable.Fallback, "*?")
			}
			p = append(p.add(text[start:i]), t)
			i += size - 1
			start = i + 1
		}
	}
	return p.add(text[start:]), ""
}

// Literal returns the pattern that matches one text alone.
func Literal(text string) Pattern { return Pattern(nil).add(text) }

// Like returns the pattern of a text with the wildcards * and ?.
func Like(text string) Pattern {
	p, _ := Parse(text, Syntax{Wildcards: true})
	return p
}

// add appends a literal text.
func (p Pattern) add(text string) Pattern {
	if text == "" {
		return p
	}
	return append(p, token{kind: literal, text: text})
}

// wildcard returns the kind of the wildcard at text[i]. In a Resource, the * that
// ends a segment may run on past the colon.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func wildcard(text string, i int, segments bool) kind {
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
// 0 when it is malformed. ${*}, ${?} and ${$} are literals.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func parseVariable(text string) (token, int) {
	end := strings.IndexAny(text[2:], ",}") + 2
	if end < 2 {
		return token{}, 0
	}
	key := strings.TrimSpace(text[2:end])
	isLiteral := key == "*" || key == "?" || key == "$"
	if key == "" || !isLiteral && strings.ContainsAny(key, "${'\" ") {
		return token{}, 0
	}
	if text[end] == '}' {
		if isLiteral {
			return token{kind: literal, text: key}, end + 1
		}
		return token{kind: variable, variable: &Variable{Key: Lower(key), Written: key}}, end + 1
	}
	rest := strings.TrimLeft(text[end+1:], " ")
	fallback, after, found := strings.Cut(strings.TrimPrefix(rest, "'"), "'")
	after, closed := strings.CutPrefix(strings.TrimLeft(after, " "), "}")
	if isLiteral || !strings.HasPrefix(rest, "'") || !found || !closed {
		return token{}, 0
	}
	v := &Variable{Key: Lower(key), Written: key, Fallback: fallback, HasFallback: true}
	return token{kind: variable, variable: v}, len(text) - len(after)
}

// Text returns the text that alone matches the pattern, if there is one.
func (p Pattern) Text() (string, bool) {
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

// LongestLiteral returns the longest text that all that matches contains.
func (p Pattern) LongestLiteral() string {
	longest := ""
	for _, t := range p {
		if t.kind == literal && len(t.text) > len(longest) {
			longest = t.text
		}
	}
	return longest
}

// MatchesAll reports whether the pattern is nothing but *.
func (p Pattern) MatchesAll() bool {
	for _, t := range p {
		if t.kind != star {
			return false
		}
	}
	return len(p) > 0
}

// HasWildcards reports whether the pattern can match more than one text, once its
// variables have values.
func (p Pattern) HasWildcards() bool {
	for _, t := range p {
		if t.kind != literal && t.kind != variable {
			return true
		}
	}
	return false
}

// HasVariables reports whether the pattern must be filled in before it is matched.
func (p Pattern) HasVariables() bool {
	for _, t := range p {
		if t.kind == variable {
			return true
		}
	}
	return false
}

// Variables returns the pattern's variables in their order.
func (p Pattern) Variables() []*Variable {
	var found []*Variable
	for _, t := range p {
		if t.kind == variable {
			found = append(found, t.variable)
		}
	}
	return found
}

// Variable returns the key, in lower case, of the variable that is all of the pattern.
func (p Pattern) Variable() (key string, ok bool) {
	if len(p) != 1 || p[0].kind != variable {
		return "", false
	}
	return p[0].variable.Key, true
}

// Fill puts values in the place of variables. It stops at the first variable that
// has none and reports false.
func (p Pattern) Fill(value func(*Variable) (text string, ok bool)) (Pattern, bool) {
	for _, t := range p {
		if t.kind != variable {
			continue
		}
		if _, ok := value(t.variable); !ok {
			return nil, false
		}
	}
	filled := make(Pattern, 0, len(p))
	for _, t := range p {
		if t.kind == variable {
			text, _ := value(t.variable)
			filled = filled.add(text)
		} else {
			filled = append(filled, t)
		}
	}
	return filled, true
}

// Open puts * in the place of variables.
func (p Pattern) Open() Pattern {
	opened := slices.Clone(p)
	for i, t := range opened {
		if t.kind == variable {
			opened[i] = token{kind: star}
		}
	}
	return opened
}

// Lower returns the pattern with its literals in lower case.
func (p Pattern) Lower() Pattern {
	lowered := slices.Clone(p)
	for i := range lowered {
		lowered[i].text = Lower(lowered[i].text)
	}
	return lowered
}

// Solve returns the one value of the pattern's only variable with which it
// matches s. It reports false when the pattern has wildcards or more variables.
func (p Pattern) Solve(s string) (key, value string, ok bool) {
	for i, t := range p {
		switch {
		case t.kind == variable && key == "":
			key = t.variable.Key
			before, _ := p[:i].Text()
			after, _ := p[i+1:].Text()
			value = strings.TrimSuffix(strings.TrimPrefix(s, before), after)
		case t.kind != literal:
			return "", "", false
		}
	}
	return key, value, key != ""
}

// Fields returns how many fields the pattern has between colons; those in the names of
// variables do not count.
func (p Pattern) Fields() int {
	n := 1
	for _, t := range p {
		n += strings.Count(t.text, ":")
	}
	return n
}

// SplitARN splits a pattern at its first five colons, or returns nil when it has
// fewer.
func (p Pattern) SplitARN() []Pattern {
	parts := make([]Pattern, 1, 6)
	for _, t := range p {
		for t.kind == literal && len(parts) < 6 {
			before, after, found := strings.Cut(t.text, ":")
			if !found {
				break
			}
			parts[len(parts)-1] = parts[len(parts)-1].add(before)
			parts = append(parts, nil)
			t.text = after
		}
		if t.kind != literal || t.text != "" {
			parts[len(parts)-1] = append(parts[len(parts)-1], t)
		}
	}
	if len(parts) < 6 {
		return nil
	}
	return parts
}

// JoinARN returns the pattern of the texts whose six parts match the parts, as
// SplitARN returns them: wildcards do not match the colons between parts.
func JoinARN(parts []Pattern) Pattern {
	var joined Pattern
	for i, part := range parts {
		if i > 0 {
			joined = joined.add(":")
		}
		for _, t := range part {
			if i < 5 {
				t.kind = t.kind.withinSegment()
			}
			joined = append(joined, t)
		}
	}
	return joined
}

func (k kind) withinSegment() kind {
	switch k {
	case star:
		return segmentStar
	case one:
		return segmentOne
	case literal, segmentStar, segmentOne, variable:
	}
	return k
}

// Concat returns the patterns one after another.
func Concat(patterns ...Pattern) Pattern { return slices.Concat(patterns...) }

// IsASCII reports whether the pattern's texts have no letters beyond ASCII.
func (p Pattern) IsASCII() bool {
	for _, t := range p {
		if !IsASCII(t.text) {
			return false
		}
	}
	return true
}
