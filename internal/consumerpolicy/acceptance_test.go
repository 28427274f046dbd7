// SPDX-License-Identifier: MPL-2.0

package consumerpolicy_test

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/fault"
)

func TestMain(m *testing.M) { acctest.Run(m) }

const address = "ecrxa_consumer_role_policy.test"

func TestAccConsumerRolePolicy_basic(t *testing.T) {
	f := newFixture(t)
	want := f.policy(pullActions, f.app)
	f.run(resource.TestStep{
		Config: f.config(`repository_arns = [` + quote(f.app) + `]`),
		ConfigPlanChecks: resource.ConfigPlanChecks{
			PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreate),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("policy"), knownvalue.StringExact(want)),
			},
			PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
		},
		ConfigStateChecks: []statecheck.StateCheck{
			attribute("role", knownvalue.StringExact(f.role)),
			attribute("name", knownvalue.StringExact("ecrxa-pull")),
			attribute("repository_arns", texts(f.app)),
			attribute("access", knownvalue.StringExact("pull")),
			attribute("actions", knownvalue.Null()),
			attribute("conditions", knownvalue.Null()),
			attribute("policy", knownvalue.StringExact(want)),
		},
		Check: f.stands("ecrxa-pull", want),
	})
}

func TestAccConsumerRolePolicy_allAttributes(t *testing.T) {
	f := newFixture(t)
	want := `{"Version":"2012-10-17","Statement":[` + tokenStatement + `,{"Sid":"Repositories","Effect":"Allow",` +
		`"Action":["ecr:BatchGetImage","ecr:DescribeImages"],"Resource":["` + f.app + `","` + f.base + `"],` +
		`"Condition":{"Bool":{"aws:SecureTransport":"true"},"StringEquals":{"aws:SourceVpce":["vpce-1","vpce-2"]}}}]}`
	f.run(resource.TestStep{
		Config: f.config(`
			name            = "pull+images@app"
			repository_arns = [` + quote(f.base) + `, ` + quote(f.app) + `]
			actions         = ["ecr:DescribeImages", "ecr:BatchGetImage"]
			conditions = [
				{ test = "StringEquals", variable = "aws:SourceVpce", values = ["vpce-2", "vpce-1"] },
				{ test = "Bool", variable = "aws:SecureTransport", values = ["true"] },
			]`),
		ConfigStateChecks: []statecheck.StateCheck{
			attribute("name", knownvalue.StringExact("pull+images@app")),
			attribute("repository_arns", texts(f.app, f.base)),
			attribute("access", knownvalue.Null()),
			attribute("actions", texts("ecr:BatchGetImage", "ecr:DescribeImages")),
			attribute("conditions", knownvalue.ListSizeExact(2)),
			attribute("policy", knownvalue.StringExact(want)),
		},
		Check: f.stands("pull+images@app", want),
	})
}

func TestAccConsumerRolePolicy_pullThroughCacheCreatesRepositories(t *testing.T) {
	f := newFixture(t)
	f.run(resource.TestStep{
		Config: f.config(`
			repository_arns = [` + quote(f.app) + `]
			access          = "pull_through_cache"`),
		Check: f.stands("ecrxa-pull", f.policy(`["ecr:BatchGetImage","ecr:BatchImportUpstreamImage","ecr:CreateRepository","ecr:GetDownloadUrlForLayer"]`, f.app)),
	})
}

func TestAccConsumerRolePolicy_update(t *testing.T) {
	f := newFixture(t)
	f.run(
		resource.TestStep{
			Config: f.config(`repository_arns = [` + quote(f.app) + `]`),
		},
		resource.TestStep{
			Config:           f.config(`repository_arns = [` + quote(f.app) + `, ` + quote(f.base) + `]`),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionUpdate),
			Check:            f.stands("ecrxa-pull", f.policy(pullActions, f.app, f.base)),
		},
		resource.TestStep{
			Config: f.config(`
				repository_arns = [` + quote(f.app) + `]
				actions         = ["ecr:BatchGetImage"]`),
			ConfigPlanChecks: expectAction(plancheck.ResourceActionUpdate),
			Check:            f.stands("ecrxa-pull", f.policy(`"ecr:BatchGetImage"`, f.app)),
		},
	)
}

