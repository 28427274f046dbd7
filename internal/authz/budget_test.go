// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/vectors"
)

// A workload is a request with its policies.
type workload struct {
	req authz.Request
	pol authz.Policies
}

// evaluate evaluates with a budget.
func (w *workload) evaluate(budget *authz.Budget) authz.Decision {
	req := w.req
	req.Budget = budget
	return authz.Evaluate(req, w.pol)
}

// tooComplex returns the policy that a decision says is too complex, or "".
func tooComplex(d *authz.Decision) string {
	for _, u := range d.Uncertainties {
		if c, ok := u.(authz.TooComplex); ok {
			return string(c.PolicyType) + " " + c.Policy
		}
	}
	return ""
}

// TestBudget: with fewer steps a decision may be Conditional, and then says so; it is
// never another one. The same steps always give the same decision.
func TestBudget(t *testing.T) {
	t.Parallel()
	for name, w := range budgetWorkloads() {
		whole := authz.NewBudget()
		full := w.evaluate(whole)
		for steps := 0; steps <= whole.Spent(); steps += 1 + steps/4 {
			budget := authz.BudgetOf(steps)
			d := w.evaluate(budget)
			if budget.Spent() > steps {
				t.Fatalf("%s: %d steps of %d", name, budget.Spent(), steps)
			}
			if fault := lessThan(&d, &full); fault != "" {
				t.Fatalf("%s with %d of %d steps: %s\n%s\n%s", name, steps, whole.Spent(), fault, trace(&d), trace(&full))
			}
			req := w.req
			req.Budget = authz.BudgetOf(steps)
			if got := authz.Decide(req, w.pol); got != d.Verdict {
				t.Fatalf("%s with %d of %d steps: Decide says %s, Evaluate %s", name, steps, whole.Spent(), got, d.Verdict)
			}
			if again := w.evaluate(authz.BudgetOf(steps)); trace(&again) != trace(&d) {
				t.Fatalf("%s with %d of %d steps: %s\nand then %s", name, steps, whole.Spent(), trace(&d), trace(&again))
			}
		}
	}
}

// lessThan returns what is wrong with a decision of few steps, or "".
func lessThan(d, full *authz.Decision) string {
	isOfFull := func(p authz.PolicyType) bool { return slices.Contains(full.DeniedBy, p) }
	switch {
	case d.Verdict == authz.Conditional && full.Verdict != authz.Conditional && tooComplex(d) == "":
		return "it is conditional, and does not say that a policy is too complex"
	case d.Verdict != authz.Conditional && d.Verdict != full.Verdict:
		return "the verdict is another one"
	case d.Explicit && !full.Explicit:
		return "the Deny is explicit"
	}
	for _, p := range d.DeniedBy {
		if !isOfFull(p) {
			return "denied by " + string(p)
		}
	}
	for i := range d.NearMisses {
		isSame := func(n authz.NearMiss) bool { return n.SameCause(&d.NearMisses[i]) }
		if full.Verdict == authz.Denied && len(d.DeniedBy) == len(full.DeniedBy) && !slices.ContainsFunc(full.NearMisses, isSame) {
			return "another near miss"
		}
	}
	return ""
}

