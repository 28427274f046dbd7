// SPDX-License-Identifier: MPL-2.0

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
	switch {
	case text != "" && needsNoEscapes(text, quoting, maxValue):
		return text
	case text == "" || strings.ContainsFunc(text, isSpecial):
		return Quoted(text)
	}
	return Name(text)
}

// Quoted returns a value in double quotes.
func Quoted(text string) string {
	shown, rest := escaped(text, `"\`, maxValue)
	return `"` + shown + `"` + rest
}

// Name returns a value without quotes, also if it has spaces.
func Name(text string) string {
	shown, rest := escaped(text, "", maxValue)
	return shown + rest
}

// Message returns a longer text on one line: a message, a statement, a document.
func Message(text string) string {
	shown, rest := escaped(text, "", maxMessage)
	return shown + rest
}

// Markdown returns a text on one line that Markdown shows as it is.
func Markdown(text string) string {
	var b strings.Builder
	for _, r := range Message(text) {
		if strings.ContainsRune("\\`*_{}[]<>#|~&!", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Values returns each text as Value does.
func Values[S ~string](texts []S) []string {
	values := make([]string, len(texts))
	for i, text := range texts {
		values[i] = Value(string(text))
	}
	return values
}

// isSpecial reports whether a value with the character needs quotes.
func isSpecial(r rune) bool { return !isPrinted(r) || strings.ContainsRune(quoting, r) }

// quoting are the printed characters with which a value needs quotes.
const quoting = " \"'`"

// isPrinted reports whether a character is printed as it is. RuneError stands for a byte
// that is not UTF-8. Marks change or cover what stands before them, and the rest looks
// like a space or like nothing, although Unicode has it among letters and symbols.
func isPrinted(r rune) bool {
	if r < utf8.RuneSelf {
		return isPlain(r)
	}
	return unicode.IsPrint(r) && r != utf8.RuneError && r != '\u2800' &&
		!unicode.In(r, unicode.Mn, unicode.Me, unicode.Other_Default_Ignorable_Code_Point)
}

// isPlain reports whether a character, or a byte of UTF-8, is a printable character of ASCII.
func isPlain(r rune) bool { return ' ' <= r && r <= '~' }

// needsNoEscapes reports whether a text is printed as it is. Most texts are.
func needsNoEscapes(text, special string, most int) bool {
	if len(text) > most || strings.ContainsAny(text, special) {
		return false
	}
	for i := range len(text) {
		if !isPlain(rune(text[i])) {
			return false
		}
	}
	return true
}

// escaped returns a text in which characters that are not printed, and those of special,
// are written as in Go. It returns at most so many characters, and what says how many of
// the text are left.
func escaped(text, special string, most int) (shown, rest string) {
	if needsNoEscapes(text, special, most) {
		return text, ""
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		character, width := text[i:i+size], 1
		if !isPrinted(r) || strings.ContainsRune(special, r) {
			quoted := strconv.QuoteToASCII(character)
			character = quoted[1 : len(quoted)-1]
			width = len(character)
		}
		if most -= width; most < 0 {
			return b.String(), fmt.Sprintf("… (%d more characters)", utf8.RuneCountInString(text[i:]))
		}
		b.WriteString(character)
		i += size
	}
	return b.String(), ""
}