func TestAccConsumerRolePolicy_nameAndRoleReplace(t *testing.T) {
	f := newFixture(t)
	second := f.env.Name("second")
	f.env.Consumer.CreateRoleNamed("/", second)
	arns := `repository_arns = [` + quote(f.app) + `]`
	replaced := expectAction(plancheck.ResourceActionDestroyBeforeCreate)
	want := f.policy(pullActions, f.app)
	f.run(
		resource.TestStep{Config: f.config(arns)},
		resource.TestStep{
			Config:           f.config(arns + "\nname = \"another\""),
			ConfigPlanChecks: replaced,
			Check:            resource.ComposeTestCheckFunc(f.stands("another", want), f.gone("ecrxa-pull")),
		},
		resource.TestStep{
			Config:           strings.Replace(f.config(arns), quote(f.role), quote(second), 1),
			ConfigPlanChecks: replaced,
			Check: resource.ComposeTestCheckFunc(f.gone("another"), func(*terraform.State) error {
				return sameAs(f.env.Consumer, second, "ecrxa-pull", want)
			}),
		},
	)
}

// Explicit actions that are just what "pull" stands for change the state, not the policy.
func TestAccConsumerRolePolicy_noWriteWithoutChange(t *testing.T) {
	f := newFixture(t)
	server := f.env.Emulator()
	f.run(
		resource.TestStep{Config: f.config(`repository_arns = [` + quote(f.app) + `]`)},
		resource.TestStep{
			PreConfig: server.ResetRequests,
			Config: f.config(`
				repository_arns = [` + quote(f.app) + `]
				actions         = ["ecr:GetDownloadUrlForLayer", "ECR:BatchGetImage"]`),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
					plancheck.ExpectKnownValue(address, tfjsonpath.New("policy"), knownvalue.StringExact(f.policy(pullActions, f.app))),
				},
				PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
			},
			Check: func(*terraform.State) error {
				if n := server.Requests()["iam:PutRolePolicy"]; n > 0 {
					return fmt.Errorf("%d writes", n)
				}
				return nil
			},
		},
	)
}

func TestAccConsumerRolePolicy_import(t *testing.T) {
	f := newFixture(t)
	verify := func(id string) resource.TestStep {
		return resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateId: id,
			ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "role",
		}
	}
	f.run(
		resource.TestStep{Config: f.config(`
			repository_arns = [` + quote(f.app) + `, ` + quote(f.base) + `]
			access          = "pull_push"
			conditions      = [{ test = "StringEquals", variable = "aws:SourceVpce", values = ["vpce-1"] }]`)},
		verify(f.role+",ecrxa-pull"),
		verify(f.role),
		resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateId: f.env.Consumer.RoleARN(f.role),
			ExpectError: regexp.MustCompile(`write the role's\s+name`),
		},
		resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateId: f.role + ",missing",
			ExpectError: regexp.MustCompile(`Inline policy not found`),
		},
	)
}

// A policy that was written by hand is imported, and the plan shows
// what the next apply tidies up.
func TestAccConsumerRolePolicy_importOfAForeignPolicy(t *testing.T) {
	f := newFixture(t)
	f.env.Consumer.PutRolePolicy(f.role, "by-hand", `{"Version":"2012-10-17","Statement":[
		{"Sid":"Login","Effect":"Allow","Action":["ecr:GetAuthorizationToken"],"Resource":"*"},
		{"Sid":"Images","Effect":"Allow","Action":["ecr:GetDownloadUrlForLayer","ecr:BatchGetImage"],"Resource":["`+f.app+`"]}]}`)
	config := f.config(`
		name            = "by-hand"
		repository_arns = [` + quote(f.app) + `]`)
	f.run(
		resource.TestStep{
			Config: config, ResourceName: address, ImportState: true, ImportStateId: f.role + ",by-hand", ImportStatePersist: true,
		},
		resource.TestStep{
			Config:           config,
			ConfigPlanChecks: expectAction(plancheck.ResourceActionUpdate),
			Check:            f.stands("by-hand", f.policy(pullActions, f.app)),
		},
	)
}

