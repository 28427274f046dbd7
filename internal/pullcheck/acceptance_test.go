// SPDX-License-Identifier: MPL-2.0

package pullcheck_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/fault"
)

func TestMain(m *testing.M) { acctest.Run(m) }

// bothSides reads each side with its own credentials, and judges over both.
const bothSides = `
data "ecrxa_pull_check" "registry" {
  image    = %[1]q
  role_arn = %[2]q
}

data "ecrxa_pull_check" "test" {
  provider              = consumer
  image                 = %[1]q
  role_arn              = %[2]q
  repository_policy     = data.ecrxa_pull_check.registry.repository_policy
  registry_policy       = data.ecrxa_pull_check.registry.registry_policy
  repository_exists     = data.ecrxa_pull_check.registry.repository_exists
}

# What both checks have read and exported, passed on once more.
output "passed_on" {
  value = provider::ecrxa::evaluate_pull({
    image                 = %[1]q
    role_arn              = %[2]q
    repository_policy     = data.ecrxa_pull_check.test.repository_policy
    registry_policy       = data.ecrxa_pull_check.test.registry_policy
    identity_policies     = data.ecrxa_pull_check.test.identity_policies
    permissions_boundary  = data.ecrxa_pull_check.test.permissions_boundary
    repository_exists     = data.ecrxa_pull_check.test.repository_exists
    role_exists           = data.ecrxa_pull_check.test.role_exists
    actual_role_arn       = data.ecrxa_pull_check.test.actual_role_arn
  })
}
`

func check(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue("data.ecrxa_pull_check.test", tfjsonpath.New(attribute), value)
}

// denied are the checks of a verdict denied by one side or both.
func denied(side string, layers ...knownvalue.Check) []statecheck.StateCheck {
	return []statecheck.StateCheck{
		check("verdict", knownvalue.StringExact("denied")),
		check("allowed", knownvalue.Bool(false)),
		check("denied_side", knownvalue.StringExact(side)),
		check("denied_by", knownvalue.ListExact(layers)),
		check("explanation", knownvalue.StringRegexp(regexp.MustCompile(`^Denied: `))),
	}
}

var allowed = []statecheck.StateCheck{
	check("verdict", knownvalue.StringExact("allowed")),
	check("allowed", knownvalue.Bool(true)),
	check("denied_side", knownvalue.StringExact("")),
	check("denied_by", knownvalue.ListSizeExact(0)),
	check("remedies", knownvalue.ListSizeExact(0)),
}

// passedOn checks the verdict of the function on what both checks have exported.
func passedOn(verdict string, deniedBy ...knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownOutputValue("passed_on", knownvalue.ObjectPartial(map[string]knownvalue.Check{
		"verdict": knownvalue.StringExact(verdict), "denied_by": knownvalue.ListExact(deniedBy),
	}))
}

func layer(name string) knownvalue.Check { return knownvalue.StringExact(name) }

func testCase(steps ...resource.TestStep) resource.TestCase {
	return resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_8_0)},
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		Steps:                    steps,
	}
}

// pullPolicy is an identity-based policy that allows the pull.
func pullPolicy(repositoryARN string) string {
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[`+
		`{"Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"},`+
		`{"Effect":"Allow","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":%q}]}`, repositoryARN)
}

// grantTo is a repository policy that allows a principal the pull.
func grantTo(principal string, more ...string) string {
	grant := fmt.Sprintf(`{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":%q},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}`, principal)
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(append([]string{grant}, more...), ",") + "]}"
}

