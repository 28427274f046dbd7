// SPDX-License-Identifier: MPL-2.0

package consumerpolicy_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/fault"
)

// Whatever becomes of a call or of its answer, each apply ends with what was
// planned, and the plan after it is empty.
func TestAccConsumerRolePolicy_faults(t *testing.T) {
	for name, rules := range map[string][]fault.Rule{
		"throttled":    everyCall(fault.Throttling()),
		"unavailable":  everyCall(fault.Unavailable()),
		"never sent":   everyCall(fault.ResetBefore()),
		"not answered": everyCall(fault.ResetAfter()),
		"not AWS":      {{Operation: "iam:PutRolePolicy", Times: 2, Fault: fault.Garbled()}, {Operation: "iam:DeleteRolePolicy", Times: 2, Fault: fault.Garbled()}},
		"shown too late": {
			{Operation: "iam:PutRolePolicy", Times: 3, Fault: fault.StaleReads(2)},
			{Operation: "iam:DeleteRolePolicy", Times: 1, Fault: fault.StaleReads(1)},
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			f.env.Faults(rules...)
			revision := func(n string) string {
				return "resource \"terraform_data\" \"revision\" {\n  input = " + n + "\n}\n"
			}
			config := func(arns string) string {
				return f.config("repository_arns = [" + arns + "]\nlifecycle {\n  replace_triggered_by = [terraform_data.revision]\n}")
			}
			f.run(
				resource.TestStep{
					Config:           config(quote(f.app)) + revision("1"),
					ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
					Check:            f.stands("ecrxa-pull", f.policy(pullActions, f.app)),
				},
				resource.TestStep{
					Config:           config(quote(f.base)) + revision("1"),
					ConfigPlanChecks: expectAction(plancheck.ResourceActionUpdate),
					Check:            f.stands("ecrxa-pull", f.policy(pullActions, f.base)),
				},
				resource.TestStep{
					Config:           config(quote(f.app)) + revision("2"),
					ConfigPlanChecks: expectAction(plancheck.ResourceActionDestroyBeforeCreate),
					Check:            f.stands("ecrxa-pull", f.policy(pullActions, f.app)),
				},
			)
		})
	}
}

// everyCall has the first two calls of each operation on an inline policy fail.
func everyCall(failure fault.Fault) []fault.Rule {
	var rules []fault.Rule
	for _, operation := range []string{"iam:GetRolePolicy", "iam:PutRolePolicy", "iam:DeleteRolePolicy"} {
		rules = append(rules, fault.Rule{Operation: operation, Times: 2, Fault: failure})
	}
	return rules
}
