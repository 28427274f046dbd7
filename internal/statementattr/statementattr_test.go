// SPDX-License-Identifier: MPL-2.0

package statementattr

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

var (
	noActions = types.SetNull(types.StringType)
	someSet   = tfattr.StringSet([]string{"ecr:BatchGetImage"})
)

func TestPlanAccess(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		configured types.String
		actions    types.Set
		want       types.String
	}{
		"nothing is said":        {types.StringNull(), noActions, types.StringValue("pull")},
		"access is said":         {types.StringValue("push"), noActions, types.StringValue("push")},
		"access is not known":    {types.StringUnknown(), noActions, types.StringUnknown()},
		"actions are said":       {types.StringNull(), someSet, types.StringNull()},
		"actions are not known":  {types.StringNull(), types.SetUnknown(types.StringType), types.StringUnknown()},
		"both, as is refused":    {types.StringValue("push"), someSet, types.StringValue("push")},
		"access beside unknowns": {types.StringValue("push"), types.SetUnknown(types.StringType), types.StringValue("push")},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := PlanAccess(tt.configured, tt.actions); !got.Equal(tt.want) {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestActions(t *testing.T) {
	t.Parallel()
	if got := actionsOf(types.StringNull(), noActions); !slices.Equal(got, actionset.Actions(actionset.Pull)) {
		t.Errorf("neither: %v", got)
	}
	if got := actionsOf(types.StringValue("push"), noActions); !slices.Equal(got, actionset.Actions(actionset.Push)) {
		t.Errorf("access: %v", got)
	}
	if got := actionsOf(types.StringNull(), tfattr.StringSet([]string{"ecr:B", "ecr:A"})); !slices.Equal(got, []string{"ecr:A", "ecr:B"}) {
		t.Errorf("actions: %v", got)
	}
}

func TestFromActions(t *testing.T) {
	t.Parallel()
	pull := tfattr.StringSet(actionset.Actions(actionset.Pull))
	tests := map[string]struct {
		live  []string
		prior types.Set

		wantAccess  types.String
		wantActions types.Set
	}{
		"a named set":                   {actionset.Actions(actionset.Push), noActions, types.StringValue("push"), noActions},
		"a named set, explicit before":  {actionset.Actions(actionset.Pull), pull, types.StringNull(), pull},
		"no named set":                  {[]string{"ecr:BatchGetImage"}, noActions, types.StringNull(), someSet},
		"another case keeps the prior":  {[]string{"ECR:batchgetimage"}, someSet, types.StringNull(), someSet},
		"explicit, and drifted to push": {actionset.Actions(actionset.Push), someSet, types.StringNull(), tfattr.StringSet(actionset.Actions(actionset.Push))},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			gotAccess, gotActions := fromActions(tt.live, tt.prior)
			if !gotAccess.Equal(tt.wantAccess) || !gotActions.Equal(tt.wantActions) {
				t.Errorf("got %s, %s", gotAccess, gotActions)
			}
		})
	}
}

var twoConditions = []policy.Condition{
	{Test: "ArnLike", Variable: "aws:PrincipalArn", Values: []string{"arn:aws:iam::123456789012:role/a*"}},
	{Test: "StringEquals", Variable: "aws:SourceVpce", Values: []string{"vpce-1", "vpce-2"}},
}

func TestConditionsRoundTrip(t *testing.T) {
	t.Parallel()
	list, diags := ConditionList(t.Context(), twoConditions, types.ListNull(conditionType))
	mustBeFine(t, diags)
	got, diags := Conditions(t.Context(), list)
	mustBeFine(t, diags)
	if diff := cmp.Diff(twoConditions, got); diff != "" {
		t.Error(diff)
	}
	if list, _ := ConditionList(t.Context(), nil, list); !list.IsNull() {
		t.Errorf("no conditions are %s, not null", list)
	}
}

// TestConditions_unreadable: what is not known cannot be taken for no condition.
func TestConditions_unreadable(t *testing.T) {
	t.Parallel()
	for _, list := range []types.List{
		types.ListUnknown(conditionType),
		types.ListValueMust(conditionType, []attr.Value{types.ObjectNull(conditionType.AttrTypes)}),
	} {
		if _, diags := Conditions(t.Context(), list); !diags.HasError() {
			t.Errorf("%s was read", list)
		}
	}
}

