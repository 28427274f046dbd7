package report

import (
	"strconv"
	"strings"
	"unicode"
)

// foreign returns a text that comes from a policy or from AWS, such as a name, a Sid or
// a value, for use in one line of ours: a character that is not printed, as the end of
// a line, is written as in "\n". So no text of the other account can pass for a line of
// ours.
func foreign(text string) string {
	if strings.IndexFunc(text, isUnprinted) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if isUnprinted(r) {
			b.WriteString(strings.Trim(strconv.QuoteRuneToASCII(r), "'"))
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isUnprinted(r rune) bool { return r != ' ' && !unicode.IsPrint(r) }

// allForeign is foreign for several texts.
func allForeign(texts []string) []string {
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = foreign(text)
	}
	return out
}
