// SPDX-License-Identifier: MPL-2.0

package registrygrant_test

import (
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

const (
	address = "ecrxa_registry_grant.test"
	pull    = `"ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"`
)

// A world is one test's registry, with a statement of somebody else in its policy.
type world struct {
	*acctest.Env
	t       *testing.T
	foreign string // somebody else's statement
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{Env: acctest.New(t), t: t}
	w.Require(acctest.RegistryPolicyV2, acctest.OwnRegistry)
	w.foreign = `{"Sid":"Replication","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},"Action":["ecr:CreateRepository","ecr:ReplicateImage"],"Resource":"` + w.arn("*") + `"}`
	w.put(w.foreign)
	return w
}

// put replaces the registry policy, as aws_ecr_registry_policy would.
func (w *world) put(statements ...string) {
	w.t.Helper()
	w.Registry.PutRegistryPolicy(document(statements))
}

func document(statements []string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

func (w *world) arn(repositories string) string { return w.Registry.RepositoryARN(repositories) }

// config is a configuration with one grant.
func (w *world) config(arguments string) string {
	return w.Registry.ProviderConfig() + grant("test", arguments)
}

func grant(name, arguments string) string {
	return fmt.Sprintf("resource \"ecrxa_registry_grant\" %q {\n%s\n}\n", name, arguments)
}

// stands checks that the registry policy consists of the foreign statement and, meaning the
// same, the given ones.
func (w *world) stands(statements ...string) resource.TestCheckFunc {
	return func(*terraform.State) error { return w.compare(append([]string{w.foreign}, statements...)) }
}

func (w *world) compare(statements []string) error {
	text, found := w.Registry.RegistryPolicy()
	if !found || len(statements) == 0 {
		if found == (len(statements) > 0) {
			return nil
		}
		return fmt.Errorf("the registry policy is %q, want %s", text, statements)
	}
	live, err := policy.Parse(text)
	if err != nil {
		return err
	}
	want, err := policy.Parse(document(statements))
	if err != nil {
		return err
	}
	if live.Canonical() != want.Canonical() {
		return fmt.Errorf("the registry policy is\n%s\nwant\n%s", text, want)
	}
	return nil
}

func (w *world) statement(sid, principal, actions, resources, condition string) string {
	if condition != "" {
		condition = `,"Condition":` + condition
	}
	return fmt.Sprintf(`{"Sid":%q,"Effect":"Allow","Principal":%s,"Action":[%s],"Resource":%s%s}`, sid, principal, actions, resources, condition)
}

// test runs steps against the real terraform, and checks that in the end only
// the foreign statement stands.
func (w *world) test(steps ...resource.TestStep) {
	w.t.Helper()
	resource.Test(w.t, resource.TestCase{ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(), CheckDestroy: w.stands(), Steps: steps})
}

func checks(list ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: list}
}

const organization = `
  sid              = "Organization"
  repositories     = ["*"]
  organization_ids = ["o-a1b2c3d4e5"]`

func (w *world) organization(repositories string) string {
	return w.statement("Organization", `"*"`, pull, `"`+w.arn(repositories)+`"`, `{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`)
}

// A grant is created, found by a plan, changed, imported and deleted; the statement of
// somebody else survives.
func TestAccRegistryGrant_basic(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	changed := strings.Replace(organization, `["*"]`, `["team/*", "base-image"]`, 1)
	w.test(
		resource.TestStep{
			Config: w.config(organization),
			ConfigPlanChecks: checks(
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreate),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("statement"), knownvalue.StringExact(
					`{"Sid":"Organization","Effect":"Allow","Principal":"*","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":"`+w.arn("*")+`","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}`)),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("repository_arns"), knownvalue.SetExact([]knownvalue.Check{knownvalue.StringExact(w.arn("*"))})),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("registry_id"), knownvalue.StringExact(w.Registry.ID)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("region"), knownvalue.StringExact(w.Region)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("access"), knownvalue.StringExact("pull")),
			},
			Check: w.stands(w.organization("*")),
		},
		resource.TestStep{
			Config:           w.config(changed),
			ConfigPlanChecks: checks(plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)),
			Check: w.stands(w.statement("Organization", `"*"`, pull, `["`+w.arn("team/*")+`","`+w.arn("base-image")+`"]`,
				`{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`)),
		},
		resource.TestStep{
			ResourceName:                         address,
			ImportState:                          true,
			ImportStateId:                        strings.Join([]string{w.Registry.ID, w.Region, "Organization"}, ","),
			ImportStateVerify:                    true,
			ImportStateVerifyIdentifierAttribute: "sid",
			ImportStateVerifyIgnore:              []string{"statement"}, // The same statement, in ECR's order of elements.
		},
	)
}