func TestAccPullCheck_story(t *testing.T) {
	env := acctest.New(t)
	repository, role := env.Registry.CreateRepository(), env.Consumer.CreateRole()
	config := env.ProviderConfig() + fmt.Sprintf(bothSides, env.Registry.ImageURI(repository), env.Consumer.RoleARN(role))
	foreignDeny := fmt.Sprintf(`{"Sid":"NoOutsiders","Effect":"Deny","Principal":"*","Action":"ecr:BatchGetImage","Condition":{"StringNotEquals":{"aws:PrincipalAccount":%q}}}`, env.Registry.ID)

	resource.ParallelTest(t, testCase(
		resource.TestStep{
			Config: config,
			ConfigStateChecks: append(
				denied("both", layer("identity_policy"), layer("repository_policy")),
				check("remedies", knownvalue.ListSizeExact(2)),
				check("repository_policy", knownvalue.StringExact("")),
				check("registry_policy", knownvalue.StringExact("")),
				check("identity_policies", knownvalue.MapSizeExact(0)),
				check("permissions_boundary", knownvalue.StringExact("")),
				check("unknown_documents", knownvalue.ListSizeExact(0)),
			),
		},
		resource.TestStep{
			PreConfig:         func() { env.Registry.PutRepositoryPolicy(repository, grantTo(env.Consumer.RoleARN(role))) },
			Config:            config,
			ConfigStateChecks: denied("consumer", layer("identity_policy")),
		},
		resource.TestStep{
			PreConfig: func() {
				env.Consumer.PutRolePolicy(role, "ecrxa-pull", pullPolicy(env.Registry.RepositoryARN(repository)))
			},
			Config:            config,
			ConfigStateChecks: append(allowed, check("identity_policies", knownvalue.MapPartial(map[string]knownvalue.Check{"ecrxa-pull": knownvalue.NotNull()}))),
		},
		resource.TestStep{
			PreConfig: func() {
				env.Registry.PutRepositoryPolicy(repository, grantTo(env.Consumer.RoleARN(role), foreignDeny))
			},
			Config: config,
			ConfigStateChecks: append(
				denied("registry", layer("repository_policy")),
				check("explanation", knownvalue.StringRegexp(regexp.MustCompile(`explicit deny by statement "NoOutsiders" of the repository policy`))),
			),
		},
	))
}

func TestAccPullCheck_boundary(t *testing.T) {
	env := acctest.New(t)
	repository, role := env.Registry.CreateRepository(), env.Consumer.CreateRole()
	env.Registry.PutRepositoryPolicy(repository, grantTo(env.Consumer.RoleARN(role)))
	env.Consumer.PutRolePolicy(role, "ecrxa-pull", pullPolicy(env.Registry.RepositoryARN(repository)))
	boundary := env.Consumer.CreatePolicy("boundary", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["logs:*","ecr:GetAuthorizationToken"],"Resource":"*"}]}`)
	if _, err := env.Consumer.IAM.PutRolePermissionsBoundary(t.Context(), &iam.PutRolePermissionsBoundaryInput{RoleName: &role, PermissionsBoundary: &boundary}); err != nil {
		t.Fatal(err)
	}

	resource.ParallelTest(t, testCase(resource.TestStep{
		Config:            env.ProviderConfig() + fmt.Sprintf(bothSides, env.Registry.ImageURI(repository), env.Consumer.RoleARN(role)),
		ConfigStateChecks: denied("consumer", layer("permissions_boundary")),
	}))
}

func TestAccPullCheck_attachedPolicy(t *testing.T) {
	env := acctest.New(t)
	repository, role := env.Registry.CreateRepository(), env.Consumer.CreateRole()
	env.Registry.PutRepositoryPolicy(repository, grantTo(env.Consumer.RootARN()))
	env.Consumer.AttachRolePolicy(role, env.Consumer.CreatePolicy("pull", pullPolicy(env.Registry.RepositoryARN("*"))))

	resource.ParallelTest(t, testCase(resource.TestStep{
		Config:            env.ProviderConfig() + fmt.Sprintf(bothSides, env.Registry.ImageURI(repository), env.Consumer.RoleARN(role)),
		ConfigStateChecks: allowed,
	}))
}

// TestAccPullCheck_path: only IAM knows a role's path.
func TestAccPullCheck_path(t *testing.T) {
	env := acctest.New(t)
	repository := env.Registry.CreateRepository()
	arn := env.Consumer.CreateRoleNamed("/service/", env.Name("pathed"))
	env.Registry.PutRepositoryPolicy(repository, grantTo(arn))
	env.Consumer.PutRolePolicy(env.Name("pathed"), "ecrxa-pull", pullPolicy(env.Registry.RepositoryARN(repository)))

	resource.ParallelTest(t, testCase(resource.TestStep{
		Config:            env.ProviderConfig() + fmt.Sprintf(bothSides, env.Registry.ImageURI(repository), env.Consumer.RoleARN(env.Name("pathed"))),
		ConfigStateChecks: append(allowed, check("mismatches", knownvalue.ListSizeExact(1)), passedOn("allowed")),
	}))
}

func TestAccPullCheck_unknownSide(t *testing.T) {
	env := acctest.New(t)
	repository, role := env.Registry.CreateRepository(), env.Consumer.CreateRole()
	env.Consumer.PutRolePolicy(role, "ecrxa-pull", pullPolicy(env.Registry.RepositoryARN(repository)))

	resource.ParallelTest(t, testCase(resource.TestStep{
		Config: env.Consumer.ProviderConfig() + fmt.Sprintf(`
