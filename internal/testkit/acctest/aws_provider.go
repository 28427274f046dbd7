// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"slices"

	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	providerschema "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

// AWSProvider returns a stand-in for the AWS provider, under the name aws: of its resources,
// those that manage a whole policy, as far as moving away from them needs. The provider block
// has no effect.
func (e *Env) AWSProvider() func() (tfprotov6.ProviderServer, error) {
	return providerserver.NewProtocol6WithError(awsProvider{e})
}

// ServeAWSProvider serves the stand-in until the end of the test, as hashicorp/aws. It returns
// the value of TF_REATTACH_PROVIDERS with which terraform finds it.
func (e *Env) ServeAWSProvider() string {
	e.t.Helper()
	const address = "registry.terraform.io/hashicorp/aws"
	configs, closed := make(chan *plugin.ReattachConfig), make(chan struct{})
	e.t.Cleanup(func() { <-closed })
	server, err := e.AWSProvider()()
	if err != nil {
		e.t.Fatal(err)
	}
	go func() {
		if err := tf6server.Serve(address, func() tfprotov6.ProviderServer { return server }, tf6server.WithDebug(e.t.Context(), configs, closed)); err != nil {
			e.t.Error(err)
		}
	}()
	config := <-configs
	text, err := json.Marshal(map[string]any{address: map[string]any{
		"Protocol": config.Protocol, "ProtocolVersion": config.ProtocolVersion, "Pid": os.Getpid(), "Test": true,
		"Addr": map[string]string{"Network": config.Addr.Network(), "String": config.Addr.String()},
	}})
	if err != nil {
		e.t.Fatal(err)
	}
	return string(text)
}

type awsProvider struct{ env *Env }

func (awsProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "aws"
}

func (awsProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerschema.Schema{Attributes: map[string]providerschema.Attribute{
		"region": providerschema.StringAttribute{Optional: true}, "profile": providerschema.StringAttribute{Optional: true},
	}}
}

func (awsProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

func (awsProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }

//nolint:contextcheck // The clients of a test use its context.
func (p awsProvider) Resources(context.Context) []func() resource.Resource {
	registry, consumer := p.env.Registry, p.env.Consumer
	return []func() resource.Resource{
		func() resource.Resource {
			return &awsPolicy{
				typeName: "aws_ecr_repository_policy", place: []string{"repository"},
				computed: map[string]string{"registry_id": registry.ID, "region": p.env.Region},
				put:      func(at map[string]string, policy string) { registry.PutRepositoryPolicy(at["repository"], policy) },
				get:      func(at map[string]string) (string, bool) { return registry.RepositoryPolicy(at["repository"]) },
				remove:   func(at map[string]string) { registry.DeleteRepositoryPolicy(at["repository"]) },
			}
		},
		func() resource.Resource {
			return &awsPolicy{
				typeName: "aws_iam_role_policy", place: []string{"role", "name"},
				put:    func(at map[string]string, policy string) { consumer.PutRolePolicy(at["role"], at["name"], policy) },
				get:    func(at map[string]string) (string, bool) { return consumer.RolePolicy(at["role"], at["name"]) },
				remove: func(at map[string]string) { consumer.DeleteRolePolicy(at["role"], at["name"]) },
			}
		},
	}
}

// An awsPolicy is a resource for a whole policy document. All its attributes are texts.
type awsPolicy struct {
	typeName string
	place    []string          // the attributes that say which policy it is
	computed map[string]string // computed attributes
	put      func(at map[string]string, policy string)
	get      func(at map[string]string) (string, bool)
	remove   func(at map[string]string)
}

func (r *awsPolicy) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = r.typeName
}

func (r *awsPolicy) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema.Attributes = map[string]schema.Attribute{"policy": schema.StringAttribute{Required: true}}
	for _, name := range r.place {
		resp.Schema.Attributes[name] = schema.StringAttribute{Required: true, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()}}
	}
	for _, name := range append(slices.Collect(maps.Keys(r.computed)), "id") {
		resp.Schema.Attributes[name] = schema.StringAttribute{Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()}}
	}
}

// attributes reads texts.
func attributes(ctx context.Context, from func(context.Context, path.Path, any) diag.Diagnostics, names ...string) (map[string]string, diag.Diagnostics) {
	values, diags := map[string]string{}, diag.Diagnostics{}
	for _, name := range names {
		var value types.String
		diags.Append(from(ctx, path.Root(name), &value)...)
		values[name] = value.ValueString()
	}
	return values, diags
}

func (r *awsPolicy) write(ctx context.Context, plan tfsdk.Plan, state *tfsdk.State) diag.Diagnostics {
	at, diags := attributes(ctx, plan.GetAttribute, append([]string{"policy"}, r.place...)...)
	if diags.HasError() {
		return diags
	}
	r.put(at, at["policy"])
	state.Raw = plan.Raw
	for name, value := range r.computed {
		diags.Append(state.SetAttribute(ctx, path.Root(name), value)...)
	}
	diags.Append(state.SetAttribute(ctx, path.Root("id"), "id")...)
	return diags
}

func (r *awsPolicy) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	resp.Diagnostics.Append(r.write(ctx, req.Plan, &resp.State)...)
}

func (r *awsPolicy) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.Diagnostics.Append(r.write(ctx, req.Plan, &resp.State)...)
}

func (r *awsPolicy) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	at, diags := attributes(ctx, req.State.GetAttribute, r.place...)
	resp.Diagnostics.Append(diags...)
	if _, found := r.get(at); !found {
		resp.State.RemoveResource(ctx)
	}
}

func (r *awsPolicy) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	at, diags := attributes(ctx, req.State.GetAttribute, r.place...)
	resp.Diagnostics.Append(diags...)
	if _, found := r.get(at); found {
		r.remove(at)
	}
}