func TestAccConsumerRolePolicy_importOfWhatCannotBeExpressed(t *testing.T) {
	f := newFixture(t)
	document := `{"Version":"2012-10-17","Statement":[{"Sid":"NoPush","Effect":"Deny","Action":"ecr:PutImage","Resource":"*"}]}`
	f.env.Consumer.PutRolePolicy(f.role, "deny", document)
	f.run(resource.TestStep{
		Config:       f.config(`repository_arns = [` + quote(f.app) + `]`),
		ResourceName: address, ImportState: true, ImportStateId: f.role + ",deny",
		ExpectError: regexp.MustCompile(`statement 1 \(Sid "NoPush", Deny\)`),
	})
	if err := sameAs(f.env.Consumer, f.role, "deny", document); err != nil {
		t.Error(err)
	}
}

func TestAccConsumerRolePolicy_disappears(t *testing.T) {
	f := newFixture(t)
	config := f.config(`repository_arns = [` + quote(f.app) + `]`)
	f.run(
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig:        func() { f.env.Consumer.DeleteRolePolicy(f.role, "ecrxa-pull") },
			Config:           config,
			ConfigPlanChecks: expectAction(plancheck.ResourceActionCreate),
			Check:            f.stands("ecrxa-pull", f.policy(pullActions, f.app)),
		},
	)
}

func TestAccConsumerRolePolicy_roleDisappears(t *testing.T) {
	f := newFixture(t)
	config := f.config(`repository_arns = [` + quote(f.app) + `]`)
	f.run(
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig:          func() { f.env.Consumer.DeleteRole(f.role) },
			RefreshState:       true,
			ExpectNonEmptyPlan: true,
		},
	)
}

// What others change comes back with the next apply, and the plan shows it on
// the attribute that drifted.
func TestAccConsumerRolePolicy_drift(t *testing.T) {
	for name, tt := range map[string]struct {
		drift     func(string) string
		attribute string
		was       func(f *fixture) knownvalue.Check
	}{
		"repository": {
			func(s string) string { return strings.Replace(s, "-app", "-other", 1) },
			"repository_arns", func(f *fixture) knownvalue.Check { return texts(strings.Replace(f.app, "-app", "-other", 1)) },
		},
		"action": {
			func(s string) string { return strings.Replace(s, `"ecr:BatchGetImage",`, "", 1) },
			"actions", func(*fixture) knownvalue.Check { return texts("ecr:GetDownloadUrlForLayer") },
		},
		"access": {
			func(s string) string {
				return strings.Replace(s, `"ecr:BatchGetImage",`, `"ecr:BatchGetImage","ecr:BatchImportUpstreamImage","ecr:CreateRepository",`, 1)
			},
			"access", func(*fixture) knownvalue.Check { return knownvalue.StringExact("pull_through_cache") },
		},
		"condition": {
			func(s string) string { return strings.Replace(s, "vpce-1", "vpce-2", 1) },
			"conditions", func(*fixture) knownvalue.Check {
				return knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectPartial(map[string]knownvalue.Check{"values": texts("vpce-2")})})
			},
		},
		"statement": {
			func(s string) string {
				return strings.Replace(s, "[{", `[{"Sid":"More","Effect":"Allow","Action":"ecr:ListImages","Resource":"*"},{`, 1)
			},
			"policy", func(*fixture) knownvalue.Check { return knownvalue.StringRegexp(regexp.MustCompile("ecr:ListImages")) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			body := `
				repository_arns = [` + quote(f.app) + `]
				conditions      = [{ test = "StringEquals", variable = "aws:SourceVpce", values = ["vpce-1"] }]`
			var created string
			f.run(
				resource.TestStep{
					Config: f.config(body),
					Check: func(*terraform.State) error {
						created, _ = f.env.Consumer.RolePolicy(f.role, "ecrxa-pull")
						return nil
					},
				},
				resource.TestStep{
					PreConfig:          func() { f.env.Consumer.PutRolePolicy(f.role, "ecrxa-pull", tt.drift(created)) },
					RefreshState:       true,
					ExpectNonEmptyPlan: true,
					RefreshPlanChecks: resource.RefreshPlanChecks{PostRefresh: []plancheck.PlanCheck{
						plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
						before{tt.attribute, tt.was(f)},
					}},
				},
				resource.TestStep{
					Config: f.config(body),
					Check:  func(*terraform.State) error { return sameAs(f.env.Consumer, f.role, "ecrxa-pull", created) },
				},
			)
		})
	}
}

