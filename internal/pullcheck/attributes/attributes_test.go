// SPDX-License-Identifier: MPL-2.0

package attributes_test

import (
	"context"
	"maps"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullcheck/attributes"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/report"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
)

// Values as Terraform hands them over: a data source's have the schema's types,
// a function's have the types of literals.

func str(s string) types.String { return types.StringValue(s) }

func list(texts ...string) types.List {
	values := []attr.Value{}
	for _, s := range texts {
		values = append(values, str(s))
	}
	return types.ListValueMust(types.StringType, values)
}

func texts(entries map[string]string) types.Map {
	values := map[string]attr.Value{}
	for name, s := range entries {
		values[name] = str(s)
	}
	return types.MapValueMust(types.StringType, values)
}

func tuple(values ...attr.Value) types.Tuple {
	elementTypes := []attr.Type{}
	for _, v := range values {
		elementTypes = append(elementTypes, v.Type(context.Background()))
	}
	return types.TupleValueMust(elementTypes, values)
}

func object(values map[string]attr.Value) types.Object {
	attrTypes := map[string]attr.Type{}
	for name, v := range values {
		attrTypes[name] = v.Type(context.Background())
	}
	return types.ObjectValueMust(attrTypes, values)
}

func documentAt(name, text string, at verdict.At) verdict.Document {
	return verdict.Document{Name: name, Text: text, At: at}
}

// TestInput: typed values and literals mean the same.
func TestInput(t *testing.T) {
	t.Parallel()
	want := verdict.Input{
		Image: "i", RoleARN: "r", Access: "push", RegistryPolicyScope: "V2",
		RepositoryPolicy: verdict.DocumentsOf(verdict.Document{Text: "rp", At: verdict.At{Attribute: "repository_policy"}}),
		RegistryPolicy:   verdict.DocumentsOf(),
		IdentityPolicies: verdict.DocumentsOf(
			documentAt("app", "b", verdict.At{Attribute: "identity_policies", Key: "app"}),
			documentAt("arn:aws:iam::aws:policy/A", "a", verdict.At{Attribute: "identity_policies", Key: "arn:aws:iam::aws:policy/A"}),
		),
		SessionPolicies: verdict.DocumentsOf(),
		ServiceControlPolicies: verdict.Levels{State: verdict.Known, List: [][]verdict.Document{
			{documentAt("service_control_policies[0][0]", "s", verdict.At{Attribute: "service_control_policies", Indexes: []int{0, 0}})},
		}},
		PlannedRegistryStatements: []verdict.Document{documentAt("planned_registry_statements[0]", "prs", verdict.At{Attribute: "planned_registry_statements", Indexes: []int{0}})},
		PlannedStatements:         []verdict.Document{documentAt("planned_statements[0]", "ps", verdict.At{Attribute: "planned_statements", Indexes: []int{0}})},
		PlannedRolePolicies:       []verdict.Document{{Name: "ecrxa-pull", Text: "pp", At: verdict.At{Attribute: "planned_role_policies", Key: "ecrxa-pull"}}},
		Context:                   map[string][]string{"aws:SourceVpce": {"vpce-1"}, "aws:username": {}},
	}
	common := map[string]attr.Value{
		"image": str("i"), "role_arn": str("r"), "access": str("push"), "registry_policy_scope": str("V2"),
		"repository_policy": str("rp"), "registry_policy": str(""), "permissions_boundary": types.StringNull(),
	}
	for name, specific := range map[string]map[string]attr.Value{
		"typed": {
			"repository_arn":              types.StringNull(),
			"identity_policies":           texts(map[string]string{"app": "b", "arn:aws:iam::aws:policy/A": "a"}),
			"session_policies":            list(),
			"service_control_policies":    types.ListValueMust(types.ListType{ElemType: types.StringType}, []attr.Value{list("s")}),
			"resource_control_policies":   types.ListNull(types.ListType{ElemType: types.StringType}),
			"planned_statements":          list("ps"),
			"planned_registry_statements": list("prs"),
			"planned_role_policies":       texts(map[string]string{"ecrxa-pull": "pp"}),
			"context":                     types.MapValueMust(types.ListType{ElemType: types.StringType}, map[string]attr.Value{"aws:SourceVpce": list("vpce-1"), "aws:username": list()}),
		},
		"literals": {
			"repository_arn":              types.DynamicNull(),
			"identity_policies":           object(map[string]attr.Value{"app": types.DynamicValue(str("b")), "arn:aws:iam::aws:policy/A": str("a")}),
			"session_policies":            tuple(),
			"service_control_policies":    tuple(tuple(str("s"))),
			"planned_registry_statements": tuple(str("prs")),
			"planned_statements":          types.SetValueMust(types.StringType, []attr.Value{str("ps")}),
			"planned_role_policies":       object(map[string]attr.Value{"ecrxa-pull": str("pp")}),
			"context":                     types.DynamicValue(object(map[string]attr.Value{"aws:SourceVpce": tuple(str("vpce-1")), "aws:username": tuple()})),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			values := map[string]attr.Value{}
			maps.Copy(values, common)
			maps.Copy(values, specific)
			got, faults := attributes.Input(values)
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("input (-want +got):\n%s", diff)
			}
		})
	}
}

