package grant

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementresource"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

func TestFunctionsOfAnotherRegionAreWarnedOf(t *testing.T) {
	t.Parallel()
	const function = "arn:aws:lambda:eu-west-1:123456789012:function:f"
	tests := map[string]struct {
		service, source string
		region          types.String
		want            int
	}{
		"another region":        {"lambda.amazonaws.com", function, types.StringValue("us-east-1"), 1},
		"the same region":       {"lambda.amazonaws.com", function, types.StringValue("eu-west-1"), 0},
		"every region":          {"lambda.amazonaws.com", "arn:aws:lambda:*:123456789012:function:f", types.StringValue("us-east-1"), 0},
		"a service in a region": {"lambda.eu-west-1.amazonaws.com", function, types.StringValue("us-east-1"), 1},
		"another service":       {"codebuild.amazonaws.com", "arn:aws:codebuild:eu-west-1:123456789012:project/p", types.StringValue("us-east-1"), 0},
		"a region not known":    {"lambda.amazonaws.com", function, types.StringUnknown(), 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := model{Attributes: statementresource.Attributes{Region: tt.region}, ServicePrincipal: types.StringValue(tt.service), SourceARNs: tfattr.StringSet([]string{tt.source})}
			var diags diag.Diagnostics
			m.warnOtherRegion(&diags)
			if diags.WarningsCount() != tt.want || diags.HasError() {
				t.Errorf("got %v, want %d warnings", diags, tt.want)
			}
		})
	}
}
