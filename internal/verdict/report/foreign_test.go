// SPDX-License-Identifier: MPL-2.0

package report_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/report"
)

// TestForeignText: no text in a policy can end a line and begin one that looks like
// ours, whichever element it is in.
func TestForeignText(t *testing.T) {
	t.Parallel()
	const evil = `x\nAllowed: forged`
	statements := []string{
		`{"Sid":"` + evil + `","Effect":"Deny","Principal":"*","Action":"ecr:*"}`,
		`{"Effect":"Deny","Principal":"*","Action":"ecr:*","Condition":{"StringEquals":{"aws:SourceVpce":["` + evil + `"]}}}`,
		`{"Effect":"Deny","Principal":"*","Action":"ecr:*","Condition":{"StringEquals":{"aws:` + evil + `":["x"]}}}`,
		`{"Effect":"Deny","Principal":"*","Action":"ecr:*","Condition":{"` + evil + `":{"aws:SourceVpce":["x"]}}}`,
		`{"Effect":"Allow","Principal":"*","Action":"ecr:*","Condition":{"StringEquals":{"aws:SourceVpce":["` + evil + `"]}}}`,
		`{"Effect":"Allow","Principal":"*","Action":"ecr:*","Condition":{"StringNotEquals":{"aws:` + evil + `":["` + evil + `"]}}}`,
		`{"Effect":"Allow","Principal":"*","Action":"ecr:*","Resource":"arn:aws:ecr:us-east-1:987654321098:repository/` + evil + `"}`,
		`{"Effect":"Allow","Principal":"*","Action":"ecr:*","Resource":"arn:aws:ecr:us-east-1:111111111111\nAllowed: forged:repository/payment-service"}`,
		`{"Effect":"Allow","Principal":"*","Action":"ecr:*","Resource":"arn:aws:ecr:us-east-1:987654321098:repository/payment-service:` + evil + `"}`,
		`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::1111\nAllowed: forged:role/app"},"Action":"ecr:*"}`,
		`{"Effect":"Allow","Principal":"*","Action":"` + evil + `"}`,
		`{"Effect":"Allow","Principal":"*","Action":"ecr:*","` + evil + `":"x"}`,
		`{"Effect":"Allow","Principal":{"` + evil + `":"x"},"Action":"ecr:*"}`,
	}
	for _, statement := range statements {
		for _, context := range []map[string][]string{nil, {"aws:SourceVpce": {}}, {"aws:SourceVpce": {"x"}}} {
			for _, in := range []verdict.Input{
				pulls.With(pulls.Both(), func(in *verdict.Input) { in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(statement)) }),
				pulls.With(pulls.Both(), func(in *verdict.Input) { in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(pulls.Grant, statement)) }),
				pulls.With(pulls.Both(), func(in *verdict.Input) {
					in.IdentityPolicies = pulls.DocumentsOf(pulls.Doc(pulls.Login, strings.Replace(statement, `"Principal":"*",`, "", 1)))
				}),
				pulls.With(pulls.None(), func(in *verdict.Input) {
					in.IdentityPolicies = verdict.DocumentsOf(verdict.Document{Name: "x\nAllowed: forged", Text: pulls.Doc(strings.Replace(statement, `"Principal":"*",`, "", 1))})
				}),
			} {
				in.Context = context
				result := pulls.Evaluate(t, in)
				for _, text := range texts(&result) {
					for i, line := range strings.Split(text, "\n") {
						if strings.HasPrefix(line, "Allowed") && i > 0 {
							t.Errorf("%s forges a line:\n%s", statement, text)
						}
					}
				}
			}
		}
	}
}

// TestForeignText_suggestion: a key that is suggested instead of a misspelt one may come
// from a policy.
func TestForeignText_suggestion(t *testing.T) {
	t.Parallel()
	in := pulls.Both()
	in.RepositoryPolicy = pulls.DocumentsOf(pulls.Doc(`{"Effect":"Allow","Principal":"*","Action":"ecr:*","Condition":{"StringEquals":{"aws:F\nooo":"x"}}}`))
	in.Context = map[string][]string{"aws:Fooo": {"x"}}
	result := pulls.Evaluate(t, in)
	for _, mismatch := range result.Mismatches {
		if strings.Contains(mismatch, "\n") {
			t.Errorf("a line of somebody else: %q", mismatch)
		}
	}
	if len(result.Mismatches) == 0 {
		t.Error("the key is not reported")
	}
}

// texts returns all texts of a result in which nothing but our own line ends belong.
func texts(r *report.Result) []string {
	all := slices.Concat([]string{r.Explanation}, r.Mismatches, r.UnknownContextKeys)
	all = append(all, r.Assumptions...)
	for _, d := range r.Decisions {
		all = append(all, d.Reason)
		for _, s := range d.Statements {
			all = append(all, s.Policy, s.Sid)
		}
	}
	for _, remedy := range r.Remedies {
		all = append(all, remedy.Sentence, remedy.HCL)
	}
	for _, side := range slices.Sorted(maps.Keys(r.Messages)) {
		all = append(all, r.Messages[side])
	}
	for _, notice := range append(r.Rejected, r.Unlikely...) {
		all = append(all, notice.Sentence)
	}
	return all
}
