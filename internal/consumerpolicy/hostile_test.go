// SPDX-License-Identifier: MPL-2.0

package consumerpolicy

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/smithy-go"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/rolepolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/hostile"
)

// TestTextsOfOthersStayData: whatever is in a policy that somebody else wrote, or in what
// AWS says, a diagnostic has the lines that it always has.
func TestTextsOfOthersStayData(t *testing.T) {
	t.Parallel()
	harmless := diagnosticsWith(t, "x")
	for _, evil := range hostile.Texts() {
		for i, text := range diagnosticsWith(t, evil) {
			hostile.CheckHarmless(t, fmt.Sprintf("diagnostic %d", i), text, harmless[i])
		}
	}
}

// diagnosticsWith returns the texts of diagnostics about a policy and a message of AWS
// that have a text of others wherever they can have one.
func diagnosticsWith(t *testing.T, text string) []string {
	t.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	fill := func(s string) string { return strings.ReplaceAll(s, `"?"`, string(quoted)) }
	existing := rolepolicy.Policy{Name: "pull", Document: fill(`{"Id":"?","Statement":[{"Sid":"?","Effect":"Allow","Action":["?","ecr:*"],"Resource":["?"],"Condition":{"?":{"?":"?"}}},{"Sid":"?","Effect":"?"},{"?":"?"}]}`)}
	broken := fill(`{"Statement":[{"Sid":"?","?":{"?":1,"?":2}}]}`)
	cause := awserr.Explain(&smithy.GenericAPIError{Code: "LimitExceeded", Message: text}, awserr.Attempt{Doing: "write the policy of " + text, Side: awserr.ConsumerSide})
	var others []rolepolicy.Policy
	for range 100 {
		others = append(others, rolepolicy.Policy{Name: text})
	}
	var diags diag.Diagnostics
	for _, err := range []error{
		&rolepolicy.ExistsError{Role: "app", Policy: existing},
		&rolepolicy.ExistsError{Role: "app", Policy: rolepolicy.Policy{Name: "pull", Document: broken}},
		&rolepolicy.ChangedError{Role: "app", Policy: existing},
		&rolepolicy.OverwrittenError{Role: "app", Policy: existing},
		&rolepolicy.QuotaError{Role: "app", Policy: existing, Others: others, Cause: cause},
		&rolepolicy.QuotaError{Role: "app", Policy: existing, Unread: cause, Cause: cause},
		&rolepolicy.MissingRoleError{Role: "app", Policy: "pull", Cause: cause},
		cause,
		errors.New(text),
	} {
		addError(&diags, err)
	}
	for _, document := range []string{existing.Document, broken} {
		_, more := imported(context.Background(), "app", "pull", document, adviceOnImport)
		diags.Append(more...)
		m := minimal()
		diags.Append(m.refresh(context.Background(), document)...)
	}
	var texts []string
	for _, d := range diags {
		texts = append(texts, d.Summary()+"\n"+d.Detail())
	}
	return append(texts, existsInPlan("app", existing))
}
