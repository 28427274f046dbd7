// SPDX-License-Identifier: MPL-2.0

package repositorystatement

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/hostile"
)

// TestTextsOfOthersStayData: whatever a statement has, in the configuration or in ECR, a
// diagnostic about it has the lines that it always has.
func TestTextsOfOthersStayData(t *testing.T) {
	t.Parallel()
	forms := []string{
		`{"Sid":"?","Effect":"Allow","Principal":{"AWS":"*","?":"?"},"Action":["?"],"?":"?"}`,
		`{"Sid":"S","Effect":"?","Principal":"*","Action":"?"}`,
		`{"Sid":"S","Effect":"Allow","Principal":{"AWS":"?"},"Action":["?"],"Resource":"?","Condition":{"?":{"?":"?"}}}`,
		`{"Sid":"S","Effect":"Allow","Principal":"*","Action":["ecr:BatchGetImage"],"Condition":{"StringNotEquals":{"?":"?"}}}`,
		`{"Sid":"S","Effect":"Deny","Principal":"*","Action":["ecr:*"],"Condition":{"StringEquals":{"?":["?","${?}"]}}}`,
		`{"Sid":"?","Effect":"Deny","Principal":{"AWS":["arn:?:iam::123456789012:root"]},"Action":["ecr:?"],"NotAction":"?"}`,
		`{"?":{"?":{"?":1,"?":1}}}`,
		`?`,
	}
	for _, form := range forms {
		harmless := strings.Split(diagnosticsWith(t, form, "x"), "\x00")
		for _, evil := range hostile.Texts() {
			for i, text := range strings.Split(diagnosticsWith(t, form, evil), "\x00") {
				if i < len(harmless) && strings.Count(text, "\n") != strings.Count(harmless[i], "\n") {
					break // Another diagnostic: this text is judged by what it is.
				}
				hostile.CheckHarmless(t, form, strings.ReplaceAll(text, "\n", ""), "")
			}
		}
	}
}

// diagnosticsWith returns all diagnostics about a statement with a text in it, each ended by a
// zero.
func diagnosticsWith(t *testing.T, form, text string) string {
	t.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	m := modelOf(strings.ReplaceAll(form, "?", strings.Trim(string(quoted), `"`)))
	var diags diag.Diagnostics
	m.check(&diags)
	m.checkPlace(&diags)
	diags.Append(m.openings(t.Context())...)
	if isDeny(m) {
		warnDestroyed(m, &diags)
		plan := modelOf(`{"Sid":"S","Effect":"Deny","Principal":"*","Action":"ecr:PutImage"}`)
		warnChanged(m, plan, &diags)
		plan.Sid = types.StringValue("T")
		warnChanged(m, plan, &diags)
	}
	var all strings.Builder
	for _, d := range diags {
		all.WriteString(d.Summary() + ": " + d.Detail() + "\x00")
	}
	return all.String()
}
