// SPDX-License-Identifier: MPL-2.0

package managed

import (
	"strings"
	"testing"
)

func TestCheckDescription(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Team Payments pulls its images; ticket PLAT-42": "",
		"für das Team „Zahlungen“ 支払い":                   "",
		strings.Repeat("ä", 1000):                        "",
		strings.Repeat("ä", 1001):                        "has 1001 characters, and it may have 1000",
		"":                                               "is empty",
		"  ":                                             "is empty",
		"one\ntwo":                                       `"one\ntwo" has a line break`,
		"\x1b[2J":                                        "not printed",
		"a\u202eb":                                       "not printed",
		"a\xffb":                                         "not printed",
	} {
		got := ""
		if err := CheckReason(text); (err == nil) != (want == "") || err != nil && strings.Contains(err.Error(), "description") {
			t.Errorf("%.30q as a reason: %v", text, err)
		}
		if err := CheckDescription(text); err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("%.30q: got %q, want %q", text, got, want)
		}
	}
}
