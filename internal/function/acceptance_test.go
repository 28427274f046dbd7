// SPDX-License-Identifier: MPL-2.0

package function_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
)

const (
	image    = "987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service:v1"
	roleARN  = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
	identity = `jsonencode({ Version = "2012-10-17", Statement = [
      { Effect = "Allow", Action = "ecr:GetAuthorizationToken", Resource = "*" },
      { Effect = "Allow", Action = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], Resource = "arn:aws:ecr:us-east-1:987654321098:repository/payment-service" },
    ] })`
	repository = `jsonencode({ Version = "2012-10-17", Statement = [
      { Sid = "Pull", Effect = "Allow", Principal = { AWS = "123456789012" }, Action = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"] },
    ] })`
)

// call writes an output of the function's result.
func call(arguments string) string {
	return fmt.Sprintf("output \"test\" {\n  value = provider::ecrxa::evaluate_pull({\n    image = %q\n    role_arn = %q\n%s\n  })\n}\n", image, roleARN, arguments)
}

func testCase(steps ...resource.TestStep) resource.TestCase {
	return resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_8_0)},
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		Steps:                    steps,
	}
}

func output(attributes map[string]knownvalue.Check) []statecheck.StateCheck {
	return []statecheck.StateCheck{statecheck.ExpectKnownOutputValue("test", knownvalue.ObjectPartial(attributes))}
}

// TestAccEvaluatePull_literals: literals of every form that Terraform has are taken.
func TestAccEvaluatePull_literals(t *testing.T) {
	acctest.New(t)
	resource.ParallelTest(t, testCase(
		resource.TestStep{
			Config: call("repository_policy = " + repository + "\nidentity_policies = { app = " + identity + " }"),
			ConfigStateChecks: output(map[string]knownvalue.Check{
				"verdict": knownvalue.StringExact("allowed"), "allowed": knownvalue.Bool(true),
				"remedies": knownvalue.ListSizeExact(0), "decisions": knownvalue.ListSizeExact(3),
			}),
		},
		resource.TestStep{
			Config: call(`repository_policy = null
    identity_policies = {}
    service_control_policies = [[jsonencode({ Statement = { Effect = "Allow", Action = "*", Resource = "*" } })], []]`),
			ExpectError: regexp.MustCompile(`service_control_policies\[1\]`),
		},
		resource.TestStep{
			Config: call(`repository_policy = ` + repository + `
    identity_policies = tomap({ app = ` + identity + ` })
    access = null
    context = tomap({ "aws:SourceVpce" = ["vpce-1"], "aws:username" = [] })
    planned_role_policies = {}`),
			ConfigStateChecks: output(map[string]knownvalue.Check{"verdict": knownvalue.StringExact("allowed")}),
		},
	))
}

func TestAccEvaluatePull_errors(t *testing.T) {
	acctest.New(t)
	resource.ParallelTest(t, testCase(
		resource.TestStep{
			Config:      call("identity_polices = []"),
			ExpectError: regexp.MustCompile(`identity_polices\s+is\s+not\s+an\s+argument\s+\(did\s+you\s+mean\s+identity_policies\?\)`),
		},
		resource.TestStep{
			Config:      call("identity_policies = [" + identity + "]"),
			ExpectError: regexp.MustCompile(`identity_policies\s+must\s+be\s+a\s+map\s+of\s+policy\s+documents\s+by\s+policy\s+name,\s+as\s+in\s+\{\s+"ecrxa-pull"\s+=\s+jsonencode`),
		},
		resource.TestStep{
			Config:      call(`repository_policy = { Version = "2012-10-17" }`),
			ExpectError: regexp.MustCompile(`repository_policy\s+must\s+be\s+a\s+string`),
		},
	))
}

// TestAccEvaluatePull_unknown: while a part of the argument is unknown, so is the
// result; Terraform does not call the function.
func TestAccEvaluatePull_unknown(t *testing.T) {
	acctest.New(t)
	resource.ParallelTest(t, testCase(resource.TestStep{
		Config: `
resource "terraform_data" "test" {
  input = "someday"
}
` + call(`repository_policy = ""
    identity_policies = {}
    context = { "aws:userid" = [terraform_data.test.output] }`),
		ConfigPlanChecks: resource.ConfigPlanChecks{
			PreApply: []plancheck.PlanCheck{plancheck.ExpectUnknownOutputValue("test")},
		},
		ConfigStateChecks: output(map[string]knownvalue.Check{"denied_side": knownvalue.StringExact("both")}),
	}))
}

// TestAccEvaluatePull_notKnown: what another check could not read stays unknown.
func TestAccEvaluatePull_notKnown(t *testing.T) {
	acctest.New(t)
	grants := "repository_policy = " + repository + "\n"
	for name, tt := range map[string]struct{ arguments, unknown string }{
		"boundary":        {"identity_policies = { app = " + identity + " }\npermissions_boundary = \"unknown\"", "permissions_boundary"},
		"registry policy": {"identity_policies = { app = " + identity + " }\nregistry_policy = \"unknown\"", "registry_policy"},
		"role policy":     {"identity_policies = { app = " + identity + ", other = \"unknown\" }", "identity_policies"},
		"more policies":   {"identity_policies = { app = " + identity + ", \"*\" = \"unknown\" }", "identity_policies"},
	} {
		t.Run(name, func(t *testing.T) {
			resource.ParallelTest(t, testCase(resource.TestStep{
				Config: call(grants + tt.arguments),
				ConfigStateChecks: output(map[string]knownvalue.Check{
					"verdict":           knownvalue.StringExact("conditional"),
					"unknown_documents": knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact(tt.unknown)}),
				}),
			}))
		})
	}
}

// TestAccEvaluatePull_precondition: the explanation stops a plan.
func TestAccEvaluatePull_precondition(t *testing.T) {
	acctest.New(t)
	resource.ParallelTest(t, testCase(resource.TestStep{
		Config: `
resource "terraform_data" "test" {
  lifecycle {
    precondition {
      condition     = local.verdict.allowed
      error_message = local.verdict.explanation
    }
  }
}

locals {
  verdict = provider::ecrxa::evaluate_pull({
    image             = "` + image + `"
    role_arn          = "` + roleARN + `"
    repository_policy = ""
    identity_policies = { app = ` + identity + ` }
  })
}
`,
		ExpectError: regexp.MustCompile(`(?s)Denied: role.*The\s+registry\s+side\s+\(account\s+987654321098\)\s+denies\s+it\..*ecrxa_repository_grant`),
	}))
}
