// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/vectors"
)

// medianCase is a usual cross-account pull: 6 statements in 5 documents.
func medianCase() (authz.Request, authz.Policies) {
	layer := func(text string) authz.PolicySet {
		return authz.PolicySet{Present: true, Policies: []*authz.Policy{vectors.Compile("p", `{"Version":"2012-10-17","Statement":[`+text+`]}`)}}
	}
	req := authz.Request{
		Principal: "arn:aws:iam::123456789012:role/ecsTaskExecutionRole", Action: "ecr:BatchGetImage",
		Resource: "arn:aws:ecr:us-east-1:987654321098:repository/payment-service", ResourceAccount: "987654321098",
		Context: authz.Context{Known: map[string][]string{"aws:PrincipalOrgID": {"o-abc"}, "aws:SourceVpce": {"vpce-0abc"}}, Complete: true},
	}
	pol := authz.Policies{
		Identity: layer(`{"Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"},
			{"Effect":"Allow","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":"arn:aws:ecr:us-east-1:987654321098:repository/payment-service"}`),
		Boundary: layer(`{"Effect":"Allow","Action":["ecr:*","logs:*"],"Resource":"*"}`),
		SCP:      []authz.PolicySet{layer(`{"Effect":"Allow","Action":"*","Resource":"*"}`)},
		Repository: layer(`{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],
			"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-abc"}}}`),
		Registry: layer(`{"Effect":"Deny","Principal":"*","Action":"ecr:*","Resource":"*","Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-0abc"}}}`),
	}
	return req, pol
}

// largeCase has 200 statements.
func largeCase() (authz.Request, authz.Policies) {
	req, pol := medianCase()
	var statements []string
	for i := range 194 {
		statements = append(statements, fmt.Sprintf(`{"Effect":"Allow","Action":["ecr:BatchGetImage","ecr:Get*"],"Resource":"arn:aws:ecr:*:*:repository/team-%d/*",
			"Condition":{"StringLike":{"aws:PrincipalTag/team":"team-%d"}}}`, i, i))
	}
	text := `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
	pol.Identity.Policies = append(pol.Identity.Policies, vectors.Compile("large", text))
	return req, pol
}

func BenchmarkMedian(b *testing.B) { benchmark(b, medianCase) }

func BenchmarkLarge(b *testing.B) { benchmark(b, largeCase) }

func benchmark(b *testing.B, build func() (authz.Request, authz.Policies)) {
	b.Helper()
	req, pol := build()
	if d := authz.Evaluate(req, pol); d.Verdict != authz.Allowed {
		b.Fatal(trace(&d))
	}
	b.Run("verdict", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			authz.Decide(req, pol)
		}
	})
	b.Run("reasons", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			authz.Evaluate(req, pol)
		}
	})
}

// BenchmarkVectors decides every vector once per round.
func BenchmarkVectors(b *testing.B) {
	type compiled struct {
		req authz.Request
		pol authz.Policies
	}
	var all []compiled
	for _, file := range allVectorFiles(b) {
		for _, v := range vectors.Read(b, file) {
			req, pol := v.Input()
			all = append(all, compiled{req, pol})
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		for _, c := range all {
			authz.Decide(c.req, c.pol)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(all)), "ns/decision")
}