func TestAccConsumerRolePolicy_nameIsTaken(t *testing.T) {
	for name, tt := range map[string]struct{ statement, want string }{
		"by a policy that can be imported": {
			`{"Sid":"Theirs","Effect":"Allow","Action":"ecr:ListImages","Resource":"arn:aws:ecr:us-east-1:987654321098:repository/theirs"}`,
			`terraform import ADDRESS\s+'ROLE,ecrxa-pull'`,
		},
		"by one that can not": {
			`{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}`,
			`(?s)cannot\s+import\s+it.*s3:GetObject.*Choose\s+another\s+name`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(t)
			document := `{"Version":"2012-10-17","Statement":[` + tt.statement + `]}`
			f.env.Consumer.PutRolePolicy(f.role, "ecrxa-pull", document)
			f.runWithoutDestroyCheck(resource.TestStep{
				Config:      f.config(`repository_arns = [` + quote(f.app) + `]`),
				ExpectError: regexp.MustCompile(strings.ReplaceAll(tt.want, "ROLE", f.role)),
			})
			if err := sameAs(f.env.Consumer, f.role, "ecrxa-pull", document); err != nil {
				t.Error(err)
			}
		})
	}
}

// After an apply that was killed between its write and the state, the next one
// takes the policy over.
func TestAccConsumerRolePolicy_interrupted(t *testing.T) {
	f := newFixture(t)
	want := f.policy(pullActions, f.app)
	f.env.Consumer.PutRolePolicy(f.role, "ecrxa-pull", want)
	config := f.config(`repository_arns = [` + quote(f.app) + `]`)
	f.run(
		resource.TestStep{
			Config: config,
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreate)},
			},
			Check: f.stands("ecrxa-pull", want),
		},
		resource.TestStep{Config: config, PlanOnly: true},
	)
}

// A resource that gets another name in the configuration has the policy still,
// whether its old self goes before or after.
func TestAccConsumerRolePolicy_renamedWithoutMoved(t *testing.T) {
	f := newFixture(t)
	config := f.config(`repository_arns = [` + quote(f.app) + `]`)
	renamed := strings.Replace(config, `"test"`, `"renamed"`, 1)
	want := f.policy(pullActions, f.app)
	f.run(
		resource.TestStep{Config: config},
		resource.TestStep{
			Config: renamed,
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionDestroy)},
			},
			Check: f.stands("ecrxa-pull", want),
		},
	)
}

func TestAccConsumerRolePolicy_createBeforeDestroy(t *testing.T) {
	f := newFixture(t)
	config := f.config(`
		repository_arns = [` + quote(f.app) + `]
		lifecycle {
			create_before_destroy = true
			replace_triggered_by  = [terraform_data.revision]
		}`)
	revision := func(n string) string { return "resource \"terraform_data\" \"revision\" {\n  input = " + n + "\n}\n" }
	f.run(
		resource.TestStep{Config: config + revision("1")},
		resource.TestStep{
			Config: config + revision("2"),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreateBeforeDestroy)},
			},
			Check: f.stands("ecrxa-pull", f.policy(pullActions, f.app)),
		},
		resource.TestStep{Config: config + revision("2"), PlanOnly: true},
	)
}

