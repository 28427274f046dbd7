// SPDX-License-Identifier: MPL-2.0

package grant_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
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

const address = "ecrxa_repository_grant.test"

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
	w.foreign = fmt.Sprintf(`{"Sid":"Foreign","Effect":"Deny","Principal":{"AWS":%q},"Action":["ecr:PutImage","ecr:BatchDeleteImage"],"Condition":{"StringNotEquals":{"aws:SourceVpce":["vpce-2","vpce-1"]}}}`,
		env.Consumer.RootARN())
	w.put(w.foreign)
	return w
}

// put replaces the repository policy by one of the given statements, as somebody
// else would.
func (w *world) put(statements ...string) {
	w.t.Helper()
	w.Registry.PutRepositoryPolicy(w.repository, `{"Version":"2012-10-17","Statement":[`+strings.Join(statements, ",")+`]}`)
}

// config is a configuration with one grant.
func (w *world) config(arguments string) string {
	return w.Registry.ProviderConfig() + w.grant("test", arguments)
}

// grant and statement write the emulator's consumer account as the backend's.
func (w *world) grant(name, arguments string) string {
	arguments = strings.ReplaceAll(arguments, "123456789012", w.Consumer.ID)
	return fmt.Sprintf("resource \"ecrxa_repository_grant\" %q {\n  repository = %q\n%s\n}\n", name, w.repository, arguments)
}

// stands checks that the repository policy consists of the foreign statement
// and, meaning the same, the given ones.
func (w *world) stands(statements ...string) resource.TestCheckFunc {
	return func(*terraform.State) error { return w.compare(append([]string{w.foreign}, statements...)) }
}

func (w *world) compare(statements []string) error {
	text, found := w.Registry.RepositoryPolicy(w.repository)
	if !found {
		if len(statements) == 0 {
			return nil
		}
		return fmt.Errorf("the repository has no policy; want %s", statements)
	}
	live, err := policy.Parse(text)
	if err != nil {
		return err
	}
	want, err := policy.Parse(`{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`)
	if err != nil {
		return err
	}
	if live.Canonical() != want.Canonical() {
		return fmt.Errorf("the repository policy is\n%s\nwant\n%s", text, want)
	}
	return nil
}

func (w *world) statement(sid, principal, actions, condition string) string {
	if condition != "" {
		condition = `,"Condition":` + condition
	}
	principal, condition = strings.ReplaceAll(principal, "123456789012", w.Consumer.ID), strings.ReplaceAll(condition, "123456789012", w.Consumer.ID)
	return fmt.Sprintf(`{"Sid":%q,"Effect":"Allow","Principal":%s,"Action":[%s]%s}`, sid, principal, actions, condition)
}

const pull = `"ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"`

// test runs steps against the real terraform, and checks that in the end only
// the foreign statement stands.
func (w *world) test(steps ...resource.TestStep) {
	w.t.Helper()
	resource.Test(w.t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		CheckDestroy:             w.stands(),
		Steps:                    steps,
	})
}

func checks(list ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: list}
}

func expectAction(action plancheck.ResourceActionType) plancheck.PlanCheck {
	return plancheck.ExpectResourceAction(address, action)
}

func TestAccRepositoryGrant_basic(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	role := w.Consumer.RoleARN(w.Consumer.CreateRole())
	arguments := fmt.Sprintf("  sid = \"Pull\"\n  role_arns = [%q]", role)
	statement := w.statement("Pull", `{"AWS":"`+role+`"}`, pull, "")
	w.test(
		resource.TestStep{
			Config: w.config(arguments),
			ConfigPlanChecks: checks(
				expectAction(plancheck.ResourceActionCreate),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("statement"), knownvalue.StringExact(
					`{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"`+role+`"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}`)),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("repository_arn"), knownvalue.StringExact(w.Registry.RepositoryARN(w.repository))),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("registry_id"), knownvalue.StringExact(w.Registry.ID)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("region"), knownvalue.StringExact(w.Region)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("access"), knownvalue.StringExact("pull")),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("match_roles_by"), knownvalue.StringExact("principal")),
			},
			Check: w.stands(statement),
		},
		resource.TestStep{
			ResourceName:                         address,
			ImportState:                          true,
			ImportStateId:                        strings.Join([]string{w.Registry.ID, w.Region, w.repository, "Pull"}, ","),
			ImportStateVerify:                    true,
			ImportStateVerifyIdentifierAttribute: "sid",
			ImportStateVerifyIgnore:              []string{"statement"}, // The same statement, in ECR's order of elements.
		},
	)
}

