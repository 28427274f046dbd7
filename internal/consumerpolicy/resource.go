// SPDX-License-Identifier: MPL-2.0

// Package consumerpolicy is the resource ecrxa_consumer_role_policy: the consumer
// side of cross-account access, one inline policy on the role that pulls.
package consumerpolicy

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/providerdata"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/rolepolicy"
)

var (
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithIdentity       = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithMoveState      = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

// NewResource returns the resource ecrxa_consumer_role_policy.
func NewResource() resource.Resource { return &Resource{} }

// Resource is ecrxa_consumer_role_policy.
type Resource struct {
	clients  *awsapi.Clients
	policies *rolepolicy.Store
	isFirst  func(text string) bool
}

// Metadata implements resource.Resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_consumer_role_policy"
}

// Configure takes what the provider prepared.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	data, diags := providerdata.From(req.ProviderData)
	if resp.Diagnostics.Append(diags...); data != nil {
		r.clients, r.policies, r.isFirst = data.Clients, data.Roles, data.IsFirst
	}
}

// ValidateConfig checks what more than one attribute decides.
func (r *Resource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var conditions types.List
	if resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("conditions"), &conditions)...); resp.Diagnostics.HasError() {
		return
	}
	statementattr.CheckDuplicates(ctx, conditions, nil, &resp.Diagnostics)
	statementattr.WarnOpenConditions(ctx, conditions, nil, &resp.Diagnostics)
}
