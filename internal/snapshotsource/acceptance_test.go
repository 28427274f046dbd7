// SPDX-License-Identifier: MPL-2.0

package snapshotsource_test

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/fault"
)

func TestMain(m *testing.M) { acctest.Run(m) }

const (
	registryAddress = "data.ecrxa_registry_snapshot.test"
	consumerAddress = "data.ecrxa_consumer_snapshot.test"
)

const policyText = `{"Version":"2012-10-17","Statement":[{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":%q},"Action":"ecr:BatchGetImage"}]}`

// at is a check of an attribute; the path has names of attributes and keys of maps.
func at(address, attribute string, path []string, value knownvalue.Check) statecheck.StateCheck {
	p := tfjsonpath.New(attribute)
	for _, key := range path {
		p = p.AtMapKey(key)
	}
	return statecheck.ExpectKnownValue(address, p, value)
}

var (
	yes  = knownvalue.Bool(true)
	no   = knownvalue.Bool(false)
	none = knownvalue.Null()
)

// isRegistry is a check that a text is a snapshot with a repository.
func isRegistry(repository string) knownvalue.Check {
	return knownvalue.StringFunc(func(text string) error {
		s, err := snapshot.ParseRegistry(text)
		if err == nil && s.Repository(repository) == nil {
			err = fmt.Errorf("the snapshot lacks %s", repository)
		}
		return err
	})
}

func isConsumer(role string) knownvalue.Check {
	return knownvalue.StringFunc(func(text string) error {
		s, err := snapshot.ParseConsumer(text)
		if err == nil && s.Role(role) == nil {
			err = fmt.Errorf("the snapshot lacks %s", role)
		}
		return err
	})
}