data "ecrxa_pull_check" "test" {
  image    = %q
  role_arn = %q
}
`, env.Registry.ImageURI(repository), env.Consumer.RoleARN(role)),
		ConfigStateChecks: []statecheck.StateCheck{
			check("verdict", knownvalue.StringExact("conditional")),
			check("unknown_documents", knownvalue.ListExact([]knownvalue.Check{layer("repository_policy"), layer("registry_policy")})),
			check("repository_policy", knownvalue.Null()),
			check("registry_policy", knownvalue.StringExact("unknown")),
			check("denied_side", knownvalue.StringExact("")),
		},
	}))
}

// TestAccPullCheck_swappedProviders: what the first check could not read, the second
// reads, although it was given "unknown".
func TestAccPullCheck_swappedProviders(t *testing.T) {
	env := acctest.New(t)
	repository, role := env.Registry.CreateRepository(), env.Consumer.CreateRole()
	env.Registry.PutRepositoryPolicy(repository, grantTo(env.Consumer.RoleARN(role)))
	config := fmt.Sprintf(bothSides, env.Registry.ImageURI(repository), env.Consumer.RoleARN(role))
	config = strings.Replace(config, "provider              = consumer", "", 1)
	config = strings.Replace(config, "{", "{\n  provider = consumer", 1)

	resource.ParallelTest(t, testCase(resource.TestStep{
		Config: env.ProviderConfig() + config,
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue("data.ecrxa_pull_check.registry", tfjsonpath.New("registry_policy"), knownvalue.StringExact("unknown")),
			check("verdict", knownvalue.StringExact("conditional")),
			check("unknown_documents", knownvalue.ListExact([]knownvalue.Check{layer("identity_policies"), layer("permissions_boundary")})),
		},
	}))
}

// TestAccPullCheck_halfOfASide: who gives one document of the other account has not
// said that there is no other.
func TestAccPullCheck_halfOfASide(t *testing.T) {
	env := acctest.New(t)
	repository, role := env.Registry.CreateRepository(), env.Consumer.CreateRole()
	grant, identity := grantTo(env.Consumer.RoleARN(role)), pullPolicy(env.Registry.RepositoryARN(repository))
	env.Registry.PutRepositoryPolicy(repository, grant)
	env.Consumer.PutRolePolicy(role, "ecrxa-pull", identity)
	step := func(credentials, arguments, verdict string, unknown ...knownvalue.Check) resource.TestStep {
		return resource.TestStep{
			Config: credentials + fmt.Sprintf("data \"ecrxa_pull_check\" \"test\" {\n  image = %q\n  role_arn = %q\n  %s\n}\n",
				env.Registry.ImageURI(repository), env.Consumer.RoleARN(role), arguments),
			ConfigStateChecks: []statecheck.StateCheck{
				check("verdict", knownvalue.StringExact(verdict)),
				check("unknown_documents", knownvalue.ListExact(unknown)),
			},
		}
	}
	consumer, registry := env.Consumer.ProviderConfig(), env.Registry.ProviderConfig()
	policies := fmt.Sprintf("identity_policies = { ecrxa-pull = %q }\n", identity)

	resource.ParallelTest(t, testCase(
		step(consumer, `repository_policy = ""`, "conditional", layer("registry_policy")),
		step(consumer, "repository_policy = \"\"\n registry_policy = \"\"", "denied"),
		step(consumer, fmt.Sprintf("repository_policy = %q\n", grant), "conditional", layer("registry_policy")),
		step(registry, policies, "conditional", layer("permissions_boundary")),
		step(registry, policies+`permissions_boundary = ""`, "allowed"),
	))
}

func TestAccPullCheck_missing(t *testing.T) {
	env := acctest.New(t)
	config := env.ProviderConfig() + fmt.Sprintf(bothSides, env.Registry.ImageURI(env.Name("absent")), env.Consumer.RoleARN(env.Name("absent")))
	layers := []knownvalue.Check{layer("role_missing"), layer("repository_missing"), layer("identity_policy"), layer("repository_policy")}

	resource.ParallelTest(t, testCase(resource.TestStep{
		Config: config,
		ConfigStateChecks: append(
			denied("both", layers...),
			passedOn("denied", layers...),
			statecheck.ExpectKnownValue("data.ecrxa_pull_check.registry", tfjsonpath.New("denied_by"),
				knownvalue.ListExact([]knownvalue.Check{layer("repository_missing"), layer("repository_policy")})),
		),
	}))
}

func TestAccPullCheck_registryPolicy(t *testing.T) {
	env := acctest.New(t)
	env.Require(acctest.RegistryPolicyV2)
	repository, role := env.Registry.CreateRepository(), env.Consumer.CreateRole()
	env.Consumer.PutRolePolicy(role, "ecrxa-pull", pullPolicy(env.Registry.RepositoryARN(repository)))
	env.Registry.PutRegistryPolicy(fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":%q},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":%q}]}`,
		env.Consumer.RootARN(), env.Registry.RepositoryARN("*")))
	config := env.ProviderConfig() + fmt.Sprintf(bothSides, env.Registry.ImageURI(repository), env.Consumer.RoleARN(role))

	resource.ParallelTest(t, testCase(resource.TestStep{Config: config, ConfigStateChecks: allowed}))
}

