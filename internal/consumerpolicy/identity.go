// SPDX-License-Identifier: MPL-2.0

package consumerpolicy

import (
	"cmp"
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// IdentitySchema implements resource.ResourceWithIdentity. The account is no part of it: no
// call that the resource needs returns it.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"role": identityschema.StringAttribute{Description: "The name of the role.", RequiredForImport: true},
		"name": identityschema.StringAttribute{Description: "The name of the inline policy. Default: " + managed.DefaultPolicyName + ".", OptionalForImport: true},
	}}
}

// setIdentity sets the identity of the policy, whose names are known.
func (m *model) setIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity) {
	tfattr.SetIdentity(ctx, identity, map[string]types.String{"role": m.Role, "name": m.Name})
}

// importedName returns the role and the name of the policy of an import: by ID, or by identity.
func importedName(req resource.ImportStateRequest, diags *diag.Diagnostics) (role, name string) {
	if req.ID != "" {
		role, name, err := managed.ParseRolePolicyImportID(req.ID)
		if err != nil {
			diags.AddError("Invalid import ID", err.Error())
		}
		return role, name
	}
	given := tfattr.Identity(req.Identity)
	role, name = given["role"].ValueString(), cmp.Or(given["name"].ValueString(), managed.DefaultPolicyName)
	if err := cmp.Or(managed.CheckRoleName(role), managed.CheckPolicyName(name)); err != nil {
		diags.AddError("Invalid import identity", tfattr.Sentence(err))
	}
	return role, name
}
