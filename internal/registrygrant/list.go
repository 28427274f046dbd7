// SPDX-License-Identifier: MPL-2.0

package registrygrant

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// NewListResource returns the list resource ecrxa_registry_grant.
func NewListResource() list.ListResource { return &Resource{base()} }

// List lists the statements that the resource can manage.
func (r *Resource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	r.ListStatements(ctx, req, stream, r.fill)
}

// fill completes a state that only says where the statement is.
func (r *Resource) fill(ctx context.Context, state *tfsdk.State, live *policy.Statement) diag.Diagnostics {
	var m model
	diags := state.Get(ctx, &m)
	if diags.Append(r.refresh(ctx, &m, live)...); !diags.HasError() {
		diags.Append(state.Set(ctx, &m)...)
	}
	return diags
}