func budgetWorkloads() map[string]workload {
	workloads := map[string]workload{}
	r := rand.New(rand.NewPCG(21, 22)) //nolint:gosec // a repeatable sequence is wanted
	for i := range 100 {
		w := &world{choices: choices(r)}
		workloads[fmt.Sprintf("world %d", i)] = workload{
			request(nil, "aws:SourceVpce", "aws:x", "aws:SourceIp", "aws:TagKeys"), w.documents().policies(),
		}
	}
	roles := workload{request(nil), authz.Policies{
		Identity: given(allowAll),
		Repository: given(`{"Statement":[{"Effect":"Allow","Principal":{"AWS":` + jsonList(repeated(20, func(i int) string {
			return fmt.Sprintf("arn:aws:iam::123456789012:role/%d/app", i)
		})) + `},"Action":"*"}]}`),
	}}
	roles.req.Principal, roles.req.Context = "arn:aws:sts::123456789012:assumed-role/app/s", authz.Context{}
	workloads["roles with paths"] = roles
	all := given(allowAll)
	for name, statements := range map[string]string{
		"patterns":        unknownKey(20, "StringLike", "*a%d*b%d*"),
		"texts":           unknownKey(20, "StringEquals", "a%d%d"),
		"numbers":         unknownKey(20, "NumericLessThan", "%d.%d"),
		"addresses":       unknownKey(20, "NotIpAddress", "10.%d.%d.0/24"),
		"IPv6 addresses":  unknownKey(5, "IpAddress", "2001:db8::%d:%d"),
		"dates":           unknownKey(20, "DateGreaterThan", "2026-01-01T10:%02d:%02dZ"),
		"shared elements": `{"Effect":"Allow","Principal":"*","Action":"*","Resource":"arn:aws:ecr:*:*:repository/${aws:SourceVpce}${aws:x}"},` + unknownKey(3, "StringEquals", "a%d%d") + `,` + strings.ReplaceAll(unknownKey(3, "StringLike", "a%d%d"), "SourceVpce", "x"),
		"other actions":   strings.ReplaceAll(unknownKey(20, "StringEquals", "a%d%d"), `"Action":"*"`, `"Action":"s3:*"`),
		"other resources": `{"Effect":"Allow","Principal":"*","Action":"*","Resource":["arn:aws:ecr:us-east-1:987654321098:repository/bapp","arn:aws:ecr:us-west-1:987654321098:repository/app"]}`,
		"values with problems": `{"Effect":"Allow","Principal":"*","Action":"*","Condition":{"StringEquals":{"aws:SourceVpce":["${","vpce-1"]}}},` +
			`{"Effect":"Allow","Principal":"*","Action":"*","Condition":{"ArnLike":{"aws:SourceVpce":"a*${aws:PrincipalAccount}"}}}`,
		"uncertain elements": `{"Effect":"Allow","Principal":{"AWS":"arn:aws:sts::123456789012:assumed-role/app/s"},"Action":"*"},{"Effect":"Allow","Principal":{"AWS":"role/ap?"},"Action":"*"}`,
	} {
		pol := authz.Policies{Identity: all, Repository: given(`{"Version":"2012-10-17","Statement":[` + statements + `]}`)}
		workloads[name] = workload{request(nil, "aws:SourceVpce", "aws:x"), pol}
	}
	return workloads
}

// unknownKey returns statements that compare an unknown key with different values.
func unknownKey(count int, operator, format string) string {
	var statements []string
	for i := range count {
		statements = append(statements, fmt.Sprintf(`{"Effect":"Allow","Principal":"*","Action":"*","Condition":{"`+operator+`":{"aws:SourceVpce":"`+format+`"}}}`, i, i))
	}
	return strings.Join(statements, ",")
}

// TestBudgetIsShared: what one evaluation spends, the next one lacks; and then it
// names the policy that took most of it, which need not be one of its own.
func TestBudgetIsShared(t *testing.T) {
	t.Parallel()
	hard := workload{request(nil, "aws:SourceVpce"), authz.Policies{
		Identity:   given(allowAll),
		Repository: authz.PolicySet{Policies: []*authz.Policy{vectors.Compile("hard", `{"Statement":[`+unknownKey(50, "StringLike", "*a%d*b%d*")+`]}`)}},
	}}
	easy := workload{request(nil), authz.Policies{Identity: given(allowAll), Repository: given(allowCaller)}}
	needed := authz.NewBudget()
	if d := easy.evaluate(needed); d.Verdict != authz.Allowed {
		t.Fatal(trace(&d))
	}
	budget := authz.BudgetOf(needed.Spent() + 100_000)
	hard.evaluate(budget)
	d := easy.evaluate(budget.Clone())
	if !budget.IsSpent() || needed.IsSpent() {
		t.Error("which budget is spent is not told")
	}
	if budget.Spent() != budget.Clone().Spent() {
		t.Error("a clone spends from the original")
	}
	if got := tooComplex(&d); d.Verdict != authz.Conditional || got != "repository_policy hard" {
		t.Errorf("too complex is %q\n%s", got, trace(&d))
	}
}
