package consumerpolicy

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/fault"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// shared is an environment where two objects of the state have one policy, at the
// begin of a plan that has read both.
func shared(t *testing.T) (*env, model) {
	t.Helper()
	e := newEnv(t)
	m := e.create(planned(t, minimal())).model
	e.nextWalk()
	e.read(m)
	e.read(m)
	return e, m
}

func TestADeleteLeavesThePolicyOfAnotherObject(t *testing.T) {
	t.Parallel()
	e, m := shared(t)
	holders, diags := e.planDelete(m, 0)
	if _, kept := planBy(t, e.r, minimal(), &m); len(diags)+len(kept) > 0 {
		t.Error(diags, kept)
	}
	e.nextWalk()
	expectWarning(t, e.deleteOf(m, holders), "another resource of this configuration manages it")
	if e.policy() != m.Policy.ValueString() {
		t.Errorf("the role has %s", e.policy())
	}
}

func TestTheLastDeleteOfSeveralObjectsDeletes(t *testing.T) {
	t.Parallel()
	e, m := shared(t)
	first, _ := e.planDelete(m, 0)
	second, _ := e.planDelete(m, 0)
	e.nextWalk()
	e.deleteOf(m, second)
	if diags := e.deleteOf(m, first); len(diags) > 0 {
		t.Error(diags)
	}
	if text, found := e.server.RolePolicy(e.account, "app", managed.DefaultPolicyName); found {
		t.Errorf("the role still has %s", text)
	}
}

// Of three objects two go; the one that was planned first knows of two only.
func TestTwoOfThreeObjectsGo(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	m := e.create(planned(t, minimal())).model
	e.nextWalk()
	e.read(m)
	if _, diags := planBy(t, e.r, minimal(), &m); len(diags) > 0 {
		t.Fatal(diags)
	}
	e.read(m)
	first, _ := e.planDelete(m, 0)
	e.read(m)
	second, _ := e.planDelete(m, 0)
	e.nextWalk()
	e.deleteOf(m, second)
	e.deleteOf(m, first)
	if e.policy() != m.Policy.ValueString() {
		t.Errorf("the role has %s", e.policy())
	}
}

// One that updates its policy stays, also when IAM refuses the update: an older
// object that knows of no other leaves what stands.
func TestARefusedUpdateKeepsThePolicy(t *testing.T) {
	t.Parallel()
	e, m := shared(t)
	changed := minimal()
	changed.RepositoryARNs = tfattr.StringSet([]string{baseARN})
	next, diags := planBy(t, e.r, changed, &m)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	e.nextWalk()
	e.faults.SetRules(fault.Rule{Operation: "iam:PutRolePolicy", Fault: fault.Error(409, "LimitExceeded", "Maximum policy size of 10240 bytes exceeded for role app")})
	if got := e.update(m, next); !got.diags.HasError() {
		t.Fatal("the update was not refused")
	}
	holders, _ := e.planDelete(m, 0)
	e.deleteOf(m, holders)
	if e.policy() != m.Policy.ValueString() {
		t.Errorf("the role has %s", e.policy())
	}
}

// One that is to be written again must agree with the others all the same.
func TestOneThatIsWrittenAgainMustAgree(t *testing.T) {
	t.Parallel()
	e, m := shared(t)
	planBy(t, e.r, minimal(), &m)
	changed := minimal()
	changed.RepositoryARNs = tfattr.StringSet([]string{baseARN})
	req := resource.ModifyPlanRequest{Config: tfsdk.Config(stateOf(t, changed)), Plan: tfsdk.Plan(stateOf(t, changed)), State: stateOf(t, m)}
	setPrivate(&req)
	if diags := tfattr.MarkTakenOver(t.Context(), req.Private); diags.HasError() {
		t.Fatal(diags)
	}
	resp := resource.ModifyPlanResponse{Plan: req.Plan, Private: req.Private}
	e.r.ModifyPlan(t.Context(), req, &resp)
	if !resp.Diagnostics.HasError() {
		t.Errorf("got %v, want an error", resp.Diagnostics)
	}
}