func TestAccRepositoryGrant_granteesAndConditions(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	role, account := w.Consumer.RoleARN(w.Consumer.CreateRole()), w.Consumer.RootARN()
	lambda := "arn:aws:lambda:" + w.Region + ":" + w.Consumer.ID + ":function:*"
	steps := map[string][2]string{
		"a whole account": {
			fmt.Sprintf("account_ids = [%q]", w.Consumer.ID),
			w.statement("S", `{"AWS":"`+account+`"}`, pull, ""),
		},
		"an organization": {
			`organization_ids = ["o-a1b2c3d4e5"]`,
			w.statement("S", `"*"`, pull, `{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`),
		},
		"an organizational unit": {
			`organization_paths = ["o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"]`,
			w.statement("S", `"*"`, pull, `{"ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*"}}`),
		},
		"a service": {
			fmt.Sprintf("service_principal = \"lambda.amazonaws.com\"\n source_arns = [%q]\n source_account_ids = [%q]", lambda, w.Consumer.ID),
			w.statement("S", `{"Service":"lambda.amazonaws.com"}`, pull, fmt.Sprintf(`{"ArnLike":{"aws:SourceArn":%q},"StringEquals":{"aws:SourceAccount":%q}}`, lambda, w.Consumer.ID)),
		},
		"roles by condition": {
			fmt.Sprintf("role_arns = [%q]\n match_roles_by = \"condition\"", role),
			w.statement("S", `{"AWS":"`+account+`"}`, pull, fmt.Sprintf(`{"ArnEquals":{"aws:PrincipalArn":%q}}`, role)),
		},
		"own conditions and actions": {
			fmt.Sprintf(`role_arns = [%q]
  actions   = ["ecr:DescribeImages", "ecr:BatchGetImage"]
  conditions = [
    { test = "StringEquals", variable = "aws:SourceVpce", values = ["vpce-1", "vpce-2"] },
    { test = "Bool", variable = "aws:SecureTransport", values = ["true"] },
  ]`, role),
			w.statement("S", `{"AWS":"`+role+`"}`, `"ecr:BatchGetImage","ecr:DescribeImages"`,
				`{"StringEquals":{"aws:SourceVpce":["vpce-1","vpce-2"]},"Bool":{"aws:SecureTransport":"true"}}`),
		},
		"push": {
			fmt.Sprintf("role_arns = [%q]\n access = \"push\"", role),
			w.statement("S", `{"AWS":"`+role+`"}`,
				`"ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:CompleteLayerUpload","ecr:InitiateLayerUpload","ecr:PutImage","ecr:UploadLayerPart"`, ""),
		},
	}
	var all []resource.TestStep
	for _, step := range steps {
		all = append(all, resource.TestStep{Config: w.config("sid = \"S\"\n" + step[0]), Check: w.stands(step[1])})
	}
	w.test(all...) // In any order: each is an update in place of the one before.
}

func TestAccRepositoryGrant_updatesInPlaceAndReplacesBySid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	role := w.Consumer.RoleARN(w.Consumer.CreateRole())
	arguments := func(sid, access string) string {
		return fmt.Sprintf("sid = %q\n role_arns = [%q]\n access = %q", sid, role, access)
	}
	w.test(
		resource.TestStep{Config: w.config(arguments("One", "pull"))},
		resource.TestStep{
			Config:           w.config(arguments("One", "pull_through_cache")),
			ConfigPlanChecks: checks(expectAction(plancheck.ResourceActionUpdate)),
			Check:            w.stands(w.statement("One", `{"AWS":"`+role+`"}`, pull+`,"ecr:BatchImportUpstreamImage"`, "")),
		},
		resource.TestStep{
			Config:           w.config(arguments("Two", "pull")),
			ConfigPlanChecks: checks(expectAction(plancheck.ResourceActionDestroyBeforeCreate)),
			Check:            w.stands(w.statement("Two", `{"AWS":"`+role+`"}`, pull, "")),
		},
	)
}