func TestConditionListKeepsWhatMeansTheSame(t *testing.T) {
	t.Parallel()
	swapped := []policy.Condition{twoConditions[1], twoConditions[0]}
	swapped[0].Variable = "AWS:sourcevpce"
	prior, diags := ConditionList(t.Context(), swapped, types.ListNull(conditionType))
	mustBeFine(t, diags)

	same, diags := ConditionList(t.Context(), twoConditions, prior)
	mustBeFine(t, diags)
	if !same.Equal(prior) {
		t.Errorf("order or case of a key made a difference: %s", same)
	}
	changed, diags := ConditionList(t.Context(), twoConditions[:1], prior)
	mustBeFine(t, diags)
	if changed.Equal(prior) || len(changed.Elements()) != 1 {
		t.Errorf("a condition that is gone does not show: %s", changed)
	}
}

func TestCheckDuplicates(t *testing.T) {
	t.Parallel()
	condition := func(test, variable types.String) attr.Value {
		return types.ObjectValueMust(conditionType.AttrTypes, map[string]attr.Value{
			"test": test, "variable": variable, "values": tfattr.StringSet([]string{"x"}),
		})
	}
	known := func(test, variable string) attr.Value {
		return condition(types.StringValue(test), types.StringValue(variable))
	}
	reserved := []policy.Condition{{Test: "StringEquals", Variable: "aws:PrincipalOrgID"}}
	tests := map[string]struct {
		conditions types.List
		want       []path.Path
	}{
		"none":      {conditions: types.ListNull(conditionType)},
		"not known": {conditions: types.ListUnknown(conditionType)},
		"an unknown element": {conditions: types.ListValueMust(conditionType, []attr.Value{
			types.ObjectUnknown(conditionType.AttrTypes), known("Bool", "aws:SecureTransport"),
		})},
		"an unknown key": {conditions: types.ListValueMust(conditionType, []attr.Value{
			condition(types.StringValue("Bool"), types.StringUnknown()), condition(types.StringValue("Bool"), types.StringUnknown()),
		})},
		"the same key, other operators": {conditions: types.ListValueMust(conditionType, []attr.Value{
			known("StringLike", "aws:SourceVpce"), known("StringNotLike", "aws:SourceVpce"),
		})},
		"twice, in another case": {
			conditions: types.ListValueMust(conditionType, []attr.Value{
				known("StringEquals", "aws:SourceVpce"), known("Bool", "aws:SecureTransport"), known("StringEquals", "AWS:sourceVPCE"),
			}),
			want: []path.Path{path.Root("conditions").AtListIndex(2)},
		},
		"a reserved one": {
			conditions: types.ListValueMust(conditionType, []attr.Value{known("StringEquals", "aws:principalorgid")}),
			want:       []path.Path{path.Root("conditions").AtListIndex(0)},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			CheckDuplicates(t.Context(), tt.conditions, reserved, &diags)
			if got := paths(diags); !slices.EqualFunc(got, tt.want, path.Path.Equal) {
				t.Errorf("errors at %s, want %s: %v", got, tt.want, diags)
			}
		})
	}
}

const tokenAdvice = "Leave it out."

func TestActionValidator(t *testing.T) {
	t.Parallel()
	for action, want := range map[string]struct {
		severity diag.Severity
		detail   string
	}{
		"ecr:BatchGetImage":         {},
		"ECR:batchgetimage":         {},
		"ecr:*":                     {diag.SeverityWarning, `"ecr:*" also grants`},
		"ecr:Batch?etImage":         {diag.SeverityWarning, "A pull needs only ecr:BatchGetImage and ecr:GetDownloadUrlForLayer."},
		"*":                         {diag.SeverityWarning, `"*" also grants`},
		"ecr:BatchGetImages":        {diag.SeverityWarning, `does not know the ECR action "ecr:BatchGetImages". If AWS does not know it either, it grants nothing. Did you mean "ecr:BatchGetImage"?`},
		"ecr:Frobnicate":            {diag.SeverityWarning, "it grants nothing."},
		"BatchGetImage":             {diag.SeverityError, "a name of letters"},
		"s3:GetObject":              {diag.SeverityError, "a name of letters"},
		"ecr:Batch Get":             {diag.SeverityError, "a name of letters"},
		"":                          {diag.SeverityError, "a name of letters"},
		"ecr:GetAuthorizationToken": {diag.SeverityError, tokenAdvice},
		"ecr:getauthorizationtoken": {diag.SeverityError, tokenAdvice},
	} {
		t.Run(action, func(t *testing.T) {
			t.Parallel()
			diags := validate(t, actionValidator{tokenAdvice}, types.StringValue(action))
			for _, b := range WildcardsOf([]string{action}, path.Root("actions")) { // which the plan adds
				diags.Append(b.Warning(""))
			}
			wantDiagnostic(t, diags, want.severity, want.detail)
		})
	}
}

