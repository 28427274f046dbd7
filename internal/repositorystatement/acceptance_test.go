// SPDX-License-Identifier: MPL-2.0

package repositorystatement_test

import (
	"encoding/json"
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
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/fault"
)

func TestMain(m *testing.M) { acctest.Run(m) }

const address = "ecrxa_repository_statement.test"

// A world is one test's repository, with a statement of somebody else in its policy.
type world struct {
	*acctest.Env
	t          *testing.T
	repository string
	foreign    string // somebody else's statement
}

func newWorld(t *testing.T) *world {
	t.Helper()
	env := acctest.New(t)
	w := &world{Env: env, t: t, repository: env.Registry.CreateRepository()}
	w.foreign = fmt.Sprintf(`{"Sid":"Foreign","Effect":"Allow","Principal":{"AWS":%q},"Action":["ecr:BatchGetImage"]}`, env.Consumer.RootARN())
	w.put(w.foreign)
	return w
}

// put replaces the repository policy, as somebody else would.
func (w *world) put(statements ...string) {
	w.t.Helper()
	w.Registry.PutRepositoryPolicy(w.repository, `{"Version":"2012-10-17","Statement":[`+strings.Join(statements, ",")+`]}`)
}

// config is a configuration with one statement.
func (w *world) config(statement string, more ...string) string {
	return w.Registry.ProviderConfig() + w.block("test", statement, more...)
}

func (w *world) block(name, statement string, more ...string) string {
	return fmt.Sprintf("resource \"ecrxa_repository_statement\" %q {\n  repository = %q\n  statement = %s\n%s\n}\n", name, w.repository, hcl(statement), strings.Join(more, "\n"))
}

// hcl returns a text as a string of HCL.
func hcl(text string) string {
	quoted, _ := json.Marshal(text)
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(string(quoted))
}

// stands checks that the repository policy consists of the foreign statement
// and, meaning the same, the given ones.
func (w *world) stands(statements ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		text, _ := w.Registry.RepositoryPolicy(w.repository)
		live, err := policy.Parse(text)
		if err != nil {
			return err
		}
		want, err := policy.Parse(`{"Version":"2012-10-17","Statement":[` + strings.Join(append([]string{w.foreign}, statements...), ",") + `]}`)
		if err != nil {
			return err
		}
		if live.Canonical() != want.Canonical() {
			return fmt.Errorf("the repository policy is\n%s\nwant\n%s", text, want)
		}
		return nil
	}
}

// test runs steps, and checks that in the end only the foreign statement stands.
func (w *world) test(steps ...resource.TestStep) {
	w.t.Helper()
	resource.Test(w.t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_8_0)},
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		CheckDestroy:             w.stands(),
		Steps:                    steps,
	})
}

func action(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}}
}

var empty = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}

const (
	outside   = `{"Sid":"Deny outside the organization","Effect":"Deny","Principal":"*","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}`
	reordered = "{\n \"Condition\" : {\"StringNotEquals\":{\"AWS:PrincipalOrgID\":[\"o-a1b2c3d4e5\"]}},\n \"Action\":[\"ECR:getDownloadUrlForLayer\",\"ecr:BatchGetImage\"],\n \"Principal\":{\"AWS\":\"*\"},\"Effect\":\"Deny\",\"Sid\":\"Deny outside the organization\"}"
	endpoint  = `{"Sid":"Deny outside the organization","Effect":"Deny","Principal":"*","Action":"ecr:BatchGetImage","Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}}}`
)

