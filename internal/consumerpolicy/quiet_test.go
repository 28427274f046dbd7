// SPDX-License-Identifier: MPL-2.0

package consumerpolicy

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/fault"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// A wildcard is named by the plan that creates or changes the policy, once for each value.
func TestPlanNamesAWildcardOnce(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	wild, again, wider := minimal(), minimal(), minimal()
	wild.RepositoryARNs = tfattr.StringSet([]string{appARN + "*"})
	again.RepositoryARNs, again.Name = wild.RepositoryARNs, types.StringValue("again")
	wider.RepositoryARNs, wider.Name = tfattr.StringSet([]string{"arn:aws:ecr:us-east-1:*:repository/*"}), types.StringValue("wider")
	for i, step := range []struct {
		config model
		prior  *model
		want   string
	}{
		{wild, nil, "Repository ARN with a wildcard"},
		{again, nil, ""},
		{wider, nil, "Repositories of any account"},
	} {
		_, diags := planBy(t, e.r, step.config, step.prior)
		if got := len(diags) > 0; got != (step.want != "") || got && (len(diags) > 1 || diags[0].Summary() != step.want || !strings.Contains(diags[0].Detail(), "This is about the role app.")) {
			t.Errorf("%d: got %v, want %q", i, diags, step.want)
		}
	}
	created := planned(t, wild)
	e.nextWalk()
	if _, diags := planBy(t, e.r, wild, &created); len(diags) > 0 {
		t.Errorf("got %v for a policy that does not change", diags)
	}
}

// A role that is not there, or IAM that does not answer, is said once; the plan goes on.
func TestPlanWithoutTheRole(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fault *fault.Fault
		role  string
		want  string
	}{
		"a missing role":   {nil, "absent", "There is no role absent in the account 123456789012, that of the provider's credentials. If this apply creates the role before this resource, ignore this warning"},
		"a missing policy": {nil, "app", ""},
		"denied":           {new(fault.Error(403, "AccessDenied", "not authorized")), "app", "The plan could not read the inline policies of the role app"},
	} {
		e := newEnv(t)
		if tt.fault != nil {
			e.faults.SetRules(fault.Rule{Operation: "iam:GetRolePolicy", Fault: *tt.fault})
		}
		for i, name2 := range []string{"pull", "again"} {
			config := minimal()
			config.Role, config.Name = types.StringValue(tt.role), types.StringValue(name2)
			next, diags := planBy(t, e.r, config, nil)
			if isWarned := len(diags) == 1; isWarned != (tt.want != "" && i == 0) || len(diags) > 1 || isWarned && !strings.Contains(diags[0].Detail(), tt.want) {
				t.Errorf("%s: %d: got %v", name, i, diags)
			}
			if diags.HasError() || next.Policy.IsUnknown() {
				t.Errorf("%s: the plan does not go on", name)
			}
		}
	}
}
