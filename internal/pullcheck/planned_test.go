// SPDX-License-Identifier: MPL-2.0

package pullcheck_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/report"
)

// planned grants on both sides, and judges what is only planned: through the
// function, and through the data source by a local.
const planned = `
locals {
  image    = %[1]q
  role_arn = %[2]q
}

resource "ecrxa_repository_grant" "test" {
  repository = %[3]q
  sid        = "AccPull"
  role_arns  = [local.role_arn]
}

resource "ecrxa_consumer_role_policy" "test" {
  provider        = consumer
  role            = %[4]q
  repository_arns = [ecrxa_repository_grant.test.repository_arn]
}

data "ecrxa_pull_check" "registry" {
  image    = local.image
  role_arn = local.role_arn
}

locals {
  statement = ecrxa_repository_grant.test.statement
  policies  = { (ecrxa_consumer_role_policy.test.name) = ecrxa_consumer_role_policy.test.policy }
}

data "ecrxa_pull_check" "local" {
  provider              = consumer
  image                 = local.image
  role_arn              = local.role_arn
  repository_policy     = data.ecrxa_pull_check.registry.repository_policy
  registry_policy       = data.ecrxa_pull_check.registry.registry_policy
  planned_statements    = [local.statement]
  planned_role_policies = local.policies
}

output "by_function" {
  value = provider::ecrxa::evaluate_pull({
    image                 = local.image
    role_arn              = local.role_arn
    repository_policy     = data.ecrxa_pull_check.registry.repository_policy
    identity_policies     = {}
    planned_statements    = [ecrxa_repository_grant.test.statement]
    planned_role_policies = { (ecrxa_consumer_role_policy.test.name) = ecrxa_consumer_role_policy.test.policy }
  }).verdict
}

output "by_data_source" {
  value = data.ecrxa_pull_check.local.verdict
}
`

// nested judges what is only planned in a check block.
const nested = `
check "pull" {
  data "ecrxa_pull_check" "nested" {
    provider              = consumer
    image                 = local.image
    role_arn              = local.role_arn
    repository_policy     = data.ecrxa_pull_check.registry.repository_policy
    registry_policy       = data.ecrxa_pull_check.registry.registry_policy
    planned_statements    = [local.statement]
    planned_role_policies = local.policies
  }

  assert {
    condition     = data.ecrxa_pull_check.nested.allowed
    error_message = data.ecrxa_pull_check.nested.explanation
  }
}
`

// TestAccPullCheck_planned: the verdict stands in a plan in which nothing that it
// judges exists yet.
func TestAccPullCheck_planned(t *testing.T) {
	env := acctest.New(t)
	repository, role := env.Registry.CreateRepository(), env.Consumer.CreateRole()
	verdicts := []plancheck.PlanCheck{
		plancheck.ExpectKnownOutputValue("by_function", knownvalue.StringExact("allowed")),
		plancheck.ExpectKnownOutputValue("by_data_source", knownvalue.StringExact("allowed")),
	}

	resource.ParallelTest(t, testCase(resource.TestStep{
		Config: plannedConfig(env, repository, role),
		ConfigPlanChecks: resource.ConfigPlanChecks{
			PreApply:             append(verdicts, creates...),
			PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
		},
	}))
}

// TestAccPullCheck_plannedCheckBlock: so does that of a check block. Terraform
// plans to read its data source again in every apply, so the plan is never empty.
func TestAccPullCheck_plannedCheckBlock(t *testing.T) {
	env := acctest.New(t)
	repository, role := env.Registry.CreateRepository(), env.Consumer.CreateRole()

	resource.ParallelTest(t, testCase(resource.TestStep{
		Config:             plannedConfig(env, repository, role) + nested,
		ConfigPlanChecks:   resource.ConfigPlanChecks{PreApply: append([]plancheck.PlanCheck{checkPasses{"check.pull"}}, creates...)},
		ExpectNonEmptyPlan: true,
	}))
}