// Both would be created: the plan says so, or the apply where only it knows the name.
func TestAccConsumerRolePolicy_twoWithOneName(t *testing.T) {
	f := newFixture(t)
	config := f.config(`repository_arns = [` + quote(f.app) + `]`)
	second := strings.Replace(strings.TrimPrefix(config, f.env.Consumer.ProviderConfig()), `"test"`, `"second"`, 1)
	late := strings.Replace(second, "role =", "name = terraform_data.name.output\n  depends_on = [ecrxa_consumer_role_policy.test]\nrole =", 1) +
		"resource \"terraform_data\" \"name\" {\n  input = \"ecrxa-pull\"\n}\n"
	f.run(
		resource.TestStep{Config: config + second, PlanOnly: true, ExpectError: regexp.MustCompile(`Two resources for one inline policy`)},
		resource.TestStep{Config: config + late, ExpectError: regexp.MustCompile(`Two resources for one inline policy`)},
	)
}

// Two resources of one state may have one policy, as after an apply that was
// interrupted or limited to a target. It goes with the last of them.
func TestAccConsumerRolePolicy_twoOfOneState(t *testing.T) {
	f := newFixture(t)
	config := f.config(`repository_arns = [` + quote(f.app) + `]`)
	second := strings.Replace(strings.TrimPrefix(config, f.env.Consumer.ProviderConfig()), `"test"`, `"second"`, 1)
	want := f.policy(pullActions, f.app)
	imported := resource.TestStep{Config: config + second, ResourceName: "ecrxa_consumer_role_policy.second", ImportState: true, ImportStateId: f.role, ImportStatePersist: true}
	two := regexp.MustCompile(`Two resources for one inline policy`)
	f.run(
		resource.TestStep{Config: config},
		imported, // The command does not plan, so it cannot know of the other resource.
		resource.TestStep{Config: config + second, PlanOnly: true, ExpectError: two},
		resource.TestStep{Config: strings.Replace(config, f.app, f.base, 1) + second, ExpectError: two},
		resource.TestStep{
			Config: config + strings.Replace(second, "role =", "name = \"another\"\nrole =", 1),
			Check:  resource.ComposeTestCheckFunc(f.stands("ecrxa-pull", want), f.stands("another", want)),
		},
		resource.TestStep{Config: config, Check: resource.ComposeTestCheckFunc(f.stands("ecrxa-pull", want), f.gone("another"))},
		imported,
		resource.TestStep{
			Config:           config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
			Check:            f.stands("ecrxa-pull", want),
		},
		imported,
		resource.TestStep{Config: f.env.Consumer.ProviderConfig(), Check: f.gone("ecrxa-pull")},
	)
}

// Two resources that swap names, one after the other.
func TestAccConsumerRolePolicy_namesSwapped(t *testing.T) {
	f := newFixture(t)
	config := func(first, second string) string {
		one := f.config("name = " + quote(first) + "\nrepository_arns = [" + quote(f.app) + "]")
		two := f.config("name = " + quote(second) + "\nrepository_arns = [" + quote(f.base) + "]\ndepends_on = [" + address + "]")
		return one + strings.Replace(strings.TrimPrefix(two, f.env.Consumer.ProviderConfig()), `"test"`, `"second"`, 1)
	}
	f.run(
		resource.TestStep{Config: config("one", "two")},
		resource.TestStep{
			Config: config("two", "one"),
			Check:  resource.ComposeTestCheckFunc(f.stands("two", f.policy(pullActions, f.app)), f.stands("one", f.policy(pullActions, f.base))),
		},
	)
}