// The same grantees, conditions and actions as those of a repository grant.
func TestAccRegistryGrant_grantees(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	role, account, all := w.Consumer.RoleARN(w.Consumer.CreateRole()), w.Consumer.RootARN(), `"`+w.arn("team/*")+`"`
	var steps []resource.TestStep
	for arguments, statement := range map[string]string{
		fmt.Sprintf("role_arns = [%q]", role):                                                   w.statement("S", `{"AWS":"`+role+`"}`, pull, all, ""),
		fmt.Sprintf("role_arns = [%q]\n match_roles_by = \"condition\"", role):                  w.statement("S", `{"AWS":"`+account+`"}`, pull, all, fmt.Sprintf(`{"ArnEquals":{"aws:PrincipalArn":%q}}`, role)),
		fmt.Sprintf("account_ids = [%q]\n access = \"read_metadata\"", w.Consumer.ID):           "",
		fmt.Sprintf("account_ids = [%q]\n actions = [\"ecr:CreateRepository\"]", w.Consumer.ID): w.statement("S", `{"AWS":"`+account+`"}`, `"ecr:CreateRepository"`, all, ""),
		fmt.Sprintf("service_principal = \"lambda.amazonaws.com\"\n source_account_ids = [%q]", w.Consumer.ID): w.statement("S", `{"Service":"lambda.amazonaws.com"}`, pull, all,
			fmt.Sprintf(`{"StringEquals":{"aws:SourceAccount":%q}}`, w.Consumer.ID)),
	} {
		step := resource.TestStep{Config: w.config("sid = \"S\"\n repositories = [\"team/*\"]\n" + arguments)}
		if statement != "" {
			step.Check = w.stands(statement)
		}
		steps = append(steps, step)
	}
	w.test(steps...)
}

// What somebody else has changed shows on the attribute that it concerns.
func TestAccRegistryGrant_drift(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	restored := resource.TestStep{Config: w.config(organization), Check: w.stands(w.organization("*"))}
	w.test(
		restored,
		resource.TestStep{
			PreConfig: func() { w.put(w.foreign, w.organization("team/*")) },
			Config:    w.config(organization),
			ConfigPlanChecks: checks(
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate),
				expectBefore{"repositories", "[team/*]"},
			),
			Check: restored.Check,
		},
		resource.TestStep{ // Wider than any grant: told as it is.
			PreConfig:        func() { w.put(w.foreign, strings.Replace(w.organization("*"), w.arn("*"), "*", 1)) },
			Config:           w.config(organization),
			ConfigPlanChecks: checks(plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)),
			Check:            restored.Check,
		},
		resource.TestStep{
			PreConfig:        func() { w.put(w.foreign) },
			Config:           w.config(organization),
			ConfigPlanChecks: checks(plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreate)),
			Check:            restored.Check,
		},
		resource.TestStep{
			PreConfig:   func() { w.put(w.foreign, strings.Replace(w.organization("*"), `"Allow"`, `"Deny"`, 1)) },
			Config:      w.config(organization),
			ExpectError: regexp.MustCompile(`another\s+statement\s+is\s+in\s+the\s+place`),
		},
		resource.TestStep{PreConfig: func() { w.put(w.foreign) }, Config: w.config(organization)},
	)
}

// The last statement that leaves takes the policy with it.
func TestAccRegistryGrant_lastStatement(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		CheckDestroy:             func(*terraform.State) error { return w.compare(nil) },
		Steps: []resource.TestStep{
			{Config: w.config(organization)},
			{
				PreConfig: func() { w.put(w.organization("*")) },
				Config:    w.config(organization),
				Check:     func(*terraform.State) error { return w.compare([]string{w.organization("*")}) },
			},
		},
	})
}

