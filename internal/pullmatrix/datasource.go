// SPDX-License-Identifier: MPL-2.0

// Package pullmatrix holds the data source ecrxa_pull_matrix: the verdicts of many pulls,
// from snapshots. It calls nobody: each cell is what the pull check says of its pair with
// the same arguments.
package pullmatrix

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/matrix"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullcheck/attributes"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

var (
	_ datasource.DataSource                   = (*dataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*dataSource)(nil)
)

// NewDataSource returns the data source ecrxa_pull_matrix.
func NewDataSource() datasource.DataSource { return &dataSource{now: time.Now} }

type dataSource struct{ now func() time.Time }

func (d *dataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_pull_matrix"
}

const description = "Says of many pairs of a role and a repository whether the role can pull: all roles and all repositories of snapshots, or the `pairs` that you name. " +
	"Each verdict is that of [`ecrxa_pull_check`](pull_check.md) with the same arguments, which also says what to change.\n\n" +
	"It calls nobody: what it knows is in the snapshots, from [`ecrxa_registry_snapshot`](registry_snapshot.md) and [`ecrxa_consumer_snapshot`](consumer_snapshot.md). " +
	"So the credentials of the provider do not matter, and the snapshots may come from other configurations.\n\n" +
	"`html` is one page that needs no other file: a table of all verdicts, why pulls are not allowed, and filters. Write it to a file with an output (`terraform output -raw page > page.html`) or with `local_file`. `markdown` fits a comment on a pull request."

func (d *dataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	all := arguments()
	maps.Copy(all, results())
	resp.Schema = schema.Schema{MarkdownDescription: description, Attributes: all}
}

func (d *dataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config types.Object
	if resp.Diagnostics.Append(req.Config.Get(ctx, &config)...); resp.Diagnostics.HasError() {
		return
	}
	values := config.Attributes()
	_, faults := attributes.Known(shared(values))
	if isEmpty(values["pairs"]) && (isEmpty(values[registrySnapshots]) || isEmpty(values[consumerSnapshots])) {
		resp.Diagnostics.AddError("The matrix has no pairs", "Set registry_snapshots and consumer_snapshots, for all roles and all repositories that they have, or set pairs.")
	}
	attributes.AppendFaults(&resp.Diagnostics, invalid, faults)
}

// isEmpty reports whether a list is not set or is known to have no elements.
func isEmpty(v attr.Value) bool {
	list, ok := v.(types.List)
	return !ok || list.IsNull() || !list.IsUnknown() && len(list.Elements()) == 0
}

func (d *dataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config types.Object
	if resp.Diagnostics.Append(req.Config.Get(ctx, &config)...); resp.Diagnostics.HasError() {
		return
	}
	values := config.Attributes()
	if faults := mustBeKnown(ctx, values); len(faults) > 0 {
		attributes.AppendFaults(&resp.Diagnostics, invalid, faults)
		return
	}
	sides, faults := readSnapshots(values)
	pairs, more := sides.pairs(values["pairs"])
	if faults = append(faults, more...); len(faults) > 0 {
		attributes.AppendFaults(&resp.Diagnostics, invalid, faults)
		return
	}
	if len(pairs) > maxPairs {
		resp.Diagnostics.AddError("The matrix is too large", fmt.Sprintf("There are %d pairs of a role and a repository, and a matrix has at most %d. Name the ones that matter in pairs, or split the snapshots.", len(pairs), maxPairs))
		return
	}
	common := shared(values)
	if now := values["now"]; now.IsNull() && !values["max_age"].IsNull() {
		common["now"] = types.StringValue(d.now().UTC().Format(time.RFC3339))
	}
	cells, faults := judge(common, pairs)
	if len(faults) > 0 {
		attributes.AppendFaults(&resp.Diagnostics, invalid, faults)
		return
	}
	m := matrix.Of(cells, sides.sources)
	maps.Copy(values, resultOf(m))
	resp.Diagnostics.Append(tfattr.SetAttributes(ctx, &resp.State.Raw, values)...)
}

const invalid = "Invalid argument of the pull matrix"

// maxPairs bounds the size of the page and of the state.
const maxPairs = 50_000

// judge judges each pair as the pull check does. Documents are parsed once for all pairs.
func judge(common map[string]attr.Value, pairs []pair) ([]matrix.Cell, verdict.InputErrors) {
	var parser verdict.Parser
	cells := make([]matrix.Cell, len(pairs))
	for i := range pairs {
		in, faults := attributes.Input(pairs[i].arguments(common))
		judgement, more := parser.Judge(in)
		if faults = append(faults, more...); len(faults) > 0 {
			return nil, pairs[i].located(faults)
		}
		cells[i] = cell(judgement)
	}
	return cells, nil
}
