// SPDX-License-Identifier: MPL-2.0

package statementattr

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// keptOrder plans the conditions of the state if the configuration has equivalent
// conditions in another order or form.
type keptOrder struct{}

func (keptOrder) Description(context.Context) string {
	return "Equivalent conditions in another order are not a change."
}

func (k keptOrder) MarkdownDescription(ctx context.Context) string { return k.Description(ctx) }

func (keptOrder) PlanModifyList(ctx context.Context, req planmodifier.ListRequest, resp *planmodifier.ListResponse) {
	if req.StateValue.IsNull() || req.PlanValue.IsNull() || !tfattr.Known(ctx, req.PlanValue) {
		return
	}
	before, diags := Conditions(ctx, req.StateValue)
	resp.Diagnostics.Append(diags...)
	planned, diags := Conditions(ctx, req.PlanValue)
	resp.Diagnostics.Append(diags...)
	if !resp.Diagnostics.HasError() && sameConditions(before, planned) {
		resp.PlanValue = req.StateValue
	}
}
