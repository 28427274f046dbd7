// SPDX-License-Identifier: MPL-2.0

package grant

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// MoveState takes over an aws_ecr_repository_policy with one statement.
func (r *Resource) MoveState(context.Context) []resource.StateMover { return r.MoveFromAWS(r.fill) }

// fill completes a state that only says where the statement is.
func (r *Resource) fill(ctx context.Context, state *tfsdk.State, live *policy.Statement) diag.Diagnostics {
	var m model
	diags := state.Get(ctx, &m)
	if diags.Append(r.refresh(ctx, &m, live)...); !diags.HasError() {
		diags.Append(state.Set(ctx, &m)...)
	}
	return diags
}
