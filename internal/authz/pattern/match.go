// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"strings"
	"unicode/utf8"
)

// Match reports whether the whole of s matches the pattern, which has no
// variables. It returns how many steps that took; when they are more than the
// limit, what it reports does not count.
//
// On a mismatch it lengthens what the last * stands for; a * that cannot reach
// further because of a colon hands over to the last * that can.
func (p Pattern) Match(s string, limit int) (matches bool, steps int) {
	t, i := 0, 0
	lastStar, starEnd := -1, 0
	lastSegment, segmentEnd := -1, 0
	for steps = 1; steps <= limit; steps++ {
		switch {
		case t == len(p):
			if i == len(s) {
				return true, steps
			}
		case p[t].kind == star && t == len(p)-1:
			return true, steps
		case p[t].kind == star:
			lastStar, starEnd, lastSegment = t, i, -1
			t++
			continue
		case p[t].kind == segmentStar:
			lastSegment, segmentEnd = t, i
			t++
			continue
		case p[t].kind == literal:
			steps += len(p[t].text) / comparedAtOnce
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
				return false, steps
			}
			starEnd += 1 + next
			steps += next / comparedAtOnce
			t, i, lastSegment = lastStar+1, starEnd, -1
		default:
			return false, steps
		}
	}
	return false, steps
}

// comparedAtOnce is how many bytes of two texts are compared in a step.
const comparedAtOnce = 16

// nextStart returns where in s the part of the pattern after a * may begin, or -1.
// A * that ends the pattern has none.
func (p Pattern) nextStart(t int, s string) int {
	if p[t].kind == literal {
		return strings.Index(s, p[t].text)
	}
	return 0
}

// Overlaps reports whether some text matches both patterns, which have no
// variables. A ? is taken for one byte. It returns how many steps that took; when
// they would be more than the limit, it reports true, which is no more than a
// possibility.
func (p Pattern) Overlaps(q Pattern, limit int) (overlaps bool, steps int) {
	a, b := p.symbols(), q.symbols()
	steps = len(a) * len(b)
	if steps > limit {
		return true, 1
	}
	// row[j] says whether a[i:] and b[j:] have a text in common, from the end.
	row, below := make([]bool, len(b)+1), make([]bool, len(b)+1)
	for i := len(a); i >= 0; i-- {
		row, below = below, row
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
			default:
				row[j] = false
			}
		}
	}
	return row[0], steps
}

const (
	starSymbol = -1
	oneSymbol  = -2
)

// symbols returns the pattern byte by byte.
func (p Pattern) symbols() []int {
	var symbols []int
	for _, t := range p {
		switch t.kind {
		case star, segmentStar, variable:
			symbols = append(symbols, starSymbol)
		case one, segmentOne:
			symbols = append(symbols, oneSymbol)
		case literal:
			for i := range len(t.text) {
				symbols = append(symbols, int(t.text[i]))
			}
		}
	}
	return symbols
}
