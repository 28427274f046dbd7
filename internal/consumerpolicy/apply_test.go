// SPDX-License-Identifier: MPL-2.0

package consumerpolicy

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/rolepolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/fault"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// What was unknown in the plan is seen here for the first time.
func TestApplyRefusesWhatValidationWould(t *testing.T) {
	t.Parallel()
	set := func(values ...attr.Value) types.Set { return types.SetValueMust(types.StringType, values) }
	for want, change := range map[string]func(*model){
		"is not an ARN": func(m *model) { m.RepositoryARNs = set(types.StringValue("payment-service")) },
		"is an image URI": func(m *model) {
			m.RepositoryARNs = set(types.StringValue("987654321098.dkr.ecr.us-east-1.amazonaws.com/app"))
		},
		"element of this set is null": func(m *model) { m.RepositoryARNs = set(types.StringNull(), types.StringValue(appARN)) },
		"write at least one":          func(m *model) { m.RepositoryARNs = set() },
		"write the role's":            func(m *model) { m.Role = types.StringValue("arn:aws:iam::123456789012:role/app") },
		"not a policy name":           func(m *model) { m.Name = types.StringValue("a b") },
		"is not an ECR":               func(m *model) { m.Access, m.Actions = types.StringNull(), set(types.StringValue("s3:GetObject")) },
		"cannot be used here": func(m *model) {
			twice := conditions(t, vpce("vpce-1")).Elements()
			m.Conditions = types.ListValueMust(m.Conditions.ElementType(t.Context()), append(twice, twice...))
		},
		"may have 10240": func(m *model) { m.Policy = types.StringValue(strings.Repeat("p", 10_241)) },
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			e := newEnv(t)
			applied := planned(t, minimal())
			change(&applied)
			for what, diags := range map[string]diag.Diagnostics{
				"create": e.create(applied).diags,
				"update": e.update(planned(t, minimal()), applied).diags,
			} {
				if len(diags) == 0 || !strings.Contains(diags[0].Detail(), want) {
					t.Errorf("%s: got %v, want %q", what, diags, want)
				}
			}
			if requests := e.server.Requests(); len(requests) > 0 {
				t.Errorf("AWS was asked: %v", requests)
			}
		})
	}
}

// A wildcard is warned of in the plan alone.
func TestApplyDoesNotRepeatWarnings(t *testing.T) {
	t.Parallel()
	config := minimal()
	config.RepositoryARNs = tfattr.StringSet([]string{appARN + "*"})
	if got := newEnv(t).create(planned(t, config)); len(got.diags) > 0 {
		t.Error(got.diags)
	}
}

var noSuchRole = fault.Error(http.StatusNotFound, "NoSuchEntity", "The role with name app cannot be found.")

func TestCreateForARoleThatIAMDoesNotKnowYet(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.faults.SetRules(fault.Rule{Operation: "iam:PutRolePolicy", Times: 2, Fault: noSuchRole})
	got := e.create(planned(t, minimal()))
	if len(got.diags) > 0 || e.policy() != got.model.Policy.ValueString() {
		t.Errorf("the role has %s, %v", e.policy(), got.diags)
	}
}

func TestCreateForARoleThatDoesNotExist(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.server.DeleteRole(e.account, "app")
	got := e.create(planned(t, minimal()))
	if !got.removed || len(got.diags) != 1 {
		t.Fatalf("got %+v", got)
	}
	if got.diags[0].Summary() != "Role not found" {
		t.Errorf("got %q", got.diags[0].Summary())
	}
	for _, want := range []string{
		"tried to write the inline policy ecrxa-pull of the role app, but there is no such role in the account 123456789012",
		"The provider retried for 28s", "What the consumer side must do: check the role's name", "\n\nAWS's message: NoSuchEntity: ",
	} {
		if !strings.Contains(got.diags[0].Detail(), want) {
			t.Errorf("%q lacks %q", got.diags[0].Detail(), want)
		}
	}
}

// noAnswer lets a write through and answers what nobody knows.
var noAnswer = fault.Rule{
	Operation: "iam:PutRolePolicy",
	Fault:     fault.AfterEffect(fault.Error(http.StatusMultipleChoices, "Strange", "No answer that anybody knows.")),
}

func TestCreateLooksWhatBecameOfAWrite(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.faults.SetRules(noAnswer)
	if got := e.create(planned(t, minimal())); got.removed || len(got.diags) > 0 {
		t.Errorf("got %+v", got)
	}
}

