// SPDX-License-Identifier: MPL-2.0

package live_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
)

func TestMain(m *testing.M) { acctest.Run(m) }

// manyOfEach has checks of both sides beside the grants and role policies that
// they judge, all of one repository and one role.
const manyOfEach = `
resource "ecrxa_repository_grant" "test" {
  count      = 5
  repository = %[1]q
  sid        = "Grant${count.index}"
  role_arns  = [%[2]q]
}

resource "ecrxa_consumer_role_policy" "test" {
  count           = 5
  provider        = consumer
  role            = %[3]q
  name            = "policy-${count.index}"
  repository_arns = [%[4]q]
}

data "ecrxa_pull_check" "registry" {
  count          = %[5]d
  repository_arn = %[4]q
  role_arn       = %[2]q
}

data "ecrxa_pull_check" "consumer" {
  count          = %[5]d
  provider       = consumer
  repository_arn = %[4]q
  role_arn       = %[2]q
}
`

// A plan without changes reads each thing once, however many look at it.
func TestAccPullCheck_manyShareOneRead(t *testing.T) {
	env := acctest.New(t)
	server := env.Emulator()
	repository, role := env.Registry.CreateRepository(), env.Consumer.CreateRole()
	env.Registry.PutRegistryPolicy(fmt.Sprintf(
		`{"Version":"2012-10-17","Statement":[{"Sid":"All","Effect":"Allow","Principal":{"AWS":%q},"Action":"ecr:*","Resource":"*"}]}`, env.Consumer.RootARN()))
	env.Consumer.AttachRolePolicy(role, env.Consumer.CreatePolicy("attached", document))
	config := env.ProviderConfig() + fmt.Sprintf(manyOfEach, repository, env.Consumer.RoleARN(role), role, env.Registry.RepositoryARN(repository), 20)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		Steps: []resource.TestStep{
			{Config: config},
			{PreConfig: server.ResetRequests, Config: config, PlanOnly: true},
			{
				PreConfig: func() {
					requests := server.Requests()
					walks := requests["ecr:GetRegistryPolicy"] // A step without an apply refreshes, and then plans.
					if walks < 1 || walks > 2 {
						t.Errorf("the registry policy was read %d times", walks)
					}
					want := map[string]int{
						"sts:GetCallerIdentity":   2 * walks, // one for each provider
						"ecr:GetRepositoryPolicy": 2 * walks, // one with credentials of each account
						"ecr:GetRegistryPolicy":   walks,
						"iam:GetRole":             walks, "iam:ListRolePolicies": walks, "iam:GetRolePolicy": 5 * walks,
						"iam:ListAttachedRolePolicies": walks, "iam:GetPolicy": walks, "iam:GetPolicyVersion": walks,
					}
					if diff := cmp.Diff(want, requests); diff != "" {
						t.Errorf("requests (-want +got):\n%s", diff)
					}
				},
				Config: config,
			},
		},
	})
}

// inTurn has a check before and a check after a write, all in one apply.
const inTurn = `
resource "terraform_data" "first" {
  input = "only an apply knows its output"
}

data "ecrxa_pull_check" "before" {
  repository_arn = %[1]q
  role_arn       = %[2]q
  depends_on     = [terraform_data.first]
}

resource "ecrxa_repository_grant" "test" {
  repository = %[3]q
  sid        = "Pull"
  role_arns  = [%[2]q]
  depends_on = [data.ecrxa_pull_check.before]
}

data "ecrxa_pull_check" "after" {
  repository_arn = %[1]q
  role_arn       = %[2]q
  depends_on     = [ecrxa_repository_grant.test]
}

data "ecrxa_pull_check" "consumer_before" {
  provider       = consumer
  repository_arn = %[1]q
  role_arn       = %[2]q
  depends_on     = [terraform_data.first]
}

resource "ecrxa_consumer_role_policy" "test" {
  provider        = consumer
  role            = %[4]q
  repository_arns = [%[1]q]
  depends_on      = [data.ecrxa_pull_check.consumer_before]
}

data "ecrxa_pull_check" "consumer_after" {
  provider       = consumer
  repository_arn = %[1]q
  role_arn       = %[2]q
  depends_on     = [ecrxa_consumer_role_policy.test]
}
`

// What was read before a write of the same apply does not serve a check after it.
func TestAccPullCheck_seesAWriteOfTheSameApply(t *testing.T) {
	env := acctest.New(t)
	repository, role := env.Registry.CreateRepository(), env.Consumer.CreateRole()
	read := func(check, attribute, pattern string) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data.ecrxa_pull_check."+check, tfjsonpath.New(attribute), knownvalue.StringRegexp(regexp.MustCompile(pattern)))
	}
	policies := func(check string, names ...string) statecheck.StateCheck {
		want := map[string]knownvalue.Check{}
		for _, name := range names {
			want[name] = knownvalue.NotNull()
		}
		return statecheck.ExpectKnownValue("data.ecrxa_pull_check."+check, tfjsonpath.New("identity_policies"), knownvalue.MapExact(want))
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		Steps: []resource.TestStep{{
			Config: env.ProviderConfig() + fmt.Sprintf(inTurn, env.Registry.RepositoryARN(repository), env.Consumer.RoleARN(role), repository, role),
			ConfigStateChecks: []statecheck.StateCheck{
				read("before", "repository_policy", `^$`),
				read("after", "repository_policy", `"Sid":"Pull"`),
				policies("consumer_before"),
				policies("consumer_after", "ecrxa-pull"),
			},
		}},
	})
}

// readAcross has one check with credentials of the consumer account.
const readAcross = `
data "ecrxa_pull_check" "test" {
  provider        = consumer
  repository_arn  = %[1]q
  role_arn        = %[2]q
  registry_policy = ""
}
`

// A repository policy that lets the consumer account read it is read with its credentials.
func TestAccPullCheck_readsAcrossAccounts(t *testing.T) {
	env := acctest.New(t)
	server := env.Emulator()
	repository, role := env.Registry.CreateRepository(), env.Consumer.CreateRole()
	env.Consumer.PutRolePolicy(role, "pull", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:*","Resource":"*"}]}`)
	grant := func(actions string) func() {
		return func() {
			env.Registry.PutRepositoryPolicy(repository, fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Sid":"Consumer","Effect":"Allow","Principal":{"AWS":%q},"Action":[%s]}]}`, env.Consumer.RootARN(), actions))
			server.ResetRequests()
		}
	}
	config := env.ProviderConfig() + fmt.Sprintf(readAcross, env.Registry.RepositoryARN(repository), env.Consumer.RoleARN(role))
	check := func(attribute string, value knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue("data.ecrxa_pull_check.test", tfjsonpath.New(attribute), value)
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		Steps: []resource.TestStep{
			{
				PreConfig: grant(`"ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"`),
				Config:    config,
				ConfigStateChecks: []statecheck.StateCheck{
					check("verdict", knownvalue.StringExact("conditional")),
					check("repository_policy", knownvalue.Null()),
				},
			},
			{
				PreConfig: grant(`"ecr:BatchGetImage","ecr:GetDownloadUrlForLayer","ecr:GetRepositoryPolicy"`),
				Config:    config,
				ConfigStateChecks: []statecheck.StateCheck{
					check("verdict", knownvalue.StringExact("allowed")),
					check("repository_policy", knownvalue.StringRegexp(regexp.MustCompile(`"Sid":"Consumer"`))),
					check("repository_exists", knownvalue.Bool(true)),
				},
			},
		},
	})
}