func TestAccRepositoryGrant_disappears(t *testing.T) {
	t.Parallel()
	for what, disappear := range map[string]func(w *world){
		"statement":  func(w *world) { w.put(w.foreign) },
		"policy":     func(w *world) { w.Registry.DeleteRepositoryPolicy(w.repository) },
		"repository": func(w *world) { w.Registry.DeleteRepository(w.repository) },
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			config := w.config(fmt.Sprintf("sid = \"S\"\n account_ids = [%q]", w.Consumer.ID))
			resource.Test(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
				Steps: []resource.TestStep{
					{Config: config},
					{
						PreConfig:          func() { disappear(w) },
						RefreshState:       true,
						ExpectNonEmptyPlan: true,
						RefreshPlanChecks: resource.RefreshPlanChecks{
							PostRefresh: []plancheck.PlanCheck{expectAction(plancheck.ResourceActionCreate)},
						},
					},
				},
			})
		})
	}
}

// planShowsDrift checks that an update is planned, and that an attribute changes in it.
type planShowsDrift struct{ attribute string }

func (p planShowsDrift) CheckPlan(_ context.Context, req plancheck.CheckPlanRequest, resp *plancheck.CheckPlanResponse) {
	for _, change := range req.Plan.ResourceChanges {
		if change.Address != address {
			continue
		}
		before, _ := change.Change.Before.(map[string]any)
		after, _ := change.Change.After.(map[string]any)
		if !change.Change.Actions.Update() {
			resp.Error = fmt.Errorf("the plan has the actions %v, want an update", change.Change.Actions)
		} else if fmt.Sprint(before[p.attribute]) == fmt.Sprint(after[p.attribute]) {
			resp.Error = fmt.Errorf("%s is %v before and after", p.attribute, before[p.attribute])
		}
		return
	}
	resp.Error = fmt.Errorf("%s is not in the plan", address)
}

func TestAccRepositoryGrant_driftShowsOnItsAttribute(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		arguments string
		drifted   func(w *world) string
	}{
		"account_ids": {`account_ids = ["123456789012"]`, func(w *world) string {
			return w.statement("S", `{"AWS":["123456789012","111111111111"]}`, pull, "")
		}},
		"access": {`account_ids = ["123456789012"]`, func(w *world) string {
			return w.statement("S", `{"AWS":"123456789012"}`, pull+`,"ecr:BatchImportUpstreamImage"`, "")
		}},
		"actions": {"account_ids = [\"123456789012\"]\n actions = [\"ecr:BatchGetImage\"]", func(w *world) string {
			return w.statement("S", `{"AWS":"123456789012"}`, `"ecr:DescribeImages"`, "")
		}},
		"conditions": {`account_ids = ["123456789012"]`, func(w *world) string {
			return w.statement("S", `{"AWS":"123456789012"}`, pull, `{"StringEquals":{"aws:SourceVpce":"vpce-1"}}`)
		}},
		"organization_ids": {`organization_ids = ["o-a1b2c3d4e5"]`, func(w *world) string {
			return w.statement("S", `"*"`, pull, `{"StringEquals":{"aws:PrincipalOrgID":["o-a1b2c3d4e5","o-zzzzzzzzzz"]}}`)
		}},
		"source_arns": {"service_principal = \"lambda.amazonaws.com\"\n source_arns = [\"arn:aws:lambda:us-east-1:123456789012:function:a\"]", func(w *world) string {
			return w.statement("S", `{"Service":"lambda.amazonaws.com"}`, pull, `{"ArnLike":{"aws:SourceArn":"arn:aws:lambda:us-east-1:123456789012:function:b"}}`)
		}},
		"statement": {`account_ids = ["123456789012"]`, func(w *world) string {
			return w.statement("S", `{"AWS":"123456789012","Service":"lambda.amazonaws.com"}`, pull, `{"ArnLike":{"aws:SourceArn":"arn:aws:lambda:us-east-1:123456789012:function:b"}}`)
		}},
	}
	for attribute, tt := range tests {
		t.Run(attribute, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.Require(acctest.AnyAccount)
			config := w.config("sid = \"S\"\n" + tt.arguments)
			w.test(
				resource.TestStep{Config: config},
				resource.TestStep{
					PreConfig:        func() { w.put(w.foreign, tt.drifted(w)) },
					Config:           config,
					ConfigPlanChecks: checks(planShowsDrift{attribute}),
				},
			)
		})
	}
}

