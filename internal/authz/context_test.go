// SPDX-License-Identifier: MPL-2.0

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

// TestRoleID: who knows the ID of the role knows which unique IDs are it, and how aws:userid
// begins.
func TestRoleID(t *testing.T) {
	t.Parallel()
	const own, other, session = "AROAEXAMPLEEXAMPLE123", "AROAEXAMPLEEXAMPLE999", "arn:aws:sts::123456789012:assumed-role/app/s"
	grantTo := func(id string) string {
		return `{"Statement":{"Effect":"Allow","Principal":{"AWS":"` + id + `"},"Action":"*"}}`
	}
	unless := func(ids string) string {
		return `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*"},{"Effect":"Deny","Principal":"*","Action":"*","Condition":{"StringNotLike":{"aws:userid":` + ids + `}}}]}`
	}
	for name, tt := range map[string]struct {
		principal, repository string
		want                  authz.Verdict
	}{
		"its own ID":                                     {consumerRole, grantTo(own), authz.Allowed},
		"the ID of another role":                         {consumerRole, grantTo(other), authz.Denied},
		"all sessions of the role":                       {consumerRole, unless(`"` + own + `:*"`), authz.Allowed},
		"all sessions of another role":                   {consumerRole, unless(`"` + other + `:*"`), authz.Denied},
		"one session of the role":                        {consumerRole, unless(`"` + own + `:s"`), authz.Conditional},
		"a session, all sessions":                        {session, unless(`["` + other + `:*","` + own + `:*"]`), authz.Allowed},
		"a session of a role, another session of it":     {session, unless(`"` + own + `:other"`), authz.Denied},
		"a session of a role, the session of other role": {session, unless(`"` + other + `:*"`), authz.Denied},
	} {
		req := request(nil)
		req.Principal, req.RoleID, req.PoliciesAsShown, req.Context = tt.principal, own, true, authz.Context{}
		if got := authz.Decide(req, authz.Policies{Identity: given(allowAll), Repository: given(tt.repository)}); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

// TestCompleteBelow: of some keys all are known, and of others not.
func TestCompleteBelow(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]authz.Verdict{
		"aws:ResourceTag/team": authz.Allowed, "ecr:ResourceTag/TEAM": authz.Allowed,
		"aws:ResourceTag/other": authz.Denied, "ecr:resourcetag/other": authz.Denied, "aws:PrincipalTag/team": authz.Conditional,
	} {
		req := request(map[string][]string{"aws:ResourceTag/team": {"a"}})
		req.Context.Complete, req.Context.CompleteBelow = false, []string{"aws:resourcetag/"}
		pol := authz.Policies{
			Identity:   given(allowAll),
			Repository: given(`{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Condition":{"StringEquals":{"` + key + `":"a"}}}}`),
		}
		if got := authz.Decide(req, pol); got != want {
			t.Errorf("%s: %s, want %s", key, got, want)
		}
	}
}

// TestRequest_Related: a key follows from the others, whatever the context says of the key itself.
func TestRequest_Related(t *testing.T) {
	t.Parallel()
	req := request(map[string][]string{"aws:SourceVpce": {"vpce-1"}, "aws:SourceIp": {"10.0.0.1"}, "aws:PrincipalOrgPaths": {"o-a/r-b/"}, "AWS:PrincipalOrgID": {"o-c"}})
	for key, want := range map[string]authz.KeyState{"aws:SourceIP": authz.KeyAbsent, "aws:SourceVpce": authz.KeyAbsent, "aws:PrincipalOrgID": authz.KeyKnown, "aws:PrincipalTag/a": authz.KeyUnknown} {
		if state, values := req.Related(key, authz.Policies{}); state != want || len(values) > 0 && values[0] != "o-a" {
			t.Errorf("%s: %v %q, want %v", key, state, values, want)
		}
	}
	req.Principal = "nobody"
	if state, _ := req.Related("aws:SourceIp", authz.Policies{}); state != authz.KeyUnknown {
		t.Errorf("of nobody: %v", state)
	}
}