func TestAccRegistrySnapshot_basic(t *testing.T) {
	env := acctest.New(t)
	env.Require(acctest.RegistryLists)
	repository := env.Registry.CreateRepository()
	env.Registry.PutRepositoryPolicy(repository, fmt.Sprintf(policyText, env.Consumer.RootARN()))
	_, err := env.Registry.ECR.TagResource(t.Context(), &ecr.TagResourceInput{
		ResourceArn: aws.String(env.Registry.RepositoryARN(repository)), Tags: []ecrtypes.Tag{{Key: aws.String("team"), Value: aws.String("payments")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	missing := env.Name("missing")
	config := env.Registry.ProviderConfig() + fmt.Sprintf(`
data "ecrxa_registry_snapshot" "test" {
  repositories      = [%[1]q, %[2]q]
  images            = { %[1]q = "v1" }
  read_organization = false # On AWS the accounts can be in one.
}

output "snapshot" {
  value = data.ecrxa_registry_snapshot.test.json
}
`, repository, missing)
	details := func(value knownvalue.Check, name string, path ...string) statecheck.StateCheck {
		return at(registryAddress, "repository_details", append([]string{name}, path...), value)
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		Steps: []resource.TestStep{
			{Config: config, ConfigStateChecks: []statecheck.StateCheck{
				at(registryAddress, "account_id", nil, knownvalue.StringExact(env.Registry.ID)),
				at(registryAddress, "region", nil, knownvalue.StringExact(env.Region)),
				at(registryAddress, "read_at", nil, knownvalue.StringRegexp(regexp.MustCompile(`^\d{4}-\d\d-\d\dT00:00:00Z$`))),
				at(registryAddress, "not_read", nil, knownvalue.ListExact(nil)),
				at(registryAddress, "registry_policy", nil, knownvalue.StringExact("")),
				at(registryAddress, "creation_templates", nil, knownvalue.ListExact(nil)),
				at(registryAddress, "pull_through_cache_rules", nil, knownvalue.ListExact(nil)),
				at(registryAddress, "json", nil, isRegistry(missing)),
				details(yes, repository, "exists"),
				details(knownvalue.StringExact(env.Registry.RepositoryARN(repository)), repository, "arn"),
				details(knownvalue.StringRegexp(regexp.MustCompile(`"Pull"`)), repository, "policy"),
				details(knownvalue.MapExact(map[string]knownvalue.Check{"team": knownvalue.StringExact("payments")}), repository, "tags"),
				details(knownvalue.StringExact("AES256"), repository, "encryption_type"),
				details(no, repository, "image", "exists"),
				details(no, missing, "exists"),
				details(none, missing, "tags"),
				details(none, missing, "image"),
			}},
			{Config: config, PlanOnly: true},
		},
	})
}

// everything that a registry can have, in the attributes.
func TestAccRegistrySnapshot_everything(t *testing.T) {
	env := acctest.New(t)
	server, id := env.Emulator(), env.Registry.ID
	repository := env.Registry.CreateRepository()
	digest := server.PushImage(id, env.Region, repository, "v1", "ARCHIVED")
	server.AddPullThroughCacheRule(id, env.Region, "ROOT", "registry-1.docker.io", "")
	server.AddCreationTemplate(id, env.Region, "ROOT", "", "PULL_THROUGH_CACHE")
	server.AddReplicationRule(id, env.Region, "ecrxa", env.Consumer.ID, "eu-west-1")
	server.CreateOrganization("999900001111")
	server.AddMember(id, "")
	server.Delegate(id)
	object := func(values map[string]knownvalue.Check) knownvalue.Check {
		return knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectExact(values)})
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		Steps: []resource.TestStep{{
			Config: env.Registry.ProviderConfig() + fmt.Sprintf(`
data "ecrxa_registry_snapshot" "test" {
  repository        = %[1]q
  images            = { %[1]q = "v1" }
  read_at_precision = "hour"
}
`, repository),
			ConfigStateChecks: []statecheck.StateCheck{
				at(registryAddress, "repository_details", []string{repository, "image"}, knownvalue.ObjectExact(map[string]knownvalue.Check{
					"exists": yes, "tag": knownvalue.StringExact("v1"), "digest": knownvalue.StringExact(digest), "status": knownvalue.StringExact("ARCHIVED"),
				})),
				at(registryAddress, "pull_through_cache_rules", nil, object(map[string]knownvalue.Check{
					"prefix": knownvalue.StringExact("ROOT"), "upstream": knownvalue.StringExact("registry-1.docker.io"), "upstream_prefix": none, "role_arn": none,
				})),
				at(registryAddress, "creation_templates", nil, object(map[string]knownvalue.Check{
					"prefix": knownvalue.StringExact("ROOT"), "policy": knownvalue.StringExact(""),
					"applied_for": knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact("PULL_THROUGH_CACHE")}),
				})),
				at(registryAddress, "replication_rules", nil, object(map[string]knownvalue.Check{
					"prefixes": knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact("ecrxa")}),
					"destinations": object(map[string]knownvalue.Check{
						"account_id": knownvalue.StringExact(env.Consumer.ID), "region": knownvalue.StringExact("eu-west-1"),
					}),
				})),
				at(registryAddress, "organization", nil, knownvalue.ObjectExact(map[string]knownvalue.Check{
					"in_organization": yes, "id": knownvalue.StringExact("o-a1b2c3d4e5"), "path": knownvalue.StringExact("o-a1b2c3d4e5/r-ab12/"), "management_account": no,
				})),
				at(registryAddress, "resource_control_policies", nil, knownvalue.ListSizeExact(2)),
				at(registryAddress, "read_at", nil, knownvalue.StringRegexp(regexp.MustCompile(`:00:00Z$`))),
			},
		}},
	})
}

