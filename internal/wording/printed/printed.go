// Package printed prints text that others wrote: names, Sids, condition keys and values
// of policies, import IDs, AWS's messages. In what we print, such text must be data. It
// must not end a line of ours, control a terminal, reverse the direction of writing, or
// fill the screen. The package imports only the standard library, so that every package
// with a message can use it.
package printed

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The numbers of characters that are printed. The ARN of every repository fits into the
// first. A message of AWS fits into the second, unless it quotes a document.
const (
	maxValue   = 320
	maxMessage = 2000
)

// Value returns a value for use within a sentence of ours: as it is if it is one plain
// word, or else in quotes.
func Value(text string) string {
	if text == "" || strings.ContainsFunc(text, isSpecial) {
		return Quoted(text)
	}
	return Name(text)
}

// Quoted returns a value in double quotes.
func Quoted(text string) string {
	shown, rest := cut(text, maxValue)
	return strconv.Quote(shown) + rest
}

// Name returns a value without quotes, also if it has spaces.
func Name(text string) string { return escaped(text, maxValue) }

// Message returns a longer text on one line: a message, a statement, a document.
func Message(text string) string { return escaped(text, maxMessage) }

// Values returns each text as Value does.
func Values[S ~string](texts []S) []string {
	values := make([]string, len(texts))
	for i, text := range texts {
		values[i] = Value(string(text))
	}
	return values
}

// isSpecial reports whether a value with the character needs quotes.
func isSpecial(r rune) bool {
	return r == utf8.RuneError || !unicode.IsPrint(r) || strings.ContainsRune(" \"'`", r)
}

// escaped writes characters that are not printed, and bytes that are not UTF-8, as
// Quoted does.
func escaped(text string, most int) string {
	shown, rest := cut(text, most)
	var b strings.Builder
	for len(shown) > 0 {
		r, size := utf8.DecodeRuneInString(shown)
		if unicode.IsPrint(r) && (r != utf8.RuneError || size > 1) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.Quote(shown[:size]), `"`))
		}
		shown = shown[size:]
	}
	return b.String() + rest
}

// cut returns the first characters of a text, and what says how many follow.
func cut(text string, most int) (shown, rest string) {
	if len(text) <= most {
		return text, ""
	}
	end := 0
	for range most {
		_, size := utf8.DecodeRuneInString(text[end:])
		end += size
	}
	if end == len(text) {
		return text, ""
	}
	return text[:end], fmt.Sprintf("… (%d more characters)", utf8.RuneCountInString(text[end:]))
}