// A statement that no grant can be, in the place of the grant, is not taken over by the next
// apply.
func TestAccRepositoryGrant_anotherStatementInItsPlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Require(acctest.AnyAccount)
	ours := w.statement("S", `{"AWS":"123456789012"}`, pull, "")
	theirs := strings.Replace(ours, "Allow", "Deny", 1)
	restore := func() {
		if err := w.compare([]string{w.foreign, theirs}); err != nil {
			t.Error(err)
		}
		w.put(w.foreign, ours)
	}
	config, place := w.config(`sid = "S"
  account_ids = ["123456789012"]`), func() { w.put(w.foreign, theirs) }
	refused := regexp.MustCompile(`(?s)Unsupported statement.*Effect\s+"Deny".*terraform\s+state\s+rm`)
	w.test(
		resource.TestStep{Config: config},
		resource.TestStep{PreConfig: place, Config: config, ExpectError: refused},
		resource.TestStep{PreConfig: func() { restore(); place() }, Config: config, Destroy: true, ExpectError: refused},
		resource.TestStep{PreConfig: restore, Config: config, PlanOnly: true},
	)
}

func TestAccRepositoryGrant_anotherWritingIsNoDrift(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Require(acctest.AnyAccount)
	config := w.config(`sid = "S"
  account_ids = ["123456789012", "111111111111"]
  conditions = [{ test = "StringEquals", variable = "aws:SourceVpce", values = ["vpce-1"] }]`)
	w.test(
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				w.put(w.statement("S", `{"AWS":["111111111111","arn:aws:iam::123456789012:root"]}`,
					`"ECR:getdownloadurlforlayer","ecr:BatchGetImage"`, `{"StringEquals":{"AWS:sourcevpce":["vpce-1"]}}`), w.foreign)
			},
			Config:           config,
			ConfigPlanChecks: checks(plancheck.ExpectEmptyPlan()),
		},
	)
}

func TestAccRepositoryGrant_conditionsInAnotherOrderAreNoChange(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := func(first, second string) string {
		return w.config(fmt.Sprintf("%s\n conditions = [%s, %s]", sidS, first, second))
	}
	const (
		endpoint = `{ test = "StringEquals", variable = "aws:SourceVpce", values = ["vpce-1"] }`
		secure   = `{ test = "Bool", variable = "aws:SecureTransport", values = ["true"] }`
	)
	w.test(
		resource.TestStep{Config: config(endpoint, secure)},
		resource.TestStep{Config: config(secure, endpoint), ConfigPlanChecks: checks(plancheck.ExpectEmptyPlan())},
	)
}

func TestAccRepositoryGrant_takenSid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Require(acctest.AnyAccount)
	theirs := w.statement("Taken", `{"AWS":"111111111111"}`, pull, "")
	w.put(w.foreign, theirs)
	id := strings.Join([]string{w.Registry.ID, w.Region, w.repository, "Taken"}, ",")
	config := w.config("sid = \"Taken\"\n account_ids = [\"123456789012\"]")
	w.test(
		resource.TestStep{
			Config:      config,
			ExpectError: regexp.MustCompile(`(?s)different\s+statement.*terraform import ADDRESS\s+'` + id + `'`),
		},
		resource.TestStep{
			PreConfig: func() {
				if err := w.compare([]string{w.foreign, theirs}); err != nil {
					t.Errorf("after the refusal: %v", err)
				}
			},
			Config: "import {\n  to = " + address + "\n  id = \"" + id + "\"\n}\n" + config,
			Check:  w.stands(w.statement("Taken", `{"AWS":"123456789012"}`, pull, "")),
		},
	)
}

