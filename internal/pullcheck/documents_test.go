// SPDX-License-Identifier: MPL-2.0

package pullcheck_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
)

// TestAccPullCheck_badDocuments: of every argument that takes documents, what is
// wrong with one is told with its place and line.
func TestAccPullCheck_badDocuments(t *testing.T) {
	env := acctest.New(t)
	var steps []resource.TestStep
	for _, tt := range []struct{ argument, format, place string }{
		{"repository_policy", "%s", "repository_policy"},
		{"registry_policy", "%s", "registry_policy"},
		{"identity_policies", "{ app = %s }", `identity_policies\["app"\]`},
		{"permissions_boundary", "%s", "permissions_boundary"},
		{"session_policies", "[%s]", `session_policies\[0\]`},
		{"service_control_policies", "[[%s]]", `service_control_policies\[0\]\[0\]`},
		{"resource_control_policies", "[[%s]]", `resource_control_policies\[0\]\[0\]`},
		{"vpc_endpoint_policy", "%s", "vpc_endpoint_policy"},
		{"planned_statements", "[%s]", `planned_statements\[0\]`},
		{"planned_role_policies", "{ app = %s }", `planned_role_policies\["app"\]`},
	} {
		steps = append(steps, resource.TestStep{
			Config: env.Consumer.ProviderConfig() + fmt.Sprintf(`
data "ecrxa_pull_check" "test" {
  image    = "987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service"
  role_arn = "arn:aws:iam::123456789012:role/app"
  %s = %s
}
`, tt.argument, fmt.Sprintf(tt.format, `"{\n  \"Statement\": [}"`)),
			// The line is that of the document; Terraform itself shows the argument's.
			ExpectError: regexp.MustCompile(tt.place + `\s+is\s+not\s+a\s+policy\s+(document|statement):[^|]*line\s+2\s+\(byte`),
		})
	}
	resource.ParallelTest(t, testCase(steps...))
}