// Somebody writes the whole document just after our first write: all of ours are written
// again, and theirs survives.
func TestAccRegistryGrant_writersAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	another := w.statement("Another", `{"AWS":"arn:aws:iam::222222222222:root"}`, `"ecr:ListImages"`, `"`+w.arn("*")+`"`, "")
	w.Faults(fault.Rule{
		Operation: "ecr:PutRegistryPolicy", Times: 1,
		Fault: fault.Afterwards("another writer", func() { w.put(w.foreign, another) }),
	})
	blocks := []string{w.config(organization)}
	statements := []string{another, w.organization("*")}
	for i := range 5 {
		sid, repositories := fmt.Sprintf("Team%d", i), fmt.Sprintf("team-%d/*", i)
		blocks = append(blocks, grant(sid, fmt.Sprintf("sid = %q\n repositories = [%q]\n account_ids = [%q]", sid, repositories, w.Consumer.ID)))
		statements = append(statements, w.statement(sid, `{"AWS":"`+w.Consumer.RootARN()+`"}`, pull, `"`+w.arn(repositories)+`"`, ""))
	}
	config := strings.Join(blocks, "")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		CheckDestroy:             w.stands(another),
		Steps: []resource.TestStep{
			{Config: config, Check: w.haveAll(statements)},
			{Config: config, PlanOnly: true},
		},
	})
}

// haveAll checks that the registry policy has the statements, in any order.
func (w *world) haveAll(statements []string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		text, _ := w.Registry.RegistryPolicy()
		live, err := policy.Parse(text)
		if err != nil {
			return err
		}
		for _, want := range statements {
			s, err := policy.ParseStatement(want)
			if err != nil {
				return err
			}
			if found := live.Find(s.Sid()); len(found) != 1 || found[0].Canonical() != s.Canonical() {
				return fmt.Errorf("the registry policy does not have %s:\n%s", want, text)
			}
		}
		return nil
	}
}

// A statement of somebody else with the Sid is neither overwritten nor taken over. An
// identical one is adopted.
func TestAccRegistryGrant_takenSid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.put(w.foreign, w.organization("team/*"))
	w.test(
		resource.TestStep{Config: w.config(organization), ExpectError: regexp.MustCompile(`Sid already in use`)},
		resource.TestStep{
			PreConfig: func() { w.put(w.foreign, w.organization("*")) },
			Config:    w.config(organization),
			Check:     w.stands(w.organization("*")),
		},
	)
}

func TestAccRegistryGrant_importRefuses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.put(w.foreign,
		strings.Replace(strings.Replace(w.organization("*"), "Organization", "Anything", 1), w.arn("*"), "*", 1),
		strings.Replace(strings.Replace(w.organization("*"), "Organization", "Elsewhere", 1), w.arn("*"), strings.Replace(w.arn("*"), w.Region, "eu-west-1", 1), 1))
	for id, want := range map[string]string{
		"Anything":  `element\s+Resource`,
		"Elsewhere": `element\s+Resource`,
		"Missing":   `Existing\s+Sids:\s+Replication`,
		"a,b":       `it\s+has\s+4\s+parts`,
	} {
		resource.Test(t, resource.TestCase{
			ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
			Steps: []resource.TestStep{{
				Config: w.config(organization), ResourceName: address, ImportState: true,
				ImportStateId: strings.Join([]string{w.Registry.ID, w.Region, id}, ","), ExpectError: regexp.MustCompile(want),
			}},
		})
	}
}

// ECR has no call for the registry policy of another account: the plan says so.
func TestAccRegistryGrant_anotherAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		Steps: []resource.TestStep{{
			Config:      w.config(organization + "\n  registry_id = \"111111111111\""),
			ExpectError: regexp.MustCompile(`Credentials of another account`),
		}},
	})
	if err := w.compare([]string{w.foreign}); err != nil {
		t.Error(err)
	}
}

func TestAccRegistryGrant_missingPermission(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	layer := w.Faults()
	denied := func(operation string) {
		layer.SetRules(fault.Rule{Operation: operation, Fault: fault.Error(http.StatusBadRequest, "AccessDeniedException",
			"User: arn:aws:iam::987654321098:user/ci is not authorized to perform: "+operation+" on resource: * because no identity-based policy allows the "+operation+" action")})
	}
	w.test(
		resource.TestStep{
			PreConfig:   func() { denied("ecr:PutRegistryPolicy") },
			Config:      w.config(organization),
			ExpectError: regexp.MustCompile(`(?s)change\s+the\s+registry\s+policy.*permission\s+ecr:PutRegistryPolicy`),
		},
		resource.TestStep{PreConfig: func() { layer.SetRules() }, Config: w.config(organization)},
		resource.TestStep{
			PreConfig:   func() { denied("ecr:GetRegistryPolicy") },
			Config:      w.config(organization),
			ExpectError: regexp.MustCompile(`(?s)read\s+the\s+registry\s+policy.*permission\s+ecr:GetRegistryPolicy`),
		},
		resource.TestStep{PreConfig: func() { layer.SetRules() }, Config: w.config(organization)},
	)
}

