// SPDX-License-Identifier: MPL-2.0

// Package providerdata has what the provider creates once and passes to every resource
// and data source.
package providerdata

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/eventhistory"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/imagepull"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/organization"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/policystore"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/registry"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/registrypolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/repopolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/rolepolicy"
)

// Data is shared by all resources and data sources of one provider configuration.
type Data struct {
	Clients *awsapi.Clients
	// All resources and data sources must share the stores: a store keeps concurrent
	// changes to one policy apart, and combines equal reads into one call.
	RepositoryPolicies *policystore.Store
	RegistryPolicies   *registrypolicy.Store
	Roles              *rolepolicy.Store
	Registries         *registry.Store
	Organization       *organization.Store
	EventHistory       *eventhistory.Store
	Pulls              *imagepull.Store
	// PlannedStatements has what all grants of this configuration plan.
	PlannedStatements *policystore.Plan

	said sync.Map // by text
}

// IsFirst reports whether nobody has called it with this text before. Of many warnings that are
// alike, a process says the first.
func (d *Data) IsFirst(text string) bool {
	_, isSaid := d.said.LoadOrStore(text, true)
	return !isSaid
}

// New returns the data for one provider configuration.
func New(clients *awsapi.Clients) *Data {
	return &Data{
		Clients:            clients,
		RepositoryPolicies: repopolicy.New(clients),
		RegistryPolicies:   registrypolicy.New(clients),
		Roles:              rolepolicy.New(clients),
		Registries:         registry.New(clients),
		Organization:       organization.New(clients),
		EventHistory:       eventhistory.New(clients, time.Now),
		Pulls:              imagepull.New(clients),
		PlannedStatements:  &policystore.Plan{},
	}
}

// WasSaid reports whether IsFirst was called with this text.
func (d *Data) WasSaid(text string) bool {
	_, isSaid := d.said.Load(text)
	return isSaid
}

// VerifyBeforeReturn makes every change of a policy wait for its verification.
func (d *Data) VerifyBeforeReturn() {
	d.RepositoryPolicies.VerifyBeforeReturn()
	d.RegistryPolicies.VerifyBeforeReturn()
}

// Finish verifies the changes that no caller waits for, and returns what went wrong with
// them, one text each. It ends with ctx.
func (d *Data) Finish(ctx context.Context) []string {
	var texts []string
	for _, late := range policystore.Finish(ctx, d.RepositoryPolicies, d.RegistryPolicies.Store) {
		texts = append(texts, late.String())
	}
	return texts
}

// From returns the data of a Configure request. It is nil before the provider is
// configured, as in terraform validate.
func From(providerData any) (*Data, diag.Diagnostics) {
	if providerData == nil {
		return nil, nil
	}
	data, ok := providerData.(*Data)
	if !ok {
		return nil, diag.Diagnostics{diag.NewErrorDiagnostic("Unexpected provider data type",
			fmt.Sprintf("Expected *providerdata.Data, got %T. This is a bug in the provider; please report it.", providerData))}
	}
	return data, nil
}
