// SPDX-License-Identifier: MPL-2.0

package statementattr

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

func TestConditionsKeepTheirOrder(t *testing.T) {
	t.Parallel()
	list := func(conditions ...policy.Condition) types.List {
		l, diags := ConditionList(t.Context(), conditions, types.ListNull(conditionType))
		if diags.HasError() {
			t.Fatal(diags)
		}
		return l
	}
	a := policy.Condition{Test: "StringEquals", Variable: "aws:SourceVpce", Values: []string{"vpce-1"}}
	b := policy.Condition{Test: "Bool", Variable: "aws:SecureTransport", Values: []string{"true"}}
	c := policy.Condition{Test: "StringEquals", Variable: "aws:SourceVpce", Values: []string{"vpce-2"}}
	tests := map[string]struct{ state, plan, want types.List }{
		"another order":     {list(a, b), list(b, a), list(a, b)},
		"another value":     {list(a, b), list(b, c), list(b, c)},
		"one more":          {list(a), list(b, a), list(b, a)},
		"none before":       {list(), list(b, a), list(b, a)},
		"none any more":     {list(a, b), list(), list()},
		"not known as yet":  {list(a, b), types.ListUnknown(conditionType), types.ListUnknown(conditionType)},
		"as they have been": {list(a, b), list(a, b), list(a, b)},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp := planmodifier.ListResponse{PlanValue: tt.plan}
			keptOrder{}.PlanModifyList(t.Context(), planmodifier.ListRequest{StateValue: tt.state, PlanValue: tt.plan}, &resp)
			if !resp.PlanValue.Equal(tt.want) || len(resp.Diagnostics) > 0 {
				t.Errorf("got %s, %v, want %s", resp.PlanValue, resp.Diagnostics, tt.want)
			}
		})
	}
}
