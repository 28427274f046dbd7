// SPDX-License-Identifier: MPL-2.0

package consumerpolicy

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// ImportState takes ROLE,POLICY, or ROLE for a policy of the default name; or an identity. It
// refuses a policy that attributes cannot express, since the next apply would
// turn it into something else.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	role, name := importedName(req, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	text, found, err := r.policies.Read(ctx, role, name)
	switch {
	case err != nil:
		addError(&resp.Diagnostics, err)
		return
	case !found:
		resp.Diagnostics.AddError("Inline policy not found", fmt.Sprintf(
			"The account of the provider's credentials has no role %s with an inline policy %s. Check both names, and that the credentials belong to the consumer account.", role, name))
		return
	}
	m, diags := imported(ctx, role, name, text, adviceOnImport)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(tfattr.Set(ctx, &resp.State.Raw, &m)...)
	m.setIdentity(ctx, resp.Identity)
}

const adviceOnImport = "Keep it as it is and give this resource another name, or correct it first, for example by moving such parts to a policy of their own."

// imported returns the model of a policy that exists, or errors with the advice.
func imported(ctx context.Context, role, name, text, advice string) (model, diag.Diagnostics) {
	m := model{
		Role: types.StringValue(role), Name: types.StringValue(name),
		RepositoryARNs: tfattr.StringSet(nil), Actions: tfattr.StringSet(nil),
		Policy: types.StringValue(text),
	}
	var diags diag.Diagnostics
	doc, err := policy.Parse(text)
	if err != nil {
		diags.AddError("Unreadable inline policy", fmt.Sprintf("The inline policy %s of the role %s was not imported: %v.\n\n%s", name, role, err, advice))
		return m, diags
	}
	c, obstacles := managed.RolePolicyOf(doc)
	if len(obstacles) > 0 {
		diags.AddError("Unsupported inline policy", fmt.Sprintf(
			"The inline policy %s of the role %s was not imported, because the next apply would change its meaning:\n\n%s\n\n%s",
			name, role, itemized(obstacles), advice))
		return m, diags
	}
	m.Conditions, diags = statementattr.ConditionList(ctx, nil, m.Conditions)
	diags.Append(m.absorb(ctx, c)...)
	m.warnOpened(ctx, nil, &diags)
	return m, diags
}
