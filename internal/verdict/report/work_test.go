// SPDX-License-Identifier: MPL-2.0

package report_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/report"
)

// hardInputs are pulls with as many documents as AWS takes, each about as large as AWS
// takes, of a kind that is expensive to judge.
func hardInputs() map[string]verdict.Input {
	many := func(prefix string, statement func(i int) string) []verdict.Document {
		var docs []verdict.Document
		for d := range 18 {
			var statements []string
			size := 0
			for i := 0; size < 9_800; i++ {
				s := statement(1000*d + i)
				statements, size = append(statements, s), size+len(s)+1
			}
			name := fmt.Sprintf("%s%d", prefix, d)
			docs = append(docs, verdict.Document{Name: name, At: verdict.At{Attribute: "identity_policies", Key: name}, Text: `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`})
		}
		return docs
	}
	input := func(docs []verdict.Document) verdict.Input {
		return verdict.Input{
			Image:            "987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service:v1",
			RoleARN:          "arn:aws:iam::123456789012:role/ecsTaskExecutionRole",
			IdentityPolicies: verdict.DocumentsOf(docs...),
			RepositoryPolicy: verdict.DocumentsOf(),
		}
	}
	deny := func(condition string) string {
		return `{"Effect":"Deny","Action":"*","Resource":"*","Condition":{` + condition + `}}`
	}
	allow := func(condition string) string {
		return `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{` + condition + `}}`
	}
	return map[string]verdict.Input{
		"patterns on one unknown key": input(many("p", func(i int) string {
			return deny(fmt.Sprintf(`"StringLike":{"aws:SourceVpce":["*a%d*b*","*%d?*"]}`, i, i))
		})),
		"many values of one unknown key": input(many("v", func(i int) string {
			return deny(fmt.Sprintf(`"StringEquals":{"aws:SourceVpce":"vpce-%d"}`, i))
		})),
		"many unknown keys": input(many("k", func(i int) string {
			return deny(fmt.Sprintf(`"StringEquals":{"x:Key%d":"a"}`, i))
		})),
		"statements with many keys": input(many("s", func(i int) string {
			var keys []string
			for k := range 100 {
				keys = append(keys, fmt.Sprintf(`"x:Key%d-%d":"a"`, i, k))
			}
			return allow(`"StringEquals":{` + strings.Join(keys, ",") + `}`)
		})),
		"documents of empty statements": input(many("e", func(int) string { return `{}` })),
		"statements without Action":     input(many("a", func(int) string { return `{"Sid":"a"}` })),
		"values of a wrong type": input(many("w", func(i int) string {
			return deny(fmt.Sprintf(`"Null":{"aws:Fooo%d":"x"}`, i))
		})),
		"keys that are almost global": input(many("g", func(i int) string {
			var keys []string
			for k := range 100 {
				keys = append(keys, fmt.Sprintf(`"aws:S%d-%d":"a"`, i, k))
			}
			return deny(`"StringEquals":{` + strings.Join(keys, ",") + `}`)
		})),
		"unknown kinds of principals": input(many("u", func(i int) string {
			return fmt.Sprintf(`{"Effect":"Allow","Action":"*","Resource":"*","Principal":{"K%d":"x"}}`, i)
		})),
		"negated ARN patterns": input(many("n", func(i int) string {
			return deny(fmt.Sprintf(`"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/*a%d*"}`, i))
		})),
	}
}

// BenchmarkHardInputs shows that the work on one pull is bounded: it is to take no more
// than 100 ms and 64 MB on a quiet machine.
func BenchmarkHardInputs(b *testing.B) {
	for name, in := range hardInputs() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				j, faults := verdict.Judge(in)
				if len(faults) > 0 {
					b.Fatal(faults)
				}
				report.Of(j)
			}
		})
	}
}

// TestABoundedVerdictIsTheSameEachTime: steps are counted, not time, so a pull that is
// expensive to judge has the same verdict and the same text each time.
func TestABoundedVerdictIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	in := hardInputs()["patterns on one unknown key"]
	j, faults := verdict.Judge(in)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	again, _ := verdict.Judge(in)
	first := report.Of(j)
	for _, other := range []report.Result{report.Of(j), report.Of(again)} {
		if other.Verdict != first.Verdict || other.Explanation != first.Explanation {
			t.Errorf("%s, and then %s", first.Explanation, other.Explanation)
		}
	}
}

// TestManyMistakes: of a document with very many mistakes the result has the first ones,
// and says that there are more. None of its statements is evaluated.
func TestManyMistakes(t *testing.T) {
	t.Parallel()
	in := hardInputs()["documents of empty statements"]
	j, faults := verdict.Judge(in)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	result := report.Of(j)
	last := result.Mismatches[len(result.Mismatches)-1]
	if len(result.Mismatches) != 18*51 || last != `identity_policies["e17"] has more mistakes like these.` {
		t.Errorf("%d mismatches, the last one: %s", len(result.Mismatches), last)
	}
	if want := "it has 100 mistakes or more, so none of its statements is evaluated"; !strings.Contains(result.Decisions[0].Reason, want) {
		t.Errorf("reason %q, want %q", result.Decisions[0].Reason, want)
	}
	if result.Verdict != authz.Denied || len(result.Remedies) > 100 || len(result.Decisions[0].Statements) > 100 {
		t.Errorf("%s, %d remedies, %d statements", result.Verdict, len(result.Remedies), len(result.Decisions[0].Statements))
	}
}
