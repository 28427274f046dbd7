// SPDX-License-Identifier: MPL-2.0

package pullmatrix

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/matrix"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/report"
)

func results() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"counts": schema.SingleNestedAttribute{
			Computed:            true,
			MarkdownDescription: "How many pairs have each verdict.",
			Attributes: map[string]schema.Attribute{
				"total":       tfattr.Number("All pairs."),
				"allowed":     tfattr.Number("Pulls that are allowed."),
				"denied":      tfattr.Number("Pulls that are denied."),
				"conditional": tfattr.Number("Pulls that depend on what is not known."),
			},
		},
		"all_allowed": tfattr.Bool("Whether each pull is allowed; `false` if there are no pairs."),
		"verdicts": schema.MapAttribute{
			Computed:            true,
			ElementType:         types.MapType{ElemType: types.StringType},
			MarkdownDescription: "`allowed`, `denied` or `conditional`, by ARN of the role and then by ARN of the repository.",
		},
		"not_allowed": schema.ListNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The pairs that are denied, and then those that are conditional.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"role_arn":       tfattr.Text("ARN of the role."),
				"repository_arn": tfattr.Text("ARN of the repository."),
				"verdict":        tfattr.Text("`denied` or `conditional`."),
				"denied_side":    tfattr.Text("The side that denies: `consumer`, `registry` or `both`; empty unless the verdict is `denied`."),
				"summary":        tfattr.Text("The verdict in one sentence, and who denies or what it depends on."),
			}},
		},
		"summary":  tfattr.Text("One sentence with the counts."),
		"markdown": tfattr.Text("The summary, and a table of the pairs that are not allowed, at most 100 of them."),
		"html":     tfattr.Text("One page that needs no other file, with all verdicts and why pulls are not allowed."),
	}
}

var (
	countTypes      = map[string]attr.Type{"total": types.Int64Type, "allowed": types.Int64Type, "denied": types.Int64Type, "conditional": types.Int64Type}
	notAllowedTypes = map[string]attr.Type{
		"role_arn": types.StringType, "repository_arn": types.StringType, "verdict": types.StringType, "denied_side": types.StringType, "summary": types.StringType,
	}
)

// resultOf returns the values of the results by name. They are built one by one: to find
// their types by reflection takes longer than the verdicts.
func resultOf(m *matrix.Matrix) map[string]attr.Value {
	counts := m.Counts()
	var notAllowed []attr.Value
	for _, c := range m.NotAllowed() {
		notAllowed = append(notAllowed, types.ObjectValueMust(notAllowedTypes, map[string]attr.Value{
			"role_arn":       types.StringValue(c.Role.ARN()),
			"repository_arn": types.StringValue(c.Repository.ARN()),
			"verdict":        types.StringValue(string(c.Verdict)),
			"denied_side":    types.StringValue(string(c.DeniedSide)),
			"summary":        types.StringValue(c.Summary),
		}))
	}
	return map[string]attr.Value{
		"counts": types.ObjectValueMust(countTypes, map[string]attr.Value{
			"total": types.Int64Value(int64(counts.Total())), "allowed": types.Int64Value(int64(counts.Allowed)),
			"denied": types.Int64Value(int64(counts.Denied)), "conditional": types.Int64Value(int64(counts.Conditional)),
		}),
		"all_allowed": types.BoolValue(counts.Total() > 0 && counts.Allowed == counts.Total()),
		"verdicts":    verdicts(m),
		"not_allowed": types.ListValueMust(types.ObjectType{AttrTypes: notAllowedTypes}, notAllowed),
		"summary":     types.StringValue(m.Summary()),
		"markdown":    types.StringValue(m.Markdown()),
		"html":        types.StringValue(m.HTML()),
	}
}

func verdicts(m *matrix.Matrix) types.Map {
	rows := map[string]map[string]attr.Value{}
	for i := range m.Cells {
		c := &m.Cells[i]
		role := c.Role.ARN()
		if rows[role] == nil {
			rows[role] = map[string]attr.Value{}
		}
		rows[role][c.Repository.ARN()] = types.StringValue(string(c.Verdict))
	}
	all := map[string]attr.Value{}
	for role, row := range rows {
		all[role] = types.MapValueMust(types.StringType, row)
	}
	return types.MapValueMust(types.MapType{ElemType: types.StringType}, all)
}

func cell(j *verdict.Judgement) matrix.Cell {
	target := j.Target()
	return matrix.Cell{Role: target.Principal, Repository: target.Repository, Short: report.ShortOf(j)}
}
