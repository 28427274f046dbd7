// SPDX-License-Identifier: MPL-2.0

package managed

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

const maxDescription = 1000

// CheckDescription returns an error if text is not one line that can be shown in a report.
func CheckDescription(text string) error {
	return checkLine("description", "say why this exists and for whom, or leave the argument out", text)
}

// CheckReason is CheckDescription for the reason why something is accepted.
func CheckReason(text string) error { return checkLine("reason", "say why this is accepted", text) }

func checkLine(noun, say, text string) error {
	switch length := utf8.RuneCountInString(text); {
	case strings.TrimSpace(text) == "":
		return fmt.Errorf("the %s is empty: %s", noun, say)
	case length > maxDescription:
		return fmt.Errorf("the %s has %d characters, and it may have %d: write a shorter one, with a link to the rest", noun, length, maxDescription)
	case !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }):
		return fmt.Errorf("the %s %s has a line break or another character that is not printed: write one line of letters, digits, spaces and punctuation", noun, printed.Quoted(text))
	}
	return nil
}
