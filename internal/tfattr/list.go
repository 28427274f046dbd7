// SPDX-License-Identifier: MPL-2.0

package tfattr

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// A Listed is one object of a list, or what failed.
type Listed struct {
	Name     string // for people
	Identity map[string]types.String
	// Fill writes the attributes of the object.
	Fill func(*tfsdk.State) diag.Diagnostics
	// Failed is why a part of the list, or its rest, is missing.
	Failed diag.Diagnostics
}

// List streams objects, at most as many as are asked for. The objects are read one after the
// other as they are needed. What failed is a result with an error.
func List(ctx context.Context, req list.ListRequest, all iter.Seq[Listed]) iter.Seq[list.ListResult] {
	return func(push func(list.ListResult) bool) {
		listed := int64(0)
		for object := range all {
			if !push(object.result(ctx, req)) || ctx.Err() != nil {
				return
			}
			if object.Failed == nil {
				listed++
			}
			if req.Limit > 0 && listed >= req.Limit {
				return
			}
		}
	}
}

func (l Listed) result(ctx context.Context, req list.ListRequest) list.ListResult {
	if l.Failed != nil {
		return list.ListResult{Diagnostics: l.Failed}
	}
	result := req.NewListResult(ctx)
	result.DisplayName = l.Name
	SetIdentity(ctx, result.Identity, l.Identity)
	if req.IncludeResource {
		state := &tfsdk.State{Raw: result.Resource.Raw, Schema: result.Resource.Schema}
		result.Diagnostics.Append(l.Fill(state).Errors()...) // Warnings are for those who plan.
		result.Resource.Raw = state.Raw
	}
	return result
}
