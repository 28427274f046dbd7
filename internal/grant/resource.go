// SPDX-License-Identifier: MPL-2.0

// Package grant is the resource ecrxa_repository_grant: the registry side of
// cross-account access, one statement of a repository policy.
package grant

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
	_ resource.ResourceWithMoveState      = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
	_ list.ListResourceWithConfigure      = (*Resource)(nil)
)

// NewResource returns the resource ecrxa_repository_grant.
func NewResource() resource.Resource { return &Resource{base()} }

// NewListResource returns the list resource ecrxa_repository_grant.
func NewListResource() list.ListResource { return &Resource{base()} }

func base() statementresource.Base {
	return statementresource.Base{
		NewModel: func() statementresource.Model { return &model{} },
		Type:     managed.GrantType, At: path.Root("sid"),
		ParseImportID: managed.ParseGrantImportID, CheckSid: managed.CheckSid, CheckImport: managed.CheckGrantImport,
	}
}

// Resource is ecrxa_repository_grant.
type Resource struct{ statementresource.Base }

// MoveState takes over an aws_ecr_repository_policy with one statement.
func (r *Resource) MoveState(context.Context) []resource.StateMover { return r.MoveFromAWS() }

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
