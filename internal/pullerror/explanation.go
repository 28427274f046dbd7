// SPDX-License-Identifier: MPL-2.0

package pullerror

import (
	"fmt"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
)

// explanation returns everything that is known of a text, to be read.
func explanation(e Explanation) string {
	var b strings.Builder
	b.WriteString(e.Summary + "\n")
	if meaning := wording.Sentence(e.Meaning); meaning != e.Summary {
		b.WriteString("\n" + meaning + "\n")
	}
	if facts := factLines(e.Finding); facts != "" {
		b.WriteString("\n" + facts)
	}
	b.WriteString("\nWhat to check, in this order:\n")
	for i, check := range e.Checks {
		fmt.Fprintf(&b, "%d. %s\n", i+1, check)
	}
	if e.HCL != "" {
		b.WriteString("\nTo check this pull before the next attempt, with credentials of one of the accounts")
		if strings.Contains(e.HCL, "var.role_arn") {
			b.WriteString(" (var.role_arn is the role that pulls)")
		}
		b.WriteString(":\n" + indented(e.HCL))
	}
	if len(e.Others) > 0 {
		b.WriteString("\nThe text has other errors, too:\n")
		for _, f := range e.Others {
			b.WriteString("- " + wording.Sentence(summary(f)) + "\n")
		}
	}
	if e.Cut {
		b.WriteString("\nThe text is very long: only its beginning and its end were read.\n")
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func factLines(f Finding) string {
	var b strings.Builder
	for _, fact := range []struct{ name, value string }{
		{"Action", f.Action},
		{"Principal", f.Principal},
		{"Resource", f.Resource},
		{"Image", f.Image},
		{"Registry account", f.Account},
		{"Region", f.Region},
		{"Host", f.Host},
		{"Authorization ID", f.AuthorizationID},
	} {
		if fact.value != "" {
			fmt.Fprintf(&b, "  %-17s %s\n", fact.name, fact.value)
		}
	}
	return b.String()
}

func indented(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("    " + line)
	}
	return b.String()
}
