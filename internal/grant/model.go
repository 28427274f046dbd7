// SPDX-License-Identifier: MPL-2.0

package grant

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementresource"
)

// model is the resource as Terraform holds it.
type model struct {
	statementresource.Attributes
	statementattr.Grantees
}

// attributes returns the attributes of every such resource; nil for nil.
func (m *model) attributes() *statementresource.Attributes {
	if m == nil {
		return nil
	}
	return &m.Attributes
}

// broad returns what a plan warns of; nothing for no model.
func (m *model) broad(ctx context.Context, diags *diag.Diagnostics) statementresource.Broad {
	if m == nil {
		return statementresource.Broad{}
	}
	return statementresource.Broad{Attributes: &m.Attributes, Breadths: m.Breadths(ctx, diags), Alike: m.Alike()}
}

// grant returns the attributes as plain values. They must be known.
func (m *model) grant(ctx context.Context) (*managed.Grant, diag.Diagnostics) {
	return m.Grant(ctx, m.Sid.ValueString(), m.Target().Partition)
}

// repository returns the repository of the grant; without a name while it is not known.
func (m *model) repository() (repo awsname.Repository) {
	if m.Placed() {
		repo = m.Target()
	}
	return repo
}
