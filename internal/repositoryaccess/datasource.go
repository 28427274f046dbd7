// SPDX-License-Identifier: MPL-2.0

// Package repositoryaccess holds the data source ecrxa_repository_access: to whom the resource
// side opens repositories, from a registry snapshot. It calls nobody.
package repositoryaccess

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/access"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

var _ datasource.DataSource = (*dataSource)(nil)

// NewDataSource returns the data source ecrxa_repository_access.
func NewDataSource() datasource.DataSource { return &dataSource{} }

type dataSource struct{}

func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_repository_access"
}

const description = "Says who can pull, as far as the resource side decides it: everyone to whom the repository policies and the registry policy of a [registry snapshot](registry_snapshot.md) open a repository, by which statement, for which actions, under which conditions, and what a Deny closes again. " +
	"It finds what is probably not meant and what best practices advise against, with a remedy for each.\n\n" +
	"The resource side opens the door; the policies of the principal's own side must allow the access, too. What they say is not known here: [`ecrxa_pull_check`](pull_check.md) and [`ecrxa_pull_matrix`](pull_matrix.md) judge both sides.\n\n" +
	"It calls nobody: what it knows is in the snapshot, so that the credentials of the provider do not matter and no permissions are needed."

func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	all := arguments()
	maps.Copy(all, results())
	resp.Schema = schema.Schema{MarkdownDescription: description, Attributes: all}
}

func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	if resp.Diagnostics.Append(req.Config.Get(ctx, &m)...); resp.Diagnostics.HasError() {
		return
	}
	in, diags := m.input(ctx)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}
	m.show(access.Of(in))
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

// input returns the arguments as plain values.
func (m *model) input(ctx context.Context) (in access.Input, diags diag.Diagnostics) {
	s, err := snapshot.ParseRegistry(m.RegistrySnapshot.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("registry_snapshot"), "Invalid registry_snapshot", "registry_snapshot "+strings.TrimSuffix(err.Error(), ".")+".")
		return in, diags
	}
	in = access.Input{
		Snapshot: s, Repository: m.Repository.ValueString(),
		OrganizationID: m.OrganizationID.ValueString(), OrganizationAccounts: tfattr.Strings(m.OrganizationAccounts),
	}
	if in.Repository != "" && s.Repository(in.Repository) == nil {
		diags.AddAttributeError(path.Root("repository"), "No such repository in the snapshot", notInSnapshot(s, in.Repository))
	}
	in.Descriptions = textsOf(ctx, m.Descriptions, &diags)
	in.Acknowledgements = textsOf(ctx, m.Acknowledgements, &diags)
	for _, of := range m.Suppressions {
		in.Suppressions = append(in.Suppressions, access.Suppression{
			Code: access.Code(of.Code.ValueString()), Repository: of.Repository.ValueString(), Sid: of.Sid.ValueString(), Reason: of.Reason.ValueString(),
		})
	}
	return in, diags
}

// textsOf returns the texts of an attribute without those that are null, as of a resource that has
// none; nil for null.
func textsOf(ctx context.Context, attribute types.Map, diags *diag.Diagnostics) map[string]string {
	if attribute.IsNull() {
		return nil
	}
	var texts map[string]*string
	diags.Append(attribute.ElementsAs(ctx, &texts, false)...)
	all := map[string]string{}
	for key, text := range texts {
		if text != nil {
			all[key] = *text
		}
	}
	return all
}

func notInSnapshot(s *snapshot.Registry, name string) string {
	var names []string
	for i := range s.Repositories {
		names = append(names, s.Repositories[i].Name)
	}
	text := fmt.Sprintf("registry_snapshot does not have the repository %s.", printed.Quoted(name))
	if nearest := awsname.Nearest(name, names); nearest != "" {
		text += fmt.Sprintf(" Did you mean %s?", printed.Quoted(nearest))
	}
	return text + " What to do now: correct the name, or add the repository to the data source ecrxa_registry_snapshot."
}
