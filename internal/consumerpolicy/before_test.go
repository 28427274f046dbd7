// SPDX-License-Identifier: MPL-2.0

package consumerpolicy_test

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

// before checks what a plan says that an attribute is now.
type before struct {
	attribute string
	want      knownvalue.Check
}

// CheckPlan implements plancheck.PlanCheck.
func (b before) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, change := range req.Plan.ResourceChanges {
		if change.Address != address {
			continue
		}
		now, ok := change.Change.Before.(map[string]any)
		if !ok {
			resp.Error = fmt.Errorf("the plan has no prior state: %v", change.Change.Before)
			return
		}
		if err := b.want.CheckValue(now[b.attribute]); err != nil {
			resp.Error = fmt.Errorf("%s: %w", b.attribute, err)
		}
		return
	}
	resp.Error = fmt.Errorf("the plan does not change %s", address)
}
