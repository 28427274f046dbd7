// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
)

// TestWhatPoliciesTellOfTheCaller: what is known of the policies, and not of the
// request, can settle whom a principal means.
func TestWhatPoliciesTellOfTheCaller(t *testing.T) {
	t.Parallel()
	const session = "arn:aws:sts::123456789012:assumed-role/app/s"
	for name, test := range map[string]struct {
		principal, named string
		shown, noPath    bool
		want             authz.Verdict
	}{
		"a unique ID":                        {consumerRole, "AROAEXAMPLEEXAMPLE123", false, false, authz.Conditional},
		"a unique ID, as AWS shows it":       {consumerRole, "AROAEXAMPLEEXAMPLE123", true, false, authz.Denied},
		"a session and its role":             {session, consumerRole, false, false, authz.Conditional},
		"a session and its role, no path":    {session, consumerRole, false, true, authz.Allowed},
		"a session and a role with a path":   {session, "arn:aws:iam::123456789012:role/x/app", false, true, authz.Conditional},
		"a session and another role":         {session, "arn:aws:iam::123456789012:role/other", false, false, authz.Denied},
		"a session and the unique ID of one": {session, "AROAEXAMPLEEXAMPLE123", false, true, authz.Conditional},
	} {
		grant := `{"Effect":"Allow","Principal":{"AWS":"` + test.named + `"},"Action":"ecr:*"}`
		pol := documents{identity: []string{`{"Effect":"Allow","Action":"ecr:*","Resource":"*"}`}, repository: []string{grant}}.policies()
		req := request(nil)
		req.Principal, req.Context, req.PoliciesAsShown, req.AssumeNoPath = test.principal, authz.Context{}, test.shown, test.noPath
		if d := authz.Evaluate(req, pol); d.Verdict != test.want {
			t.Errorf("%s: %s, want %s", name, trace(&d), test.want)
		}
	}
}
