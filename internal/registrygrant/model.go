// SPDX-License-Identifier: MPL-2.0

package registrygrant

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementresource"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// model is the resource as Terraform holds it.
type model struct {
	statementresource.RegistryAttributes
	statementattr.Grantees

	Repositories   types.Set `tfsdk:"repositories"`
	RepositoryARNs types.Set `tfsdk:"repository_arns"`
}

// Common implements statementresource.Model; nil for nil.
// The registry is the repository without a name.
func (m *model) Common() *statementresource.Attributes {
	if m == nil {
		return nil
	}
	return &statementresource.Attributes{RegistryAttributes: m.RegistryAttributes, Repository: types.StringValue("")}
}

// broad returns what a plan warns of; nothing for no model.
func (m *model) broad(ctx context.Context, diags *diag.Diagnostics) statementresource.Broad {
	if m == nil {
		return statementresource.Broad{}
	}
	return statementresource.Broad{Attributes: m.Common(), Breadths: m.breadths(ctx, diags), Alike: m.alike()}
}

// grant returns the attributes as plain values. They must be known.
func (m *model) grant(ctx context.Context) (*managed.RegistryGrant, diag.Diagnostics) {
	registry := m.Common().Target()
	grantees, diags := m.Grant(ctx, m.Sid.ValueString(), registry.Partition)
	return &managed.RegistryGrant{Grant: *grantees, Registry: registry, Repositories: tfattr.Strings(m.Repositories)}, diags
}

// absorb writes what a live statement says into the attributes.
func (m *model) absorb(ctx context.Context, live *managed.RegistryGrant) diag.Diagnostics {
	m.Repositories = tfattr.StringSet(live.Repositories)
	m.RepositoryARNs = tfattr.StringSet(live.RepositoryARNs())
	return m.Absorb(ctx, &live.Grant)
}

// example returns a repository that the grant is for; without a name while that is not known.
func (m *model) example() awsname.Repository {
	repo := m.Common().Target()
	if names := tfattr.Strings(m.Repositories); m.Common().Placed() && len(names) > 0 {
		repo.Name = strings.ReplaceAll(names[0], "*", "app")
	}
	return repo
}

// breadths returns in which ways the grant allows much: also by beginnings of names that end inside
// a part.
func (m *model) breadths(ctx context.Context, diags *diag.Diagnostics) []statementattr.Breadth {
	all := m.Breadths(ctx, diags)
	for _, name := range tfattr.Strings(m.Repositories) {
		beginning, isBeginning := strings.CutSuffix(name, "*")
		if !isBeginning || beginning == "" || strings.HasSuffix(beginning, "/") {
			continue
		}
		all = append(all, statementattr.Breadth{At: path.Root("repositories"), Summary: "Pattern of repository names without a slash at its end: " + printed.Name(name), Detail: fmt.Sprintf(
			"%s also matches repositories such as %s. To grant access only to what is below %[3]s/, write %[4]s. If you mean all names that begin like this, ignore this warning.",
			printed.Quoted(name), printed.Value(beginning+"x/secrets"), printed.Value(strings.TrimRight(beginning, "-_.")), printed.Quoted(strings.TrimRight(beginning, "-_.")+"/*"))})
	}
	return all
}

// alike returns the same text for grants that differ only in whom and what they name. One for all
// repositories is none of them.
func (m *model) alike() string {
	return fmt.Sprint(m.Alike(), slices.Contains(tfattr.Strings(m.Repositories), "*"))
}

// planARNs plans the ARNs of the repositories.
func (m *model) planARNs(ctx context.Context) {
	m.RepositoryARNs = types.SetUnknown(types.StringType)
	if tfattr.Known(ctx, m.Region, m.RegistryID, m.Repositories) {
		g := managed.RegistryGrant{Registry: m.Common().Target(), Repositories: tfattr.Strings(m.Repositories)}
		m.RepositoryARNs = tfattr.StringSet(g.RepositoryARNs())
	}
}

// planStatement plans the statement and the ARNs of the repositories.
func (m *model) planStatement(ctx context.Context, prior *model) diag.Diagnostics {
	m.Statement = types.StringUnknown()
	m.planARNs(ctx)
	if m.RepositoryARNs.IsUnknown() || !m.Known(ctx) || m.Sid.IsUnknown() {
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
	return append(diags, statementresource.CheckSize(planned, statementattr.AdviceOnSize)...)
}

// Settle implements statementresource.Model.
func (m *model) Settle(ctx context.Context, b *statementresource.Base, diags *diag.Diagnostics) {
	if diags.HasError() {
		return
	}
	diags.Append(m.Check(ctx)...)
	if b.SettleRegistry(ctx, &m.RegistryAttributes, diags); diags.HasError() {
		return
	}
	m.Grantees.Settle(m.Region, diags)
	m.planARNs(ctx)
	if m.Statement.IsUnknown() {
		diags.Append(m.planStatement(ctx, nil)...)
	}
}

// Refresh implements statementresource.Model.
func (m *model) Refresh(ctx context.Context, b *statementresource.Base, live *policy.Statement) diag.Diagnostics {
	if statementresource.SameMeaning(m.Statement, live) {
		return nil
	}
	if refused := b.CheckGrantRefresh(m.Common(), live); refused.HasError() {
		return refused
	}
	var prior *managed.RegistryGrant
	var before diag.Diagnostics
	isImport := m.Statement.IsNull()
	if !isImport {
		old, diags := m.grant(ctx)
		if diags.HasError() {
			return diags
		}
		prior, before = old, m.Openings(ctx, m.example(), false)
	}
	diags := m.absorb(ctx, managed.RegistryGrantOf(live, m.Common().Target(), prior))
	m.Statement = types.StringValue(live.String())
	m.Common().WarnOpened(before, m.Openings(ctx, m.example(), isImport), &diags)
	return diags
}
