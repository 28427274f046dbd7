// SPDX-License-Identifier: MPL-2.0

package tfattr

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// SetIdentity sets the identity of an object from the attributes that its schema has. They are
// all strings. It does nothing for a resource without identity.
func SetIdentity(ctx context.Context, identity *tfsdk.ResourceIdentity, from map[string]types.String) {
	if identity == nil {
		return
	}
	kind, _ := identity.Schema.Type().TerraformType(ctx).(tftypes.Object)
	values := map[string]tftypes.Value{}
	for name, typ := range kind.AttributeTypes {
		values[name] = tftypes.NewValue(typ, from[name].ValueStringPointer())
	}
	identity.Raw = tftypes.NewValue(kind, values)
}

// Identity returns the attributes of an identity. Those that are null or missing are null.
func Identity(identity *tfsdk.ResourceIdentity) map[string]types.String {
	values := map[string]types.String{}
	if identity == nil {
		return values
	}
	var raw map[string]tftypes.Value
	_ = identity.Raw.As(&raw) // A null identity has no attributes.
	for name, value := range raw {
		var text *string
		_ = value.As(&text)
		values[name] = types.StringPointerValue(text)
	}
	return values
}