// With an error and a state, Terraform marks the resource as tainted.
func TestCreateKeepsWhatMayStand(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.faults.SetRules(noAnswer, fault.Rule{
		Operation: "iam:GetRolePolicy", From: 2, Fault: fault.Error(http.StatusForbidden, "AccessDenied", "no"),
	})
	m := planned(t, minimal())
	resp := resource.CreateResponse{State: stateOf(t)}
	setPrivate(&resp)
	e.r.Create(t.Context(), resource.CreateRequest{Plan: tfsdk.Plan(stateOf(t, m))}, &resp)
	if got := e.result(resp.State, resp.Diagnostics); got.removed || !got.diags.HasError() || got.model.Name != m.Name {
		t.Errorf("got %+v", got)
	}
}

func TestCreateKeepsNothingThatWasRefused(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.faults.SetRules(fault.Rule{Operation: "iam:PutRolePolicy", Fault: fault.Error(http.StatusForbidden, "AccessDenied", "no")})
	if got := e.create(planned(t, minimal())); !got.removed || !got.diags.HasError() {
		t.Errorf("got %+v", got)
	}
}

// A policy that says the same is there after an apply that was killed between its
// write and the state.
func TestAPolicyThatIsThereAlready(t *testing.T) {
	t.Parallel()
	m := planned(t, minimal())
	e := newEnv(t)
	e.server.PutRolePolicy(e.account, "app", managed.DefaultPolicyName, strings.ReplaceAll(m.Policy.ValueString(), ",", ", "))
	_, diags := planBy(t, e.r, minimal(), nil)
	expectWarning(t, diags, "this apply adopts it")
	e.nextWalk()
	got := e.create(m)
	expectWarning(t, got.diags, "this resource manages it from now on")
	if diff := differences(t, got.model, m); len(diff) > 0 {
		t.Errorf("%v differ", diff)
	}
	if !rolepolicy.Same(e.policy(), m.Policy.ValueString()) {
		t.Errorf("the policy was changed to %s", e.policy())
	}
}

func expectWarning(t *testing.T, diags diag.Diagnostics, want string) {
	t.Helper()
	if len(diags) != 1 || diags[0].Severity() != diag.SeverityWarning || !strings.Contains(diags[0].Detail(), want) {
		t.Errorf("got %v, want a warning: %s", diags, want)
	}
}

// The way out is an import only where an import would succeed.
func TestAPolicyThatSaysSomethingElse(t *testing.T) {
	t.Parallel()
	other := minimal()
	other.RepositoryARNs = tfattr.StringSet([]string{baseARN})
	for standing, wayOut := range map[string]string{
		planned(t, other).Policy.ValueString():     "terraform import ADDRESS 'app,ecrxa-pull'\n",
		"{}":                                       "no statement allows actions on repositories.\n\nChoose another name",
		`{"Statement":[{"Effect":"Deny"}]}`:        "1 (Deny)",
		`{"Statement":"not a list of statements"}`: "it cannot be read",
	} {
		t.Run(wayOut, func(t *testing.T) {
			t.Parallel()
			e := newEnv(t)
			e.server.PutRolePolicy(e.account, "app", managed.DefaultPolicyName, standing)
			_, inPlan := planBy(t, e.r, minimal(), nil)
			expectWarning(t, inPlan, "unless that policy is deleted first")
			e.nextWalk()
			created := e.create(planned(t, minimal()))
			if !created.removed || !created.diags.HasError() || e.policy() != standing {
				t.Errorf("got %+v, the policy is %s", created, e.policy())
			}
			for when, diags := range map[string]diag.Diagnostics{"plan": inPlan, "apply": created.diags} {
				if len(diags) != 1 || diags[0].Summary() != "Inline policy already exists" || !strings.Contains(diags[0].Detail(), wayOut) {
					t.Errorf("%s: got %v, want %q", when, diags, wayOut)
				}
			}
		})
	}
}

// The quota is shared with policies that the resource does not manage.
func TestTheQuotaInThePlan(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.server.PutRolePolicy(e.account, "app", "other", `{"Sid":"`+strings.Repeat("x", rolepolicy.MaxSize*3/4)+`"}`)
	large := minimal()
	var arns []string
	for i := range 50 {
		arns = append(arns, fmt.Sprintf("%s-%02d", appARN, i))
	}
	large.RepositoryARNs = tfattr.StringSet(arns)

	_, diags := planBy(t, e.r, large, nil)
	expectWarning(t, diags, "The role's other inline policies use 7690: other (7690)")
	e.nextWalk()
	small := e.create(planned(t, minimal())).model
	e.nextWalk()
	_, diags = planBy(t, e.r, large, &small)
	expectWarning(t, diags, "The apply will fail")
	e.nextWalk()
	e.server.ResetRequests()
	kept := planned(t, large)
	if _, diags = planBy(t, e.r, large, &kept); len(diags) > 0 {
		t.Errorf("where nothing changes: %v", diags)
	}
	if requests := e.server.Requests(); len(requests) > 0 {
		t.Errorf("where nothing changes: %v", requests)
	}
}

