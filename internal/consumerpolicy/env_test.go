// SPDX-License-Identifier: MPL-2.0

package consumerpolicy

import (
	"context"
	"net/http/httptest"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/providerdata"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/rolepolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/fault"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// minimal is a configuration with what is required alone.
func minimal() model {
	return model{
		Role:           types.StringValue("app"),
		Name:           types.StringValue(managed.DefaultPolicyName),
		RepositoryARNs: tfattr.StringSet([]string{appARN}),
		Actions:        tfattr.StringSet(nil),
		Conditions:     types.ListNull(statementattr.ConditionsAttribute().NestedObject.Type()),
	}
}

func vpce(id string) policy.Condition {
	return policy.Condition{Test: "StringEquals", Variable: "aws:SourceVpce", Values: []string{id}}
}

func conditions(t *testing.T, conditions ...policy.Condition) types.List {
	t.Helper()
	list, diags := statementattr.ConditionList(t.Context(), conditions, minimal().Conditions)
	if diags.HasError() {
		t.Fatal(diags)
	}
	return list
}

func theSchema(t *testing.T) schema.Schema {
	t.Helper()
	var resp resource.SchemaResponse
	(&Resource{}).Schema(t.Context(), resource.SchemaRequest{}, &resp)
	if resp.Diagnostics.HasError() {
		t.Fatal(resp.Diagnostics)
	}
	return resp.Schema
}

// stateOf holds a model as Terraform does; nothing for none.
func stateOf(t *testing.T, m ...model) tfsdk.State {
	t.Helper()
	s := theSchema(t)
	state := tfsdk.State{Schema: s, Raw: tftypes.NewValue(s.Type().TerraformType(t.Context()), nil)}
	for i := range m {
		if diags := state.Set(t.Context(), &m[i]); diags.HasError() {
			t.Fatal(diags)
		}
	}
	return state
}

func modelOf(t *testing.T, state tfsdk.State) model {
	t.Helper()
	var m model
	if diags := state.Get(t.Context(), &m); diags.HasError() {
		t.Fatal(diags)
	}
	return m
}

// plan plans a configuration against a prior state, as Terraform would: with
// computed attributes unknown.
func plan(t *testing.T, config model, prior *model) (model, diag.Diagnostics) {
	t.Helper()
	return planBy(t, &Resource{}, config, prior)
}

// planBy plans with a resource that may be configured.
func planBy(t *testing.T, r *Resource, config model, prior *model) (model, diag.Diagnostics) {
	t.Helper()
	proposed := config
	proposed.Policy = types.StringUnknown()
	if config.Access.IsNull() {
		proposed.Access = types.StringUnknown()
	}
	state := stateOf(t)
	if prior != nil {
		state = stateOf(t, *prior)
	}
	req := resource.ModifyPlanRequest{Config: tfsdk.Config(stateOf(t, config)), Plan: tfsdk.Plan(stateOf(t, proposed)), State: state}
	resp := resource.ModifyPlanResponse{Plan: req.Plan}
	setPrivate(&resp)
	r.ModifyPlan(t.Context(), req, &resp)
	return modelOf(t, tfsdk.State(resp.Plan)), resp.Diagnostics
}

// planned is the plan of a new resource, which must succeed.
func planned(t *testing.T, config model) model {
	t.Helper()
	m, diags := plan(t, config, nil)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	return m
}

// env is the resource with an account on the emulator that has the role app.
type env struct {
	t       *testing.T
	r       *Resource
	clients *awsapi.Clients
	server  *emulator.Server
	faults  *fault.Layer // between the resource and the server
	account string
}

func newEnv(t *testing.T, allowedAccounts ...string) *env {
	t.Helper()
	server, err := emulator.Start(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	faults := fault.New(server, 1)
	front := httptest.NewServer(faults)
	t.Cleanup(front.Close)
	const account = "123456789012"
	accessKey, secretKey := server.Credentials(account)
	server.CreateRole(account, "/", "app")
	clients, err := awsapi.New(t.Context(), awsapi.Config{
		Region: "us-east-1", AccessKey: accessKey, SecretKey: secretKey, MaxRetries: 1, AllowedAccountIDs: allowedAccounts,
		Endpoints: awsapi.Endpoints{ECR: front.URL, IAM: front.URL, STS: front.URL},
	})
	if err != nil {
		t.Fatal(err)
	}
	e := &env{t: t, clients: clients, server: server, faults: faults, account: account}
	e.nextWalk()
	return e
}

// nextWalk begins a plan or an apply: Terraform configures the provider anew.
func (e *env) nextWalk() {
	e.t.Helper()
	e.r = &Resource{}
	var resp resource.ConfigureResponse
	e.r.Configure(e.t.Context(), resource.ConfigureRequest{ProviderData: providerdata.New(e.clients)}, &resp)
	if resp.Diagnostics.HasError() {
		e.t.Fatal(resp.Diagnostics)
	}
	now := time.Now()
	e.r.policies.Clock = rolepolicy.Clock{
		Now:  func() time.Time { return now },
		Wait: func(ctx context.Context, d time.Duration) error { now = now.Add(d); return ctx.Err() },
	}
}

// policy returns the text of the policy, which must exist.
func (e *env) policy() string {
	e.t.Helper()
	text, found := e.server.RolePolicy(e.account, "app", managed.DefaultPolicyName)
	if !found {
		e.t.Fatal("the role has no policy " + managed.DefaultPolicyName)
	}
	return text
}

// result is what an operation leaves in the state.
type result struct {
	model   model
	removed bool
	diags   diag.Diagnostics
}

func (e *env) result(state tfsdk.State, diags diag.Diagnostics) result {
	e.t.Helper()
	if state.Raw.IsNull() {
		return result{removed: true, diags: diags}
	}
	return result{model: modelOf(e.t, state), diags: diags}
}

func (e *env) create(plan model) result {
	e.t.Helper()
	resp := resource.CreateResponse{State: stateOf(e.t)}
	setPrivate(&resp)
	e.r.Create(e.t.Context(), resource.CreateRequest{Plan: tfsdk.Plan(stateOf(e.t, plan))}, &resp)
	return e.result(resp.State, resp.Diagnostics)
}

func (e *env) read(state model) result {
	e.t.Helper()
	resp := resource.ReadResponse{State: stateOf(e.t, state)}
	setPrivate(&resp)
	e.r.Read(e.t.Context(), resource.ReadRequest{State: resp.State}, &resp)
	return e.result(resp.State, resp.Diagnostics)
}

func (e *env) update(state, plan model) result {
	e.t.Helper()
	resp := resource.UpdateResponse{State: stateOf(e.t, state)}
	setPrivate(&resp)
	e.r.Update(e.t.Context(), resource.UpdateRequest{State: resp.State, Plan: tfsdk.Plan(stateOf(e.t, plan))}, &resp)
	return e.result(resp.State, resp.Diagnostics)
}

func (e *env) delete(state model) diag.Diagnostics {
	e.t.Helper()
	resp := resource.DeleteResponse{State: stateOf(e.t, state)}
	req := resource.DeleteRequest{State: resp.State}
	setPrivate(&req)
	e.r.Delete(e.t.Context(), req, &resp)
	return resp.Diagnostics
}

// setPrivate gives a request or response empty private data, whose type is the
// framework's own.
func setPrivate(of any) {
	field := reflect.ValueOf(of).Elem().FieldByName("Private")
	field.Set(reflect.New(field.Type().Elem()))
}

func (e *env) imports(id string) result {
	e.t.Helper()
	resp := resource.ImportStateResponse{State: stateOf(e.t)}
	e.r.ImportState(e.t.Context(), resource.ImportStateRequest{ID: id}, &resp)
	return e.result(resp.State, resp.Diagnostics)
}

// differences returns the names of the attributes that differ, sorted.
func differences(t *testing.T, a, b model) []string {
	t.Helper()
	var names []string
	va, vb := reflect.ValueOf(a), reflect.ValueOf(b)
	for i := range va.NumField() {
		fieldA, _ := reflect.TypeAssert[attr.Value](va.Field(i))
		fieldB, _ := reflect.TypeAssert[attr.Value](vb.Field(i))
		if !fieldA.Equal(fieldB) {
			names = append(names, va.Type().Field(i).Tag.Get("tfsdk"))
		}
	}
	return sorted(names)
}

func sorted(names []string) []string { return slices.Sorted(slices.Values(names)) }