// A principal that ECR does not know for a while, answers that are lost, and reads that are
// stale.
func TestAccRegistryGrant_faults(t *testing.T) {
	t.Parallel()
	for name, rule := range map[string]fault.Rule{
		"principal": {Operation: "ecr:PutRegistryPolicy", Times: 2, Fault: fault.PrincipalNotFound()},
		"throttled": {Operation: "ecr:PutRegistryPolicy", Times: 2, Fault: fault.Throttling()},
		"lost":      {Operation: "ecr:PutRegistryPolicy", Times: 1, Fault: fault.ResetAfter()},
		"stale":     {Operation: "ecr:PutRegistryPolicy", Times: 1, Fault: fault.StaleReads(2)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.Faults(rule)
			role := w.Consumer.RoleARN(w.Consumer.CreateRole())
			w.test(resource.TestStep{
				Config: w.config(fmt.Sprintf("sid = \"S\"\n repositories = [\"team/*\"]\n role_arns = [%q]", role)),
				Check:  w.stands(w.statement("S", `{"AWS":"`+role+`"}`, pull, `"`+w.arn("team/*")+`"`, "")),
			})
		})
	}
}

// A whole plan costs one read, an apply of many grants few writes, and a plan without changes
// none.
func TestAccRegistryGrant_requests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	server := w.Emulator()
	const grants = 20
	config := w.Registry.ProviderConfig() + grant("test", fmt.Sprintf("count = %d\n sid = \"Team${count.index}\"\n repositories = [\"team-${count.index}/*\"]\n account_ids = [%q]", grants, w.Consumer.ID))
	server.ResetRequests()
	w.test(
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				if writes := server.Requests()["ecr:PutRegistryPolicy"]; writes > grants/2 {
					t.Errorf("%d writes for %d grants", writes, grants)
				}
				server.ResetRequests()
			},
			Config: config, PlanOnly: true,
		},
		resource.TestStep{
			PreConfig: func() {
				if requests := server.Requests(); requests["ecr:GetRegistryPolicy"] > 2 || requests["ecr:PutRegistryPolicy"] > 0 {
					t.Errorf("a refresh and a plan without changes made the requests %v, want one read each", requests)
				}
			},
			Config: config,
		},
	)
}

// The function judges the planned statement in the plan.
func TestAccRegistryGrant_judgedInThePlan(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	role := w.Consumer.RoleARN(w.Consumer.CreateRole())
	judged := func(repository string) string {
		return fmt.Sprintf(`
output "verdict" {
  value = provider::ecrxa::evaluate_pull({
    repository_arn              = %q
    role_arn                    = %q
    repository_policy           = ""
    identity_policies           = { pull = jsonencode({ Statement = [{ Effect = "Allow", Action = "ecr:*", Resource = "*" }] }) }
    planned_registry_statements = [ecrxa_registry_grant.test.statement]
  }).verdict
}
`, w.arn(repository), role)
	}
	config := w.config(fmt.Sprintf("sid = \"S\"\n repositories = [\"team/*\"]\n role_arns = [%q]", role))
	step := func(repository, verdict string) resource.TestStep {
		return resource.TestStep{
			Config:           config + judged(repository),
			ConfigPlanChecks: checks(plancheck.ExpectKnownOutputValue("verdict", knownvalue.StringExact(verdict))),
		}
	}
	w.test(step("team/app", "allowed"), step("another", "denied"))
}

// A statement that cannot fit is refused in the plan.
func TestAccRegistryGrant_tooLarge(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.test(resource.TestStep{
		Config: w.config(`
  sid          = "S"
  repositories = [for i in range(200) : "team-${i}/a-repository-with-a-long-name"]
  account_ids  = ["` + w.Consumer.ID + `"]`),
		ExpectError: regexp.MustCompile(`Statement too large`),
	})
}
