// SPDX-License-Identifier: MPL-2.0

package function_test

import (
	"context"
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	fwfunction "github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/function"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullcheck/attributes"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
)

// run calls the function as Terraform does.
func run(t *testing.T, argument attr.Value) (types.Object, *fwfunction.FuncError) {
	t.Helper()
	resp := fwfunction.RunResponse{Result: fwfunction.NewResultData(types.ObjectUnknown(attributes.ResultTypes()))}
	function.NewEvaluatePull().Run(t.Context(), fwfunction.RunRequest{
		Arguments: fwfunction.NewArgumentsData([]attr.Value{types.DynamicValue(argument)}),
	}, &resp)
	raw, err := resp.Result.Value().ToTerraformValue(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	result, err := types.ObjectType{AttrTypes: attributes.ResultTypes()}.ValueFromTerraform(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	return result.(types.Object), resp.Error
}

func object(values map[string]attr.Value) types.Object {
	attrTypes := map[string]attr.Type{}
	for name, v := range values {
		attrTypes[name] = v.Type(context.Background())
	}
	return types.ObjectValueMust(attrTypes, values)
}

// guide are the arguments of the pull that the documentation speaks of.
func guide(more map[string]attr.Value) map[string]attr.Value {
	values := map[string]attr.Value{
		"image":             types.StringValue("987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service"),
		"role_arn":          types.StringValue("arn:aws:iam::123456789012:role/ecsTaskExecutionRole"),
		"repository_policy": types.StringValue(""),
		"identity_policies": types.ObjectValueMust(nil, nil),
	}
	maps.Copy(values, more)
	return values
}

func TestEvaluatePull(t *testing.T) {
	t.Parallel()
	result, err := run(t, object(guide(nil)))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]attr.Value{
		"verdict":     types.StringValue("denied"),
		"allowed":     types.BoolValue(false),
		"denied_side": types.StringValue("both"),
	} {
		if got := result.Attributes()[name]; !got.Equal(want) {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

// TestEvaluatePull_map: a map is as good as an object.
func TestEvaluatePull_map(t *testing.T) {
	t.Parallel()
	values := guide(nil)
	delete(values, "identity_policies")
	result, err := run(t, types.MapValueMust(types.StringType, values))
	if err != nil {
		t.Fatal(err)
	}
	if got := result.Attributes()["unknown_documents"]; !got.Equal(types.ListValueMust(types.StringType, []attr.Value{types.StringValue("identity_policies")})) {
		t.Errorf("unknown_documents are %s, want identity_policies", got)
	}
}

func TestEvaluatePull_errors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		argument attr.Value
		want     string
	}{
		{"not an object", types.StringValue("image"), "The argument must be an object"},
		{"misspelt", object(guide(map[string]attr.Value{"rolearn": types.StringValue("")})), "rolearn is not an argument (did you mean role_arn?)"},
		{"a result's name", object(guide(map[string]attr.Value{"verdict": types.StringValue("")})), "verdict is not an argument"},
		{"another object", object(map[string]attr.Value{"id": types.StringValue("a"), "arn": types.StringValue("b"), "tags": types.StringValue("c")}), "this one has only arn, id and tags"},
		{"other names", object(guide(map[string]attr.Value{"explanation": types.StringValue(""), "verdict": types.StringValue(""), "xyzzy": types.StringValue("")})), "explanation is not an argument, nor is verdict or xyzzy"},
		{
			"a document for policies",
			object(guide(map[string]attr.Value{"identity_policies": object(map[string]attr.Value{"Version": types.StringValue("2012-10-17"), "Statement": types.TupleValueMust(nil, nil)})})),
			"or {} for none; it is a policy document itself",
		},
		{
			"a resource for policies",
			object(guide(map[string]attr.Value{"identity_policies": object(map[string]attr.Value{"id": types.StringValue("a:b"), "policy": types.StringValue("{}"), "name_prefix": types.StringNull()})})),
			"it is a whole resource or data source: use its attribute policy or json",
		},
		{
			"objects for documents",
			object(guide(map[string]attr.Value{"identity_policies": object(map[string]attr.Value{"a": types.ObjectValueMust(nil, nil), "b": types.ObjectValueMust(nil, nil), "c": types.ObjectValueMust(nil, nil)})})),
			`identity_policies["a"] must be a string; write a policy document with jsonencode(…); the same holds for 2 other elements of identity_policies`,
		},
		{"wrong type", object(guide(map[string]attr.Value{"identity_policies": types.StringValue("{}")})), "identity_policies must be a map of policy documents by policy name"},
		{"no role", object(guide(map[string]attr.Value{"role_arn": types.DynamicNull()})), "role_arn is not set"},
		{"bad document", object(guide(map[string]attr.Value{"repository_policy": types.StringValue("{\n")})), "repository_policy is not a policy document: line 2"},
		{
			"faults of both kinds",
			object(guide(map[string]attr.Value{"acess": types.StringValue("pull"), "repository_policy": types.StringValue("{")})),
			"acess is not an argument (did you mean access?).\nrepository_policy is not a policy document: line 1",
		},
		{
			"two faults",
			object(guide(map[string]attr.Value{"access": types.StringValue("read"), "registry_policy_scope": types.StringValue("V3")})),
			"registry_policy_scope is \"V3\"; expected V1 or V2",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := run(t, tt.argument)
			if err != nil && strings.Contains(tt.name, " for ") && strings.Contains(err.Text, "\n") {
				t.Errorf("more than one message: %s", err.Text)
			}
			if err == nil || err.FunctionArgument == nil || *err.FunctionArgument != 0 || !strings.Contains(err.Text, tt.want) {
				t.Errorf("error %v, want one on the argument that says %q", err, tt.want)
			}
		})
	}
}

func TestEvaluatePull_definition(t *testing.T) {
	t.Parallel()
	var resp fwfunction.DefinitionResponse
	function.NewEvaluatePull().Definition(t.Context(), fwfunction.DefinitionRequest{}, &resp)
	var valid fwfunction.DefinitionValidateResponse
	resp.Definition.ValidateImplementation(t.Context(), fwfunction.DefinitionValidateRequest{FuncName: "evaluate_pull"}, &valid)
	if valid.Diagnostics.HasError() {
		t.Error(valid.Diagnostics)
	}
}

// TestEvaluatePull_snapshots: the function has no clock, so the same arguments always have the
// same result.
func TestEvaluatePull_snapshots(t *testing.T) {
	t.Parallel()
	registry, err := pulls.RegistrySnapshot().JSON()
	if err != nil {
		t.Fatal(err)
	}
	consumer, err := pulls.ConsumerSnapshot().JSON()
	if err != nil {
		t.Fatal(err)
	}
	arguments := map[string]attr.Value{
		"image": types.StringValue(pulls.Image), "role_arn": types.StringValue(pulls.RoleARN),
		"registry_snapshot": types.StringValue(registry), "consumer_snapshot": types.StringValue(consumer),
	}
	result, failed := run(t, object(arguments))
	if failed != nil {
		t.Fatal(failed)
	}
	if got := result.Attributes()["verdict"]; !got.Equal(types.StringValue("allowed")) {
		t.Errorf("verdict %s", got)
	}
	if got := result.Attributes()["snapshots"].String(); !strings.Contains(got, `"read_at":"2026-11-27T09:00:00Z","region":"us-east-1"`) {
		t.Errorf("snapshots are %s", got)
	}
	arguments["max_age"] = types.StringValue("24h")
	if _, failed = run(t, object(arguments)); failed == nil || !strings.HasSuffix(failed.Text, "set now = plantimestamp()") {
		t.Errorf("max_age without a time: %v", failed)
	}
	arguments["now"] = types.StringValue("2026-12-27T09:00:00Z")
	result, failed = run(t, object(arguments))
	if failed != nil {
		t.Fatal(failed)
	}
	if got := result.Attributes()["verdict"]; !got.Equal(types.StringValue("conditional")) {
		t.Errorf("verdict of snapshots that are too old: %s", got)
	}
}
