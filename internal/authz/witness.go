package authz

import (
	"slices"
	"strconv"
	"strings"
)

// A language is the texts that a comparison with a text accepts, as a pattern
// without variables.
type language struct {
	pattern pattern
	fold    bool // letters without case
}

// maxStates bounds the search for witnesses.
const maxStates = 3000

// witnesses returns texts of which each stands for all others that the same of
// the languages accept, so that together they stand for every text. It reports
// false when that is too much to find out.
//
// It walks through all languages at once, letter by letter, and notes the first
// text on which each combination of answers occurs.
func witnesses(languages []language) ([]string, bool) {
	letters, ok := alphabet(languages)
	if !ok {
		return nil, false
	}
	first := start(languages)
	type step struct {
		at   position
		text string
	}
	seen := map[string]bool{first.key(): true}
	found := map[string]bool{}
	var texts []string
	note := func(at position, text string) {
		if answers := at.answers(languages); !found[answers] {
			found[answers] = true
			texts = append(texts, text)
		}
	}
	for queue := []step{{first, ""}}; len(queue) > 0; queue = queue[1:] {
		for _, c := range letters {
			next := step{queue[0].at.read(languages, c), queue[0].text + string(c)}
			note(next.at, next.text)
			key := next.at.key()
			if seen[key] {
				continue
			}
			seen[key] = true
			if len(seen) > maxStates {
				return nil, false
			}
			queue = append(queue, next)
		}
	}
	note(first, "") // last, since a text that is not empty stands better for others
	return texts, true
}

// alphabet returns the letters of the patterns, a letter that stands for all
// others, and the colon, which some wildcards do not match.
func alphabet(languages []language) ([]byte, bool) {
	var used [128]bool
	used[':'] = true
	for _, l := range languages {
		for _, t := range l.pattern {
			for i := range len(t.text) {
				c := t.text[i]
				if c < ' ' || c > '~' {
					return nil, false
				}
				used[c] = true
				if l.fold {
					used[lowerByte(c)] = true
					used[strings.ToUpper(string(c))[0]] = true
				}
			}
		}
	}
	var letters []byte
	other := false
	for c := byte('~'); c >= ' '; c-- {
		if used[c] || !other && lowerByte(c) == c {
			other = other || !used[c]
			letters = append(letters, c)
		}
	}
	return letters, other
}

// A position says, for each language, before which tokens of its pattern a text
// may have arrived: token number and, in a literal, the bytes that are read.
type position [][]place

type place struct{ token, read int }

// start returns the position before the first letter.
func start(languages []language) position {
	at := make(position, len(languages))
	for i, l := range languages {
		at[i] = l.open(nil, 0)
	}
	return at
}

// open adds a place and, as a * may stand for nothing, the places after it.
func (l *language) open(places []place, token int) []place {
	for {
		p := place{token: token}
		if slices.Contains(places, p) {
			return places
		}
		places = append(places, p)
		if token == len(l.pattern) || l.pattern[token].kind != star && l.pattern[token].kind != segmentStar {
			return places
		}
		token++
	}
}

// read returns the position one letter further.
func (at position) read(languages []language, c byte) position {
	next := make(position, len(at))
	for i := range at {
		l := &languages[i]
		for _, p := range at[i] {
			if p.token == len(l.pattern) {
				continue
			}
			t := l.pattern[p.token]
			switch {
			case t.kind == star, t.kind == segmentStar && c != ':':
				next[i] = l.open(next[i], p.token)
			case t.kind == one, t.kind == segmentOne && c != ':':
				next[i] = l.open(next[i], p.token+1)
			case t.kind == literal && (t.text[p.read] == c || l.fold && lowerByte(t.text[p.read]) == lowerByte(c)):
				if p.read+1 == len(t.text) {
					next[i] = l.open(next[i], p.token+1)
				} else {
					next[i] = append(next[i], place{p.token, p.read + 1})
				}
			}
		}
	}
	return next
}

// key identifies a position.
func (at position) key() string {
	var b []byte
	for _, places := range at {
		for _, p := range places {
			b = append(strconv.AppendInt(b, int64(p.token), 36), '.')
			b = append(strconv.AppendInt(b, int64(p.read), 36), ' ')
		}
		b = append(b, ';')
	}
	return string(b)
}

// answers says which languages accept the text that led here.
func (at position) answers(languages []language) string {
	answers := make([]byte, len(at))
	for i, places := range at {
		answers[i] = '-'
		for _, p := range places {
			if p.token == len(languages[i].pattern) {
				answers[i] = '+'
			}
		}
	}
	return string(answers)
}

// asLanguage returns the texts that match the six parts of an ARN.
func asLanguage(parts []pattern) language {
	var p pattern
	for i, part := range parts {
		if i > 0 {
			p = append(p, token{kind: literal, text: ":"})
		}
		for _, t := range part {
			switch {
			case i < 5 && t.kind == star:
				t.kind = segmentStar
			case i < 5 && t.kind == one:
				t.kind = segmentOne
			}
			p = append(p, t)
		}
	}
	return language{pattern: p}
}
