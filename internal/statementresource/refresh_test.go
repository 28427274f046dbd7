// SPDX-License-Identifier: MPL-2.0

package statementresource

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/policystore"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/golden"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/hostile"
)

var paymentService = awsname.Repository{Partition: "aws", Region: "us-east-1", Account: "987654321098", Name: "payment-service"}

func parsed(t *testing.T, text string) *policy.Statement {
	t.Helper()
	s, err := policy.ParseStatement(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// A statement that no grant can be is refused with what is in the way, and with the resource
// that takes it.
func TestUnsupportedStatements(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"deny":          `{"Sid":"S","Effect":"Deny","Principal":"*","Action":"ecr:*"}`,
		"public":        `{"Sid":"S","Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}`,
		"sid_of_spaces": `{"Sid":"allow team A","Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"ecr:BatchGetImage"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			diags := testBase.checkImportable(paymentService, parsed(t, text))
			golden.Compare(t, filepath.Join("testdata", "import", name+".txt"), diags[0].Summary()+"\n\n"+diags[0].Detail()+"\n")
		})
	}
	diags := checkForm(policystore.Key{Repository: paymentService, Sid: "S"}, parsed(t, `{"Sid":"S","Effect":"Deny","Principal":"*","Action":"ecr:*"}`))
	golden.Compare(t, filepath.Join("testdata", "import", "replaced_by_a_deny.txt"), diags[0].Summary()+"\n\n"+diags[0].Detail()+"\n")
}

// TestTextsOfUnsupportedStatementsStayData: whatever another writer has put in the place of a grant, a
// diagnostic about it has the lines that it always has.
func TestTextsOfUnsupportedStatementsStayData(t *testing.T) {
	t.Parallel()
	harmless := unsupportedWith(t, "x")
	for _, evil := range hostile.Texts() {
		for what, text := range unsupportedWith(t, evil) {
			hostile.CheckHarmless(t, what, text, harmless[what])
		}
	}
}

func unsupportedWith(t *testing.T, text string) map[string]string {
	t.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{}
	for i, s := range []string{
		`{"Sid":"PaymentsPull","Effect":"?","?":"?","Principal":{"?":"?","AWS":["?","AROAEXAMPLEEXAMPLE123"]},"Action":"?","Condition":{"?":{"?":"?"}}}`,
		`{"Sid":"PaymentsPull","Effect":"Allow","Principal":"*","Action":"?","Resource":"?"}`,
		`{"Sid":"PaymentsPull","Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"?","Resource":"?"}`,
	} {
		live := parsed(t, strings.ReplaceAll(s, `"?"`, string(quoted)))
		var diags diag.Diagnostics
		diags.Append(checkForm(policystore.Key{Repository: paymentService, Sid: "PaymentsPull"}, live)...)
		diags.Append(testBase.checkImportable(paymentService, live)...)
		for j, d := range diags {
			texts[fmt.Sprintf("diagnostic %d of %d", j, i)] = d.Summary() + "\n" + d.Detail()
		}
	}
	return texts
}
