// SPDX-License-Identifier: MPL-2.0

package pattern

import (
	"encoding/binary"
	"slices"
	"strings"
)

// maxSearches bounds how often a search is done again.
const maxSearches = 5

// Representatives returns texts of which each stands for all others that the same of
// the languages accept, so that together with the known texts they stand for every
// text; where there is a domain, for every text that one of its languages accepts.
// None of them is a known text.
//
// It returns how many steps that took. It reports false when they would be more than
// the limit, and when the languages need letters beyond printable ASCII.
func Representatives(languages, domain []Language, known []string, limit int) (texts []string, steps int, ok bool) {
	if len(languages)+len(domain) == 0 {
		return []string{unlike(known)}, 1 + len(known), true
	}
	r := search{known: map[string]bool{}, apart: map[string]bool{}, limit: limit}
	for _, text := range known {
		r.known[text] = true
	}
	languages = slices.Clone(languages)
	for range maxSearches {
		r.steps += len(languages) + len(known)
		a, found := newAutomaton(languages, domain, known)
		if !found {
			return nil, r.steps, false
		}
		if !r.run(a) {
			return nil, r.steps, false
		}
		hidden := r.hidden()
		if len(hidden) == 0 {
			return r.texts, r.steps, true
		}
		// Of some combination of answers only known texts were found. Once each of
		// them is a language of its own, the search goes past them.
		for _, text := range hidden {
			r.apart[text] = true
			languages = append(languages, Language{Pattern: Literal(text)})
		}
	}
	return nil, r.steps, false
}

// unlike returns a text that is not empty and not among others: it is longer.
func unlike(others []string) string {
	longest := 0
	for _, text := range others {
		longest = max(longest, len(text))
	}
	return strings.Repeat("~", longest+1)
}

// A search walks through the states of an automaton, letter by letter, and notes the
// first text on which each combination of answers occurs.
type search struct {
	*automaton

	known, apart map[string]bool // apart: those of the known texts that are languages
	steps, limit int

	states  []uint64            // one after another, each of as many words as the automaton has
	parents []int32             // of each state, the one from which it was reached first
	letters []byte              // and by which letter
	kept    map[string]struct{} // the states, as bytes
	found   map[string][]string // by answers: no texts where a representative was found, or else known ones
	texts   []string
	buffer  []byte
}

// run reports whether it came to the end within the limit.
func (s *search) run(a *automaton) bool {
	s.automaton = a
	s.states, s.parents, s.letters = nil, nil, nil
	s.kept, s.found, s.texts = map[string]struct{}{}, map[string][]string{}, nil
	s.steps += 2 * a.words * wordBits
	s.add(a.start, -1, 0)
	next := make([]uint64, a.words)
	for i := 0; i < len(s.parents); i++ { //nolint:intrange // there are more and more of them
		a.read(next, s.state(i), a.other)
		s.visit(next, i, a.other)
		for _, c := range a.letters {
			s.steps++
			if a.differs(s.state(i), c) {
				a.read(next, s.state(i), c)
				s.visit(next, i, c)
			}
			if s.steps > s.limit {
				return false
			}
		}
	}
	s.note(a.start, -1, 0) // last, since a text that is not empty stands better for others
	return true
}

func (s *search) state(i int) []uint64 { return s.states[i*s.words : (i+1)*s.words] }

// stateSteps is what it takes to keep a state, beside looking at its words.
const stateSteps = 16

// visit takes up the state that is reached from another by a letter.
func (s *search) visit(state []uint64, parent int, letter byte) {
	s.steps += stateSteps + 4*s.words
	if !s.inDomain(state) {
		return
	}
	s.note(state, parent, letter)
	s.add(state, parent, letter)
}

// add keeps a state, unless it was reached before.
func (s *search) add(state []uint64, parent int, letter byte) {
	s.buffer = appendWords(s.buffer[:0], state, nil)
	if _, kept := s.kept[string(s.buffer)]; kept {
		return
	}
	s.kept[string(s.buffer)] = struct{}{}
	s.states = append(s.states, state...)
	s.parents, s.letters = append(s.parents, int32(parent)), append(s.letters, letter) //nolint:gosec // the limit keeps them few
	s.steps += 4 * s.words
}

// note takes up the text that led from a parent to a state, if it is the first with
// its answers.
func (s *search) note(state []uint64, parent int, letter byte) {
	if !s.accepted(state) {
		return
	}
	s.buffer = appendWords(s.buffer[:0], state, s.accepts)
	seen, found := s.found[string(s.buffer)]
	if found && seen == nil {
		return
	}
	text := s.text(parent, letter)
	s.steps += len(text)
	switch {
	case s.apart[text]:
	case s.known[text]:
		s.found[string(s.buffer)] = append(seen, text)
	default:
		s.found[string(s.buffer)] = nil
		s.texts = append(s.texts, text)
	}
}

// text returns the letters that led to a state, and one more. The start has no parent.
func (s *search) text(parent int, letter byte) string {
	if parent < 0 {
		return ""
	}
	b := []byte{letter}
	for i := parent; s.parents[i] >= 0; i = int(s.parents[i]) {
		b = append(b, s.letters[i])
	}
	slices.Reverse(b)
	return string(b)
}

// hidden returns the known texts that were found where no other was.
func (s *search) hidden() []string {
	var texts []string
	for _, seen := range s.found {
		texts = append(texts, seen...)
	}
	slices.Sort(texts)
	return texts
}

// appendWords appends words, as far as a mask that is not nil lets them through.
func appendWords(b []byte, words, mask []uint64) []byte {
	for i, w := range words {
		if mask != nil {
			w &= mask[i]
		}
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return b
}
