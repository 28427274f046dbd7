// SPDX-License-Identifier: MPL-2.0

package repositorystatement

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementresource"
)

// model is the resource as Terraform holds it.
type model struct {
	statementresource.Attributes

	AllowPublic types.Bool `tfsdk:"allow_public"`
}

// Common implements statementresource.Model; nil for nil.
func (m *model) Common() *statementresource.Attributes {
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
	return statementresource.Broad{Attributes: &m.Attributes, Breadths: m.breadths(ctx, diags), Alike: m.alike()}
}

// parsed returns the statement, or nil if it is not known or cannot be read.
func (m *model) parsed() *policy.Statement { return statementresource.StatementOf(m.Statement) }

// Settle implements statementresource.Model.
func (m *model) Settle(ctx context.Context, b *statementresource.Base, diags *diag.Diagnostics) {
	m.check(diags)
	if b.SettlePlace(ctx, &m.Attributes, diags); diags.HasError() {
		return
	}
	m.checkPlace(diags)
	if s := m.parsed(); s != nil {
		m.Sid = types.StringValue(s.Sid())
	}
}

// Refresh implements statementresource.Model. A statement for everyone that is imported is
// accepted as it is.
func (m *model) Refresh(ctx context.Context, _ *statementresource.Base, live *policy.Statement) (diags diag.Diagnostics) {
	if statementresource.SameMeaning(m.Statement, live) {
		return nil
	}
	before := m.openings(ctx)
	if m.Statement.IsNull() && managed.Public(live) != "" {
		m.AllowPublic = types.BoolValue(true)
	}
	m.Statement = types.StringValue(live.String())
	m.Sid = types.StringValue(live.Sid())
	m.RepositoryARN = types.StringValue(m.Target().ARN())
	m.WarnOpened(before, m.openings(ctx), &diags)
	return diags
}

// planStatement plans the statement and its Sid. A text that means the same as the statement of
// the state is no change. Of a statement that is not known yet, the Sid is taken to stay.
func (m *model) planStatement(prior *model) {
	switch planned := m.parsed(); {
	case planned == nil && prior != nil:
		m.Sid = prior.Sid
	case planned == nil:
		m.Sid = types.StringUnknown()
	default:
		m.Sid = types.StringValue(planned.Sid())
		if prior != nil && statementresource.SameMeaning(prior.Statement, planned) {
			m.Statement = prior.Statement
		}
	}
}
