// SPDX-License-Identifier: MPL-2.0

package report_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/report"
)

// TestExplanation_stable: the explanation of a plan is that of what exists after its apply.
func TestExplanation_stable(t *testing.T) {
	t.Parallel()
	var inputs []verdict.Input
	for _, tt := range pulls.Cases {
		inputs = append(inputs, tt.In)
	}
	random := rand.New(rand.NewPCG(13, 14)) //nolint:gosec // a repeatable sequence is wanted
	for range 200 {
		choices := make([]byte, 100)
		for i := range choices {
			choices[i] = byte(random.UintN(256)) //nolint:gosec // it fits
		}
		inputs = append(inputs, pulls.MadeUp(choices))
	}
	compared := 0
	for _, in := range inputs {
		in.RoleExists, in.RepositoryExists = verdict.Exists, verdict.Exists
		if len(in.RepositoryPolicy.List) != 1 || in.RepositoryPolicy.List[0].Text == verdict.UnknownText || in.IdentityPolicies.State != verdict.Known {
			continue
		}
		slices.SortFunc(in.IdentityPolicies.List, func(a, b verdict.Document) int { return strings.Compare(a.Name, b.Name) })
		statements := []string{
			strings.Replace(pulls.Grant, `"Pull"`, `"B"`, 1), strings.Replace(pulls.Grant, `"Pull"`, `"A"`, 1),
			`{"Sid":"Own","Effect":"Deny","Principal":"*","Action":"ecr:BatchGetImage","Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}}}`,
		}
		in.PlannedStatements = nil
		for _, text := range statements {
			in.PlannedStatements = append(in.PlannedStatements, verdict.Document{Text: text})
		}
		in.PlannedRolePolicies = []verdict.Document{{Name: "a-pull", Text: pulls.Pulling}, {Name: "zz", Text: pulls.Doc(pulls.Login)}}
		after := in
		document := parsed(t, in.RepositoryPolicy.List[0].Text)
		for _, i := range []int{1, 2, 0} {
			statement, err := policy.ParseStatement(statements[i])
			if err != nil {
				t.Fatal(err)
			}
			document = document.Put(statement)
		}
		after.RepositoryPolicy.List = []verdict.Document{in.RepositoryPolicy.List[0]}
		after.RepositoryPolicy.List[0].Text = document.String()
		after.IdentityPolicies.List = append(slices.Clone(in.IdentityPolicies.List), in.PlannedRolePolicies...)
		slices.SortFunc(after.IdentityPolicies.List, func(a, b verdict.Document) int { return strings.Compare(a.Name, b.Name) })
		planned, applied := pulls.Evaluate(t, in), pulls.Evaluate(t, after)
		if diff := cmp.Diff(planned.Explanation, applied.Explanation); diff != "" {
			t.Errorf("explanation (-planned +applied):\n%s", diff)
		}
		if planned.Summary != applied.Summary || !strings.HasPrefix(planned.Explanation, planned.Summary+"\n") {
			t.Errorf("summaries %q and %q", planned.Summary, applied.Summary)
		}
		if compared++; strings.Contains(planned.Explanation, "the plan ") || strings.Contains(planned.Explanation, "lanned statement") {
			t.Errorf("the explanation speaks of what is planned:\n%s", planned.Explanation)
		}
	}
	if compared < 100 {
		t.Errorf("only %d inputs", compared)
	}
}

func parsed(t *testing.T, text string) *policy.Document {
	t.Helper()
	document, err := policy.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// TestOf_sameParser: what a Parser keeps of one pull changes nothing in the result of another.
func TestOf_sameParser(t *testing.T) {
	t.Parallel()
	var parser verdict.Parser
	cases := slices.Clone(pulls.Cases)
	for range 2 {
		for _, tt := range cases {
			alone, faults := verdict.Judge(tt.In)
			beside, more := parser.Judge(tt.In)
			if len(faults)+len(more) > 0 {
				t.Fatal(tt.Name, faults, more)
			}
			if diff := cmp.Diff(report.Of(alone), report.Of(beside)); diff != "" {
				t.Errorf("%s: beside others: %s", tt.Name, diff)
			}
		}
		slices.Reverse(cases)
	}
}
