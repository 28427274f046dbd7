// SPDX-License-Identifier: MPL-2.0

package pattern

import "slices"

// A Language is the texts that a comparison accepts, as a pattern without variables.
type Language struct {
	Pattern Pattern
	Fold    bool // ASCII letters without case
}

// wordBits is how many positions a word of a state has.
const wordBits = 64

// maxPositions bounds the size of an automaton.
const maxPositions = 1 << 14

// An automaton reads a text and knows before which symbols of many languages it may
// have arrived: a state has a bit for each symbol of each language, and for its end.
// That a * may go on is said of the position at which it is, so that a letter takes
// a state one position further by a shift.
type automaton struct {
	words       int
	start       []uint64
	accepts     []uint64 // the ends of the languages
	domain      []uint64 // the positions of the domain; nil without one
	domainEnds  []uint64
	loops       []uint64   // positions with a *
	segmentLoop []uint64   // positions with a * that is no colon
	masks       [][]uint64 // by letter, the positions of the symbols that it matches; nil for other letters
	letters     []byte     // that the languages tell apart, from the last
	other       byte       // stands for all others
}

// newAutomaton reports false where the languages are too large, or have letters
// beyond printable ASCII, or all of these, so that none stands for others. It avoids
// the letters of known texts.
func newAutomaton(languages, domain []Language, known []string) (*automaton, bool) {
	var used [256]bool
	used[':'] = true // some wildcards do not match it
	all := slices.Concat(languages, domain)
	size := sizeOf(all)
	if size > maxPositions {
		return nil, false
	}
	for _, l := range all {
		for _, t := range l.Pattern {
			for i := range len(t.text) {
				used[t.text[i]] = true
				if l.Fold {
					used[lowerByte(t.text[i])], used[upperByte(t.text[i])] = true, true
				}
			}
		}
	}
	a := &automaton{words: (size + wordBits - 1) / wordBits, masks: make([][]uint64, 256)}
	if !a.chooseLetters(&used, known) {
		return nil, false
	}
	a.start, a.accepts, a.loops, a.segmentLoop = a.bits(), a.bits(), a.bits(), a.bits()
	at := a.addAll(languages, 0, a.accepts)
	if len(domain) > 0 {
		a.domainEnds, a.domain = a.bits(), a.bits()
		end := a.addAll(domain, at, a.domainEnds)
		for ; at < end; at++ {
			set(a.domain, at)
		}
	}
	return a, true
}

// sizeOf returns how many positions languages have.
func sizeOf(languages []Language) int {
	size := 0
	for _, l := range languages {
		size++
		for _, t := range l.Pattern {
			size += max(1, len(t.text))
		}
	}
	return size
}

// chooseLetters reports whether there is a letter that stands for all that no
// language has, and all that they have are printable ASCII.
func (a *automaton) chooseLetters(used *[256]bool, known []string) bool {
	var inKnown [256]bool
	for _, text := range known {
		for i := range len(text) {
			inKnown[text[i]] = true
		}
	}
	for c := 255; c >= 0; c-- {
		printable := ' ' <= c && c <= '~'
		letter := byte(c)
		switch {
		case used[c] && !printable:
			return false
		case used[c]:
			a.letters = append(a.letters, letter)
			a.masks[c] = a.bits()
		case !printable || isUpper(rune(letter)):
		case a.other == 0 || inKnown[a.other] && !inKnown[c]:
			a.other = letter
		}
	}
	a.masks[a.other] = a.bits()
	return a.other != 0
}

func (a *automaton) bits() []uint64 { return make([]uint64, a.words) }

func set(bits []uint64, position int) { bits[position/wordBits] |= 1 << (position % wordBits) }

// addAll adds languages from a position on, and returns the position after them.
func (a *automaton) addAll(languages []Language, at int, ends []uint64) int {
	for _, l := range languages {
		set(a.start, at)
		for _, t := range l.Pattern {
			at = a.addToken(t, l.Fold, at)
		}
		set(ends, at)
		at++
	}
	return at
}

// addToken returns the position after a token.
func (a *automaton) addToken(t token, fold bool, at int) int {
	switch t.kind {
	case star, variable:
		set(a.loops, at)
		return at
	case segmentStar:
		set(a.segmentLoop, at)
		return at
	case one, segmentOne:
		set(a.masks[a.other], at)
		for _, c := range a.letters {
			if t.kind == one || c != ':' {
				set(a.masks[c], at)
			}
		}
		return at + 1
	case literal:
		for i := range len(t.text) {
			set(a.masks[t.text[i]], at)
			if fold {
				set(a.masks[lowerByte(t.text[i])], at)
				set(a.masks[upperByte(t.text[i])], at)
			}
			at++
		}
	}
	return at
}

// read puts into next where a letter leads from a state.
func (a *automaton) read(next, state []uint64, letter byte) {
	mask, carry := a.masks[letter], uint64(0)
	for i, s := range state {
		moved := s & mask[i]
		stays := s & a.loops[i]
		if letter != ':' {
			stays |= s & a.segmentLoop[i]
		}
		next[i] = moved<<1 | carry | stays
		carry = moved >> (wordBits - 1)
	}
}

// differs reports whether a letter may lead elsewhere than the other letters do.
func (a *automaton) differs(state []uint64, letter byte) bool {
	mask, other := a.masks[letter], a.masks[a.other]
	for i, s := range state {
		if s&mask[i] != s&other[i] || letter == ':' && s&a.segmentLoop[i] != 0 {
			return true
		}
	}
	return false
}

// inDomain reports whether a text that led to the state, or one that begins with it,
// may be in the domain.
func (a *automaton) inDomain(state []uint64) bool { return a.domain == nil || meets(state, a.domain) }

// accepted reports whether a text that led to the state is in the domain.
func (a *automaton) accepted(state []uint64) bool {
	return a.domain == nil || meets(state, a.domainEnds)
}

func meets(state, bits []uint64) bool {
	for i, s := range state {
		if s&bits[i] != 0 {
			return true
		}
	}
	return false
}

func upperByte(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c + 'A' - 'a'
	}
	return c
}
