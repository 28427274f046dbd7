// SPDX-License-Identifier: MPL-2.0

package managed

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

const maxDescription = 1000

var errNoDescription = errors.New("the description is empty: say why this exists and for whom, or leave the argument out")

// CheckDescription returns an error if text is not one line that can be shown in a report.
func CheckDescription(text string) error {
	switch length := utf8.RuneCountInString(text); {
	case strings.TrimSpace(text) == "":
		return errNoDescription
	case length > maxDescription:
		return fmt.Errorf("the description has %d characters, and it may have %d: write a shorter one, with a link to the rest", length, maxDescription)
	case !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }):
		return fmt.Errorf("the description %s has a line break or another character that is not printed: write one line of letters, digits, spaces and punctuation", printed.Quoted(text))
	}
	return nil
}
