// SPDX-License-Identifier: MPL-2.0

// Package provider is the entry point for Terraform: it has the schema of the provider
// block, creates the clients, and lists the resources, data sources, actions and functions.
package provider

import (
	"context"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/consumerpolicy"
	ecrxafunction "github.com/ecrxa/terraform-provider-ecrxa/internal/function"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/grant"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/providerdata"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullcheck"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pulleventsource"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullmatrix"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullprobe"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/registrygrant"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/repositoryaccess"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/repositorystatement"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshotsource"
)

var (
	_ provider.Provider                  = (*ecrxa)(nil)
	_ provider.ProviderWithListResources = (*ecrxa)(nil)
	_ provider.ProviderWithFunctions     = (*ecrxa)(nil)
	_ provider.ProviderWithActions       = (*ecrxa)(nil)
)

// New returns the function with which the plugin server creates a provider of this
// version.
func New(version string) func() provider.Provider {
	return func() provider.Provider { return &ecrxa{version: version} }
}

// NewProcess is New for a process of its own. At its end, finish verifies the changes whose
// calls have returned before, and returns what went wrong with them, one text each.
func NewProcess(version string) (newProvider func() provider.Provider, finish func(context.Context) []string) {
	p := &ecrxa{version: version}
	return func() provider.Provider { return p }, p.finish
}

type ecrxa struct {
	version string

	mu         sync.Mutex
	configured []*providerdata.Data
}

// finish finishes the work of all configurations at the same time.
func (p *ecrxa) finish(ctx context.Context) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	late := make([][]string, len(p.configured))
	var group sync.WaitGroup
	for i, data := range p.configured {
		group.Go(func() { late[i] = data.Finish(ctx) })
	}
	group.Wait()
	return slices.Concat(late...)
}

// Metadata returns the type name, with which the names of all resources begin, and the
// version.
func (p *ecrxa) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "ecrxa"
	resp.Version = p.version
}

// Schema returns the schema of the provider block.
func (p *ecrxa) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerSchema()
}

// Configure prepares the clients and makes no call to AWS. Unknown values are not an
// error here: a configuration that needs no client, or only the provider's functions,
// can be planned without them.
func (p *ecrxa) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	config, verify, diags := readConfig(ctx, req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.ProviderVersion, config.TerraformVersion = p.version, req.TerraformVersion

	if len(config.Unknown) > 0 {
		tflog.Info(ctx, "The provider configuration has unknown values", map[string]any{"attributes": config.Unknown})
		if req.ClientCapabilities.DeferralAllowed {
			resp.Deferred = &provider.Deferred{Reason: provider.DeferredReasonProviderConfigUnknown}
		}
	}
	clients, err := awsapi.New(ctx, config)
	if err != nil {
		resp.Diagnostics.AddError(awserr.Describe(err, "Invalid provider configuration"))
		return
	}
	data := providerdata.New(clients)
	if verify == verifyBeforeReturn {
		data.VerifyBeforeReturn()
	}
	p.mu.Lock()
	p.configured = append(p.configured, data)
	p.mu.Unlock()
	resp.ResourceData, resp.DataSourceData, resp.ListResourceData, resp.ActionData = data, data, data, data
}

// Resources lists the provider's resources.
func (p *ecrxa) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{grant.NewResource, registrygrant.NewResource, repositorystatement.NewResource, consumerpolicy.NewResource}
}

// ListResources lists what terraform query can list.
func (p *ecrxa) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{grant.NewListResource, registrygrant.NewListResource, repositorystatement.NewListResource, consumerpolicy.NewListResource}
}

// DataSources lists the provider's data sources.
func (p *ecrxa) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{pullcheck.NewDataSource, snapshotsource.NewRegistry, snapshotsource.NewConsumer, pullmatrix.NewDataSource, pullprobe.NewDataSource, pulleventsource.NewDataSource, repositoryaccess.NewDataSource}
}

// Actions lists the provider's actions, which need Terraform 1.14.
func (p *ecrxa) Actions(context.Context) []func() action.Action {
	return []func() action.Action{pullprobe.NewAction}
}

// Functions lists the provider's functions.
func (p *ecrxa) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		ecrxafunction.NewEvaluatePull, ecrxafunction.NewParseImageURI, ecrxafunction.NewImageURI, ecrxafunction.NewRepositoryARN,
		ecrxafunction.NewExplainPullError, ecrxafunction.NewGrantsFromPolicy,
	}
}
