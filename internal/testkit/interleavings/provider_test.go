// SPDX-License-Identifier: MPL-2.0

package interleavings_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/consumerpolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/grant"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/providerdata"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/registrygrant"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/repositorystatement"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/policystore"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/registrypolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/repopolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/rolepolicy"
)

// fakeProvider serves the real resources with stores on a fake account.
type fakeProvider struct{ data *providerdata.Data }

func (*fakeProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "ecrxa"
}

func (*fakeProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (p *fakeProvider) Configure(_ context.Context, _ provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	resp.ResourceData = p.data
}

func (*fakeProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{grant.NewResource, registrygrant.NewResource, repositorystatement.NewResource, consumerpolicy.NewResource}
}

func (*fakeProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }

// A plugin serves a kind of resource. It starts a process only once, and configures it
// anew for each plan and each apply, as Terraform does with a process under a debugger:
// a provider that is configured knows nothing of what came before.
type plugin struct {
	*kind

	clients  *awsapi.Clients
	provider *fakeProvider
	server   tfprotov6.ProviderServer
	schema   *tfprotov6.Schema
}

func load(t *testing.T, k *kind) *plugin {
	t.Helper()
	clients, err := awsapi.New(t.Context(), awsapi.Config{Region: "us-east-1", AccessKey: "AKIAEXAMPLE", SecretKey: "secret"})
	if err != nil {
		t.Fatal(err)
	}
	p := &plugin{kind: k, clients: clients, provider: &fakeProvider{}}
	p.server = providerserver.NewProtocol6(p.provider)()
	schemas, err := p.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	p.schema = schemas.ResourceSchemas[k.resource]
	return p
}

// A process is a configured provider.
type process struct {
	*plugin

	t *testing.T
}

func (p *plugin) start(t *testing.T, aws *account) *process {
	t.Helper()
	p.provider.data = &providerdata.Data{
		Clients: p.clients, RepositoryPolicies: repopolicy.New(aws), RegistryPolicies: registrypolicy.New(aws), Roles: rolepolicy.New(aws), PlannedStatements: &policystore.Plan{},
	}
	none := tftypes.NewValue(tftypes.Object{}, map[string]tftypes.Value{})
	config, err := tfprotov6.NewDynamicValue(none.Type(), none)
	if err != nil {
		t.Fatal(err)
	}
	configured, err := p.server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{Config: &config})
	if err != nil || len(configured.Diagnostics) > 0 {
		t.Fatal(err, configured.Diagnostics)
	}
	return &process{p, t}
}

func (p *process) encode(v tftypes.Value) *tfprotov6.DynamicValue {
	encoded, err := tfprotov6.NewDynamicValue(p.schema.ValueType(), v)
	if err != nil {
		p.t.Error(err)
	}
	return &encoded
}

func (p *process) decode(v *tfprotov6.DynamicValue) tftypes.Value {
	decoded, err := v.Unmarshal(p.schema.ValueType())
	if err != nil {
		p.t.Error(err)
	}
	return decoded
}

func (p *process) null() tftypes.Value { return tftypes.NewValue(p.schema.ValueType(), nil) }

// An answer is what a call returns.
type answer struct {
	value   tftypes.Value // the state or the plan
	private []byte
	replace bool // the plan asks for a replacement
	diags   []*tfprotov6.Diagnostic
}

func (p *process) read(o object) answer {
	resp, err := p.server.ReadResource(p.t.Context(), &tfprotov6.ReadResourceRequest{TypeName: p.resource, CurrentState: p.encode(o.state), Private: o.private})
	if err != nil {
		p.t.Error(err)
		return answer{value: p.null()}
	}
	return answer{value: p.decode(resp.NewState), private: resp.Private, diags: resp.Diagnostics}
}

// plan plans a configuration for a prior state; null values stand for none.
func (p *process) plan(config, prior tftypes.Value, private []byte) answer {
	resp, err := p.server.PlanResourceChange(p.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: p.resource, Config: p.encode(config), PriorState: p.encode(prior), ProposedNewState: p.encode(p.proposed(config, prior)), PriorPrivate: private,
	})
	if err != nil {
		p.t.Error(err)
		return answer{value: p.null()}
	}
	return answer{value: p.decode(resp.PlannedState), private: resp.PlannedPrivate, replace: len(resp.RequiresReplace) > 0, diags: resp.Diagnostics}
}

func (p *process) apply(config, prior, planned tftypes.Value, private []byte) answer {
	resp, err := p.server.ApplyResourceChange(p.t.Context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName: p.resource, Config: p.encode(config), PriorState: p.encode(prior), PlannedState: p.encode(planned), PlannedPrivate: private,
	})
	if err != nil {
		p.t.Error(err)
		return answer{value: p.null()}
	}
	return answer{value: p.decode(resp.NewState), private: resp.Private, diags: resp.Diagnostics}
}

// proposed returns Terraform's proposal for a new state: what is configured, else for
// computed attributes the prior value, or unknown.
func (p *process) proposed(config, prior tftypes.Value) tftypes.Value {
	if config.IsNull() {
		return config
	}
	values, before := attributes(p.t, config), map[string]tftypes.Value{}
	if !prior.IsNull() {
		before = attributes(p.t, prior)
	}
	for _, a := range p.schema.Block.Attributes {
		if !values[a.Name].IsNull() || !a.Computed {
			continue
		}
		if old, found := before[a.Name]; found {
			values[a.Name] = old
		} else {
			values[a.Name] = tftypes.NewValue(values[a.Name].Type(), tftypes.UnknownValue)
		}
	}
	return tftypes.NewValue(p.schema.ValueType(), values)
}

func attributes(t *testing.T, v tftypes.Value) map[string]tftypes.Value {
	t.Helper()
	var values map[string]tftypes.Value
	if err := v.As(&values); err != nil {
		t.Error(err)
	}
	return values
}
