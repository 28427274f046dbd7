// SPDX-License-Identifier: MPL-2.0

package acctest_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
)

// with adds arguments to a provider block.
func with(providerBlock, arguments string) string {
	return strings.Replace(providerBlock, "{\n", "{\n"+arguments+"\n", 1)
}

// Credentials of the registry account reach the consumer account through a
// chain of roles, one in each.
func TestAccProvider_assumeRole(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	first := env.Registry.CreateRoleNamed("/", env.Name("first"))
	second := env.Consumer.CreateRoleNamed("/", env.Name("second"))
	trust := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":%q},"Action":"sts:AssumeRole"}]}`, first)
	if _, err := env.Consumer.IAM.UpdateAssumeRolePolicy(t.Context(), &iam.UpdateAssumeRolePolicyInput{
		RoleName: aws.String(env.Name("second")), PolicyDocument: aws.String(trust),
	}); err != nil {
		t.Fatal(err)
	}
	role := env.Consumer.CreateRole()
	for name, chain := range map[string]string{
		"blocks": fmt.Sprintf(`
  assume_role {
    role_arn = %q
  }
  assume_role {
    role_arn     = %q
    session_name = "terraform"
    duration     = "20m"
  }`, first, second),
		"dynamic": fmt.Sprintf(`
  dynamic "assume_role" {
    for_each = [%q, %q]
    content {
      role_arn = assume_role.value
    }
  }`, first, second),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
				Steps: []resource.TestStep{{
					Config: with(env.Registry.ProviderConfig(), fmt.Sprintf("allowed_account_ids = [%q]\n", env.Consumer.ID)+chain) + fmt.Sprintf(`
resource "ecrxa_consumer_role_policy" "test" {
  role            = %q
  name            = %q
  repository_arns = [%q]
}
`, role, name, env.Registry.RepositoryARN("app")),
					ConfigStateChecks: []statecheck.StateCheck{
						statecheck.ExpectKnownValue("ecrxa_consumer_role_policy.test", tfjsonpath.New("name"), knownvalue.StringExact(name)),
					},
				}},
			})
		})
	}
}

// A role that is not known yet, in as many blocks as are not known yet, is no
// obstacle to a plan.
func TestAccProvider_unknownChain(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		Steps: []resource.TestStep{{
			Config: with(env.Registry.ProviderConfig(), `
  dynamic "assume_role" {
    for_each = terraform_data.roles.output
    content {
      role_arn = assume_role.value
    }
  }`) + fmt.Sprintf(`
resource "terraform_data" "roles" {
  input = [%q]
}
resource "ecrxa_repository_grant" "test" {
  repository  = "app"
  sid         = "Sid"
  account_ids = [%q]
}
`, env.Registry.RoleARN("deploy"), env.Consumer.ID),
			PlanOnly:           true,
			ExpectNonEmptyPlan: true,
		}},
	})
}

// A provider block for the wrong account changes nothing.
func TestAccProvider_accountIDs(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	repository := env.Registry.CreateRepository()
	t.Cleanup(func() {
		if text, found := env.Registry.RepositoryPolicy(repository); found {
			t.Errorf("the repository has the policy %s", text)
		}
	})
	grant := fmt.Sprintf("resource \"ecrxa_repository_grant\" \"test\" {\n  repository = %q\n  sid = \"S\"\n  account_ids = [%q]\n}\n", repository, env.Consumer.ID)
	for name, arguments := range map[string]string{
		"allowed":   fmt.Sprintf("allowed_account_ids = [%q]", env.Consumer.ID),
		"forbidden": fmt.Sprintf("forbidden_account_ids = [%q]", env.Registry.ID),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
				Steps: []resource.TestStep{{
					Config:      with(env.Registry.ProviderConfig(), arguments) + grant,
					ExpectError: regexp.MustCompile(`(?s)` + env.Registry.ID + `.*` + name + `_account_ids`),
				}},
			})
		})
	}
}

// Without a region no call can be made, neither to ECR nor to IAM: the plan says so,
// and not only the apply.
func TestAccProvider_noRegion(t *testing.T) {
	env := acctest.New(t)
	env.Emulator() // Elsewhere a profile may have a region.
	for _, variable := range []string{"AWS_REGION", "AWS_DEFAULT_REGION"} {
		t.Setenv(variable, "")
	}
	block := regexp.MustCompile(`(?m)^ *region .*$`).ReplaceAllString(env.Registry.ProviderConfig(), "")
	for name, resourceBlock := range map[string]string{
		"grant": fmt.Sprintf(`
resource "ecrxa_repository_grant" "test" {
  region      = "us-east-1"
  registry_id = %q
  repository  = "app"
  sid         = "S"
  account_ids = [%q]
}`, env.Registry.ID, env.Consumer.ID),
		"role policy": fmt.Sprintf(`
resource "ecrxa_consumer_role_policy" "test" {
  role            = "app"
  repository_arns = [%q]
}`, env.Registry.RepositoryARN("app")),
	} {
		t.Run(name, func(t *testing.T) {
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
				Steps: []resource.TestStep{{
					Config:      block + resourceBlock,
					PlanOnly:    true,
					ExpectError: regexp.MustCompile(`(?s)Missing AWS Region.*Set\s+region\s+in\s+the\s+provider\s+block`),
				}},
			})
		})
	}
}

// One identity call serves a whole run, however many resources ask.
func TestAccProvider_oneIdentityCall(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	server := env.Emulator()
	repository := env.Registry.CreateRepository()
	var config strings.Builder
	config.WriteString(env.Registry.ProviderConfig())
	for i := range 8 {
		fmt.Fprintf(&config, "resource \"ecrxa_repository_grant\" \"g%d\" {\n  repository = %q\n  sid = \"S%d\"\n  account_ids = [%q]\n}\n", i, repository, i, env.Consumer.ID)
	}
	server.ResetRequests()
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		Steps: []resource.TestStep{{
			Config: config.String(), PlanOnly: true, ExpectNonEmptyPlan: true,
		}},
	})
	if calls := server.Requests()["sts:GetCallerIdentity"]; calls < 1 || calls > 2 {
		t.Errorf("%d calls of GetCallerIdentity in at most two plans, want one for each", calls)
	}
}
