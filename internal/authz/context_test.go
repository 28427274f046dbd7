package authz_test

import (
	"fmt"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
)

// TestEmptyConditionKey: a condition key without a name is like any other that the
// request's context does not have, however many keys the context has.
func TestEmptyConditionKey(t *testing.T) {
	t.Parallel()
	pol := authz.Policies{
		Identity:   given(allowAll),
		Repository: given(`{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Condition":{"StringNotEquals":{"":"a"}}}}`),
	}
	for count := range 12 {
		known := map[string][]string{}
		for i := range count {
			known[fmt.Sprintf("aws:PrincipalTag/t%d", i)] = []string{"v"}
		}
		req := request(known)
		req.Context.Complete = false
		if got := authz.Decide(req, pol); got != authz.Conditional {
			t.Errorf("%d keys in the context: %s", count, got)
		}
		req.Context.Known[""] = []string{"a"}
		if got := authz.Decide(req, pol); got != authz.Denied {
			t.Errorf("%d keys in the context beside an empty one: %s", count, got)
		}
	}
}

func TestWithoutResource(t *testing.T) {
	t.Parallel()
	for action, want := range map[string]bool{"ECR:getauthorizationtoken": true, "ecr:DescribeRegistry": true, "ecr:BatchGetImage": false} {
		if got := authz.WithoutResource(action); got != want {
			t.Errorf("WithoutResource(%q) = %t", action, got)
		}
	}
}

func TestIsInEveryRequest(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]bool{"aws:currentTIME": true, "aws:SourceVpce": false} {
		if got := authz.IsInEveryRequest(key); got != want {
			t.Errorf("IsInEveryRequest(%q) = %t", key, got)
		}
	}
}

func TestSetsOfAType(t *testing.T) {
	t.Parallel()
	for _, policyType := range authz.PolicyTypes() {
		var p authz.Policies
		p.Set(policyType, []authz.PolicySet{{Unknown: true}})
		if got := p.Of(policyType); len(got) != 1 || !got[0].Unknown {
			t.Errorf("%s: %v", policyType, got)
		}
	}
}