func TestAccRepositoryStatement_basic(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := strings.Join([]string{w.Registry.ID, w.Region, w.repository, "Deny outside the organization"}, ",")
	w.test(
		resource.TestStep{
			Config: w.config(outside),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionCreate),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("sid"), knownvalue.StringExact("Deny outside the organization")),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("repository_arn"), knownvalue.StringExact(w.Registry.RepositoryARN(w.repository))),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("registry_id"), knownvalue.StringExact(w.Registry.ID)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("region"), knownvalue.StringExact(w.Region)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("statement"), knownvalue.StringExact(outside)),
			},
			Check: w.stands(outside),
		},
		resource.TestStep{Config: w.config(reordered), ConfigPlanChecks: empty},
		resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateId: id,
			ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "sid",
			ImportStateVerifyIgnore: []string{"statement"}, // The same statement, in ECR's order of elements.
		},
		resource.TestStep{Config: w.config(endpoint), ConfigPlanChecks: action(plancheck.ResourceActionUpdate), Check: w.stands(endpoint)},
		resource.TestStep{
			Config: w.config(strings.Replace(endpoint, "Deny outside the organization", "Deny", 1)), ConfigPlanChecks: action(plancheck.ResourceActionDestroyBeforeCreate),
			Check: w.stands(strings.Replace(endpoint, "Deny outside the organization", "Deny", 1)),
		},
	)
}

// What somebody has made of the statement is shown and repaired; a statement that is gone is
// created again.
func TestAccRepositoryStatement_drift(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.test(
		resource.TestStep{Config: w.config(outside)},
		resource.TestStep{
			PreConfig: func() { w.put(reordered, w.foreign) }, Config: w.config(outside), ConfigPlanChecks: empty,
		},
		resource.TestStep{
			PreConfig: func() { w.put(w.foreign, endpoint) }, Config: w.config(outside),
			ConfigPlanChecks: action(plancheck.ResourceActionUpdate), Check: w.stands(outside),
		},
		resource.TestStep{
			PreConfig: func() { w.put(w.foreign) }, Config: w.config(outside),
			ConfigPlanChecks: action(plancheck.ResourceActionCreate), Check: w.stands(outside),
		},
	)
}

// All that the typed grant cannot say.
func TestAccRepositoryStatement_whatAGrantCannotSay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	root := w.Consumer.RootARN()
	for _, s := range []string{
		`{"Sid":"S","Effect":"Deny","Principal":{"AWS":"` + root + `"},"NotAction":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}`,
		`{"Sid":"S","Effect":"Deny","NotPrincipal":{"AWS":["` + root + `","` + w.Registry.RootARN() + `"]},"Action":"ecr:BatchGetImage"}`,
		`{"Sid":"S","Effect":"Allow","Principal":{"AWS":"` + root + `","Service":"lambda.amazonaws.com"},"Action":"ecr:BatchGetImage","Condition":{"StringEquals":{"aws:SourceAccount":"` + w.Consumer.ID + `"}}}`,
		`{"Sid":"S","Effect":"Deny","Principal":"*","Action":"ecr:BatchGetImage","Condition":{"StringNotEquals":{"aws:PrincipalTag/team":"${aws:ResourceTag/team}"}}}`,
	} {
		w.test(resource.TestStep{Config: w.config(s), Check: w.stands(s)}, resource.TestStep{Config: w.config(s), PlanOnly: true})
	}
}

// A statement for everyone needs a word of its own, also when it is known only in the apply.
func TestAccRepositoryStatement_public(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	public := `{"Sid":"S","Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}`
	late := "resource \"terraform_data\" \"late\" {\n  input = " + hcl(public) + "\n}\n"
	refused := regexp.MustCompile(`(?s)Statement for everyone.*allow_public\s+=\s+true`)
	unknown := strings.Replace(w.config(public), "statement = "+hcl(public), "statement = terraform_data.late.output", 1)
	w.test(
		resource.TestStep{Config: w.config(public), ExpectError: refused},
		resource.TestStep{Config: late + unknown, ExpectError: refused},
		resource.TestStep{Config: w.config(public, "allow_public = true"), Check: w.stands(public)},
	)
}