func TestAccRepositoryGrant_importRefusesWhatIsNoGrant(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	others := []string{w.foreign}
	for sid, principal := range map[string]string{
		"Mixed":     `{"AWS":"123456789012","Service":"lambda.amazonaws.com"}`,
		"Services":  `{"Service":["lambda.amazonaws.com","codebuild.amazonaws.com"]}`,
		"Everybody": `"*"`,
	} {
		others = append(others, w.statement(sid, principal, pull, `{"StringEquals":{"aws:SourceAccount":"123456789012"}}`))
	}
	w.put(others...)
	w.foreign = strings.Join(others, ",")
	config := w.config("sid = \"Foreign\"\n account_ids = [\"123456789012\"]")
	step := func(id, message string) resource.TestStep {
		return resource.TestStep{
			Config: config, ResourceName: address, ImportState: true, ImportStateId: id,
			ExpectError: regexp.MustCompile(message),
		}
	}
	place := w.Registry.ID + "," + w.Region + "," + w.repository
	w.test(
		step(place+",Foreign", `Effect\s+"Deny"`),
		step(place+",Mixed", `two\s+types`),
		step(place+",Services", `several\s+services`),
		step(place+",Everybody", `all\s+principals`),
		step(place+",Two words", `letters\s+and\s+digits`),
		step(place+",Missing", `(?s)Statement not found.*Existing\s+Sids:\s+Foreign`),
		step(w.Registry.ID+","+w.Region+",no-such-repository,S", `(?s)Repository not found.*no-such-repository.*correct\s+the\s+registry_id`),
		step(w.Consumer.ID+","+w.Region+","+w.repository+",S", `(?s)with\s+credentials\s+of\s+the\s+account\s+`+w.Registry.ID),
		step(place, `it\s+has\s+3\s+parts`),
		step("payment-service", `it\s+has\s+1\s+part,`),
		step("987,"+w.Region+","+w.repository+",S", `is\s+not\s+an\s+account\s+ID`),
	)
}

func TestAccRepositoryGrant_lastStatementOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Registry.DeleteRepositoryPolicy(w.repository)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		CheckDestroy:             func(*terraform.State) error { return w.compare(nil) },
		Steps:                    []resource.TestStep{{Config: w.config("sid = \"S\"\n account_ids = [\"123456789012\"]")}},
	})
}

// Two configurations, each with its own state, share one repository.
func TestAccRepositoryGrant_twoConfigurations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := func(sid string) string {
		return w.config(fmt.Sprintf("sid = %q\n account_ids = [%q]", sid, w.Consumer.ID))
	}
	ours := w.statement("Ours", `{"AWS":"123456789012"}`, pull, "")
	theirs := w.statement("Theirs", `{"AWS":"123456789012"}`, pull, "")
	w.test(
		resource.TestStep{Config: config("Ours"), Check: w.stands(ours)},
		resource.TestStep{
			PreConfig: func() {
				resource.Test(t, resource.TestCase{ // The other configuration comes and goes.
					ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
					Steps:                    []resource.TestStep{{Config: config("Theirs"), Check: w.stands(ours, theirs)}},
					CheckDestroy:             w.stands(ours),
				})
			},
			Config:           config("Ours"),
			ConfigPlanChecks: checks(plancheck.ExpectEmptyPlan()),
			Check:            w.stands(ours),
		},
	)
}

func TestAccRepositoryGrant_manyInOneApply(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var config strings.Builder
	var statements []string
	for i := range 12 {
		sid := fmt.Sprintf("Team%d", i)
		config.WriteString(w.grant(sid, fmt.Sprintf("sid = %q\n account_ids = [%q]", sid, w.Consumer.ID)))
		statements = append(statements, w.statement(sid, `{"AWS":"`+w.Consumer.RootARN()+`"}`, pull, ""))
	}
	w.test(resource.TestStep{Config: w.Registry.ProviderConfig() + config.String(), Check: w.stands(statements...)})
}

func TestAccRepositoryGrant_unknownInThePlan(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	role := w.Consumer.RoleARN(w.Consumer.CreateRole())
	config := w.config("sid = \"S\"\n role_arns = [terraform_data.role.output]") +
		fmt.Sprintf("resource \"terraform_data\" \"role\" {\n  input = %q\n}\n", role)
	w.test(resource.TestStep{
		Config:           config,
		ConfigPlanChecks: checks(plancheck.ExpectUnknownValue(address, tfjsonpath.New("statement"))),
		Check:            w.stands(w.statement("S", `{"AWS":"`+role+`"}`, pull, "")),
	})
}

