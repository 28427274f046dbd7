// SPDX-License-Identifier: MPL-2.0

package consumerpolicy_test

import (
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
)

// A condition that limits less than it seems is named.
func TestValidateConfigWarnsOfOpenConditions(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		test, want string
	}{
		{"StringEquals", ""},
		{"StringEqualsIfExists", "A request without aws:SourceVpce meets this condition."},
	} {
		diagnostics := acctest.ValidateResource(t, "ecrxa_consumer_role_policy", map[string]any{
			"role": "app", "repository_arns": []string{"arn:aws:ecr:us-east-1:987654321098:repository/app"},
			"conditions": []map[string]any{{"test": tt.test, "variable": "aws:SourceVpce", "values": []string{"vpce-1"}}},
		})
		if tt.want == "" && len(diagnostics) > 0 || tt.want != "" && (len(diagnostics) != 1 || !diagnostics[0].Warning || !strings.Contains(diagnostics[0].Detail, tt.want)) {
			t.Errorf("%s: got %+v, want %q", tt.test, diagnostics, tt.want)
		}
	}
}
