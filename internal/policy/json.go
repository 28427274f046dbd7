// SPDX-License-Identifier: MPL-2.0

package policy

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// A kind is the type of a JSON value.
type kind string

const (
	nullKind   kind = "null"
	boolKind   kind = "a boolean"
	numberKind kind = "a number"
	stringKind kind = "a string"
	listKind   kind = "a list"
	objectKind kind = "an object"
)

// A node is a JSON value with its position in the source.
type node struct {
	kind       kind
	start, end int    // byte offsets in the source
	text       string // the decoded string, or the number, true, false or null as written
	items      []node // of a list
	members    []member
}

// A member is a name and its value in an object.
type member struct {
	name  string
	start int // byte offset of the name
	value node
}

// member returns the value of the member called name, and whether it exists.
func (n node) member(name string) (node, bool) {
	for _, m := range n.members {
		if m.name == name {
			return m.value, true
		}
	}
	return node{}, false
}

// A step leads from a node to one of its children.
type step struct {
	name  string // of a member
	index int    // in a list, or -1 for a member
}

// The limits of a text. Conditions have six levels. The largest policy that AWS takes, of a VPC
// endpoint, has 20,480 characters, to which white space may be added.
// Source: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
const (
	maxDepth = 32
	maxBytes = 4 << 20
)

// A syntaxError is an error in a JSON text, with its position.
type syntaxError struct {
	offset  int
	path    []step
	problem string
}

// A parser reads JSON text (RFC 8259) and keeps the positions of values.
type parser struct {
	source    string
	pos       int
	path      []step
	duplicate *syntaxError // the first repeated name
}

// parseJSON reads a text with one JSON value. A duplicate name in an object is an error,
// because JSON does not define which one counts. Only with this error, the node is
// returned too.
func parseJSON(source string) (node, *syntaxError) {
	p := &parser{source: source}
	if len(source) > maxBytes {
		return node{}, p.errorf(fmt.Sprintf("the text has %d bytes; no policy is longer than %d", len(source), maxBytes))
	}
	n, err := p.value()
	if err != nil {
		return node{}, err
	}
	p.space()
	if p.pos < len(source) {
		return node{}, p.errorf("unexpected text after the end of the JSON value")
	}
	return n, p.duplicate
}

func (p *parser) errorf(problem string) *syntaxError {
	return &syntaxError{offset: p.pos, path: append([]step(nil), p.path...), problem: problem}
}