// TestAccPullCheck_refused: what one account's credentials may not read stays
// unknown wherever it is passed on to, and the verdict with it.
func TestAccPullCheck_refused(t *testing.T) {
	for operation, want := range map[string]struct{ argument, exported string }{
		"ecr:GetRepositoryPolicy":      {"repository_policy", "unknown"},
		"ecr:GetRegistryPolicy":        {"registry_policy", "unknown"},
		"iam:GetRole":                  {"permissions_boundary", "unknown"},
		"iam:ListAttachedRolePolicies": {"identity_policies", `"\*":"unknown"`},
		"iam:GetRolePolicy":            {"identity_policies", `"ecrxa-pull":"unknown"`},
	} {
		t.Run(operation, func(t *testing.T) {
			env := acctest.New(t)
			repository, role := env.Registry.CreateRepository(), env.Consumer.CreateRole()
			env.Registry.PutRepositoryPolicy(repository, grantTo(env.Consumer.RoleARN(role)))
			env.Consumer.PutRolePolicy(role, "ecrxa-pull", pullPolicy(env.Registry.RepositoryARN(repository)))
			env.Faults(fault.Rule{Operation: operation, Fault: fault.Error(http.StatusBadRequest, "AccessDeniedException", "not authorized to perform: "+operation)})

			unknown := knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact(want.argument)})
			explanation := knownvalue.StringRegexp(regexp.MustCompile(`depends on what is not known: ` + want.argument + `\.`))
			resource.ParallelTest(t, testCase(resource.TestStep{
				Config: env.ProviderConfig() + fmt.Sprintf(bothSides, env.Registry.ImageURI(repository), env.Consumer.RoleARN(role)) +
					"output \"exported\" {\n  value = jsonencode(data.ecrxa_pull_check.test." + want.argument + ")\n}\n",
				ConfigStateChecks: []statecheck.StateCheck{
					check("verdict", knownvalue.StringExact("conditional")),
					check("unknown_documents", unknown),
					check("explanation", explanation),
					statecheck.ExpectKnownOutputValue("passed_on", knownvalue.ObjectPartial(map[string]knownvalue.Check{
						"verdict": knownvalue.StringExact("conditional"), "unknown_documents": unknown, "explanation": explanation,
					})),
					statecheck.ExpectKnownOutputValue("exported", knownvalue.StringRegexp(regexp.MustCompile(want.exported))),
				},
			}))
		})
	}
}