func TestAccConsumerRolePolicy_otherPoliciesStay(t *testing.T) {
	f := newFixture(t)
	const document = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}`
	f.env.Consumer.PutRolePolicy(f.role, "other", document)
	stays := f.stands("other", document)
	f.run(
		resource.TestStep{Config: f.config(`repository_arns = [` + quote(f.app) + `]`), Check: stays},
		resource.TestStep{Config: f.config(`repository_arns = [` + quote(f.base) + `]`), Check: stays},
		resource.TestStep{Config: f.env.Consumer.ProviderConfig(), Check: stays},
	)
	if err := sameAs(f.env.Consumer, f.role, "other", document); err != nil {
		t.Error(err)
	}
}

func TestAccConsumerRolePolicy_quotaNamesTheOthersUse(t *testing.T) {
	f := newFixture(t)
	f.env.Require(acctest.InlinePolicyQuota)
	large := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::%s"}]}`, strings.Repeat("b", 10_000))
	f.env.Consumer.PutRolePolicy(f.role, "large-one", large)
	f.run(resource.TestStep{
		Config:      f.config(`repository_arns = [` + quote(f.app) + `]`),
		ExpectError: regexp.MustCompile(fmt.Sprintf(`large-one\s+\(%d\)`, len(large))),
	})
}

func TestAccConsumerRolePolicy_tooLargeForAnyRole(t *testing.T) {
	f := newFixture(t)
	f.run(resource.TestStep{
		Config:      f.config(`repository_arns = [for i in range(200) : "` + f.app + `-${i}"]`),
		PlanOnly:    true,
		ExpectError: regexp.MustCompile(`(?s)Policy too large.*repository_arns`),
	})
}

// IAM may need a moment to know a role that Terraform has just created, and to
// show the policy.
func TestAccConsumerRolePolicy_roleIsNotKnownYet(t *testing.T) {
	f := newFixture(t)
	unknown := fault.Error(http.StatusNotFound, "NoSuchEntity", "The role with name "+f.role+" cannot be found.")
	f.env.Faults(
		fault.Rule{Operation: "iam:PutRolePolicy", Times: 1, Fault: unknown},
		fault.Rule{Operation: "iam:PutRolePolicy", Times: 1, Fault: fault.StaleReads(1)}, // of the write that follows
	)
	f.run(resource.TestStep{
		Config: f.config(`repository_arns = [` + quote(f.app) + `]`),
		Check:  f.stands("ecrxa-pull", f.policy(pullActions, f.app)),
	})
}

// A value that comes from another resource is seen by the apply alone.
func TestAccConsumerRolePolicy_unknownAndWrong(t *testing.T) {
	f := newFixture(t)
	var steps []resource.TestStep
	for arn, want := range map[string]string{
		quote("payment-service"):                                  `is not an ARN`,
		quote("987654321098.dkr.ecr.us-east-1.amazonaws.com/app"): `is an image\s+URI`,
		`null`: `Null in a set`,
	} {
		steps = append(steps, resource.TestStep{
			Config: f.config(`repository_arns = terraform_data.repository.output`) +
				"resource \"terraform_data\" \"repository\" {\n  input = [" + arn + "]\n}\n",
			ExpectError: regexp.MustCompile(`(?i)` + want),
		})
	}
	f.run(steps...)
	if text, found := f.env.Consumer.RolePolicy(f.role, "ecrxa-pull"); found {
		t.Errorf("the role has %s", text)
	}
}

func TestAccConsumerRolePolicy_wrongAccount(t *testing.T) {
	f := newFixture(t)
	config := f.config(`repository_arns = [` + quote(f.app) + `]`)
	f.run(resource.TestStep{
		Config:      strings.Replace(config, "provider \"ecrxa\" {\n", "provider \"ecrxa\" {\n  allowed_account_ids = [\"111111111111\"]\n", 1),
		PlanOnly:    true,
		ExpectError: regexp.MustCompile(`(?s)Wrong AWS account.*allowed_account_ids`),
	})
}

