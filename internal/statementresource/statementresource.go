// SPDX-License-Identifier: MPL-2.0

// Package statementresource has what the resources share that manage one statement of the
// policy of a repository or registry: where the statement is, what the plan checks in the policy as it is,
// the writes, the refresh, the import and their messages. What the statement says is the
// concern of each resource.
package statementresource

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/providerdata"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/policystore"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/registry"
)

// A Model has the attributes of a resource, and knows what its statement says.
type Model interface {
	// Common returns the attributes that every such resource has.
	Common() *Attributes
	// Settle computes what was unknown in the plan and is known in the apply, and checks it:
	// unknown values have not been validated. diags has what the validators found.
	Settle(ctx context.Context, b *Base, diags *diag.Diagnostics)
	// Refresh writes the live statement into the attributes. Without a statement in them, this
	// is an import.
	Refresh(ctx context.Context, b *Base, live *policy.Statement) diag.Diagnostics
}

// A Base is the part of a resource that concerns the repository policy.
type Base struct {
	Clients  *awsapi.Clients
	Policies *policystore.Store
	Plan     *policystore.Plan
	// Type is the type of the resource.
	Type string
	// NewModel returns an empty model.
	NewModel func() Model
	// OfRegistry says that the statement is one of the registry policy: the repository has no
	// name then.
	OfRegistry bool
	// At is the attribute that says which Sid the statement has.
	At path.Path
	// ParseImportID reads an import ID.
	ParseImportID func(id string) (repo awsname.Repository, sid string, err error)
	// CheckSid returns an error if the resource cannot have a Sid.
	CheckSid func(sid string) error
	// CheckImport returns an error if the resource cannot import a statement of a repository.
	CheckImport func(awsname.Repository, *policy.Statement) error

	registries *registry.Store
	isFirst    func(text string) bool
	wasSaid    func(text string) bool
}

// Metadata implements resource.Resource.
func (b *Base) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = b.Type
}

// Configure takes what the provider prepared.
func (b *Base) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	data, diags := providerdata.From(req.ProviderData)
	if resp.Diagnostics.Append(diags...); data != nil {
		b.Clients, b.Policies, b.Plan = data.Clients, data.RepositoryPolicies, data.PlannedStatements
		b.registries, b.isFirst, b.wasSaid = data.Registries, data.IsFirst, data.WasSaid
		if b.OfRegistry {
			b.Policies = data.RegistryPolicies.Store
		}
	}
}

// fill completes a state that only says where the statement is.
func (b *Base) fill(ctx context.Context, state *tfsdk.State, live *policy.Statement) diag.Diagnostics {
	m := b.NewModel()
	diags := state.Get(ctx, m)
	if diags.Append(m.Refresh(ctx, b, live)...); !diags.HasError() {
		diags.Append(state.Set(ctx, m)...)
	}
	return diags
}