// TestAccPullCheck_remedies: both resources that a denied verdict offers apply as
// they are written, and then the pull is allowed.
func TestAccPullCheck_remedies(t *testing.T) {
	env := acctest.New(t)
	repository, role := env.Registry.CreateRepository(), env.Consumer.CreateRole()
	config := env.ProviderConfig() + fmt.Sprintf(bothSides, env.Registry.ImageURI(repository), env.Consumer.RoleARN(role))
	denied := remediesOf(t, verdict.Input{
		Image: env.Registry.ImageURI(repository), RoleARN: env.Consumer.RoleARN(role),
		RepositoryPolicy: verdict.DocumentsOf(), IdentityPolicies: verdict.DocumentsOf(),
	})
	var resources []string
	for _, remedy := range denied {
		resources = append(resources, remedy.HCL)
	}
	remedies := strings.Join(resources, "\n")

	resource.ParallelTest(t, testCase(
		resource.TestStep{Config: env.ProviderConfig() + remedies},
		resource.TestStep{Config: config + remedies, ConfigStateChecks: allowed},
	))
}

// TestAccPullCheck_remedyCorrects: the remedy for a policy of another Region changes
// the resource that wrote it.
func TestAccPullCheck_remedyCorrects(t *testing.T) {
	env := acctest.New(t)
	repository, role := env.Registry.CreateRepository(), env.Consumer.CreateRole()
	in := verdict.Input{
		Image: strings.Replace(env.Registry.ImageURI(repository), env.Region, "af-south-1", 1), RoleARN: env.Consumer.RoleARN(role),
		RepositoryPolicy: verdict.DocumentsOf(), IdentityPolicies: verdict.DocumentsOf(),
	}
	elsewhere := remediesOf(t, in)[0]
	in.Image, in.IdentityPolicies = env.Registry.ImageURI(repository), verdict.DocumentsOf(verdict.Document{Name: "ecrxa-pull", Text: elsewhere.JSON})
	both := remediesOf(t, in)
	config := env.ProviderConfig() + fmt.Sprintf(bothSides, env.Registry.ImageURI(repository), env.Consumer.RoleARN(role))

	resource.ParallelTest(t, testCase(
		resource.TestStep{Config: env.ProviderConfig() + elsewhere.HCL},
		resource.TestStep{
			Config: env.ProviderConfig() + both[0].HCL + both[1].HCL,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address(t, both[0].HCL), plancheck.ResourceActionUpdate),
			}},
		},
		resource.TestStep{Config: config + both[0].HCL + both[1].HCL, ConfigStateChecks: allowed},
	))
}

// remediesOf judges what is given, and returns the remedies that are resources, with
// the provider of their side.
func remediesOf(t *testing.T, in verdict.Input) []report.Remedy {
	t.Helper()
	judgement, faults := verdict.Judge(in)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	result := report.Of(judgement)
	for i, remedy := range result.Remedies {
		if remedy.Side == verdict.Consumer {
			result.Remedies[i].HCL = strings.Replace(remedy.HCL, "{\n", "{\n  provider = consumer\n", 1)
		}
	}
	return slices.DeleteFunc(result.Remedies, func(r report.Remedy) bool { return r.HCL == "" })
}

// address returns the address of a resource block.
func address(t *testing.T, hcl string) string {
	t.Helper()
	words := strings.Split(hcl, `"`)
	if len(words) < 4 {
		t.Fatalf("not a resource block: %s", hcl)
	}
	return words[1] + "." + words[3]
}

// creates expects that nothing that is judged exists yet.
var creates = []plancheck.PlanCheck{
	plancheck.ExpectResourceAction("ecrxa_repository_grant.test", plancheck.ResourceActionCreate),
	plancheck.ExpectResourceAction("ecrxa_consumer_role_policy.test", plancheck.ResourceActionCreate),
}

func plannedConfig(env *acctest.Env, repository, role string) string {
	return env.ProviderConfig() + fmt.Sprintf(planned, env.Registry.ImageURI(repository), env.Consumer.RoleARN(role), repository, role)
}

// checkPasses expects that the plan has evaluated a check block, and that it passes.
type checkPasses struct{ address string }

func (c checkPasses) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, result := range req.Plan.Checks {
		if result.Address.ToDisplay == c.address {
			if result.Status != "pass" {
				resp.Error = fmt.Errorf("%s: %s, want pass", c.address, result.Status)
			}
			return
		}
	}
	resp.Error = fmt.Errorf("%s is not in the plan", c.address)
}
