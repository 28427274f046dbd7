// SPDX-License-Identifier: MPL-2.0

// Package wording has text functions for messages: lists, sentences, suggestions for a
// misspelt word, and the table with the names of policy types. It is pure, and it is not
// for texts of a single package.
package wording

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// Sentence returns the text as a sentence, with a capital first letter and one full stop
// at the end. It returns "" for an empty text.
func Sentence(text string) string {
	if text == "" {
		return ""
	}
	if strings.HasSuffix(text, "?") {
		return Capitalized(text)
	}
	return Capitalized(strings.TrimSuffix(text, ".")) + "."
}

// Capitalized returns the text with a capital first letter, unless it begins with a name such as
// aws:PrincipalArn or ecr:BatchGetImage.
func Capitalized(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	word, _, _ := strings.Cut(text, " ")
	if isName := strings.Contains(strings.TrimRight(word, ":"), ":"); first == utf8.RuneError || isName {
		return text
	}
	return string(unicode.ToUpper(first)) + text[size:]
}

// List joins names as in "a, b and c", with the conjunction "and" or "or".
func List[S ~string](names []S, conjunction string) string {
	size := 0
	for _, name := range names {
		size += len(name) + len(conjunction) + len("  ")
	}
	var b strings.Builder
	b.Grow(size)
	for i, name := range names {
		switch {
		case i == 0:
		case i == len(names)-1:
			b.WriteString(" " + conjunction + " ")
		default:
			b.WriteString(", ")
		}
		b.WriteString(string(name))
	}
	return b.String()
}

// shown is the number of names in a long list before the rest is only counted.
const shown = 5

// Some is like List. If there are many names, it has only the first ones and the number of
// the others.
func Some[S ~string](names []S, conjunction string) string {
	switch {
	case len(names) == 1:
		return string(names[0])
	case len(names) > shown+1:
		names = Capped(names, "")
	}
	return List(names, conjunction)
}

// Capped returns the texts. If there are many, it returns only the first ones and, as the
// last one, the number of the others with the noun, as in "5 more condition keys". The
// noun is a plural and may be empty.
func Capped[S ~string](texts []S, noun string) []S {
	return CappedBy(texts, func(text S) S { return text }, noun)
}

// CappedBy is like Capped for items that are not words yet. It words only those that it
// returns.
func CappedBy[T any, S ~string](items []T, words func(T) S, noun string) []S {
	kept := items
	if len(items) > shown+1 {
		kept = items[:shown]
	}
	texts := make([]S, 0, len(kept)+1)
	for _, item := range kept {
		texts = append(texts, words(item))
	}
	if others := len(items) - len(kept); others > 0 {
		texts = append(texts, S(strings.TrimSpace(fmt.Sprintf("%d more %s", others, noun))))
	}
	return texts
}

// Counted returns a number with its noun, as in "1 part" or "3 parts".
func Counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

// Ordinal returns a number as in "second" or "21st".
func Ordinal(n int) string {
	words := []string{"", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"}
	switch {
	case n > 0 && n < len(words):
		return words[n]
	case n%10 == 1 && n%100 != 11:
		return strconv.Itoa(n) + "st"
	case n%10 == 2 && n%100 != 12:
		return strconv.Itoa(n) + "nd"
	case n%10 == 3 && n%100 != 13:
		return strconv.Itoa(n) + "rd"
	}
	return strconv.Itoa(n) + "th"
}

// Article returns a noun with its indefinite article, as in "an identity-based policy". A "u"
// begins with the sound of "you", as in "a user".
func Article(noun string) string {
	if noun != "" && strings.ContainsRune("aeioAEIO", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}

// DidYouMean returns a sentence, with a leading space, that suggests a known word in place
// of an unknown one. It returns "" if no known word is similar.
func DidYouMean(word string, known []string) string {
	if meant := awsname.Nearest(word, known); meant != "" {
		return fmt.Sprintf(" Did you mean %q?", meant)
	}
	return ""
}