// documents is a check that makes no call.
const documents = `
data "ecrxa_pull_check" "test" {
  %[1]s                = %[2]q
  role_arn             = "arn:aws:iam::123456789012:role/app"
  repository_policy    = %[3]s
  registry_policy      = ""
  identity_policies    = {}
  permissions_boundary = ""
}
`

func TestAccPullCheck_imageForms(t *testing.T) {
	env := acctest.New(t)
	var steps []resource.TestStep
	for _, image := range []string{
		"987654321098.dkr.ecr.us-east-1.amazonaws.com/team/payment-service",
		"987654321098.dkr.ecr.us-east-1.amazonaws.com/team/payment-service:v1",
		"987654321098.dkr.ecr-fips.us-east-1.amazonaws.com/team/payment-service@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"987654321098.dkr-ecr.us-east-1.on.aws/team/payment-service:v1",
	} {
		steps = append(steps, resource.TestStep{
			Config: env.Consumer.ProviderConfig() + fmt.Sprintf(documents, "image", image, `""`),
			ConfigStateChecks: []statecheck.StateCheck{
				check("image", knownvalue.StringExact(image)),
				statecheck.ExpectKnownValue("data.ecrxa_pull_check.test", tfjsonpath.New("decisions").AtSliceIndex(1).AtMapKey("resource"),
					knownvalue.StringExact("arn:aws:ecr:us-east-1:987654321098:repository/team/payment-service")),
			},
		})
	}
	resource.ParallelTest(t, testCase(steps...))
}

func TestAccPullCheck_refusedArguments(t *testing.T) {
	env := acctest.New(t)
	config := func(attribute, value, policy string) string {
		return env.Consumer.ProviderConfig() + fmt.Sprintf(documents, attribute, value, policy)
	}
	const arn = "arn:aws:ecr:us-east-1:987654321098:repository/payment-service"
	resource.ParallelTest(t, testCase(
		resource.TestStep{
			Config:      config("repository_arn", arn, `"{\n  \"Statement\": [}"`),
			ExpectError: regexp.MustCompile(`(?s)repository_policy\s+=.*repository_policy is not a policy document:.*line 2`),
		},
		resource.TestStep{
			Config:      config("image", "docker.io/library/nginx", `""`),
			ExpectError: regexp.MustCompile(`(?s)image is not valid.*Docker\s+Hub`),
		},
		resource.TestStep{
			Config:      config("repository_arn", arn, "\"\"\n  image = \"987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service\""),
			ExpectError: regexp.MustCompile(`set\s+exactly\s+one\s+of\s+the\s+two`),
		},
	))
}

// fromSnapshots reads each side once, and judges over both with four arguments: in the data
// source, and in the function.
const fromSnapshots = `
data "ecrxa_registry_snapshot" "this" {
  repository = %[3]q
}

data "ecrxa_consumer_snapshot" "this" {
  provider = consumer
  role     = %[4]q
}

data "ecrxa_pull_check" "test" {
  provider          = consumer
  image             = %[1]q
  role_arn          = %[2]q
  registry_snapshot = data.ecrxa_registry_snapshot.this.json
  consumer_snapshot = data.ecrxa_consumer_snapshot.this.json
  max_age           = "48h"
}

output "explanation" {
  value = data.ecrxa_pull_check.test.explanation
}

output "passed_on" {
  value = provider::ecrxa::evaluate_pull({
    image             = %[1]q
    role_arn          = %[2]q
    registry_snapshot = data.ecrxa_registry_snapshot.this.json
    consumer_snapshot = data.ecrxa_consumer_snapshot.this.json
  })
}
`