func TestAccConsumerSnapshot_basic(t *testing.T) {
	env := acctest.New(t)
	role := env.Name("role")
	arn := env.Consumer.CreateRoleNamed("/apps/", role)
	env.Consumer.PutRolePolicy(role, "pull", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:*","Resource":"*"}]}`)
	attached := env.Consumer.CreatePolicy("attached", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`)
	env.Consumer.AttachRolePolicy(role, attached)
	missing := env.Name("missing")
	config := env.Consumer.ProviderConfig() + fmt.Sprintf(`
data "ecrxa_consumer_snapshot" "test" {
  roles             = [%q, %q]
  read_organization = false # On AWS the account can be in one.
}

output "snapshot" {
  value = data.ecrxa_consumer_snapshot.test.json
}
`, arn, missing)
	details := func(value knownvalue.Check, name string, path ...string) statecheck.StateCheck {
		return at(consumerAddress, "role_details", append([]string{name}, path...), value)
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		Steps: []resource.TestStep{
			{Config: config, ConfigStateChecks: []statecheck.StateCheck{
				at(consumerAddress, "account_id", nil, knownvalue.StringExact(env.Consumer.ID)),
				at(consumerAddress, "not_read", nil, knownvalue.ListExact(nil)),
				at(consumerAddress, "json", nil, isConsumer(role)),
				at(consumerAddress, "managed_policies", []string{attached}, knownvalue.StringRegexp(regexp.MustCompile(`s3:\*`))),
				details(yes, role, "exists"),
				details(knownvalue.StringExact(arn), role, "arn"),
				details(knownvalue.StringRegexp(regexp.MustCompile(`^AROA`)), role, "id"),
				details(knownvalue.StringRegexp(regexp.MustCompile(`ecr:\*`)), role, "inline_policies", "pull"),
				details(knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact(attached)}), role, "attached_policies"),
				details(knownvalue.StringExact(""), role, "permissions_boundary"),
				details(knownvalue.MapExact(map[string]knownvalue.Check{}), role, "tags"),
				details(knownvalue.StringRegexp(regexp.MustCompile(`sts:AssumeRole`)), role, "trust_policy"),
				details(no, missing, "exists"),
				details(none, missing, "inline_policies"),
				details(none, missing, "arn"),
			}},
			{Config: config, PlanOnly: true},
		},
	})
}

// What is denied is null, and told with the action.
func TestAccSnapshots_denied(t *testing.T) {
	env := acctest.New(t)
	env.Require(acctest.RegistryLists)
	repository, role := env.Registry.CreateRepository(), env.Consumer.CreateRole()
	var rules []fault.Rule
	for _, action := range []string{"ecr:GetRegistryPolicy", "ecr:ListTagsForResource", "iam:GetRole", "organizations:DescribeOrganization"} {
		rules = append(rules, fault.Rule{Operation: action, Fault: fault.Error(400, "AccessDeniedException", "no")})
	}
	env.Faults(rules...)
	gap := func(action, what string) knownvalue.Check {
		return knownvalue.ObjectExact(map[string]knownvalue.Check{
			"action": knownvalue.StringExact(action), "what": knownvalue.StringExact(what), "code": knownvalue.StringExact("AccessDeniedException"),
		})
	}
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		Steps: []resource.TestStep{{
			Config: env.ProviderConfig() + fmt.Sprintf(`
data "ecrxa_registry_snapshot" "test" {
  repository = %q
}

data "ecrxa_consumer_snapshot" "test" {
  provider = consumer
  role     = %q
}
`, repository, role),
			ConfigStateChecks: []statecheck.StateCheck{
				at(consumerAddress, "organization", nil, none),
				at(registryAddress, "registry_policy", nil, none),
				at(registryAddress, "organization", nil, none),
				at(registryAddress, "resource_control_policies", nil, none),
				at(registryAddress, "repository_details", []string{repository, "tags"}, none),
				at(registryAddress, "repository_details", []string{repository, "exists"}, yes),
				at(registryAddress, "not_read", nil, knownvalue.ListExact([]knownvalue.Check{
					gap("organizations:DescribeOrganization", "the organization of the account "+env.Registry.ID),
					gap("ecr:GetRegistryPolicy", "the registry policy"),
					gap("ecr:ListTagsForResource", "the tags of the repository "+repository),
				})),
				at(consumerAddress, "role_details", []string{role, "id"}, none),
				at(consumerAddress, "role_details", []string{role, "permissions_boundary"}, none),
				at(consumerAddress, "role_details", []string{role, "trust_policy"}, none),
				at(consumerAddress, "role_details", []string{role, "exists"}, yes),
			},
		}},
	})
}

// Where AWS Organizations cannot be reached, the error says how to do without it.
func TestAccSnapshots_withoutOrganization(t *testing.T) {
	env := acctest.New(t)
	role := env.Consumer.CreateRole()
	env.Faults(fault.Rule{Operation: "organizations:DescribeOrganization", Fault: fault.Error(400, "SomethingElseException", "no")})
	config := env.Consumer.ProviderConfig() + fmt.Sprintf(`
data "ecrxa_consumer_snapshot" "test" {
  role              = %q
  read_organization = %%t
}
`, role)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		Steps: []resource.TestStep{
			{Config: fmt.Sprintf(config, true), ExpectError: regexp.MustCompile(`read_organization\s+=\s+false`)},
			{Config: fmt.Sprintf(config, false), ConfigStateChecks: []statecheck.StateCheck{
				at(consumerAddress, "organization", nil, none),
				at(consumerAddress, "service_control_policies", nil, none),
				at(consumerAddress, "not_read", nil, knownvalue.ListExact(nil)),
			}},
		},
	})
}

// Snapshots that share things read them once in a plan.
func TestAccSnapshots_shareReads(t *testing.T) {
	env := acctest.New(t)
	server := env.Emulator()
	repository, role := env.Registry.CreateRepository(), env.Consumer.CreateRole()
	config := env.ProviderConfig() + fmt.Sprintf(`
data "ecrxa_registry_snapshot" "test" {
  count      = 20
  repository = %q
}

data "ecrxa_consumer_snapshot" "test" {
  count    = 20
  provider = consumer
  role     = %q
}
`, repository, role)
	resource.ParallelTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		Steps: []resource.TestStep{
			{Config: config},
			{PreConfig: server.ResetRequests, Config: config, PlanOnly: true},
			{
				PreConfig: func() {
					for operation, n := range server.Requests() {
						if n > 4 { // A step refreshes, and then plans; both accounts describe their organization.
							t.Errorf("%s was called %d times", operation, n)
						}
					}
				},
				Config: config, PlanOnly: true,
			},
		},
	})
}

func TestAccSnapshots_configuration(t *testing.T) {
	env := acctest.New(t)
	for name, test := range map[string]struct{ config, want string }{
		"no repository":                 {`data "ecrxa_registry_snapshot" "test" {}`, `Missing Attribute Configuration`},
		"one and many":                  {"data \"ecrxa_registry_snapshot\" \"test\" {\n repository = \"app\"\n repositories = [\"app\"]\n}", `Invalid Attribute Combination`},
		"an ARN":                        {"data \"ecrxa_registry_snapshot\" \"test\" {\n repository = \"arn:aws:ecr:us-east-1:987654321098:repository/app\"\n}", `is an\s+ARN: write the\s+repository's name, "app"`},
		"an image of another":           {"data \"ecrxa_registry_snapshot\" \"test\" {\n repository = \"app\"\n images = { other = \"v1\" }\n}", `Image of another repository`},
		"an image that is a tag+digest": {"data \"ecrxa_registry_snapshot\" \"test\" {\n repository = \"app\"\n images = { app = \"\" }\n}", `is not one image`},
		"a precision":                   {"data \"ecrxa_registry_snapshot\" \"test\" {\n repository = \"app\"\n read_at_precision = \"week\"\n}", `read_at_precision`},
		"no role":                       {`data "ecrxa_consumer_snapshot" "test" {}`, `Missing Attribute Configuration`},
		"a user":                        {"data \"ecrxa_consumer_snapshot\" \"test\" {\n role = \"arn:aws:iam::123456789012:user/app\"\n}", `is an ARN of\s+another kind`},
		"a role twice":                  {"data \"ecrxa_consumer_snapshot\" \"test\" {\n roles = [\"app\", \"arn:aws:iam::123456789012:role/app\"]\n}", `Role named twice`},
		"a role of another account":     {"data \"ecrxa_consumer_snapshot\" \"test\" {\n role = \"arn:aws:iam::555566667777:role/app\"\n}", `belongs to account\s+555566667777`},
	} {
		t.Run(name, func(t *testing.T) {
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
				Steps:                    []resource.TestStep{{Config: env.Registry.ProviderConfig() + test.config, ExpectError: regexp.MustCompile(test.want), PlanOnly: true}},
			})
		})
	}
}
