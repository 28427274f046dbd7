// SPDX-License-Identifier: MPL-2.0

package repositoryaccess_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
)

func TestMain(m *testing.M) { acctest.Run(m) }

// TestAccRepositoryAccess_descriptions: a description is kept in the state. To change it writes
// nothing to AWS, and the report shows it.
func TestAccRepositoryAccess_descriptions(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	server := env.Emulator()
	repository, role := env.Registry.CreateRepository(), env.Consumer.CreateRole()
	config := func(description string) string {
		return env.ProviderConfig() + strings.NewReplacer("REPOSITORY", repository, "ROLE_ARN", env.Consumer.RoleARN(role), "ROLE", role, "CONSUMER", env.Consumer.ID, "WHY", description).Replace(`
			resource "ecrxa_repository_grant" "a" {
			  repository  = "REPOSITORY"
			  sid         = "Grant"
			  role_arns   = ["ROLE_ARN"]
			  description = "WHY"
			}
			resource "ecrxa_repository_statement" "a" {
			  repository  = "REPOSITORY"
			  statement   = jsonencode({ Sid = "No push", Effect = "Deny", Principal = { AWS = "CONSUMER" }, Action = "ecr:PutImage" })
			  description = "WHY"
			}
			resource "ecrxa_registry_grant" "a" {
			  repositories = ["*"]
			  sid          = "Base"
			  account_ids  = ["CONSUMER"]
			  description  = "WHY"
			}
			resource "ecrxa_consumer_role_policy" "a" {
			  provider        = consumer
			  role            = "ROLE"
			  repository_arns = [ecrxa_repository_grant.a.repository_arn]
			  description     = "WHY"
			}
			data "ecrxa_registry_snapshot" "a" {
			  repository = "REPOSITORY"
			  depends_on = [ecrxa_repository_grant.a, ecrxa_repository_statement.a, ecrxa_registry_grant.a]
			}
			data "ecrxa_repository_access" "a" {
			  registry_snapshot = data.ecrxa_registry_snapshot.a.json
			  descriptions      = { for s in [ecrxa_repository_grant.a, ecrxa_repository_statement.a, ecrxa_registry_grant.a] : s.sid => s.description }
			}
			output "who" {
			  value = [for e in data.ecrxa_repository_access.a.entries : "${e.sid} ${e.grantee} ${e.denied} ${e.description}"]
			}`)
	}
	who := func(description string) resource.TestCheckFunc {
		return func(s *terraform.State) error {
			got := fmt.Sprint(s.RootModule().Outputs["who"].Value)
			want := fmt.Sprintf("[Grant %s no %s Base %s no %s]", env.Consumer.RoleARN(role), description, env.Consumer.ID, description)
			if got != want {
				return fmt.Errorf("got %s, want %s", got, want)
			}
			return nil
		}
	}
	updated := func(address string) plancheck.PlanCheck {
		return plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		Steps: []resource.TestStep{
			{Config: config(`two\nlines`), ExpectError: regexp.MustCompile(`has\s+a\s+line\s+break`)},
			{Config: config("Team Payments"), Check: who("Team Payments")},
			{
				PreConfig: server.ResetRequests,
				Config:    config("Team Payments; PLAT-42"),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					updated("ecrxa_repository_grant.a"), updated("ecrxa_repository_statement.a"), updated("ecrxa_registry_grant.a"), updated("ecrxa_consumer_role_policy.a"),
				}},
				Check: resource.ComposeTestCheckFunc(who("Team Payments; PLAT-42"), func(*terraform.State) error {
					for request, n := range server.Requests() {
						if strings.Contains(request, ":Set") || strings.Contains(request, ":Put") || strings.Contains(request, ":Delete") {
							return fmt.Errorf("%d × %s, though only descriptions changed", n, request)
						}
					}
					return nil
				}),
			},
		},
	})
}