// A statement that depends on another resource is known in the apply. Its Sid is taken to stay.
func TestAccRepositoryStatement_unknown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := func(vpce string) string {
		return w.Registry.ProviderConfig() + fmt.Sprintf(`
resource "terraform_data" "endpoint" {
  input            = %q
  triggers_replace = %[1]q
}

resource "ecrxa_repository_statement" "test" {
  repository = %q
  statement = jsonencode({
    Sid       = "S"
    Effect    = "Deny"
    Principal = "*"
    Action    = "ecr:BatchGetImage"
    Condition = { StringNotEquals = { "aws:SourceVpce" = terraform_data.endpoint.output } }
  })
}
`, vpce, w.repository)
	}
	want := func(vpce string) string {
		return `{"Sid":"S","Effect":"Deny","Principal":"*","Action":"ecr:BatchGetImage","Condition":{"StringNotEquals":{"aws:SourceVpce":"` + vpce + `"}}}`
	}
	w.test(
		resource.TestStep{
			Config: config("vpce-1"), Check: w.stands(want("vpce-1")),
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectUnknownValue(address, tfjsonpath.New("statement"))}},
		},
		resource.TestStep{Config: config("vpce-2"), ConfigPlanChecks: action(plancheck.ResourceActionUpdate), Check: w.stands(want("vpce-2"))},
		resource.TestStep{Config: config("vpce-2"), PlanOnly: true},
	)
}

// A Sid that is known only in the apply and has changed: Terraform stops before it changes
// anything, and the next plan replaces the resource.
func TestAccRepositoryStatement_lateSid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	deny := func(sid string) string {
		return `{"Sid":"` + sid + `","Effect":"Deny","Principal":"*","Action":"ecr:BatchGetImage"}`
	}
	config := func(sid string) string {
		return strings.Replace(w.config("STATEMENT"), `"STATEMENT"`, "terraform_data.text.output", 1) +
			fmt.Sprintf("resource \"terraform_data\" \"text\" {\n  input            = %s\n  triggers_replace = %[1]s\n}\n", hcl(deny(sid)))
	}
	w.test(
		resource.TestStep{Config: config("S"), Check: w.stands(deny("S"))},
		resource.TestStep{Config: config("T"), ExpectError: regexp.MustCompile(`inconsistent final plan`)},
		resource.TestStep{
			PreConfig: func() {
				if err := w.stands(deny("S"))(nil); err != nil {
					t.Error(err)
				}
			},
			Config: config("T"), ConfigPlanChecks: action(plancheck.ResourceActionDestroyBeforeCreate), Check: w.stands(deny("T")),
		},
	)
}

// A statement that a grant refuses is imported, and the generated configuration plans nothing.
func TestAccRepositoryStatement_import(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	public := `{"Sid":"For everyone, of old","Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}`
	foreign := w.foreign
	w.foreign = strings.Join([]string{foreign, outside, public}, ",")
	w.put(w.foreign)
	place := w.Registry.ID + "," + w.Region + "," + w.repository + ","
	block := func(sid string) string {
		return fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", address, place+sid)
	}
	grant := w.Registry.ProviderConfig() + fmt.Sprintf("resource \"ecrxa_repository_grant\" \"test\" {\n  repository = %q\n  sid = \"S\"\n  account_ids = [%q]\n}\n", w.repository, w.Consumer.ID)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		Steps: []resource.TestStep{
			{
				Config: grant, ResourceName: "ecrxa_repository_grant.test", ImportState: true, ImportStateId: place + "Foreign2",
				ExpectError: regexp.MustCompile(`(?s)Statement not found.*"Deny outside the organization"`),
			},
			{
				Config: w.config(outside), ResourceName: address, ImportState: true, ImportStateId: place + "No such one",
				ExpectError: regexp.MustCompile(`(?s)Statement not found.*"No such one"`),
			},
			{
				Config: w.config(outside), ResourceName: address, ImportState: true, ImportStateId: place,
				ExpectError: regexp.MustCompile(`has\s+no\s+Sid`),
			},
			{Config: block("Deny outside the organization") + w.config(outside), ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop),
			}}},
			{Config: "removed {\n  from = " + address + "\n  lifecycle {\n    destroy = false\n  }\n}\n" + w.Registry.ProviderConfig()},
			{Config: block("For everyone, of old") + w.config(public, "allow_public = true"), ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop),
			}}},
			{Config: "removed {\n  from = " + address + "\n  lifecycle {\n    destroy = false\n  }\n}\n" + w.Registry.ProviderConfig(), Check: w.stands()},
		},
	})
}