// Terraform plans the removal of a deposed object once more in the apply, where
// nothing is read.
func TestADeposedObjectRemembersTheOthers(t *testing.T) {
	t.Parallel()
	e, m := shared(t)
	resp := resource.ReadResponse{State: stateOf(t, m)}
	setPrivate(&resp)
	e.r.Read(t.Context(), resource.ReadRequest{State: resp.State}, &resp)
	recorded := tfattr.RecordedHolders(t.Context(), resp.Private)
	e.nextWalk()
	if holders, _ := e.planDelete(m, recorded); holders != 3 {
		t.Errorf("%d holders, recorded were %d", holders, recorded)
	}
}

func TestAnObjectAloneRecordsNothing(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	m := e.create(planned(t, minimal())).model
	e.nextWalk()
	e.read(m)
	for _, before := range []int{0, 2} {
		e.nextWalk()
		e.read(m)
		if holders, diags := e.planDelete(m, before); holders != 0 || len(diags) > 0 {
			t.Errorf("recorded before: %d; now %d, %v", before, holders, diags)
		}
	}
}

// A resource that gets another name leaves the policy that it had.
func TestARenamedPolicyLeavesTheOldOneToItsOtherHolder(t *testing.T) {
	t.Parallel()
	e, m := shared(t)
	renamed := minimal()
	renamed.Name = types.StringValue("another")
	if _, diags := planBy(t, e.r, renamed, &m); len(diags) > 0 {
		t.Error(diags)
	}
	if got := e.r.policies.Claim("app", managed.DefaultPolicyName).Leave(0); got != 2 {
		t.Errorf("%d holders", got)
	}
	if _, diags := planBy(t, e.r, minimal(), &m); !diags.HasError() {
		t.Error("both leave by the plan, and a third that keeps the policy is not told")
	}
}

func TestPlanOfTwoHolders(t *testing.T) {
	t.Parallel()
	changed := minimal()
	changed.RepositoryARNs = tfattr.StringSet([]string{baseARN})
	for name, tt := range map[string]struct {
		first    func(t *testing.T, e *env, m model)
		severity diag.Severity
		want     string
	}{
		"that say the same": {
			func(t *testing.T, e *env, m model) { t.Helper(); planBy(t, e.r, minimal(), &m) },
			diag.SeverityWarning, "the policy stays as long as the other manages it",
		},
		"that say something else": {
			func(t *testing.T, e *env, m model) { t.Helper(); planBy(t, e.r, changed, &m) },
			diag.SeverityError, "each would undo what the other does",
		},
		"one new": {
			func(t *testing.T, e *env, _ model) { t.Helper(); planBy(t, e.r, minimal(), nil) },
			diag.SeverityWarning, "a new ecrxa_consumer_role_policy of this configuration is about to create it too",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, m := shared(t)
			tt.first(t, e, m)
			_, diags := planBy(t, e.r, minimal(), &m)
			if len(diags) != 1 || diags[0].Severity() != tt.severity || !strings.Contains(diags[0].Detail(), tt.want) {
				t.Errorf("got %v", diags)
			}
		})
	}
}

// Terraform may plan a removal before it reads the other holder, which then writes
// the policy again: whether it comes before or after, the policy stands.
func TestARemovalThatCameTooEarly(t *testing.T) {
	t.Parallel()
	for name, apply := range map[string]func(t *testing.T, e *env, remove, rewrite func()){
		"removed first": func(_ *testing.T, _ *env, remove, rewrite func()) { remove(); rewrite() },
		"written first": func(_ *testing.T, _ *env, remove, rewrite func()) { rewrite(); remove() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEnv(t)
			m := e.create(planned(t, minimal())).model
			e.nextWalk()
			e.read(m)
			holders, _ := e.planDelete(m, 0)
			read := resource.ReadResponse{State: stateOf(t, m)}
			setPrivate(&read)
			e.r.Read(t.Context(), resource.ReadRequest{State: read.State}, &read)

			req := resource.ModifyPlanRequest{Config: tfsdk.Config(stateOf(t, minimal())), Plan: tfsdk.Plan(stateOf(t, m)), State: stateOf(t, m), Private: read.Private}
			resp := resource.ModifyPlanResponse{Plan: req.Plan, Private: req.Private}
			e.r.ModifyPlan(t.Context(), req, &resp)
			expectWarning(t, resp.Diagnostics, "this apply writes it once more")
			if got := modelOf(t, tfsdk.State(resp.Plan)); !got.Policy.IsUnknown() {
				t.Errorf("no update is planned: %s", got.Policy)
			}

			e.nextWalk()
			apply(t, e, func() { e.deleteOf(m, holders) }, func() {
				update := resource.UpdateResponse{State: req.State, Private: read.Private}
				e.r.Update(t.Context(), resource.UpdateRequest{State: req.State, Plan: resp.Plan, Private: read.Private}, &update)
				if got := e.result(update.State, update.Diagnostics); len(got.diags) > 0 || got.model.Policy != m.Policy || tfattr.MustRewrite(t.Context(), update.Private) {
					t.Errorf("got %+v", got)
				}
			})
			if e.policy() != m.Policy.ValueString() {
				t.Errorf("the role has %s", e.policy())
			}
		})
	}
}

