// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// TestRevalidateKnowsEveryAttribute: an apply can validate every attribute that a
// resource has, however deep it is nested.
func TestRevalidateKnowsEveryAttribute(t *testing.T) {
	t.Parallel()
	for _, newResource := range New("test")().Resources(t.Context()) {
		var meta resource.MetadataResponse
		newResource().Metadata(t.Context(), resource.MetadataRequest{ProviderTypeName: "ecrxa"}, &meta)
		var resp resource.SchemaResponse
		newResource().Schema(t.Context(), resource.SchemaRequest{}, &resp)
		plan := tfsdk.Plan{Schema: resp.Schema, Raw: filled(resp.Schema.Type().TerraformType(t.Context()))}
		for _, d := range tfattr.Revalidate(t.Context(), plan) {
			if d.Summary() == "Unsupported kind of attribute" || d.Summary() == "Unreadable value" {
				t.Errorf("%s: %s: %s", meta.TypeName, d.Summary(), d.Detail())
			}
		}
	}
}

// filled returns a value in which each list and set has an element, so that nothing
// nested is left out.
func filled(of tftypes.Type) tftypes.Value {
	switch typed := of.(type) {
	case tftypes.Object:
		values := map[string]tftypes.Value{}
		for name, attribute := range typed.AttributeTypes {
			values[name] = filled(attribute)
		}
		return tftypes.NewValue(of, values)
	case tftypes.List:
		return tftypes.NewValue(of, []tftypes.Value{filled(typed.ElementType)})
	case tftypes.Set:
		return tftypes.NewValue(of, []tftypes.Value{filled(typed.ElementType)})
	case tftypes.Map:
		return tftypes.NewValue(of, map[string]tftypes.Value{"key": filled(typed.ElementType)})
	}
	return tftypes.NewValue(of, nil)
}
