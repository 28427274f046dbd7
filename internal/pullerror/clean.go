// SPDX-License-Identifier: MPL-2.0

package pullerror

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxText is how much of a text is read: half of it from the beginning, half from the end.
const maxText = 1 << 20

func shortened(text string) (shorter string, cut bool) {
	if len(text) <= maxText {
		return text, false
	}
	return text[:maxText/2] + "\n" + text[len(text)-maxText/2:], true
}

// A terminal breaks every long line at its width, also within words. Other tools break
// between words.
const (
	minWrapWidth = 40
	maxWrapWidth = 400
)

// wrapWidth returns the length of the longest line if lines may have been broken there.
func wrapWidth(text string) int {
	longest := 0
	for line := range strings.Lines(text) {
		if n := lineLength(line); n <= maxWrapWidth {
			longest = max(longest, n)
		}
	}
	if longest < minWrapWidth || !strings.Contains(strings.TrimRight(text, "\r\n"), "\n") {
		return 0
	}
	return longest
}

func lineLength(line string) int { return utf8.RuneCountInString(strings.TrimRight(line, "\r\n")) }

// unwrapped returns a text on one line: without colors, boxes and the escapes of JSON
// strings, with one space for any white space. Lines of the width are joined with the next one;
// none if the width is 0.
func unwrapped(text string, width int) string {
	w := &writer{}
	w.b.Grow(min(len(text), maxText) + 1)
	for line := range strings.Lines(text) {
		w.line(strings.TrimRight(line, "\r\n"))
		if width == 0 || lineLength(line) != width {
			w.space()
		}
	}
	return strings.TrimSpace(w.b.String())
}

// A writer writes plain text.
type writer struct {
	b     strings.Builder
	blank bool // the last character is a space
}

func (w *writer) space() {
	if !w.blank {
		w.b.WriteByte(' ')
		w.blank = true
	}
}

// line writes a line. Its first marks may be those of a box around the text.
func (w *writer) line(line string) {
	for i := 0; i < len(line); {
		r, size := utf8.DecodeRuneInString(line[i:])
		switch r {
		case '\\':
			r, size = unescaped(line[i:])
		case '&':
			r, size = entity(line[i:])
		}
		i += size
		if r == '\x1b' || r == '\u009b' {
			i += controlLength(line[i:], r)
			continue
		}
		w.rune(r)
	}
}

func (w *writer) rune(r rune) {
	switch {
	case unicode.IsSpace(r) || r < ' ' || r == 0x7f:
		w.space()
	case r >= '\u2500' && r <= '\u257f' || unicode.In(r, unicode.Cf, unicode.Cc): // boxes; marks that are not seen
	case r == '\u2018' || r == '\u2019':
		w.plain('\'')
	case r == '\u201c' || r == '\u201d':
		w.plain('"')
	default:
		w.plain(r)
	}
}

func (w *writer) plain(r rune) {
	w.b.WriteRune(r)
	w.blank = false
}

// unescaped reads an escape of a JSON or Go string, also of a string in a string, which
// has several backslashes.
func unescaped(s string) (r rune, size int) {
	size = len(s) - len(strings.TrimLeft(s, `\`))
	if size == len(s) {
		return ' ', size
	}
	switch c := s[size]; c {
	case '"', '\'', '/':
		return rune(c), size + 1
	case 'n', 'r', 't':
		return ' ', size + 1
	case 'u', 'x', '0', 'e':
		digits, base := map[byte]int{'u': 4, 'x': 2, '0': 2, 'e': 0}[c], 16
		if c == '0' {
			base = 8
		}
		if c == 'e' && strings.HasPrefix(s[size+1:], "[") {
			return '\x1b', size + 1
		}
		if digits > 0 && len(s) > size+digits {
			if code, err := strconv.ParseUint(s[size+1:size+1+digits], base, 16); err == nil {
				return rune(code), size + 1 + digits
			}
		}
	}
	return '\\', size
}

var entities = []struct {
	text string
	r    rune
}{{"&quot;", '"'}, {"&#34;", '"'}, {"&apos;", '\''}, {"&#39;", '\''}, {"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&nbsp;", ' '}}

func entity(s string) (r rune, size int) {
	for _, e := range entities {
		if strings.HasPrefix(s, e.text) {
			return e.r, len(e.text)
		}
	}
	return '&', 1
}

// maxControl is the length of the longest control sequence that is skipped as one.
const maxControl = 256

// controlLength returns the length of the rest of a terminal's control sequence.
func controlLength(s string, first rune) int {
	s = s[:min(len(s), maxControl)]
	n := 0
	if first == '\x1b' {
		switch {
		case strings.HasPrefix(s, "]"):
			if end := strings.IndexAny(s, "\a\x1b"); end > 0 {
				return end + 1
			}
			return 1
		case !strings.HasPrefix(s, "["):
			return 0
		}
		n = 1
	}
	for ; n < len(s); n++ {
		if s[n] >= '@' && s[n] <= '~' {
			return n + 1
		}
		if s[n] < ' ' || s[n] > '~' {
			return n
		}
	}
	return n
}

// lower returns the text with small letters, each at the same place.
func lower(text string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			return r + ('a' - 'A')
		}
		return r
	}, text)
}
