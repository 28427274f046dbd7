package report_test

import (
	"fmt"
	"strings"
	"testing"

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
			docs = append(docs, verdict.Document{Name: fmt.Sprintf("%s%d", prefix, d), Text: `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`})
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

// TestManyMistakesAreCounted: of a document with very many mistakes the result has the
// first ones and the number of the others.
func TestManyMistakesAreCounted(t *testing.T) {
	t.Parallel()
	in := hardInputs()["many unknown keys"]
	at := verdict.At{Attribute: "identity_policies", Key: "p"}
	in.IdentityPolicies = verdict.DocumentsOf(verdict.Document{Name: "p", At: at, Text: `{"Version":"2012-10-17","Statement":[` + strings.Repeat("{},", 2000) + `{}]}`})
	j, faults := verdict.Judge(in)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	result := report.Of(j)
	last := result.Mismatches[len(result.Mismatches)-1]
	if len(result.Mismatches) != 201 || last != `identity_policies["p"] has more mistakes like these: 5803.` {
		t.Errorf("%d mismatches, the last one: %s", len(result.Mismatches), last)
	}
}
