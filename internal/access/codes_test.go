// SPDX-License-Identifier: MPL-2.0

package access

import (
	"os"
	"strings"
	"testing"
)

// TestCodesAreDocumented: the page of the data source has the codes as the table of the code has
// them.
func TestCodesAreDocumented(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../templates/data-sources/repository_access.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	if want := Documentation(); !strings.Contains(string(page), "\n\n"+want+"\n\n") {
		t.Errorf("the page lacks the codes, or has others:\n%s", want)
	}
}

func TestCheckCode(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"whole_account": "", "whole_acount": `did you mean "whole_account"?`, "x": "is not the code of a finding", "unused_suppression": "is not the code",
	} {
		got := ""
		if err := CheckCode(code); err != nil {
			got = err.Error()
		}
		if !strings.Contains(got, want) || (want == "") != (got == "") {
			t.Errorf("%s: got %q, want %q", code, got, want)
		}
	}
}
