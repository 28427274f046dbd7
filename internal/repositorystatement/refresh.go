// SPDX-License-Identifier: MPL-2.0

package repositorystatement

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementresource"
)

// openings returns in which ways the statement allows or denies more or less than it seems to.
func (m *model) openings(ctx context.Context) diag.Diagnostics {
	s := m.parsed()
	if s == nil {
		return nil
	}
	diags := m.warnings(ctx)
	for _, b := range m.breadths(ctx, &diags) {
		diags.Append(b.Warning(""))
	}
	if public := managed.Public(s); public != "" {
		diags.AddAttributeWarning(path.Root("statement"), "Statement for everyone", "This statement allows access for "+public+".")
	}
	m.warnCertainConditions(ctx, &diags)
	return diags
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