// TestInput_emptyIsNotAbsent: an empty map says that there is none.
func TestInput_emptyIsNotAbsent(t *testing.T) {
	t.Parallel()
	got, _ := attributes.Input(map[string]attr.Value{"identity_policies": texts(nil), "repository_policy": str("")})
	if got.IdentityPolicies.State != verdict.Known || got.RepositoryPolicy.State != verdict.Known {
		t.Errorf("states %v and %v, want both known", got.IdentityPolicies.State, got.RepositoryPolicy.State)
	}
	got, _ = attributes.Input(map[string]attr.Value{"identity_policies": types.MapNull(types.StringType)})
	if got.IdentityPolicies.State != verdict.NotSet {
		t.Errorf("state %v of null, want not given", got.IdentityPolicies.State)
	}
}

// TestKnown: to find faults, what is unknown is left out, and what stands beside it is not.
func TestKnown(t *testing.T) {
	t.Parallel()
	got, faults := attributes.Known(map[string]attr.Value{
		"image":                 types.StringUnknown(),
		"identity_policies":     types.MapValueMust(types.StringType, map[string]attr.Value{"app": types.StringUnknown(), "base": str("b")}),
		"planned_role_policies": types.MapUnknown(types.StringType),
		"service_control_policies": types.ListValueMust(types.ListType{ElemType: types.StringType}, []attr.Value{
			list("s"), types.ListValueMust(types.StringType, []attr.Value{types.StringUnknown()}),
		}),
		"context": types.MapValueMust(types.ListType{ElemType: types.StringType}, map[string]attr.Value{"a": types.ListUnknown(types.StringType), "b": types.ListValueMust(types.StringType, []attr.Value{types.StringUnknown()})}),
	})
	want := verdict.Input{IdentityPolicies: verdict.DocumentsOf(documentAt("base", "b", verdict.At{Attribute: "identity_policies", Key: "base"}))}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" || len(faults) > 0 {
		t.Errorf("faults %v, input (-want +got):\n%s", faults, diff)
	}
}

