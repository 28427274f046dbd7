// SPDX-License-Identifier: MPL-2.0

package consumerpolicy

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

func TestRepositoryARNValidator(t *testing.T) {
	t.Parallel()
	for arn, want := range map[string]struct {
		severity diag.Severity
		detail   string
	}{
		appARN: {},
		"arn:aws:ecr:us-east-1:987654321098:repository/team-*": {diag.SeverityWarning, "also covers repositories that do not exist yet"},
		"arn:aws:ecr:*:987654321098:repository/app":            {diag.SeverityWarning, "also covers repositories that do not exist yet"},
		"*":                                    {diag.SeverityError, "arn:aws:ecr:*:ACCOUNT:repository/*"},
		"arn:*:ecr:*:*:repository/*":           {diag.SeverityWarning, "in any account"},
		"arn:aws:ecr:us-east-1:*:repository/a": {diag.SeverityWarning, "Write the registry account"},
		"arn:aws:ecr:us-east-1:98765432109?:repository/app": {diag.SeverityWarning, "Write the registry account"},
		"app": {diag.SeverityError, "is not an ARN"},
		"987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service:1.4": {
			diag.SeverityError, `is an image URI: write the repository's ARN, "arn:aws:ecr:us-east-1:987654321098:repository/payment-service".`,
		},
		"arn:aws:s3:::bucket":                                {diag.SeverityError, "is not an ECR repository ARN"},
		"arn:aws:s3:::bucket/*":                              {diag.SeverityError, "is not an ECR repository ARN"},
		appARN[:len(appARN)-3]:                               {diag.SeverityError, `"" is not a repository name: ECR accepts 2 to 256 characters, not 0`},
		"arn:aws:ecr:cn-north-1:987654321098:repository/app": {diag.SeverityError, `in the partition "aws-cn"`},
		"arn:aws:ecr:us-east-1:98765432109:repository/app":   {diag.SeverityError, "expected 12 digits"},
	} {
		t.Run(arn, func(t *testing.T) {
			t.Parallel()
			at := path.Root("repository_arns").AtSetValue(types.StringValue(arn))
			var resp validator.StringResponse
			repositoryARNValidator{}.ValidateString(t.Context(), validator.StringRequest{Path: at, ConfigValue: types.StringValue(arn)}, &resp)
			if !resp.Diagnostics.HasError() {
				at = path.Root("repository_arns")
				for _, b := range (&model{RepositoryARNs: tfattr.StringSet([]string{arn})}).breadths() {
					resp.Diagnostics.Append(b.Warning(""))
				}
			}
			if want.severity == diag.SeverityInvalid {
				if len(resp.Diagnostics) > 0 {
					t.Error(resp.Diagnostics)
				}
				return
			}
			if len(resp.Diagnostics) != 1 {
				t.Fatal(resp.Diagnostics)
			}
			got, ok := resp.Diagnostics[0].(diag.DiagnosticWithPath)
			if !ok || !got.Path().Equal(at) || got.Severity() != want.severity || !strings.Contains(got.Detail(), want.detail) {
				t.Errorf("got %v, want %s with %q", resp.Diagnostics[0], want.severity, want.detail)
			}
		})
	}
}

func TestRepositoriesOfAnotherPartition(t *testing.T) {
	t.Parallel()
	const china = "arn:aws-cn:ecr:cn-north-1:987654321098:repository/app"
	for region, refused := range map[string]string{
		"us-east-1":     china,
		"cn-north-1":    appARN,
		"us-gov-west-1": appARN + " " + china,
	} {
		var diags diag.Diagnostics
		checkPartition(tfattr.StringSet([]string{appARN, china, "arn:*:ecr:*:987654321098:repository/app"}), region, &diags)
		var got []string
		for _, d := range diags.Errors() {
			got = append(got, strings.Split(d.Detail(), `"`)[1])
		}
		if strings.Join(got, " ") != strings.Join(sorted(strings.Fields(refused)), " ") {
			t.Errorf("%s: refused %q, want %q", region, got, refused)
		}
	}
}

func TestRepositoryARNValidatorLeavesUnknownValues(t *testing.T) {
	t.Parallel()
	for _, value := range []types.String{types.StringNull(), types.StringUnknown()} {
		var resp validator.StringResponse
		repositoryARNValidator{}.ValidateString(t.Context(), validator.StringRequest{ConfigValue: value}, &resp)
		if len(resp.Diagnostics) > 0 {
			t.Error(resp.Diagnostics)
		}
	}
}