// ECR may not know a new role for a while. Its text for that has changed over the years.
func TestAccRepositoryGrant_waitsForANewRole(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"today": "Principal not found", "older": "Invalid repository policy provided"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.Faults(fault.Rule{Operation: "ecr:SetRepositoryPolicy", Times: 2, Fault: fault.Error(http.StatusBadRequest, "InvalidParameterException",
				"Invalid parameter at 'PolicyText' failed to satisfy constraint: '"+text+"'")})
			role := w.Consumer.RoleARN(w.Consumer.CreateRole())
			w.test(resource.TestStep{
				Config: w.config(fmt.Sprintf("sid = \"S\"\n role_arns = [%q]", role)),
				Check:  w.stands(w.statement("S", `{"AWS":"`+role+`"}`, pull, "")),
			})
		})
	}
}

func TestAccRepositoryGrant_missingRole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Require(acctest.PrincipalChecks)
	missing := w.Consumer.RoleARN("missing")
	w.test(
		resource.TestStep{
			Config:      w.config(fmt.Sprintf("sid = \"S\"\n role_arns = [%q]\n timeouts = { create = \"1s\" }", missing)),
			ExpectError: regexp.MustCompile(`(?s)because\s+a\s+principal\s+in\s+the\s+policy\s+does\s+not\s+exist.*` + missing + `.*match_roles_by.*Principal\s+not\s+found`),
		},
		resource.TestStep{
			Config: w.config(fmt.Sprintf("sid = \"S\"\n role_arns = [%q]\n match_roles_by = \"condition\"", missing)),
			Check:  w.stands(w.statement("S", `{"AWS":"`+w.Consumer.RootARN()+`"}`, pull, fmt.Sprintf(`{"ArnEquals":{"aws:PrincipalArn":%q}}`, missing))),
		},
	)
}

// A deleted role in somebody else's statement may make ECR refuse our change:
// the error names that statement, and nothing is stripped.
func TestAccRepositoryGrant_orphanOfSomebodyElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Require(acctest.UniqueIDs)
	gone := w.Consumer.CreateRole()
	w.put(w.statement("Orphaned", `{"AWS":"`+w.Consumer.RoleARN(gone)+`"}`, pull, ""))
	w.Consumer.DeleteRole(gone)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		Steps: []resource.TestStep{{
			Config:      w.config(fmt.Sprintf("sid = \"S\"\n account_ids = [%q]\n timeouts = { create = \"1s\" }", w.Consumer.ID)),
			ExpectError: regexp.MustCompile(`(?s)Sid\s+"Orphaned".*deleted\s+\(AROA`),
		}},
	})
	if text, _ := w.Registry.RepositoryPolicy(w.repository); !strings.Contains(text, "Orphaned") {
		t.Errorf("the foreign statement is gone: %s", text)
	}
}

// Our own role deleted and created anew: the grant shows the drift and repairs it.
func TestAccRepositoryGrant_recreatedRole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Require(acctest.UniqueIDs)
	role := w.Consumer.CreateRole()
	config := w.config(fmt.Sprintf("sid = \"S\"\n role_arns = [%q]", w.Consumer.RoleARN(role)))
	w.test(
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				w.Consumer.DeleteRole(role)
				w.Consumer.CreateRoleNamed("/", role)
			},
			Config:           config,
			ConfigPlanChecks: checks(planShowsDrift{"role_arns"}),
			Check:            w.stands(w.statement("S", `{"AWS":"`+w.Consumer.RoleARN(role)+`"}`, pull, "")),
		},
	)
}

// Elements and Sids that this provider would not write go back as they came.
func TestAccRepositoryGrant_foreignStatementsKeepTheirBytes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Require(acctest.AcceptedResource, acctest.AnyAccount)
	w.foreign = `{"Sid":"Odd Sid, with spaces","Effect":"Allow","Principal":{"AWS":["111111111111","222222222222"]},"Action":"ecr:*","Resource":"*"}`
	w.put(w.foreign)
	before, _ := w.Registry.RepositoryPolicy(w.repository)
	w.test(resource.TestStep{Config: w.config("sid = \"S\"\n account_ids = [\"123456789012\"]")})
	after, _ := w.Registry.RepositoryPolicy(w.repository)
	if normal(t, before) != normal(t, after) {
		t.Errorf("before\n%s\nafter\n%s", before, after)
	}
}