// A grant and a statement, or two statements, of one Sid are an error in the plan. If one of them
// is removed, its destroy leaves the statement to the other.
func TestAccRepositoryStatement_twoResourcesOfOneStatement(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	allow := `{"Sid":"S","Effect":"Allow","Principal":{"AWS":"` + w.Consumer.RootARN() + `"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}`
	grant := fmt.Sprintf("resource \"ecrxa_repository_grant\" \"test\" {\n  repository = %q\n  sid = \"S\"\n  account_ids = [%q]\n}\n", w.repository, w.Consumer.ID)
	two := regexp.MustCompile(`Two resources for one statement`)
	w.test(
		resource.TestStep{Config: w.config(allow) + grant, PlanOnly: true, ExpectError: two},
		resource.TestStep{Config: w.config(allow) + w.block("other", allow), PlanOnly: true, ExpectError: two},
		resource.TestStep{Config: w.config(allow)},
		resource.TestStep{Config: w.config(allow) + grant, PlanOnly: true, ExpectError: two},
		resource.TestStep{Config: w.config(allow), Check: w.stands(allow)},
	)
}

// Another statement with the Sid is not taken over, and neither is one that was changed since
// the plan.
func TestAccRepositoryStatement_takenAndChanged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	layer := w.Faults()
	w.put(w.foreign, endpoint)
	id := strings.Join([]string{w.Registry.ID, w.Region, w.repository, "Deny outside the organization"}, ",")
	strike := func() { // after the plan has read the policy
		layer.SetRules(fault.Rule{Operation: "ecr:GetRepositoryPolicy", From: 2, Times: 1, Fault: fault.Meanwhile("a stranger", func() { w.put(w.foreign, endpoint) })})
	}
	changed := regexp.MustCompile(`(?s)Statement changed since the plan.*vpce-1`)
	w.test(
		resource.TestStep{Config: w.config(outside), ExpectError: regexp.MustCompile(`(?s)Sid already in use.*terraform import ADDRESS\s+'` + id + `'`)},
		resource.TestStep{PreConfig: func() { w.put(w.foreign) }, Config: w.config(outside)},
		resource.TestStep{PreConfig: strike, Config: w.config(strings.Replace(outside, "a1b2c3d4e5", "zzzzzzzzzz", 1)), ExpectError: changed},
		resource.TestStep{PreConfig: func() { layer.SetRules(); w.put(w.foreign, outside) }, Config: w.config(outside), PlanOnly: true},
	)
}

// Another writer of the policy at the same time loses nothing, and our statement is written again.
func TestAccRepositoryStatement_anotherWriter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	theirs := `{"Sid":"Theirs","Effect":"Deny","Principal":"*","Action":"ecr:PutImage"}`
	foreign := w.foreign
	w.Faults(fault.Rule{Operation: "ecr:SetRepositoryPolicy", Times: 1, Fault: fault.Afterwards("a stranger", func() { w.put(foreign, theirs) })})
	w.foreign += "," + theirs
	w.test(resource.TestStep{Config: w.config(outside), Check: w.stands(outside)})
}

// The error of a missing permission says which side must act.
func TestAccRepositoryStatement_missingPermission(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	layer := w.Faults()
	deny := func() {
		layer.SetRules(fault.Rule{Operation: "ecr:SetRepositoryPolicy", Fault: fault.Error(http.StatusBadRequest, "AccessDeniedException", "User: x is not authorized to perform: ecr:SetRepositoryPolicy")})
	}
	w.test(
		resource.TestStep{PreConfig: deny, Config: w.config(outside), ExpectError: regexp.MustCompile(`(?s)registry.*not\s+authorized\s+to\s+perform:\s+ecr:SetRepositoryPolicy`)},
		resource.TestStep{PreConfig: func() { layer.SetRules() }, Config: w.config(outside), Check: w.stands(outside)},
	)
}

// Nothing is written where nothing differs.
func TestAccRepositoryStatement_requests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	server := w.Emulator()
	w.test(
		resource.TestStep{Config: w.config(outside)},
		resource.TestStep{
			PreConfig: server.ResetRequests, Config: w.config(reordered),
			Check: func(*terraform.State) error {
				if requests := server.Requests(); requests["ecr:SetRepositoryPolicy"] > 0 {
					return fmt.Errorf("where nothing differs, there were the requests %v", requests)
				}
				return nil
			},
		},
	)
}