func TestConditionOperator(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"StringEquals", "StringLikeIfExists", "ForAnyValue:StringLike", "ForAllValues:ArnLikeIfExists", "Null", "Bool", "NotIpAddress"} {
		if err := checkOperator(good); err != nil {
			t.Error(err)
		}
	}
	for bad, want := range map[string]string{
		"":                        "is not a condition operator: use",
		"Equals":                  "is not a condition operator: use",
		"stringequals":            "AWS writes it StringEquals",
		"null":                    "AWS writes it Null",
		"NullIfExists":            "AWS writes it Null",
		"ForAnyValues:StringLike": "is not a condition operator: use",
	} {
		if err := checkOperator(bad); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", bad, err, want)
		}
	}
}

func TestConditionKey(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"aws:SourceVpce", "ecr:ResourceTag/team", "aws:PrincipalTag/cost center", "token.actions.githubusercontent.com:sub"} {
		if err := checkConditionKey(good); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []string{"", "SourceVpce", "aws:", ":SourceVpce", "aws: SourceVpce"} {
		if err := checkConditionKey(bad); !errors.Is(err, errNoConditionKey) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestValidLeavesUnknownValues(t *testing.T) {
	t.Parallel()
	never := tfattr.Valid("anything", func(string) error { return errors.New("called") })
	for _, value := range []types.String{types.StringNull(), types.StringUnknown()} {
		wantDiagnostic(t, validate(t, never, value), diag.SeverityInvalid, "")
		wantDiagnostic(t, validate(t, actionValidator{}, value), diag.SeverityInvalid, "")
	}
}

func TestValidPointsAtTheValue(t *testing.T) {
	t.Parallel()
	diags := validate(t, tfattr.Valid("a name", func(s string) error { return errors.New("the name " + s + " is taken") }), types.StringValue("x"))
	wantDiagnostic(t, diags, diag.SeverityError, "The name x is taken.")
}

func validate(t *testing.T, v validator.String, value types.String) diag.Diagnostics {
	t.Helper()
	var resp validator.StringResponse
	v.ValidateString(context.WithoutCancel(t.Context()), validator.StringRequest{Path: path.Root("actions"), ConfigValue: value}, &resp)
	return resp.Diagnostics
}

// wantDiagnostic checks that there is one diagnostic at "actions"; none for SeverityInvalid.
func wantDiagnostic(t *testing.T, diags diag.Diagnostics, severity diag.Severity, detail string) {
	t.Helper()
	if severity == diag.SeverityInvalid {
		if len(diags) > 0 {
			t.Errorf("got %v", diags)
		}
		return
	}
	if len(diags) != 1 || diags[0].Severity() != severity || !strings.Contains(diags[0].Detail(), detail) {
		t.Fatalf("got %v, want one %s with %q", diags, severity, detail)
	}
	if got := paths(diags); len(got) != 1 || !got[0].Equal(path.Root("actions")) {
		t.Errorf("it points at %s", got)
	}
}

func paths(diags diag.Diagnostics) []path.Path {
	var out []path.Path
	for _, d := range diags {
		if at, ok := d.(diag.DiagnosticWithPath); ok {
			out = append(out, at.Path())
		}
	}
	return out
}

func mustBeFine(t *testing.T, diags diag.Diagnostics) {
	t.Helper()
	if len(diags) > 0 {
		t.Fatal(diags)
	}
}