func TestInput_faults(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, argument string
		value          attr.Value
		want           string
	}{
		{"misspelt", "repository_polcy", str(""), "repository_polcy is not an argument (did you mean repository_policy?)"},
		{"another case", "roleArn", str(""), "roleArn is not an argument (did you mean role_arn?)"},
		{"the short of a name", "role", str(""), "role is not an argument (did you mean role_arn?)"},
		{"the long of a name", "image_uri_of_the_task", str(""), "image_uri_of_the_task is not an argument (did you mean image?)"},
		{"a text for a yes or no", "role_exists", str("yes"), "role_exists must be true or false"},
		{"nothing like it", "color", str(""), "color is not an argument"},
		{"an object for a document", "repository_policy", object(map[string]attr.Value{"Version": str("")}), "repository_policy must be a string; write a policy document with jsonencode(…)"},
		{"a string for a list", "session_policies", str("{}"), "session_policies must be a list of strings"},
		{"a list for identity policies", "identity_policies", tuple(str("{}")), `identity_policies must be a map of policy documents by policy name, as in { "ecrxa-pull" = jsonencode(…) }, or {} for none`},
		{"a document for unlisted policies", "identity_policies", object(map[string]attr.Value{"*": str("{}")}), `identity_policies["*"] must be "unknown": it means policies that could not be listed`},
		{"an object for an identity policy", "identity_policies", object(map[string]attr.Value{"app": object(nil)}), `identity_policies["app"] must be a string; write a policy document with jsonencode(…)`},
		{"an object in a list", "planned_statements", tuple(str("{}"), object(nil)), "planned_statements[1] must be a string; write a policy document with jsonencode(…)"},
		{"a list for a list of lists", "service_control_policies", list("{}"), "service_control_policies[0] must be a list of strings"},
		{"null in a list", "session_policies", tuple(types.DynamicNull()), "session_policies[0] is null; leave it out"},
		{"a null value of a key", "context", object(map[string]attr.Value{"aws:SourceVpce": types.ListValueMust(types.StringType, []attr.Value{types.StringNull()})}), `context["aws:SourceVpce"] is null; leave it out`},
		{"a null level", "service_control_policies", tuple(types.DynamicNull()), "service_control_policies[0] must be a list of strings"},
		{"a list for a map", "planned_role_policies", list("{}"), `planned_role_policies must be a map of policy documents by policy name, as in { "ecrxa-pull" = jsonencode(…) }, or {} for none`},
		{"a string for a list of values", "context", object(map[string]attr.Value{"aws:SourceVpce": str("vpce-1")}), `context["aws:SourceVpce"] must be a list of strings; an empty list says that the request does not carry the key`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, faults := attributes.Input(map[string]attr.Value{tt.argument: tt.value})
			if got := faults.Error(); got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// The order of a map must not show: the same mistakes give the same text, once.
func TestInput_faultsInOrder(t *testing.T) {
	t.Parallel()
	wrong := map[string]attr.Value{}
	for _, name := range "abcdefgh" {
		wrong["aws:PrincipalTag/"+string(name)] = str("not a list")
	}
	_, faults := attributes.Input(map[string]attr.Value{"context": object(wrong)})
	const want = `context["aws:PrincipalTag/a"] must be a list of strings; an empty list says that the request does not carry the key; the same holds for 7 other elements of context`
	if got := faults.Error(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestInput_numbersAndBooleans(t *testing.T) {
	t.Parallel()
	got, faults := attributes.Input(map[string]attr.Value{"context": object(map[string]attr.Value{
		"aws:MultiFactorAuthPresent": tuple(types.BoolValue(true)),
		"aws:MultiFactorAuthAge":     tuple(types.NumberValue(big.NewFloat(3600))),
	})})
	want := map[string][]string{"aws:MultiFactorAuthPresent": {"true"}, "aws:MultiFactorAuthAge": {"3600"}}
	if diff := cmp.Diff(want, got.Context); diff != "" || len(faults) > 0 {
		t.Errorf("faults %v, context (-want +got):\n%s", faults, diff)
	}
}

func TestPath(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		at   verdict.At
		want path.Path
	}{
		{verdict.At{Attribute: "image"}, path.Root("image")},
		{verdict.At{Attribute: "service_control_policies", Indexes: []int{1, 0}}, path.Root("service_control_policies").AtListIndex(1).AtListIndex(0)},
		{verdict.At{Attribute: "context", Key: "aws:SourceVpce"}, path.Root("context").AtMapKey("aws:SourceVpce")},
	} {
		if got := attributes.Path(tt.at); !got.Equal(tt.want) {
			t.Errorf("path of %s is %s, want %s", tt.at, got, tt.want)
		}
	}
}

// TestResult: each field of the result has its attribute, and none is null.
func TestResult(t *testing.T) {
	t.Parallel()
	judgement, faults := verdict.Judge(verdict.Input{
		Image: "987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service", RoleARN: "arn:aws:iam::123456789012:role/app",
		RepositoryPolicy: verdict.DocumentsOf(), IdentityPolicies: verdict.DocumentsOf(),
	})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	got := attributes.Result(report.Of(judgement))
	for name, value := range got {
		if value.IsNull() || value.IsUnknown() {
			t.Errorf("%s is %s", name, value)
		}
	}
	if len(got) != len(attributes.Results()) {
		t.Errorf("%d attributes, want %d", len(got), len(attributes.Results()))
	}
}

// TestResult_names: the object that is built by hand has what the framework finds by the
// names of the schema and the tags of the result.
func TestResult_names(t *testing.T) {
	t.Parallel()
	for _, tt := range pulls.Cases {
		result := pulls.Evaluate(t, tt.In)
		want, diags := types.ObjectValueFrom(t.Context(), attributes.ResultTypes(), result)
		if diags.HasError() {
			t.Fatal(diags)
		}
		if got, want := raw(t, attributes.ResultObject(result)), raw(t, want); !got.Equal(want) {
			t.Errorf("%s:\n%s\nwant\n%s", tt.Name, got, want)
		}
		for name, got := range attributes.Result(result) {
			if want := want.Attributes()[name]; !raw(t, got).Equal(raw(t, want)) || !got.Type(t.Context()).Equal(want.Type(t.Context())) {
				t.Errorf("%s: %s is\n%s\nwant\n%s", tt.Name, name, got, want)
			}
		}
	}
}

// raw returns a value as Terraform has it.
func raw(t *testing.T, v attr.Value) tftypes.Value {
	t.Helper()
	converted, err := v.ToTerraformValue(t.Context())
	if err != nil || !v.Type(t.Context()).TerraformType(t.Context()).Equal(converted.Type()) {
		t.Fatal(v, err)
	}
	return converted
}

// TestDescriptions: the documentation is made of them.
func TestDescriptions(t *testing.T) {
	t.Parallel()
	for name, a := range attributes.Arguments() {
		if !strings.HasSuffix(a.GetMarkdownDescription(), ".") {
			t.Errorf("the description of %s is not made of sentences: %q", name, a.GetMarkdownDescription())
		}
	}
	for name, a := range attributes.Results() {
		if !strings.HasSuffix(a.GetMarkdownDescription(), ".") {
			t.Errorf("the description of %s is not made of sentences: %q", name, a.GetMarkdownDescription())
		}
	}
}

func TestExport(t *testing.T) {
	t.Parallel()
	const managed = "arn:aws:iam::aws:policy/A"
	unlisted := verdict.DocumentsOf(verdict.Document{Name: "app", Text: "read"})
	unlisted.State = verdict.Unknown
	unknown := verdict.Documents{State: verdict.Unknown}
	for _, tt := range []struct {
		name  string
		given map[string]attr.Value
		in    verdict.Input
		want  map[string]attr.Value
	}{
		{
			"nothing read", nil,
			verdict.Input{},
			exported(types.StringNull(), types.StringNull(), types.StringNull(), types.MapNull(types.StringType)),
		},
		{
			"all read",
			map[string]attr.Value{"repository_policy": types.StringNull(), "registry_policy": str("given")},
			verdict.Input{
				RepositoryPolicy: verdict.DocumentsOf(verdict.Document{Text: "read"}), RegistryPolicy: verdict.DocumentsOf(verdict.Document{Text: "read"}),
				PermissionsBoundary: verdict.DocumentsOf(), IdentityPolicies: verdict.DocumentsOf(verdict.Document{Name: "app", Text: "read"}),
				RoleExists: verdict.Exists, RepositoryExists: verdict.Missing, ActualRoleARN: "arn",
			},
			with(exported(str("read"), str("given"), str(""), texts(map[string]string{"app": "read"})), map[string]attr.Value{
				"role_exists": types.BoolValue(true), "repository_exists": types.BoolValue(false), "actual_role_arn": str("arn"),
			}),
		},
		{
			"reads refused", nil,
			verdict.Input{RepositoryPolicy: unknown, RegistryPolicy: unknown, PermissionsBoundary: unknown, IdentityPolicies: unlisted},
			exported(str("unknown"), str("unknown"), str("unknown"), texts(map[string]string{"*": "unknown", "app": "read"})),
		},
		{
			"one policy refused", nil,
			verdict.Input{IdentityPolicies: verdict.DocumentsOf(verdict.Document{Name: "app", Text: "read"}, verdict.Document{Name: managed, Text: verdict.UnknownText})},
			exported(types.StringNull(), types.StringNull(), types.StringNull(), texts(map[string]string{"app": "read", managed: "unknown"})),
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			arguments := map[string]attr.Value{}
			maps.Copy(arguments, tt.given)
			attributes.Export(tt.in, arguments)
			if diff := cmp.Diff(tt.want, arguments); diff != "" {
				t.Errorf("arguments (-want +got):\n%s", diff)
			}
		})
	}
}

// TestExport_roundTrip: what a check exports says the same to the next one.
func TestExport_roundTrip(t *testing.T) {
	t.Parallel()
	want := verdict.Input{
		RepositoryPolicy:    verdict.DocumentsOf(),
		RegistryPolicy:      verdict.Documents{State: verdict.Unknown},
		PermissionsBoundary: verdict.Documents{State: verdict.Unknown},
		IdentityPolicies: verdict.Documents{State: verdict.Unknown, List: []verdict.Document{
			{Name: "app", Text: "read"}, {Name: "arn:aws:iam::aws:policy/A", Text: verdict.UnknownText},
		}},
		RoleExists: verdict.Missing, RepositoryExists: verdict.Exists, ActualRoleARN: "arn",
	}
	arguments := map[string]attr.Value{}
	attributes.Export(want, arguments)
	got, faults := attributes.Input(arguments)
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.IgnoreTypes(verdict.At{})); diff != "" || len(faults) > 0 {
		t.Errorf("faults %v, input (-want +got):\n%s", faults, diff)
	}
}

func exported(repository, registry, boundary types.String, identity types.Map) map[string]attr.Value {
	return map[string]attr.Value{
		"repository_policy": repository, "registry_policy": registry,
		"permissions_boundary": boundary, "identity_policies": identity,
		"role_exists": types.BoolNull(), "repository_exists": types.BoolNull(), "actual_role_arn": types.StringNull(),
	}
}

func with(values, others map[string]attr.Value) map[string]attr.Value {
	maps.Copy(values, others)
	return values
}

// TestEveryPolicyTypeHasAnArgument: the table of policy types names arguments that exist.
func TestEveryPolicyTypeHasAnArgument(t *testing.T) {
	t.Parallel()
	arguments := attributes.Arguments()
	for _, policyType := range authz.PolicyTypes() {
		if name := wording.Of(policyType).Argument; arguments[name] == nil {
			t.Errorf("%s has the argument %q, which does not exist", policyType, name)
		}
	}
}