// Without a refresh nothing is marked, and nothing can be written again.
func TestPlanWithoutRefreshOfARemovalThatCameTooEarly(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	m := e.create(planned(t, minimal())).model
	e.nextWalk()
	e.planDelete(m, 0)
	_, diags := planBy(t, e.r, minimal(), &m)
	if len(diags) != 1 || diags[0].Summary() != "The plan would remove a policy that is kept" {
		t.Errorf("got %v", diags)
	}
}

func TestPlanOfANewResource(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		before func(t *testing.T, e *env, m model)
		want   string // a warning
	}{
		"beside one that stays": {
			func(t *testing.T, e *env, m model) { t.Helper(); planBy(t, e.r, minimal(), &m) },
			"may manage it already. If this plan replaces the one by the other, ignore this",
		},
		"beside one that goes": {func(t *testing.T, e *env, m model) { t.Helper(); e.planDelete(m, 0) }, ""},
		"that is tainted":      {func(*testing.T, *env, model) {}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEnv(t)
			m := e.create(planned(t, minimal())).model
			e.nextWalk()
			e.read(m)
			tt.before(t, e, m)
			_, diags := planBy(t, e.r, minimal(), nil)
			if tt.want != "" {
				expectWarning(t, diags, tt.want)
			} else if len(diags) > 0 {
				t.Error(diags)
			}
		})
	}
}

// The second creation of a name would fail in the apply. One that is replaced is
// planned twice.
func TestPlanOfTwoNewResources(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	elsewhere := minimal()
	elsewhere.Name = types.StringValue("another")
	replaced := e.create(planned(t, elsewhere)).model
	e.nextWalk()
	e.read(replaced)
	for _, prior := range []*model{&replaced, nil} {
		if _, diags := planBy(t, e.r, minimal(), prior); len(diags) > 0 {
			t.Fatal(diags)
		}
	}
	_, diags := planBy(t, e.r, minimal(), nil)
	if len(diags) != 1 || diags[0].Severity() != diag.SeverityError || !strings.Contains(diags[0].Detail(), "the second of them would fail") {
		t.Errorf("got %v", diags)
	}
}

// What somebody has put under the name since the plan is nobody's to change here.
func TestAPolicyThatHasChangedSinceThePlan(t *testing.T) {
	t.Parallel()
	changed := minimal()
	changed.RepositoryARNs = tfattr.StringSet([]string{baseARN})
	for name, do := range map[string]func(*env, model) diag.Diagnostics{
		"update": func(e *env, m model) diag.Diagnostics { return e.update(m, planned(t, changed)).diags },
		"delete": func(e *env, m model) diag.Diagnostics { return e.delete(m) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEnv(t)
			m := e.create(planned(t, minimal())).model
			e.nextWalk()
			e.server.PutRolePolicy(e.account, "app", managed.DefaultPolicyName, "{}")
			diags := do(e, m)
			if len(diags) != 1 || diags[0].Summary() != "The policy has changed since the plan" || !strings.Contains(diags[0].Detail(), "plan again") {
				t.Errorf("got %v", diags)
			}
			if e.policy() != "{}" {
				t.Errorf("the role has %s", e.policy())
			}
		})
	}
}
