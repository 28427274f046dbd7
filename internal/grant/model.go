// SPDX-License-Identifier: MPL-2.0

package grant

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementresource"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// model is the resource as Terraform holds it.
type model struct {
	statementresource.Attributes
	statementattr.Grantees
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

// planStatement plans the statement. What means the same as the statement in
// the state keeps its text, so that no difference shows where none is.
func (m *model) planStatement(ctx context.Context, prior *model) diag.Diagnostics {
	m.Statement = types.StringUnknown()
	if !m.Known(ctx) || !tfattr.Known(ctx, m.Region, m.Sid) {
		return nil
	}
	g, diags := m.grant(ctx)
	if diags.HasError() {
		return diags
	}
	if g.GrantsNoneOrEveryone() {
		return append(diags, statementattr.NobodyOrEverybody)
	}
	planned := g.Statement()
	m.Statement = types.StringValue(planned.String())
	if prior != nil && statementresource.SameMeaning(prior.Statement, planned) {
		m.Statement = prior.Statement
	}
	diags.Append(statementresource.CheckSize(planned, statementattr.AdviceOnSize)...)
	return diags
}

// Settle implements statementresource.Model.
func (m *model) Settle(ctx context.Context, b *statementresource.Base, diags *diag.Diagnostics) {
	if diags.HasError() {
		return
	}
	diags.Append(m.Check(ctx)...)
	if b.SettlePlace(ctx, &m.Attributes, diags); diags.HasError() {
		return
	}
	m.Grantees.Settle(m.Region, diags)
	if m.Statement.IsUnknown() {
		diags.Append(m.planStatement(ctx, nil)...)
	}
}

// Refresh implements statementresource.Model.
func (m *model) Refresh(ctx context.Context, b *statementresource.Base, live *policy.Statement) diag.Diagnostics {
	if statementresource.SameMeaning(m.Statement, live) {
		return nil
	}
	if refused := b.CheckGrantRefresh(&m.Attributes, live); refused.HasError() {
		return refused
	}
	repo := m.Target()
	var prior *managed.Grant
	var before diag.Diagnostics
	isImport := m.Statement.IsNull()
	if !isImport {
		old, diags := m.grant(ctx)
		if diags.HasError() {
			return diags
		}
		prior, before = old, m.Openings(ctx, m.repository(), false)
	}
	diags := m.Absorb(ctx, managed.GrantOf(live, repo.Partition, prior))
	m.Statement = types.StringValue(live.String())
	m.RepositoryARN = types.StringValue(repo.ARN())
	m.WarnOpened(before, m.Openings(ctx, m.repository(), isImport), &diags)
	return diags
}
