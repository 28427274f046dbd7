// SPDX-License-Identifier: MPL-2.0

package statementresource

import (
	"cmp"
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// IdentitySchema implements resource.ResourceWithIdentity: a statement is identified by where
// it is and its Sid.
func (b *Base) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"registry_id": identityschema.StringAttribute{Description: "The registry account's ID. Default: the account of the provider's credentials.", OptionalForImport: true},
		"region":      identityschema.StringAttribute{Description: "The registry's region. Default: the provider's region.", OptionalForImport: true},
		"sid":         identityschema.StringAttribute{Description: "The statement's Sid.", RequiredForImport: true},
	}}
	if !b.OfRegistry {
		resp.IdentitySchema.Attributes["repository"] = identityschema.StringAttribute{Description: "The name of the repository.", RequiredForImport: true}
	}
}

// setIdentity sets the identity of the statement, whose place is known.
func (a *Attributes) setIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity) {
	tfattr.SetIdentity(ctx, identity, a.identity())
}

// identity returns the attributes that say which statement it is.
func (a *Attributes) identity() map[string]types.String {
	return map[string]types.String{"registry_id": a.RegistryID, "region": a.Region, "repository": a.Repository, "sid": a.Sid}
}

// imported returns the place and the Sid of an import: by ID, or by identity.
func (b *Base) imported(ctx context.Context, req resource.ImportStateRequest, diags *diag.Diagnostics) (repo awsname.Repository, sid string) {
	if req.ID != "" {
		repo, sid, err := b.ParseImportID(req.ID)
		if err != nil {
			diags.AddError("Invalid import ID", tfattr.Sentence(err))
		}
		return repo, sid
	}
	given := tfattr.Identity(req.Identity)
	a := Attributes{RegistryAttributes: RegistryAttributes{Region: given["region"], RegistryID: given["registry_id"]}, Repository: given["repository"]}
	if b.completePlace(ctx, &a.RegistryAttributes, diags); diags.HasError() {
		return repo, ""
	}
	repo, sid = a.Target(), given["sid"].ValueString()
	checkRepository := managed.CheckRepository
	if b.OfRegistry {
		checkRepository = func(string) error { return nil }
	}
	if err := cmp.Or(managed.CheckAccountID(repo.Account), managed.CheckRegion(repo.Region), checkRepository(repo.Name), b.CheckSid(sid)); err != nil {
		diags.AddError("Invalid import identity", tfattr.Sentence(err))
	}
	return repo, sid
}