func TestAccConsumerRolePolicy_unknownInThePlan(t *testing.T) {
	f := newFixture(t)
	f.run(resource.TestStep{
		Config: f.config(`repository_arns = [terraform_data.repository.output]`) +
			"resource \"terraform_data\" \"repository\" {\n  input = " + quote(f.app) + "\n}\n",
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectUnknownValue(address, tfjsonpath.New("policy")),
			plancheck.ExpectKnownValue(address, tfjsonpath.New("access"), knownvalue.StringExact("pull")),
		}},
		Check: f.stands("ecrxa-pull", f.policy(pullActions, f.app)),
	})
}

func TestAccConsumerRolePolicy_unknownActions(t *testing.T) {
	f := newFixture(t)
	f.run(resource.TestStep{
		Config: f.config(`
			repository_arns = [`+quote(f.app)+`]
			actions         = terraform_data.actions.output`) +
			"resource \"terraform_data\" \"actions\" {\n  input = [\"ecr:BatchGetImage\"]\n}\n",
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectUnknownValue(address, tfjsonpath.New("access")),
		}},
		ConfigStateChecks: []statecheck.StateCheck{attribute("access", knownvalue.Null())},
		Check:             f.stands("ecrxa-pull", f.policy(`"ecr:BatchGetImage"`, f.app)),
	})
}

func TestAccConsumerRolePolicy_wildcard(t *testing.T) {
	f := newFixture(t)
	pattern := strings.TrimSuffix(f.app, "app") + "*"
	f.run(resource.TestStep{
		Config: f.config(`repository_arns = [` + quote(pattern) + `]`),
		Check:  f.stands("ecrxa-pull", f.policy(pullActions, pattern)),
	})
}

func TestAccConsumerRolePolicy_configErrors(t *testing.T) {
	f := newFixture(t)
	arns := "repository_arns = [" + quote(f.app) + "]\n"
	var steps []resource.TestStep
	for _, tt := range []struct{ body, want string }{
		{`repository_arns = []`, `(?s)Empty set.*repository_arns.*create\s+no\s+policy`},
		{`repository_arns = [null]`, `Null in a set`},
		{`repository_arns = ["*"]`, `Repositories of any account`},
		{`repository_arns = ["app"]`, `is not an ARN`},
		{`repository_arns = ["arn:aws:s3:::bucket"]`, `is not an ECR\s+repository\s+ARN`},
		{`repository_arns = ["arn:aws:ecr:cn-north-1:987654321098:repository/app"]`, `in the\s+partition\s+"aws-cn"`},
		{`repository_arns = ["arn:aws:ecr:us-east-1:12345:repository/app"]`, `expected\s+12\s+digits`},
		{arns + `name = "a b"`, `is not a policy name`},
		{arns + `access = "everything"`, `write one of pull`},
		{arns + `access = "pull"` + "\n" + `actions = ["ecr:PutImage"]`, `cannot be specified when`},
		{arns + `actions = []`, `Empty set`},
		{arns + `actions = ["s3:GetObject"]`, `is not an ECR action`},
		{arns + `actions = ["ecr:GetAuthorizationToken"]`, `(?s)GetAuthorizationToken does not belong here.*always allows`},
		// Terraform refuses a block before it asks the provider.
		{arns + "condition {\n}", `Blocks of type "condition" are not expected here`},
		{arns + "conditions {\n}", `Did you mean to define\s+argument "conditions"`},
		{arns + `conditions = []`, `Empty list`},
		{arns + `conditions = [{ test = "Equals", variable = "aws:SourceVpce", values = ["v"] }]`, `is not a condition operator`},
		{arns + `conditions = [{ test = "StringEquals", variable = "SourceVpce", values = ["v"] }]`, `a condition key has a prefix`},
		{arns + `conditions = [{ test = "StringEquals", variable = "aws:SourceVpce", values = [] }]`, `(?s)Empty set.*leave\s+this\s+condition\s+out`},
		{
			arns + `conditions = [for v in ["a", "b"] : { test = "StringEquals", variable = "aws:SourceVpce", values = [v] }]`,
			`Duplicate condition`,
		},
	} {
		steps = append(steps, resource.TestStep{Config: f.config(tt.body), PlanOnly: true, ExpectError: regexp.MustCompile(tt.want)})
	}
	steps = append(steps, resource.TestStep{
		Config:      strings.Replace(f.config(arns), quote(f.role), quote(f.env.Consumer.RoleARN(f.role)), 1),
		PlanOnly:    true,
		ExpectError: regexp.MustCompile(`(?s)write the role's\s+name,\s+"` + f.role + `"`),
	})
	f.run(steps...)
}

