// SPDX-License-Identifier: MPL-2.0

package function_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
)

// TestAccEvaluatePull_badDocuments: what is wrong with a document is told with
// its argument and line.
func TestAccEvaluatePull_badDocuments(t *testing.T) {
	acctest.New(t)
	var steps []resource.TestStep
	for argument, place := range map[string]string{
		`repository_policy = %s`:             `repository_policy`,
		`identity_policies = { app = %s }`:   `identity_policies\["app"\]`,
		`service_control_policies = [[%s]]`:  `service_control_policies\[0\]\[0\]`,
		`planned_statements = [%s]`:          `planned_statements\[0\]`,
		`permissions_boundary = %s`:          `permissions_boundary`,
		`resource_control_policies = [[%s]]`: `resource_control_policies\[0\]\[0\]`,
	} {
		steps = append(steps, resource.TestStep{
			Config:      call(fmt.Sprintf(argument, `"{\n  \"Statement\": [}"`)),
			ExpectError: regexp.MustCompile(place + `\s+is\s+not\s+a\s+policy\s+(document|statement):[^|]*line\s+2`),
		})
	}
	resource.ParallelTest(t, testCase(steps...))
}

// TestAccEvaluatePull_refusedDocuments: a document that AWS would refuse leaves
// open what it does, and the result says why.
func TestAccEvaluatePull_refusedDocuments(t *testing.T) {
	acctest.New(t)
	resource.ParallelTest(t, testCase(resource.TestStep{
		Config: call(`identity_policies = { app = ` + identity + ` }
    repository_policy = "{\"Statement\": {\n\"Effect\": \"Allow\", \"Principal\": \"*\", \"Action\": \"ecr:*\",\n\"Condition\": {\"StringIs\": {\"aws:PrincipalOrgID\": \"o-a1b2c3d4e5\"}}}}"`),
		ConfigStateChecks: output(map[string]knownvalue.Check{
			"verdict": knownvalue.StringExact("conditional"),
			"mismatches": knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact(
				"repository_policy is not a document that AWS accepts: statement 0, Condition.StringIs, line 3 (byte 86): AWS has no condition operator of this name.")}),
		}),
	}))
}
