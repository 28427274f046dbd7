// SPDX-License-Identifier: MPL-2.0

package function_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	fwfunction "github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/function"
)

// callNamed calls a function with strings; what follows the fixed ones is its variadic argument.
func callNamed(t *testing.T, f fwfunction.Function, fixed int, arguments ...string) (attr.Value, *fwfunction.FuncError) {
	t.Helper()
	var definition fwfunction.DefinitionResponse
	f.Definition(t.Context(), fwfunction.DefinitionRequest{}, &definition)
	result, funcErr := definition.Definition.Return.NewResultData(t.Context())
	if funcErr != nil {
		t.Fatal(funcErr)
	}
	var values, more []attr.Value
	var elementTypes []attr.Type
	for i, argument := range arguments {
		if i < fixed {
			values = append(values, types.StringValue(argument))
		} else {
			more, elementTypes = append(more, types.StringValue(argument)), append(elementTypes, types.StringType)
		}
	}
	if definition.Definition.VariadicParameter != nil {
		values = append(values, types.TupleValueMust(elementTypes, more))
	}
	resp := fwfunction.RunResponse{Result: result}
	f.Run(t.Context(), fwfunction.RunRequest{Arguments: fwfunction.NewArgumentsData(values)}, &resp)
	return resp.Result.Value(), resp.Error
}

const (
	digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	arn    = "arn:aws:ecr:us-east-1:987654321098:repository/team/app"
)

func TestImageURI(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		arguments []string
		want      string
	}{
		{[]string{arn, ""}, "987654321098.dkr.ecr.us-east-1.amazonaws.com/team/app"},
		{[]string{arn, "v1"}, "987654321098.dkr.ecr.us-east-1.amazonaws.com/team/app:v1"},
		{[]string{arn, digest}, "987654321098.dkr.ecr.us-east-1.amazonaws.com/team/app@" + digest},
		{[]string{arn, "v1@" + digest, "fips"}, "987654321098.dkr.ecr-fips.us-east-1.amazonaws.com/team/app:v1@" + digest},
		{[]string{arn, "v1", "dual_stack"}, "987654321098.dkr-ecr.us-east-1.on.aws/team/app:v1"},
		{[]string{arn, "v1", "dual_stack", "fips"}, "987654321098.dkr-ecr-fips.us-east-1.on.aws/team/app:v1"},
		{[]string{"arn:aws-cn:ecr:cn-north-1:987654321098:repository/app", "v1"}, "987654321098.dkr.ecr.cn-north-1.amazonaws.com.cn/app:v1"},
	} {
		got, err := callNamed(t, function.NewImageURI(), 2, test.arguments...)
		if err != nil || !got.Equal(types.StringValue(test.want)) {
			t.Errorf("image_uri(%q) is %s, %v; want %s", test.arguments, got, err, test.want)
			continue
		}
		parts, err := callNamed(t, function.NewParseImageURI(), 1, test.want)
		if err != nil || !parts.(types.Object).Attributes()["repository_arn"].Equal(types.StringValue(test.arguments[0])) {
			t.Errorf("parse_image_uri(%s) is %s, %v", test.want, parts, err)
		}
	}
}

func TestParseImageURI(t *testing.T) {
	t.Parallel()
	got, err := callNamed(t, function.NewParseImageURI(), 1, "987654321098.dkr.ecr-fips.us-gov-west-1.amazonaws.com/team/app:v1")
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]attr.Value{
		"account_id": types.StringValue("987654321098"), "region": types.StringValue("us-gov-west-1"), "partition": types.StringValue("aws-us-gov"),
		"repository": types.StringValue("team/app"), "repository_arn": types.StringValue("arn:aws-us-gov:ecr:us-gov-west-1:987654321098:repository/team/app"),
		"tag": types.StringValue("v1"), "digest": types.StringNull(), "host": types.StringValue("987654321098.dkr.ecr-fips.us-gov-west-1.amazonaws.com"),
		"fips": types.BoolValue(true), "dual_stack": types.BoolValue(false),
	}
	for name, value := range got.(types.Object).Attributes() {
		if !value.Equal(want[name]) {
			t.Errorf("%s is %s, want %s", name, value, want[name])
		}
	}
}

func TestRepositoryARN(t *testing.T) {
	t.Parallel()
	got, err := callNamed(t, function.NewRepositoryARN(), 3, "987654321098", "us-east-1", "team/app")
	if err != nil || !got.Equal(types.StringValue(arn)) {
		t.Errorf("got %s, %v", got, err)
	}
}

func TestNames_faults(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		f         fwfunction.Function
		fixed     int
		arguments []string
		argument  int64
		want      string
	}{
		{function.NewParseImageURI(), 1, []string{"nginx:latest"}, 0, "Docker Hub, where no ECR policy applies"},
		{function.NewParseImageURI(), 1, []string{"public.ecr.aws/nginx/nginx"}, 0, "need no cross-account grant"},
		{function.NewImageURI(), 2, []string{"app", "v1"}, 0, `"app"`},
		{function.NewImageURI(), 2, []string{arn, "a b"}, 1, "is not a tag"},
		{function.NewImageURI(), 2, []string{arn, "v1", "fips", "ipv6"}, 3, `"ipv6" is not a form of a registry's host`},
		{function.NewImageURI(), 2, []string{"arn:aws-iso:ecr:us-iso-east-1:987654321098:repository/app", "v1", "dual_stack"}, 2, "have no dual-stack host"},
		{function.NewRepositoryARN(), 3, []string{"98765432109", "us-east-1", "app"}, 0, `write "098765432109"`},
		{function.NewRepositoryARN(), 3, []string{"987654321098", "Ireland", "app"}, 1, "is not an AWS Region"},
		{function.NewRepositoryARN(), 3, []string{"987654321098", "us-east-1", "App"}, 2, "is not a repository name"},
	} {
		_, err := callNamed(t, test.f, test.fixed, test.arguments...)
		if err == nil || !strings.Contains(err.Text, test.want) || err.FunctionArgument == nil || *err.FunctionArgument != test.argument {
			t.Errorf("%q: the error is %+v; want %q about argument %d", test.arguments, err, test.want, test.argument)
		}
	}
}
