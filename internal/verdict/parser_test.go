// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
)

// TestParser_once: a Parser parses a text once, and compiles it once, for the target
// before all is known, for the judgement and for the judgements that follow.
func TestParser_once(t *testing.T) {
	t.Parallel()
	const document = `{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`
	in := Input{
		Image:   "987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service",
		RoleARN: "arn:aws:iam::123456789012:role/app", IdentityPolicies: DocumentsOf(Document{Name: "p", Text: document}),
	}
	var p Parser
	if _, faults := p.Target(in); len(faults) > 0 {
		t.Fatal(faults)
	}
	parsed := p.sources[document]
	var compiled *authz.Policy
	for range 2 {
		j, faults := p.Judge(in)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		policy := j.Compiled().Identity.Policies[0]
		if compiled != nil && policy != compiled {
			t.Error("the document is compiled again")
		}
		compiled = policy
	}
	if len(p.sources) != 1 || p.sources[document] != parsed || len(parsed.compiled) != 1 {
		t.Errorf("%d texts are parsed, one is compiled %d times", len(p.sources), len(parsed.compiled))
	}
	if got, want := p.Size(), 2*len(document); got != want {
		t.Errorf("the size is %d, want %d: parsed once, compiled once", got, want)
	}
}

// TestJudge_immutable: a judgement does not change with the input that it was made of.
func TestJudge_immutable(t *testing.T) {
	t.Parallel()
	in := Input{
		Image:   "987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service",
		RoleARN: "arn:aws:iam::123456789012:role/app",
		Context: map[string][]string{"aws:SourceVpce": {"vpce-1"}},
		ServiceControlPolicies: Levels{State: Known, List: [][]Document{{{
			Text: `{"Version":"2012-10-17","Statement":[]}`, At: At{Attribute: "service_control_policies", Indexes: []int{0, 0}},
		}}}},
	}
	j, faults := Judge(in)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	in.Context["aws:SourceVpce"][0] = "vpce-2"
	if got := j.Request("ecr:BatchGetImage").Context.Known["aws:SourceVpce"][0]; got != "vpce-1" {
		t.Errorf("the judgement has %s", got)
	}
	in.ServiceControlPolicies.List[0][0].At.Indexes[0] = 7
	if got := j.Input().ServiceControlPolicies.List[0][0].At.String(); got != "service_control_policies[0][0]" {
		t.Errorf("the judgement has a document at %s", got)
	}
}
