// SPDX-License-Identifier: MPL-2.0

package pullcheck

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullcheck/attributes"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullcheck/live"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/report"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
)

// warnOfDocuments warns of reads that AWS denied, of documents that it would reject, and of
// probable mistakes.
func warnOfDocuments(diags *diag.Diagnostics, result report.Result, refusals []live.Refusal) {
	for _, refusal := range refusals {
		title, detail := awserr.Describe(refusal.Err, "A read was refused")
		diags.AddAttributeWarning(path.Root(refusal.At.Attribute), title, fmt.Sprintf("%s\n\n%s", consequence(refusal.At), detail))
	}
	warnAt(diags, result.Rejected, "AWS would reject a policy", "\n\nThe effect of the statement is not known: the verdict is conditional if it matters.")
	warnAt(diags, result.Unlikely, "Probable mistake", "")
}

// warnAt warns once of each place, of all that is wrong there: of several warnings
// of one title Terraform shows one.
func warnAt(diags *diag.Diagnostics, notices []report.Notice, title, end string) {
	details := map[string][]string{}
	for _, notice := range notices {
		at := notice.At.String()
		details[at] = append(details[at], notice.Sentence)
	}
	for _, notice := range notices {
		at := notice.At.String()
		if detail, first := details[at]; first {
			diags.AddAttributeWarning(attributes.Path(notice.At), title+": "+at, strings.Join(wording.Capped(detail, "sentences: see mismatches."), "\n")+end)
			delete(details, at)
		}
	}
}

func consequence(at verdict.At) string {
	if at.Attribute == "role_arn" {
		return "The check takes role_arn as it is written: whether the role exists and has this path could not be verified."
	}
	return fmt.Sprintf("%s stays unknown: the verdict is conditional, unless something else denies. Give %s as an argument, or let the credentials read it.", at, at.Attribute)
}
