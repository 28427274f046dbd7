// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"encoding/json"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// A Diagnostic is an error or a warning with the path of its attribute, as in
// `role_arns["arn:…"]`.
type Diagnostic struct {
	Warning bool
	Path    string
	Summary string
	Detail  string
}

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

// dynamicValue returns an object of a schema's type. Attributes that are not in config are
// null.
func dynamicValue(t testing.TB, schema *tfprotov6.Schema, config map[string]any) *tfprotov6.DynamicValue {
	t.Helper()
	return objectOf(t, schema.ValueType(), config)
}

// pathText prints a path in the form of Terraform's documentation.
func pathText(path *tftypes.AttributePath) string {
	text := ""
	for _, step := range path.Steps() {
		switch step := step.(type) {
		case tftypes.AttributeName:
			if text != "" {
				text += "."
			}
			text += string(step)
		case tftypes.ElementKeyInt:
			index, _ := json.Marshal(int64(step))
			text += "[" + string(index) + "]"
		case tftypes.ElementKeyString:
			text += "[" + string(step) + "]"
		case tftypes.ElementKeyValue:
			var s string
			if err := tftypes.Value(step).As(&s); err == nil {
				text += "[" + s + "]"
			}
		}
	}
	return text
}
