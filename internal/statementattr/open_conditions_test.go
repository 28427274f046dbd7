// SPDX-License-Identifier: MPL-2.0

package statementattr

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// A condition that is not known yet hides no warning of conditions on other keys, and limits
// nothing before it is known.
func TestOpenConditionsBesideUnknownOnes(t *testing.T) {
	t.Parallel()
	condition := func(test, key types.String, values types.Set) attr.Value {
		return types.ObjectValueMust(conditionType.AttrTypes, map[string]attr.Value{"test": test, "variable": key, "values": values})
	}
	text, unknown, unknownSet := types.StringValue, types.StringUnknown(), types.SetUnknown(types.StringType)
	set := func(value string) types.Set {
		return types.SetValueMust(types.StringType, []attr.Value{types.StringValue(value)})
	}
	open := condition(text("StringEqualsIfExists"), text("aws:SourceVpce"), set("vpce-1"))
	role := condition(text("ArnLike"), text("aws:PrincipalArn"), set("arn:aws:iam::123456789012:role/ci-*"))
	for name, tt := range map[string]struct {
		conditions []attr.Value
		warnings   []string // their paths
		narrows    bool
	}{
		"another key":   {[]attr.Value{condition(text("StringEquals"), text("aws:PrincipalTag/team"), unknownSet), open}, []string{"conditions[1]"}, true},
		"the same key":  {[]attr.Value{open, condition(text("StringEquals"), text("aws:sourcevpce"), unknownSet)}, nil, false},
		"any key":       {[]attr.Value{open, condition(text("StringEquals"), unknown, set("vpce-1"))}, nil, true},
		"an element":    {[]attr.Value{open, types.ObjectUnknown(conditionType.AttrTypes)}, nil, true},
		"beside a role": {[]attr.Value{role, condition(text("StringEquals"), text("aws:SourceVpce"), unknownSet)}, nil, true},
		"no operator":   {[]attr.Value{condition(text("stringequals"), text("aws:SourceVpce"), set("vpce-1"))}, nil, false},
		"in the values": {[]attr.Value{condition(text("ArnLike"), text("aws:PrincipalArn"), types.SetValueMust(types.StringType, []attr.Value{unknown}))}, nil, true},
	} {
		var diags diag.Diagnostics
		list := types.ListValueMust(conditionType, tt.conditions)
		narrows := mayNamePrincipals(t.Context(), list, nil, &diags)
		WarnOpenConditions(t.Context(), list, nil, &diags)
		var warnings []string
		for _, d := range diags {
			if located, ok := d.(diag.DiagnosticWithPath); ok {
				warnings = append(warnings, located.Path().String())
			}
		}
		if narrows != tt.narrows || !slices.Equal(warnings, tt.warnings) || diags.HasError() {
			t.Errorf("%s: narrows %t, %v", name, narrows, diags)
		}
	}
}

// A wildcard within the ID of a unit lets siblings in.
func TestOrganizationPathsInConditions(t *testing.T) {
	t.Parallel()
	for value, warned := range map[string]bool{
		"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*": false,
		"o-a1b2c3d4e5/*/ou-ab12-11111111/":       false,
		"o-a1b2c3d4e5/*":                         false,
		"o-a1b2c3d4e5/r-ab12/ou-ab12-1*":         true,
		"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111":   true,
	} {
		var diags diag.Diagnostics
		list := types.ListValueMust(conditionType, []attr.Value{types.ObjectValueMust(conditionType.AttrTypes, map[string]attr.Value{
			"test": types.StringValue("ForAnyValue:StringLike"), "variable": types.StringValue("aws:PrincipalOrgPaths"),
			"values": types.SetValueMust(types.StringType, []attr.Value{types.StringValue(value)}),
		})})
		WarnOpenConditions(t.Context(), list, nil, &diags)
		isWarned := slices.ContainsFunc(diags, func(d diag.Diagnostic) bool {
			return d.Summary() == "Mistaken organization path in a value of aws:PrincipalOrgPaths"
		})
		if isWarned != warned || diags.HasError() {
			t.Errorf("%s: %v", value, diags)
		}
	}
}
