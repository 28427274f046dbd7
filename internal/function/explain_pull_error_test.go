// SPDX-License-Identifier: MPL-2.0

package function_test

import (
	"context"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	fwfunction "github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/function"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
)

const deniedText = "denied: User: arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/0a1b is not authorized to perform: ecr:BatchGetImage on resource: arn:aws:ecr:us-east-1:987654321098:repository/payment-service because no resource-based policy allows the ecr:BatchGetImage action"

// explain calls explain_pull_error with checks.
func explain(t *testing.T, text string, checks ...attr.Value) (map[string]attr.Value, *fwfunction.FuncError) {
	t.Helper()
	f := function.NewExplainPullError()
	var definition fwfunction.DefinitionResponse
	f.Definition(t.Context(), fwfunction.DefinitionRequest{}, &definition)
	result, funcErr := definition.Definition.Return.NewResultData(t.Context())
	if funcErr != nil {
		t.Fatal(funcErr)
	}
	var elements []attr.Value
	var elementTypes []attr.Type
	for _, c := range checks {
		elements, elementTypes = append(elements, types.DynamicValue(c)), append(elementTypes, types.DynamicType)
	}
	resp := fwfunction.RunResponse{Result: result}
	f.Run(t.Context(), fwfunction.RunRequest{Arguments: fwfunction.NewArgumentsData([]attr.Value{types.StringValue(text), types.TupleValueMust(elementTypes, elements)})}, &resp)
	object, _ := resp.Result.Value().(types.Object)
	return object.Attributes(), resp.Error
}

// TestExplainPullError: every attribute is known and not null, whatever the text is.
func TestExplainPullError(t *testing.T) {
	t.Parallel()
	for _, text := range []string{deniedText, "", "403 Forbidden", deniedText + "\nThe repository with name 'x2' does not exist in the registry with id '111122223333'"} {
		got, err := explain(t, text)
		if err != nil || len(got) == 0 {
			t.Fatalf("%q: %v", text, err)
		}
		for name, value := range got {
			if value.IsNull() || value.IsUnknown() {
				t.Errorf("%q: %s is %s", text, name, value)
			}
		}
	}
}

func TestExplainPullError_check(t *testing.T) {
	t.Parallel()
	verdict := func(v string) attr.Value { return object(map[string]attr.Value{"verdict": types.StringValue(v)}) }
	decision := object(map[string]attr.Value{
		"action": types.StringValue("ecr:BatchGetImage"), "verdict": types.StringValue("denied"), "denied_by": tuple(types.StringValue("repository_policy")),
	})
	for _, tt := range []struct {
		checks    []attr.Value
		agreement string
		fails     string
	}{
		{nil, "", ""},
		{[]attr.Value{object(map[string]attr.Value{"verdict": types.StringValue("denied"), "decisions": tuple(decision)})}, "agrees", ""},
		{[]attr.Value{verdict("allowed")}, "disagrees", ""},
		{[]attr.Value{verdict("conditional")}, "undecided", ""},
		{[]attr.Value{verdict("perhaps")}, "", `its verdict is "perhaps"`},
		{[]attr.Value{types.StringValue("allowed")}, "", "must be the result"},
		{[]attr.Value{verdict("allowed"), verdict("allowed")}, "", "there are 2 checks"},
	} {
		got, err := explain(t, deniedText, tt.checks...)
		switch {
		case tt.fails != "":
			if err == nil || !strings.Contains(err.Text, tt.fails) {
				t.Errorf("%v: got %v, want %s", tt.checks, err, tt.fails)
			}
		case err != nil || !got["agreement"].Equal(types.StringValue(tt.agreement)):
			t.Errorf("%v: got %v, %v", tt.checks, got["agreement"], err)
		}
	}
}

func tuple(values ...attr.Value) attr.Value {
	var elementTypes []attr.Type
	for _, v := range values {
		elementTypes = append(elementTypes, v.Type(context.Background()))
	}
	return types.TupleValueMust(elementTypes, values)
}

// TestAccExplainPullError: the result of evaluate_pull is taken as the check.
func TestAccExplainPullError(t *testing.T) {
	acctest.New(t)
	resource.ParallelTest(t, testCase(resource.TestStep{
		Config: `
output "explained" {
  value = provider::ecrxa::explain_pull_error("` + deniedText + `", provider::ecrxa::evaluate_pull({
    image             = "` + image + `"
    role_arn          = "` + roleARN + `"
    repository_policy = ""
    identity_policies = { app = ` + identity + ` }
  }))
}
`,
		ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("explained", knownvalue.ObjectPartial(map[string]knownvalue.Check{
			"kind": knownvalue.StringExact("policy"), "side": knownvalue.StringExact("registry"), "agreement": knownvalue.StringExact("agrees"),
			"other_errors": knownvalue.ListSizeExact(0),
		}))},
	}))
}
