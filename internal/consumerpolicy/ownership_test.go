// SPDX-License-Identifier: MPL-2.0

package consumerpolicy

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/fault"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// An object keeps its policy if IAM refuses its update, also against another object
// with the same policy that is deleted in the same apply.
func TestARefusedUpdateKeepsThePolicy(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	m := e.create(planned(t, minimal())).model
	e.nextWalk()
	changed := minimal()
	changed.RepositoryARNs = tfattr.StringSet([]string{baseARN})
	next, diags := planBy(t, e.r, changed, &m)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	e.nextWalk()
	e.faults.SetRules(fault.Rule{Operation: "iam:PutRolePolicy", Fault: fault.Error(409, "LimitExceeded", "Maximum policy size of 10240 bytes exceeded for role app")})
	if got := e.update(m, next); !got.diags.HasError() {
		t.Fatal("the update was not refused")
	}
	expectWarning(t, e.delete(m), "so it was kept")
	if e.policy() != m.Policy.ValueString() {
		t.Errorf("the role has %s", e.policy())
	}
}

// A policy that another writer has changed since the plan is neither updated nor
// deleted.
func TestAPolicyThatHasChangedSinceThePlan(t *testing.T) {
	t.Parallel()
	changed := minimal()
	changed.RepositoryARNs = tfattr.StringSet([]string{baseARN})
	for name, do := range map[string]func(*env, model) diag.Diagnostics{
		"update": func(e *env, m model) diag.Diagnostics { return e.update(m, planned(t, changed)).diags },
		"delete": func(e *env, m model) diag.Diagnostics { return e.delete(m) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEnv(t)
			m := e.create(planned(t, minimal())).model
			e.nextWalk()
			e.server.PutRolePolicy(e.account, "app", managed.DefaultPolicyName, "{}")
			diags := do(e, m)
			if len(diags) != 1 || diags[0].Summary() != "Inline policy changed since the plan" || !strings.Contains(diags[0].Detail(), "plan again") {
				t.Errorf("got %v", diags)
			}
			if e.policy() != "{}" {
				t.Errorf("the role has %s", e.policy())
			}
		})
	}
}