// fixture is a role in the consumer account and two repositories that need not
// exist: IAM does not look at them.
type fixture struct {
	t         *testing.T
	env       *acctest.Env
	role      string
	app, base string // ARNs
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	env := acctest.New(t)
	return &fixture{
		t: t, env: env, role: env.Consumer.CreateRole(),
		app:  env.Registry.RepositoryARN(env.Name("app")),
		base: env.Registry.RepositoryARN(env.Name("base")),
	}
}

// run runs the steps, and checks at the end that the policies are gone.
func (f *fixture) run(steps ...resource.TestStep) {
	f.t.Helper()
	resource.ParallelTest(f.t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		Steps:                    steps,
		CheckDestroy:             f.gone("ecrxa-pull"),
	})
}

func (f *fixture) runWithoutDestroyCheck(steps ...resource.TestStep) {
	f.t.Helper()
	resource.ParallelTest(f.t, resource.TestCase{ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(), Steps: steps})
}

// config returns a configuration of the resource for the role.
func (f *fixture) config(body string) string {
	return f.env.Consumer.ProviderConfig() +
		"resource \"ecrxa_consumer_role_policy\" \"test\" {\n  role = " + quote(f.role) + "\n" + body + "\n}\n"
}

const (
	tokenStatement = `{"Sid":"Token","Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"}`
	pullActions    = `["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]`
)

// policy returns the document that is expected for actions, as JSON, and ARNs.
func (f *fixture) policy(actions string, arns ...string) string {
	resources := quote(arns[0])
	if len(arns) > 1 {
		resources = `["` + strings.Join(arns, `","`) + `"]`
	}
	return `{"Version":"2012-10-17","Statement":[` + tokenStatement + `,{"Sid":"Repositories","Effect":"Allow","Action":` + actions + `,"Resource":` + resources + `}]}`
}

// stands checks that the role has a policy that means the same as want.
func (f *fixture) stands(name, want string) resource.TestCheckFunc {
	return func(*terraform.State) error { return sameAs(f.env.Consumer, f.role, name, want) }
}

func (f *fixture) gone(name string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if text, found := f.env.Consumer.RolePolicy(f.role, name); found {
			return fmt.Errorf("the role still has the policy %s: %s", name, text)
		}
		return nil
	}
}

func sameAs(account *acctest.Account, role, name, want string) error {
	text, found := account.RolePolicy(role, name)
	if !found {
		return fmt.Errorf("the role %s has no policy %s", role, name)
	}
	got, err := policy.Parse(text)
	expected, expectedErr := policy.Parse(want)
	if err := errors.Join(err, expectedErr); err != nil {
		return err
	}
	if got.Canonical() != expected.Canonical() {
		return fmt.Errorf("the role %s has in %s\n  %s\nnot\n  %s", role, name, text, want)
	}
	return nil
}

func expectAction(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}}
}

func attribute(name string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(name), want)
}

func texts(values ...string) knownvalue.Check {
	checks := make([]knownvalue.Check, len(values))
	for i, v := range values {
		checks[i] = knownvalue.StringExact(v)
	}
	return knownvalue.SetExact(checks)
}

func quote(s string) string { return `"` + s + `"` }
