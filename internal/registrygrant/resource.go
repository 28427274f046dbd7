// SPDX-License-Identifier: MPL-2.0

// Package registrygrant is the resource ecrxa_registry_grant: the registry side of
// cross-account access to many repositories, one statement of a registry policy.
package registrygrant

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementresource"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

var (
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
	_ list.ListResourceWithConfigure      = (*Resource)(nil)
)

// NewResource returns the resource ecrxa_registry_grant.
func NewResource() resource.Resource { return &Resource{base()} }

// NewListResource returns the list resource ecrxa_registry_grant.
func NewListResource() list.ListResource { return &Resource{base()} }

func base() statementresource.Base {
	return statementresource.Base{
		NewModel: func() statementresource.Model { return &model{} },
		Type:     managed.RegistryGrantType, At: path.Root("sid"), OfRegistry: true,
		ParseImportID: managed.ParseRegistryGrantImportID, CheckSid: managed.CheckSid, CheckImport: managed.CheckRegistryGrantImport,
	}
}

// Resource is ecrxa_registry_grant.
type Resource struct{ statementresource.Base }

// ValidateConfig checks what concerns more than one attribute. Values that are
// not known yet are judged when they are.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var m model
	if resp.Diagnostics.Append(tfattr.Get(ctx, req.Config, &m)...); resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(m.Check(ctx)...)
	m.Warn(ctx, &resp.Diagnostics)
}