func (p *parser) space() {
	for p.pos < len(p.source) && isSpace(p.source[p.pos]) {
		p.pos++
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// peek returns the next byte, or 0 at the end.
func (p *parser) peek() byte {
	if p.pos < len(p.source) {
		return p.source[p.pos]
	}
	return 0
}

func (p *parser) value() (node, *syntaxError) {
	p.space()
	if p.pos == len(p.source) {
		return node{}, p.errorf("unexpected end of JSON")
	}
	if len(p.path) > maxDepth {
		return node{}, p.errorf("the JSON has more than " + strconv.Itoa(maxDepth) + " nested levels")
	}
	switch c := p.peek(); {
	case c == '{':
		return p.object()
	case c == '[':
		return p.list()
	case c == '"':
		start := p.pos
		text, err := p.string()
		return node{kind: stringKind, start: start, end: p.pos, text: text}, err
	case c == '-' || isDigit(c):
		return p.number()
	default:
		return p.word()
	}
}

func (p *parser) object() (node, *syntaxError) {
	n := node{kind: objectKind, start: p.pos}
	seen := map[string]bool{}
	p.pos++
	for p.space(); p.peek() != '}'; p.space() {
		if len(n.members) > 0 {
			if p.peek() != ',' {
				return node{}, p.errorf("expected a comma or } after a member of an object")
			}
			p.pos++
			p.space()
		}
		m := member{start: p.pos}
		if p.peek() != '"' {
			return node{}, p.expected("a name in double quotes")
		}
		var err *syntaxError
		if m.name, err = p.string(); err != nil {
			return node{}, err
		}
		p.path = append(p.path, step{name: m.name, index: -1})
		if seen[m.name] && p.duplicate == nil {
			p.duplicate = p.errorf("duplicate key " + printed.Quoted(m.name) + " in the same object")
			p.duplicate.offset = m.start
		}
		seen[m.name] = true
		if p.space(); p.peek() != ':' {
			return node{}, p.errorf("expected a colon after a name")
		}
		p.pos++
		if m.value, err = p.value(); err != nil {
			return node{}, err
		}
		p.path = p.path[:len(p.path)-1]
		n.members = append(n.members, m)
	}
	p.pos++
	n.end = p.pos
	return n, nil
}

func (p *parser) list() (node, *syntaxError) {
	n := node{kind: listKind, start: p.pos}
	p.pos++
	for p.space(); p.peek() != ']'; p.space() {
		if len(n.items) > 0 {
			if p.peek() != ',' {
				return node{}, p.errorf("expected a comma or ] after an item of a list")
			}
			p.pos++
		}
		p.path = append(p.path, step{index: len(n.items)})
		item, err := p.value()
		if err != nil {
			return node{}, err
		}
		p.path = p.path[:len(p.path)-1]
		n.items = append(n.items, item)
	}
	p.pos++
	n.end = p.pos
	return n, nil
}

// string reads a string in double quotes and returns it decoded.
func (p *parser) string() (string, *syntaxError) {
	p.pos++
	var b strings.Builder
	for {
		switch c := p.peek(); {
		case p.pos == len(p.source):
			return "", p.errorf("unexpected end of JSON inside a string")
		case c == '"':
			p.pos++
			return b.String(), nil
		case c < ' ':
			return "", p.errorf("a string must not contain control characters or line breaks: write an escape such as \\n")
		case c == '\\':
			r, err := p.escape()
			if err != nil {
				return "", err
			}
			b.WriteRune(r)
		default:
			r, size := utf8.DecodeRuneInString(p.source[p.pos:])
			if r == utf8.RuneError && size == 1 {
				return "", p.errorf("the text is not valid UTF-8")
			}
			b.WriteRune(r)
			p.pos += size
		}
	}
}

const escapes = "\"\"\\\\//b\bf\fn\nr\rt\t"

// escape reads an escape sequence. Half of a surrogate pair is an error: it is not a
// character, and different halves would be equal after decoding.
func (p *parser) escape() (rune, *syntaxError) {
	rest := p.source[p.pos+1:]
	for i := 0; i < len(escapes) && rest != ""; i += 2 {
		if rest[0] == escapes[i] {
			p.pos += 2
			return rune(escapes[i+1]), nil
		}
	}
	r, ok := hexEscape(p.source[p.pos:])
	if !ok {
		return 0, p.errorf("unknown escape sequence in a string")
	}
	size := 6
	if utf16.IsSurrogate(r) {
		low, _ := hexEscape(p.source[p.pos+6:])
		if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
			return 0, p.errorf("half of a surrogate pair in a string is not a character")
		}
		size = 12
	}
	p.pos += size
	return r, nil
}

// hexEscape reads the \uXXXX at the start of s.
func hexEscape(s string) (rune, bool) {
	if len(s) < 6 || s[:2] != `\u` {
		return 0, false
	}
	v, err := strconv.ParseUint(s[2:6], 16, 16)
	return rune(v), err == nil
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func (p *parser) number() (node, *syntaxError) {
	start := p.pos
	if p.peek() == '-' {
		p.pos++
	}
	leadingZero := p.peek() == '0'
	whole := p.digits()
	ok := whole == 1 || whole > 1 && !leadingZero
	if p.peek() == '.' {
		p.pos++
		ok = p.digits() > 0 && ok
	}
	if c := p.peek(); c == 'e' || c == 'E' {
		p.pos++
		if c := p.peek(); c == '+' || c == '-' {
			p.pos++
		}
		ok = p.digits() > 0 && ok
	}
	if !ok {
		p.pos = start
		return node{}, p.errorf("invalid JSON number")
	}
	return node{kind: numberKind, start: start, end: p.pos, text: p.source[start:p.pos]}, nil
}

// digits skips digits and returns how many there were.
func (p *parser) digits() int {
	start := p.pos
	for isDigit(p.peek()) {
		p.pos++
	}
	return p.pos - start
}

func (p *parser) word() (node, *syntaxError) {
	for _, w := range []struct {
		text string
		kind kind
	}{{"true", boolKind}, {"false", boolKind}, {"null", nullKind}} {
		if strings.HasPrefix(p.source[p.pos:], w.text) {
			n := node{kind: w.kind, start: p.pos, end: p.pos + len(w.text), text: w.text}
			p.pos = n.end
			return n, nil
		}
	}
	return node{}, p.expected("a JSON value")
}

// expected returns the error for text in place of a name or a value. It names what people often
// write there, which other languages allow.
func (p *parser) expected(what string) *syntaxError {
	problem := "expected " + what
	switch c := p.peek(); {
	case c == '\'':
		problem += ". JSON has only double quotes: replace the single quotes"
	case c == '#' || c == '/':
		problem += ". JSON has no comments: remove this one"
	case (c == '}' || c == ']') && strings.HasSuffix(strings.TrimRight(p.source[:p.pos], " \t\r\n"), ","):
		problem += ". JSON has no comma after the last element: remove the comma before this " + string(c)
	}
	return p.errorf(problem)
}

// compact returns a JSON text without insignificant white space. All other bytes are
// unchanged.
func compact(source string) string {
	if !strings.ContainsAny(source, " \t\n\r") {
		return source
	}
	var b strings.Builder
	b.Grow(len(source))
	inString := false
	for i := 0; i < len(source); i++ {
		c := source[i]
		switch {
		case inString && c == '\\':
			b.WriteByte(c)
			i++
			c = source[i]
		case c == '"':
			inString = !inString
		case !inString && isSpace(c):
			continue
		}
		b.WriteByte(c)
	}
	return b.String()
}

// quote returns s as a JSON string, with only the escapes that JSON requires.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s { // an invalid byte becomes U+FFFD
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ':
			b.WriteString(`\u00`)
			b.WriteByte("01"[r>>4])
			b.WriteByte("0123456789abcdef"[r&15])
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
