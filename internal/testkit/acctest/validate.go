// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// ValidateResource calls the provider to validate a resource configuration, like terraform
// validate but without Terraform. Attributes that are not in config are null.
func ValidateResource(t testing.TB, typeName string, config map[string]any) []Diagnostic {
	t.Helper()
	return NewUnconfiguredProvider(t).ValidateResource(typeName, config)
}

// ValidateResource validates a configuration of a resource.
func (p *Provider) ValidateResource(typeName string, config map[string]any) []Diagnostic {
	p.t.Helper()
	resp, err := p.server.ValidateResourceConfig(p.t.Context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: typeName, Config: dynamicValue(p.t, p.schemas.ResourceSchemas[typeName], config),
	})
	p.must(err)
	return diagnosticsOf(resp.Diagnostics)
}

// ValidateDataSource validates a configuration of a data source.
func (p *Provider) ValidateDataSource(typeName string, config map[string]any) []Diagnostic {
	p.t.Helper()
	resp, err := p.server.ValidateDataResourceConfig(p.t.Context(), &tfprotov6.ValidateDataResourceConfigRequest{
		TypeName: typeName, Config: dynamicValue(p.t, p.schemas.DataSourceSchemas[typeName], config),
	})
	p.must(err)
	return diagnosticsOf(resp.Diagnostics)
}