// A check over both sides turns when one side changes, and plans nothing when none does.
func TestAccPullCheck_snapshots(t *testing.T) {
	env := acctest.New(t)
	env.Require(acctest.RegistryLists)
	repository, role := env.Registry.CreateRepository(), env.Consumer.CreateRole()
	image := env.Registry.ImageURI(repository)
	config := env.ProviderConfig() + fmt.Sprintf(fromSnapshots, image, env.Consumer.RoleARN(role), repository, role)
	stepOf := func(change func(), checks ...statecheck.StateCheck) resource.TestStep {
		return resource.TestStep{PreConfig: change, Config: config, ConfigStateChecks: checks}
	}
	resource.ParallelTest(t, testCase(
		stepOf(nil, append(denied("both", layer("identity_policy"), layer("repository_policy")), passedOn("denied", layer("identity_policy"), layer("repository_policy")))...),
		stepOf(func() { env.Consumer.PutRolePolicy(role, "pull", pullPolicy(env.Registry.RepositoryARN(repository))) },
			append(denied("registry", layer("repository_policy")), passedOn("denied", layer("repository_policy")))...),
		stepOf(func() { env.Registry.PutRepositoryPolicy(repository, grantTo(env.Consumer.RootARN())) }, append(slices.Clone(allowed),
			passedOn("allowed"),
			check("identity_policies", knownvalue.Null()),
			check("repository_policy", knownvalue.Null()),
			check("snapshots", knownvalue.ListSizeExact(2)),
			check("documents", knownvalue.ListPartial(map[int]knownvalue.Check{0: knownvalue.ObjectPartial(map[string]knownvalue.Check{
				"source": knownvalue.StringExact("snapshot"), "read_at": knownvalue.StringRegexp(regexp.MustCompile(`^\d{4}-\d\d-\d\dT00:00:00Z$`)),
			})})),
		)...),
		resource.TestStep{Config: config, PlanOnly: true},
		stepOf(func() { env.Registry.DeleteRepository(repository) }, append(denied("registry", layer("repository_missing"), layer("repository_policy")), passedOn("denied", layer("repository_missing"), layer("repository_policy")))...),
	))
}

// What denies beside the policies: an archived image, and a role that was created again.
func TestAccPullCheck_factsOfSnapshots(t *testing.T) {
	env := acctest.New(t)
	server := env.Emulator()
	repository, role := env.Registry.CreateRepository(), env.Consumer.CreateRole()
	server.PushImage(env.Registry.ID, env.Region, repository, "v1", "ARCHIVED")
	pull := pullPolicy(env.Registry.RepositoryARN(repository))
	env.Consumer.PutRolePolicy(role, "pull", pull)
	env.Registry.PutRepositoryPolicy(repository, grantTo(env.Consumer.RoleARN(role)))
	config := env.ProviderConfig() + fmt.Sprintf(fromSnapshots, env.Registry.ImageURI(repository)+":v1", env.Consumer.RoleARN(role), repository, role)
	config = strings.Replace(config, fmt.Sprintf("repository = %q", repository), fmt.Sprintf("repository = %q\n  images = { %[1]q = \"v1\" }", repository), 1)
	resource.ParallelTest(t, testCase(
		resource.TestStep{Config: config, ConfigStateChecks: denied("registry", layer("image_archived"))},
		resource.TestStep{
			PreConfig: func() {
				env.Consumer.DeleteRolePolicy(role, "pull")
				env.Consumer.DeleteRole(role)
				env.Consumer.CreateRoleNamed("/", role)
				env.Consumer.PutRolePolicy(role, "pull", pull)
			},
			Config: config,
			ConfigStateChecks: append(denied("registry", layer("image_archived"), layer("repository_policy")),
				check("mismatches", knownvalue.ListExact([]knownvalue.Check{knownvalue.StringRegexp(regexp.MustCompile(`names AROA\w+, .* In consumer_snapshot the role .* has the unique ID AROA\w+, and is not that one\.$`))}))),
		},
	))
}
