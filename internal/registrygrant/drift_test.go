// SPDX-License-Identifier: MPL-2.0

package registrygrant_test

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-testing/plancheck"
)

// expectBefore checks what an attribute is in the state, before a change.
type expectBefore struct{ attribute, want string }

func (e expectBefore) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, change := range req.Plan.ResourceChanges {
		before, _ := change.Change.Before.(map[string]any)
		if got := fmt.Sprint(before[e.attribute]); change.Address == address && got != e.want {
			resp.Error = fmt.Errorf("%s is %s, want %s", e.attribute, got, e.want)
		}
	}
}
