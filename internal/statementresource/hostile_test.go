// SPDX-License-Identifier: MPL-2.0

package statementresource

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/policystore"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/hostile"
)

// TestTextsOfOthersStayData: whatever another writer of the policy, or AWS, has written,
// a diagnostic has the lines that it always has.
func TestTextsOfOthersStayData(t *testing.T) {
	t.Parallel()
	harmless := diagnosticsWith(t, "x")
	for _, evil := range hostile.Texts() {
		for what, text := range diagnosticsWith(t, evil) {
			hostile.CheckHarmless(t, what, text, harmless[what])
		}
	}
}

// diagnosticsWith returns the texts of diagnostics about statements and messages that
// have a text of another writer wherever they can have one.
func diagnosticsWith(t *testing.T, text string) map[string]string {
	t.Helper()
	quoted, err := json.Marshal(text)
	if err != nil {
		t.Fatal(err)
	}
	parse := func(s string) *policy.Statement {
		statement, err := policy.ParseStatement(strings.ReplaceAll(s, `"?"`, string(quoted)))
		if err != nil {
			t.Fatal(err)
		}
		return statement
	}
	repo := awsname.Repository{Partition: "aws", Region: "us-east-1", Account: "987654321098", Name: "payment-service"}
	key := policystore.Key{Repository: repo, Sid: "PaymentsPull"}
	ours := parse(`{"Sid":"PaymentsPull","Effect":"?","?":"?","Principal":{"?":"?","AWS":["?","AROAEXAMPLEEXAMPLE123"]},"Action":"?","Condition":{"?":{"?":"?"}}}`)
	doc := policy.NewDocument(
		parse(`{"Sid":"?","Effect":"Allow","Principal":{"AWS":["AROAEXAMPLEEXAMPLE123","?"]},"Action":"?"}`),
		parse(`{"Sid":"?","Effect":"Allow","Principal":"*","Action":"?","Resource":"?"}`),
		parse(`{"Effect":"Allow","Principal":"*","Action":"?","Resource":"?"}`),
		parse(`{"Sid":"? ","Effect":"?"}`),
	)
	refused := awserr.Explain(&types.InvalidParameterException{Message: aws.String("Principal not found" + text)}, awserr.Attempt{Doing: "read " + text, Side: awserr.RegistrySide})
	missing := awserr.Explain(&types.RepositoryNotFoundException{Message: aws.String(text)}, awserr.Attempt{})
	_, unreadable := policy.Parse(strings.ReplaceAll(`{"Statement":[{"Sid":"?","Condition":{"?":{"?":1,"?":2}}}]}`, `"?"`, string(quoted)))
	texts := map[string]string{}
	for name, err := range map[string]error{
		"exists":     &policystore.ExistsError{Key: key, Statement: ours},
		"changed":    &policystore.ChangedError{Key: key, Statement: ours},
		"version":    &policystore.VersionError{Key: key, Version: text},
		"refused":    &policystore.RefusedError{Key: key, Named: []string{"arn:aws:iam::" + text + ":role/x", text}, Policy: doc, Cause: refused},
		"removal":    &policystore.RefusedError{Key: key, Removing: true, Policy: doc, Cause: refused},
		"too large":  &policystore.TooLargeError{Repository: repo, Policy: doc},
		"unreadable": fmt.Errorf("it cannot be understood: %w", unreadable),
		"mismatch":   &policystore.MismatchError{Repository: repo, Account: text, Name: text},
		"elements":   &policystore.UnknownElementsError{Repository: repo, Elements: []string{text, text}},
		"AWS":        refused,
		"other":      errors.New(text),
	} {
		summary, detail := testBase.describe(err)
		texts[name] = summary + "\n" + detail
		texts[name+" as an error"] = err.Error()
	}
	delete(texts, "other as an error") // it is never printed alone
	var diags diag.Diagnostics
	warnDeleted(&diags, key, ours)
	warnOthers(&diags, key, policystore.Outcome{Writes: 4, Overwritten: 3, Disappeared: []*policy.Statement{ours}, Restored: []string{text, text}, Lost: []string{text, text}})
	diags.Append((&Base{Policies: &policystore.Store{}}).preflightDeleted(repo, doc, key.Sid)...)
	for i, d := range diags {
		texts[fmt.Sprintf("diagnostic %d", i)] = d.Summary() + "\n" + d.Detail()
	}
	texts["missing statement"] = missingStatement(repo, "TeamA", doc, "123456789012")
	texts["missing repository"] = missingRepository(repo, "123456789012", missing)
	return texts
}

// TestStatementsAreToldApart: a statement without a Sid, and one of several with the same
// Sid, is named by its index.
func TestStatementsAreToldApart(t *testing.T) {
	t.Parallel()
	doc, err := policy.Parse(`{"Statement":[{"Sid":"A"},{"Sid":"A"},{"Sid":"B"},{}]}`)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{`statement with the Sid "A" (index 0)`, `statement with the Sid "A" (index 1)`, `statement with the Sid "B"`, `statement without a Sid (index 3)`} {
		if got := nameOf(doc, doc.Statements()[i]); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestManyPossibleCauses: of many statements that ECR may have refused, the text has the
// first ones and the number of the others.
func TestManyPossibleCauses(t *testing.T) {
	t.Parallel()
	doc := policy.New()
	for i := range 100 {
		s, err := policy.ParseStatement(fmt.Sprintf(`{"Sid":"S%d","Effect":"Allow","Principal":"*","Action":"ecr:*","Resource":"*"}`, i))
		if err != nil {
			t.Fatal(err)
		}
		doc = doc.Put(s)
	}
	named := make([]string, 100)
	for i := range named {
		named[i] = fmt.Sprintf("%012d", i)
	}
	_, detail := testBase.describe(&policystore.RefusedError{Key: policystore.Key{Repository: paymentService}, Named: named, Policy: doc, Cause: errors.New("refused")})
	if len(detail) > 4000 || !strings.Contains(detail, "95 more statements like these.") {
		t.Errorf("%d characters:\n%s", len(detail), detail)
	}
}
