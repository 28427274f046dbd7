// SPDX-License-Identifier: MPL-2.0

package grant

import (
	"context"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/providerdata"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/fault"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

const registry = "987654321098"

// An object is what Terraform's state has of a grant: its values and the
// provider's private data.
type object struct {
	state   tfsdk.State
	private any // of the framework's own type
}

// A walk is a plan or an apply on an emulator: Terraform configures the provider
// anew for each.
type walk struct {
	t      *testing.T
	server *emulator.Server
	r      *Resource
}

func newWalk(t *testing.T, server *emulator.Server, rules ...fault.Rule) *walk {
	t.Helper()
	return newWalkWith(t, server, awsapi.Config{}, rules...)
}

func newWalkWith(t *testing.T, server *emulator.Server, config awsapi.Config, rules ...fault.Rule) *walk {
	t.Helper()
	front := httptest.NewServer(fault.New(server, 1, rules...))
	t.Cleanup(front.Close)
	key, secret := server.Credentials(registry)
	config.Region, config.AccessKey, config.SecretKey = "us-east-1", key, secret
	config.Endpoints = awsapi.Endpoints{ECR: front.URL, IAM: front.URL, STS: front.URL}
	clients, err := awsapi.New(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	w := &walk{t: t, server: server, r: NewResource().(*Resource)}
	var resp resource.ConfigureResponse
	w.r.Configure(t.Context(), resource.ConfigureRequest{ProviderData: providerdata.New(clients)}, &resp)
	w.expectNone(resp.Diagnostics)
	return w
}

func (w *walk) expectNone(diags diag.Diagnostics) {
	w.t.Helper()
	if diags.HasError() {
		w.t.Fatal(diags)
	}
}

// setPrivate gives a request or response private data, empty for nil. Its type is
// the framework's own.
func setPrivate(of, private any) any {
	field := reflect.ValueOf(of).Elem().FieldByName("Private")
	if private == nil {
		private = reflect.New(field.Type().Elem()).Interface()
	}
	field.Set(reflect.ValueOf(private))
	return private
}

// stateOf holds a model as Terraform does; nothing for nil.
func (w *walk) stateOf(m *model) tfsdk.State {
	w.t.Helper()
	var resp resource.SchemaResponse
	w.r.Schema(w.t.Context(), resource.SchemaRequest{}, &resp)
	state := tfsdk.State{Schema: resp.Schema}
	state.RemoveResource(w.t.Context())
	if m != nil {
		w.expectNone(state.Set(w.t.Context(), m))
	}
	return state
}

func (w *walk) modelOf(state tfsdk.State) *model {
	w.t.Helper()
	var m model
	w.expectNone(state.Get(w.t.Context(), &m))
	return &m
}

// configured is a configuration with one account.
func (w *walk) configured() *model {
	w.t.Helper()
	state := w.stateOf(nil)
	for name, value := range map[string]any{"repository": "payment-service", "sid": "S", "account_ids": []string{"123456789012"}, "match_roles_by": "principal"} {
		w.expectNone(state.SetAttribute(w.t.Context(), path.Root(name), value))
	}
	return w.modelOf(state)
}

// plan plans the configuration, which must succeed.
func (w *walk) plan(prior *object) (planned tfsdk.Plan, diags diag.Diagnostics) {
	w.t.Helper()
	planned, diags = w.planFor(prior, "123456789012")
	w.expectNone(diags)
	return planned, diags
}

// planFor plans a grant to another account.
func (w *walk) planFor(prior *object, account string) (planned tfsdk.Plan, diags diag.Diagnostics) {
	w.t.Helper()
	config := w.configured()
	config.AccountIDs = tfattr.StringSet([]string{account})
	return w.planOf(prior, config)
}

func (w *walk) planOf(prior *object, config *model) (planned tfsdk.Plan, diags diag.Diagnostics) {
	w.t.Helper()
	proposed := *config
	proposed.Access, proposed.Region, proposed.RepositoryARN = types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	if config.RegistryID.IsNull() {
		proposed.RegistryID = types.StringUnknown()
	}
	state := w.stateOf(nil)
	if prior != nil {
		state = prior.state
		proposed.RegistryID = w.modelOf(state).RegistryID
	}
	req := resource.ModifyPlanRequest{Config: tfsdk.Config(w.stateOf(config)), Plan: tfsdk.Plan(w.stateOf(&proposed)), State: state}
	resp := resource.ModifyPlanResponse{Plan: req.Plan}
	if prior != nil {
		setPrivate(&resp, prior.private)
		setPrivate(&req, prior.private)
	} else {
		setPrivate(&resp, nil)
	}
	w.r.ModifyPlan(w.t.Context(), req, &resp)
	return resp.Plan, resp.Diagnostics
}

func (w *walk) create() *object {
	w.t.Helper()
	planned, _ := w.plan(nil)
	resp := resource.CreateResponse{State: w.stateOf(nil)}
	private := setPrivate(&resp, nil)
	w.r.Create(w.t.Context(), resource.CreateRequest{Plan: planned}, &resp)
	w.expectNone(resp.Diagnostics)
	return &object{resp.State, private}
}

func (w *walk) read(o *object) {
	w.t.Helper()
	resp := resource.ReadResponse{State: o.state}
	setPrivate(&resp, o.private)
	w.r.Read(w.t.Context(), resource.ReadRequest{State: o.state}, &resp)
	w.expectNone(resp.Diagnostics)
}

func (w *walk) planDestroy(o *object) {
	w.t.Helper()
	none := tfsdk.Plan(w.stateOf(nil))
	resp := resource.ModifyPlanResponse{Plan: none}
	setPrivate(&resp, o.private)
	w.r.ModifyPlan(w.t.Context(), resource.ModifyPlanRequest{State: o.state, Plan: none}, &resp)
	w.expectNone(resp.Diagnostics)
}

func (w *walk) destroy(o *object) {
	w.t.Helper()
	resp := resource.DeleteResponse{State: o.state}
	req := resource.DeleteRequest{State: o.state}
	setPrivate(&req, o.private)
	w.r.Delete(w.t.Context(), req, &resp)
	w.expectNone(resp.Diagnostics)
}

// An object keeps its statement if AWS refuses its update, also against a deposed
// object with the same statement that is deleted meanwhile.
func TestARefusedUpdateKeepsTheStatement(t *testing.T) {
	t.Parallel()
	server := started(t)
	server.CreateRepository(registry, "us-east-1", "payment-service")
	deposed, current := newWalk(t, server).create(), newWalk(t, server).create()
	plan := newWalk(t, server)
	plan.read(deposed)
	plan.planDestroy(deposed)
	plan.read(current)
	planned, diags := plan.planFor(current, "111122223333")
	plan.expectNone(diags)

	refused := make(chan struct{})
	apply := newWalk(t, server,
		fault.Rule{Operation: "ecr:SetRepositoryPolicy", Times: 1, Fault: fault.Meanwhile("refused", func() { close(refused) })},
		fault.Rule{Operation: "ecr:SetRepositoryPolicy", Fault: fault.PrincipalNotFound()})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	updated := make(chan diag.Diagnostics)
	go func() {
		resp := resource.UpdateResponse{State: current.state}
		setPrivate(&resp, current.private)
		apply.r.Update(ctx, resource.UpdateRequest{State: current.state, Plan: planned}, &resp)
		updated <- resp.Diagnostics
	}()
	<-refused
	apply.planDestroy(deposed)
	apply.destroy(deposed)
	cancel()
	if diags := <-updated; !diags.HasError() {
		t.Error("the update was not refused")
	}
	if text, _ := server.RepositoryPolicy(registry, "us-east-1", "payment-service"); !strings.Contains(text, `"S"`) {
		t.Error("the statement is gone")
	}
}

func warnings(diags diag.Diagnostics) string {
	var all []string
	for _, d := range diags.Warnings() {
		all = append(all, d.Summary()+": "+d.Detail())
	}
	return strings.Join(all, "\n")
}