// normal returns JSON without white space, with members in one order and lists
// of strings as sets.
func normal(t *testing.T, text string) string {
	t.Helper()
	doc, err := policy.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return doc.Canonical()
}

func TestAccRepositoryGrant_requests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	server := w.Emulator()
	withRegistry := w.config(fmt.Sprintf("sid = \"S\"\n account_ids = [%q]\n registry_id = %q", w.Consumer.ID, w.Registry.ID))
	server.ResetRequests()
	w.test(
		resource.TestStep{
			Config:   withRegistry,
			PlanOnly: true, ExpectNonEmptyPlan: true,
		},
		resource.TestStep{
			PreConfig: func() {
				// The step plans twice.
				if requests := server.Requests(); len(requests) != 1 || requests["ecr:GetRepositoryPolicy"] > 2 {
					t.Errorf("planning a new grant with registry_id made the requests %v, want one read of the policy", requests)
				}
			},
			Config: withRegistry,
		},
		resource.TestStep{
			PreConfig: server.ResetRequests,
			Config:    withRegistry,
			Check: func(*terraform.State) error {
				if writes := server.Requests()["ecr:SetRepositoryPolicy"]; writes != 0 {
					return fmt.Errorf("%d writes where nothing changed", writes)
				}
				return nil
			},
		},
	)
}

// Many grants of one repository cost few requests: changes that arrive together
// are one write, reads of one plan are one read.
func TestAccRepositoryGrant_requestsOfMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	server := w.Emulator()
	const grants = 60
	config := w.Registry.ProviderConfig() + fmt.Sprintf(`
resource "ecrxa_repository_grant" "many" {
  count       = %d
  repository  = %q
  sid         = "Team${count.index}"
  account_ids = [%q]
}
`, grants, w.repository, w.Consumer.ID)
	server.ResetRequests()
	w.test(
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				// Terraform creates ten at a time, and each ten are verified before the next: six
				// writes. A busy machine does not start ten at once, so here the limit is wide. The
				// tests of store/policystore have the promise, 15 for 100, in synthetic time.
				if writes := server.Requests()["ecr:SetRepositoryPolicy"]; writes > grants/2 {
					t.Errorf("%d writes for %d grants", writes, grants)
				}
				server.ResetRequests()
			},
			Config:   config,
			PlanOnly: true,
		},
		resource.TestStep{
			PreConfig: func() {
				requests := server.Requests()
				if reads := requests["ecr:GetRepositoryPolicy"]; reads > 2 || requests["ecr:SetRepositoryPolicy"] > 0 {
					t.Errorf("a refresh and a plan without changes made the requests %v, want one read each", requests)
				}
			},
			Config: config,
		},
	)
}

// A value that is known only at the apply is checked there.
func TestAccRepositoryGrant_wrongValueAtTheApply(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	source := func(value string) string {
		return fmt.Sprintf("resource \"terraform_data\" \"late\" {\n  input = %s\n}\n", value)
	}
	w.test(
		resource.TestStep{
			Config:      w.config("sid = \"S\"\n role_arns = [terraform_data.late.output]") + source(`"arn:aws:sts::123456789012:assumed-role/deployer/alice"`),
			ExpectError: regexp.MustCompile(`role/deployer`),
		},
		resource.TestStep{
			Config:      w.config("sid = \"S\"\n service_principal = \"lambda.amazonaws.com\"\n source_arns = [terraform_data.late.output.arn]") + source(`{ arn = null, id = timestamp() }`),
			ExpectError: regexp.MustCompile(`(?i)null`),
		},
		resource.TestStep{
			Config:      w.config("sid = \"S\"\n role_arns = terraform_data.late.output.roles\n organization_ids = [\"o-a1b2c3d4e5\"]") + source(`{ roles = toset(["arn:aws:iam::123456789012:role/r"]), id = timestamp() }`),
			ExpectError: regexp.MustCompile(`Several kinds of principals`),
		},
		resource.TestStep{ // If the list were null in the apply, the grant would have no conditions.
			Config:      w.config("sid = \"S\"\n role_arns = [\"arn:aws:iam::123456789012:role/r\"]\n conditions = terraform_data.late.output.conditions") + source(`{ conditions = null, id = timestamp() }`),
			ExpectError: regexp.MustCompile(`Unknown conditions`),
		},
	)
}