// A tainted resource is planned as a new one, and its policy stands.
func TestPlanOfATaintedResource(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	m := e.create(planned(t, minimal())).model
	e.nextWalk()
	e.read(m)
	if _, diags := planBy(t, e.r, minimal(), nil); len(diags) > 0 {
		t.Error(diags)
	}
}

func TestTwoResourcesWithOneName(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	m := e.create(planned(t, minimal())).model
	second := e.create(m)
	if !second.removed || len(second.diags) != 1 || !strings.Contains(second.diags[0].Detail(), "Another ecrxa_consumer_role_policy of this configuration also manages") {
		t.Errorf("got %+v", second)
	}
}

// With create_before_destroy the old resource is deleted when the new one has adopted the policy.
func TestDeleteAfterTheNewResourceHasTakenOver(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	m := e.create(planned(t, minimal())).model
	e.nextWalk()
	if got := e.create(m); got.diags.HasError() {
		t.Fatal(got.diags)
	}
	expectWarning(t, e.delete(m), "so it was kept")
	if e.policy() != m.Policy.ValueString() {
		t.Errorf("the role has %s", e.policy())
	}
}

func TestAPolicyThatSomebodyElseReplacesAtOnce(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.faults.SetRules(fault.Rule{Operation: "iam:PutRolePolicy", Fault: fault.Afterwards("foreign write", func() {
		e.server.PutRolePolicy(e.account, "app", managed.DefaultPolicyName, "{}")
	})})
	got := e.create(planned(t, minimal()))
	if !got.removed || len(got.diags) != 1 || !strings.Contains(got.diags[0].Detail(), "Another writer has replaced it.") {
		t.Errorf("got %+v", got)
	}
}

func TestPlanChecksTheAccount(t *testing.T) {
	t.Parallel()
	e := newEnv(t, "111111111111")
	before := planned(t, minimal())
	changed := minimal()
	changed.RepositoryARNs = tfattr.StringSet([]string{baseARN})
	for name, tt := range map[string]struct {
		config model
		prior  *model
		wrong  bool
	}{
		"create":    {minimal(), nil, true},
		"update":    {changed, &before, true},
		"no change": {minimal(), &before, false},
	} {
		_, diags := planBy(t, e.r, tt.config, tt.prior)
		if diags.HasError() != tt.wrong || tt.wrong && diags[0].Summary() != "Wrong AWS account" {
			t.Errorf("%s: got %v", name, diags)
		}
	}
	if n := e.server.Requests()["sts:GetCallerIdentity"]; n != 1 {
		t.Errorf("STS was asked %d times", n)
	}
}

// A plan looks at what a creation would meet, and at nothing else.
func TestPlanAsksForWhatACreationMeets(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	before := planned(t, minimal())
	changed := minimal()
	changed.RepositoryARNs = tfattr.StringSet([]string{baseARN})
	renamed := minimal()
	renamed.Name = types.StringValue("another")
	unknownRole := minimal()
	unknownRole.Role = types.StringUnknown()
	for name, tt := range map[string]struct {
		config model
		prior  *model
		want   int
	}{
		"create":           {minimal(), nil, 1},
		"another name":     {renamed, &before, 1},
		"a role not known": {unknownRole, nil, 0},
		"update":           {changed, &before, 0},
		"no change":        {minimal(), &before, 0},
	} {
		e.nextWalk()
		e.server.ResetRequests()
		if _, diags := planBy(t, e.r, tt.config, tt.prior); len(diags) > 0 {
			t.Errorf("%s: %v", name, diags)
		}
		if tt.prior != nil && tt.config.moves(tt.prior) { // Terraform plans a replacement twice.
			if _, diags := planBy(t, e.r, tt.config, nil); len(diags) > 0 {
				t.Errorf("%s: %v", name, diags)
			}
		}
		requests := e.server.Requests()
		if requests["iam:GetRolePolicy"] != tt.want || len(requests) != tt.want {
			t.Errorf("%s: AWS was asked %v", name, requests)
		}
	}
}

func TestPlanRefusesAPolicyThatAllowsNothing(t *testing.T) {
	t.Parallel()
	config := minimal()
	config.RepositoryARNs = types.SetValueMust(types.StringType, []attr.Value{types.StringNull()})
	_, diags := plan(t, config, nil)
	if len(diags) != 1 || diags[0].Summary() != "Policy that allows nothing" {
		t.Errorf("got %v", diags)
	}
}
