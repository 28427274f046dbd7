// SPDX-License-Identifier: MPL-2.0

package function

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// TestParsers: what calls keep for the next ones is bounded, however many policies, and names
// of policies, they have.
func TestParsers(t *testing.T) {
	t.Parallel()
	for i := range 2000 {
		if _, err := evaluate(map[string]attr.Value{
			"image": types.StringValue(pulls.Image), "role_arn": types.StringValue(pulls.RoleARN), "repository_policy": types.StringValue(pulls.Granting),
			"identity_policies": types.MapValueMust(types.StringType, map[string]attr.Value{fmt.Sprint("pull-", i): types.StringValue(pulls.Pulling)}),
		}); err != nil {
			t.Fatal(err)
		}
		parser, _ := parsers.Get().(*verdict.Parser)
		if parser.Size() > parserSize {
			t.Fatalf("%d bytes of text are kept after %d calls, want at most %d", parser.Size(), i+1, parserSize)
		}
		parsers.Put(parser)
	}
}
