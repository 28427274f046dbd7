// SPDX-License-Identifier: MPL-2.0

// Package pullerror reads the text of an error that a tool or a service printed when a
// pull from Amazon ECR failed, and says what it means: what kind of failure it is, which
// side must act, and what to check next. It knows texts of docker, containerd, CRI-O,
// podman, the kubelet, AWS services, the AWS CLI and SDKs, and Terraform. It is never more
// certain than the text. It does not read AWS and does not judge policies: package verdict
// does. It is pure.
package pullerror

import (
	"fmt"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
)

// maxOthers is how many errors of one text are reported beside the first.
const maxOthers = 10

// Explain explains a text. It reads the beginning and the end of a very long one.
func Explain(text string) Explanation {
	text, cut := shortened(text)
	found := read(unwrapped(text, 0))
	if width := wrapWidth(text); width > 0 {
		if joined := read(unwrapped(text, width)); joined.betterThan(found) {
			found = joined
		}
	}
	e := Explanation{Cut: cut, Finding: found.findings[0]}
	e.Others = append([]Finding{}, found.findings[1:min(len(found.findings), 1+maxOthers)]...)
	e.Summary = wording.Sentence(summary(e.Finding))
	e.HCL = call(e.Finding)
	e.Explanation = explanation(e)
	return e
}

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
