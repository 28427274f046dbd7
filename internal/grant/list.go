// SPDX-License-Identifier: MPL-2.0

package grant

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
)

// NewListResource returns the list resource ecrxa_repository_grant.
func NewListResource() list.ListResource { return &Resource{base()} }

// List lists the statements that the resource can manage.
func (r *Resource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	r.ListStatements(ctx, req, stream, r.fill)
}
