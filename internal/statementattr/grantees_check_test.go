// SPDX-License-Identifier: MPL-2.0

package statementattr

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

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
			g := Grantees{ServicePrincipal: types.StringValue(tt.service), SourceARNs: tfattr.StringSet([]string{tt.source})}
			var diags diag.Diagnostics
			g.warnOtherRegion(tt.region.ValueString(), &diags)
			if diags.WarningsCount() != tt.want || diags.HasError() {
				t.Errorf("got %v, want %d warnings", diags, tt.want)
			}
		})
	}
}

// An account that is not known yet gets access, too; an empty set has none, and one that is not
// known may be null.
func TestValidation_unknownAccounts(t *testing.T) {
	t.Parallel()
	unknown, one := types.SetUnknown(types.StringType), types.SetValueMust(types.StringType, []attr.Value{types.StringUnknown()})
	none, null := types.SetValueMust(types.StringType, nil), types.SetNull(types.StringType)
	for i, accounts := range []types.Set{none, null, unknown, one} {
		var diags diag.Diagnostics
		all := (&Grantees{AccountIDs: accounts}).Breadths(t.Context(), &diags)
		if isBroad := len(all) == 1; isBroad != (i >= 3) || len(diags) > 0 {
			t.Errorf("%s: got %v, %v", accounts, all, diags)
		}
	}
}
