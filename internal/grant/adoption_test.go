// SPDX-License-Identifier: MPL-2.0

package grant_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
)

// awsPolicy is the block of the AWS provider for the repository.
func (w *world) awsPolicy(statements ...string) string {
	return fmt.Sprintf("resource \"aws_ecr_repository_policy\" \"app\" {\n  repository = %q\n  policy = <<EOT\n{\"Version\":\"2012-10-17\",\"Statement\":[%s]}\nEOT\n}\n", w.repository, strings.Join(statements, ","))
}

// adopt runs steps with the stand-in for the AWS provider. From the first step to the destroy,
// no call may set another policy than the first.
func (w *world) adopt(steps ...resource.TestStep) {
	w.t.Helper()
	history := func() []string { return w.Emulator().RepositoryPolicyHistory(w.Registry.ID, w.Region, w.repository) }
	before := len(history())
	factories := acctest.ProtoV6ProviderFactories()
	factories["aws"] = w.AWSProvider()
	for i := range steps {
		steps[i].Check = func(*terraform.State) error {
			if set := history()[before:]; len(set) != 1 {
				return fmt.Errorf("the policy was set %d times:\n%s", len(set), strings.Join(set, "\n"))
			}
			return nil
		}
	}
	resource.Test(w.t, resource.TestCase{
		ProtoV6ProviderFactories: factories, Steps: steps,
		CheckDestroy: func(*terraform.State) error {
			if set := history(); set[len(set)-1] != "" {
				return fmt.Errorf("after the destroy, the policy is %s", set[len(set)-1])
			}
			return nil
		},
	})
}

// TestAccRepositoryGrant_movedFromAWS: a moved block changes nothing in AWS.
func TestAccRepositoryGrant_movedFromAWS(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ours := w.statement("S", `{"AWS":"123456789012"}`, pull, "")
	moved := w.config(sidS) + "moved {\n  from = aws_ecr_repository_policy.app\n  to = ecrxa_repository_grant.test\n}\n"
	w.adopt(
		resource.TestStep{Config: w.awsPolicy(ours)},
		resource.TestStep{Config: moved, ConfigPlanChecks: checks(plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop))},
		resource.TestStep{Config: w.config(sidS)},
	)
}

// TestAccRepositoryGrant_takesOverAWSPolicy: the documented way to move a policy with several
// statements leaves no moment without one of them.
func TestAccRepositoryGrant_takesOverAWSPolicy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ours, deny := w.statement("S", `{"AWS":"123456789012"}`, pull, ""), strings.Replace(w.statement("deny, all", `"*"`, `"ecr:PutImage"`, ""), "Allow", "Deny", 1)
	place := strings.Join([]string{w.Registry.ID, w.Region, w.repository}, ",")
	after := w.config(sidS) + fmt.Sprintf("resource \"ecrxa_repository_statement\" \"deny\" {\n  repository = %q\n  statement = jsonencode(jsondecode(<<EOT\n%s\nEOT\n  ))\n}\n", w.repository, deny)
	handover := fmt.Sprintf(`
removed {
  from = aws_ecr_repository_policy.app

  lifecycle {
    destroy = false
  }
}

import {
  to = ecrxa_repository_grant.test
  id = "%[1]s,S"
}

import {
  to = ecrxa_repository_statement.deny
  id = "%[1]s,deny, all"
}
`, place)
	w.adopt(
		resource.TestStep{Config: w.awsPolicy(ours, deny)},
		resource.TestStep{Config: after + handover, ConfigPlanChecks: checks(
			plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop),
			plancheck.ExpectResourceAction("ecrxa_repository_statement.deny", plancheck.ResourceActionNoop),
		)},
		resource.TestStep{Config: after},
	)
}

// TestAccRepositoryGrant_identity: Terraform stores the identity, and imports by it.
func TestAccRepositoryGrant_identity(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	resource.Test(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		Steps: []resource.TestStep{
			{
				Config: w.config(sidS),
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectIdentity(address, map[string]knownvalue.Check{
					"registry_id": knownvalue.StringExact(w.Registry.ID), "region": knownvalue.StringExact(w.Region),
					"repository": knownvalue.StringExact(w.repository), "sid": knownvalue.StringExact("S"),
				})},
			},
			{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

// TestAccRepositoryGrant_list: terraform query lists the grant of a repository.
func TestAccRepositoryGrant_list(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	resource.Test(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		Steps: []resource.TestStep{
			{Config: w.config(sidS)},
			{
				Query:  true,
				Config: w.Registry.ProviderConfig() + fmt.Sprintf("list \"ecrxa_repository_grant\" \"all\" {\n  provider = ecrxa\n\n  config {\n    repository = %q\n  }\n}\n", w.repository),
				QueryResultChecks: []querycheck.QueryResultCheck{
					querycheck.ExpectLength("ecrxa_repository_grant.all", 1),
					querycheck.ExpectIdentity("ecrxa_repository_grant.all", map[string]knownvalue.Check{
						"registry_id": knownvalue.StringExact(w.Registry.ID), "region": knownvalue.StringExact(w.Region),
						"repository": knownvalue.StringExact(w.repository), "sid": knownvalue.StringExact("S"),
					}),
				},
			},
		},
	})
}
