// SPDX-License-Identifier: MPL-2.0

package function_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	fwfunction "github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/function"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/golden"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/hostile"
)

const repositoryARN = "arn:aws:ecr:us-east-1:987654321098:repository/team/app"

// grantsFromPolicy calls grants_from_policy.
func grantsFromPolicy(t *testing.T, policy string, arns ...string) (types.List, *fwfunction.FuncError) {
	t.Helper()
	f := function.NewGrantsFromPolicy()
	var definition fwfunction.DefinitionResponse
	f.Definition(t.Context(), fwfunction.DefinitionRequest{}, &definition)
	result, funcErr := definition.Definition.Return.NewResultData(t.Context())
	if funcErr != nil {
		t.Fatal(funcErr)
	}
	var elements []attr.Value
	var elementTypes []attr.Type
	for _, arn := range arns {
		elements, elementTypes = append(elements, types.StringValue(arn)), append(elementTypes, types.StringType)
	}
	resp := fwfunction.RunResponse{Result: result}
	f.Run(t.Context(), fwfunction.RunRequest{Arguments: fwfunction.NewArgumentsData([]attr.Value{types.StringValue(policy), types.TupleValueMust(elementTypes, elements)})}, &resp)
	list, _ := resp.Result.Value().(types.List)
	return list, resp.Error
}

const adoptedPolicy = `{"Version":"2012-10-17","Statement":[
	{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":["123456789012","arn:aws:iam::111122223333:role/a"]},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]},
	{"Sid":"LambdaECRImageRetrievalPolicy","Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":["ecr:BatchGetImage"],"Condition":{"StringLike":{"aws:SourceArn":"arn:aws:lambda:us-east-1:987654321098:function:*"}}},
	{"Sid":"deny, all","Effect":"Deny","Principal":"*","Action":"ecr:PutImage"},
	{"Effect":"Deny","Principal":"*","Action":"ecr:DeleteRepository"}]}`

func TestGrantsFromPolicy(t *testing.T) {
	t.Parallel()
	for file, arns := range map[string][]string{"with_arn": {repositoryARN}, "without_arn": nil} {
		list, err := grantsFromPolicy(t, adoptedPolicy, arns...)
		if err != nil {
			t.Fatal(err)
		}
		var text strings.Builder
		for _, element := range list.Elements() {
			object := element.(types.Object).Attributes()
			for _, name := range []string{"kind", "name", "sid", "import_id", "reason"} {
				text.WriteString(name + ": " + object[name].String() + "\n")
			}
			text.WriteString("attributes: " + object["attributes"].String() + "\n" + object["hcl"].(types.String).ValueString() + "\n")
		}
		golden.Compare(t, "testdata/grants_from_policy/"+file+".txt", text.String())
	}
	if list, err := grantsFromPolicy(t, `{"Statement":[]}`); err != nil || list.IsNull() || len(list.Elements()) != 0 {
		t.Errorf("no statements: %v, %v", list, err)
	}
}

func TestGrantsFromPolicyErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		policy   string
		arns     []string
		argument int64
		want     string
	}{
		"no policy":   {"{", nil, 0, "not a policy document"},
		"no ARN":      {adoptedPolicy, []string{"team/app"}, 1, "team/app"},
		"two ARNs":    {adoptedPolicy, []string{repositoryARN, repositoryARN}, 2, "one ARN"},
		"deep policy": {strings.Repeat("[", 100), nil, 0, "nested levels"},
	} {
		if _, err := grantsFromPolicy(t, c.policy, c.arns...); err == nil || err.FunctionArgument == nil || *err.FunctionArgument != c.argument || !strings.Contains(err.Text, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestGrantsFromPolicyOfOthers: texts of the policy stay data in the configuration and reasons.
func TestGrantsFromPolicyOfOthers(t *testing.T) {
	t.Parallel()
	texts := func(text string) string {
		var statements []map[string]any
		for _, effect := range []string{"Allow", "Deny", text} {
			statements = append(statements, map[string]any{"Sid": "a\x00" + text, "Effect": effect, "Principal": map[string]any{"AWS": text}, "Action": "ecr:" + text})
		}
		statements = append(statements, map[string]any{"Sid": "Last", "Effect": "Deny", "Principal": "*", "Action": "ecr:PutImage", "Condition": map[string]any{"StringEquals": map[string]any{"aws:PrincipalTag/a": text}}})
		policy, err := json.Marshal(map[string]any{"Statement": statements})
		if err != nil {
			t.Fatal(err)
		}
		list, funcErr := grantsFromPolicy(t, string(policy), repositoryARN)
		if funcErr != nil {
			t.Fatal(funcErr)
		}
		var all strings.Builder
		for _, element := range list.Elements() {
			object := element.(types.Object).Attributes()
			all.WriteString(object["reason"].(types.String).ValueString() + "\n" + object["hcl"].(types.String).ValueString() + "\n")
		}
		return all.String()
	}
	for _, text := range hostile.Texts() {
		text = text[:min(len(text), 501)] // The configuration has the whole text.
		hostile.CheckHarmless(t, "grants_from_policy", texts(text), texts("harmless"))
	}
}