// In a policy of the older version a variable is plain text.
func TestAccRepositoryGrant_variableInAnOldPolicy(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Registry.PutRepositoryPolicy(w.repository, `{"Version":"2008-10-17","Statement":[`+w.foreign+`]}`)
	before, _ := w.Registry.RepositoryPolicy(w.repository)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.ProtoV6ProviderFactories(),
		Steps: []resource.TestStep{{
			Config: w.config(`sid = "S"
  account_ids = ["123456789012"]
  conditions = [{ test = "StringNotEquals", variable = "aws:PrincipalTag/team", values = ["$${aws:ResourceTag/team}"] }]`),
			ExpectError: regexp.MustCompile(`(?s)Policy variable in an old policy version.*2008-10-17`),
		}},
	})
	if after, _ := w.Registry.RepositoryPolicy(w.repository); normal(t, before) != normal(t, after) {
		t.Errorf("before\n%s\nafter\n%s", before, after)
	}
}

// Two grants name a role that is created anew: both are repaired by one apply.
func TestAccRepositoryGrant_twoGrantsOfARecreatedRole(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Require(acctest.UniqueIDs)
	role := w.Consumer.CreateRole()
	arn := w.Consumer.RoleARN(role)
	config := w.config(fmt.Sprintf("sid = \"Pull\"\n role_arns = [%q]", arn)) +
		w.grant("push", fmt.Sprintf("sid = \"Push\"\n role_arns = [%q]\n actions = [\"ecr:PutImage\"]", arn))
	w.test(
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() {
				w.Consumer.DeleteRole(role)
				w.Consumer.CreateRoleNamed("/", role)
			},
			Config: config,
			Check: w.stands(w.statement("Pull", `{"AWS":"`+arn+`"}`, pull, ""),
				w.statement("Push", `{"AWS":"`+arn+`"}`, `"ecr:PutImage"`, "")),
		},
	)
}

// A write whose answer is lost leaves a grant that Terraform knows of.
func TestAccRepositoryGrant_lostAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Faults(fault.Rule{
		Operation: "ecr:SetRepositoryPolicy", Times: 1,
		Fault: fault.AfterEffect(fault.Error(http.StatusMultipleChoices, "Strange", "No answer that anybody knows.")),
	})
	config := w.config(`sid = "S"` + "\n" + `account_ids = ["123456789012"]`)
	w.test(
		resource.TestStep{Config: config, ExpectError: regexp.MustCompile(`Strange`)},
		resource.TestStep{
			Config:           config,
			ConfigPlanChecks: checks(expectAction(plancheck.ResourceActionDestroyBeforeCreate)),
			Check:            w.stands(w.statement("S", `{"AWS":"123456789012"}`, pull, "")),
		},
	)
}

func TestAccRepositoryGrant_wrongPartition(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.test(resource.TestStep{
		Config:      w.config(`sid = "S"` + "\n" + `role_arns = ["arn:aws-cn:iam::123456789012:role/r"]`),
		ExpectError: regexp.MustCompile(`(?s)Wrong partition.*aws-cn`),
	})
}

func TestAccRepositoryGrant_missingRepository(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	repository := w.repository
	w.repository = w.Name("missing")
	config := w.config(fmt.Sprintf("sid = \"S\"\n account_ids = [%q]", w.Consumer.ID))
	w.repository = repository
	w.test(resource.TestStep{Config: config, ExpectError: regexp.MustCompile(`(?s)repository.*does not exist`)})
}

// The names of users are seldom seen in repository policies, but ECR takes them.
func TestAccRepositoryGrant_user(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	name := w.Name("user")
	if _, err := w.Consumer.IAM.CreateUser(t.Context(), &iam.CreateUserInput{UserName: aws.String(name)}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := w.Consumer.IAM.DeleteUser(context.WithoutCancel(t.Context()), &iam.DeleteUserInput{UserName: aws.String(name)}); err != nil {
			t.Error(err)
		}
	})
	arn := w.Consumer.UserARN(name)
	w.test(resource.TestStep{
		Config: w.config(fmt.Sprintf("sid = \"S\"\n user_arns = [%q]", arn)),
		Check:  w.stands(w.statement("S", `{"AWS":"`+arn+`"}`, pull, "")),
	})
}
