// SPDX-License-Identifier: MPL-2.0

package consumerpolicy

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// MoveState takes over an aws_iam_role_policy. Terraform calls it before the provider is
// configured. The Read that follows shows what has drifted.
func (r *Resource) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{{StateMover: func(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
		if !tfattr.MovedFromAWS(req, "aws_iam_role_policy") {
			return
		}
		source := tfattr.MovedState(req)
		if source["role"] == "" || source["name"] == "" {
			resp.Diagnostics.AddError("Unreadable state of aws_iam_role_policy",
				"The provider tried to move an aws_iam_role_policy to ecrxa_consumer_role_policy, but its state has no role or no name that can be read. Nothing was changed. "+
					managed.InsteadOfMoved("aws_iam_role_policy", managed.RemovedHCL("aws_iam_role_policy"), "Import the policy to the address of the ecrxa_consumer_role_policy, or delete the block of that resource: otherwise the plan also adds it."))
			return
		}
		m, diags := imported(ctx, source["role"], source["name"], source["policy"],
			managed.UndoMoved("aws_iam_role_policy", "ecrxa_consumer_role_policy", "keep the policy as it is, or correct it there, apply, and move it after that"))
		if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
			return
		}
		m.setIdentity(ctx, resp.TargetIdentity)
		resp.Diagnostics.Append(resp.TargetState.Set(ctx, &m)...)
	}}}
}
