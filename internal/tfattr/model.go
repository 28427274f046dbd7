// SPDX-License-Identifier: MPL-2.0

package tfattr

import (
	"context"
	"fmt"
	"reflect"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Values returns the attributes of a configuration, plan or state by name; none if it is null.
// The framework's own Get gives the same. It first builds the type of the whole object and
// compares it with that of the value.
func Values[Source tfsdk.Config | tfsdk.Plan | tfsdk.State](ctx context.Context, from Source) (values map[string]attr.Value, diags diag.Diagnostics) {
	source, raw := tfsdk.State(from), map[string]tftypes.Value{}
	if err := source.Raw.As(&raw); err != nil {
		diags.AddError("Unreadable value", fmt.Sprintf("The provider cannot read a value: %v. This is a bug in the provider; please report it.", err))
		return nil, diags
	}
	values = make(map[string]attr.Value, len(raw))
	attributes := source.Schema.GetAttributes()
	for name, v := range raw {
		value, err := attributes[name].GetType().ValueFromTerraform(ctx, v)
		if err != nil {
			diags.AddError("Unreadable value", fmt.Sprintf("The provider cannot read the attribute %s: %v. This is a bug in the provider; please report it.", name, err))
			continue
		}
		values[name] = value
	}
	return values, diags
}

// Get reads the attributes of a configuration, plan or state, which is not null, into the
// fields of a model, whose tags are their names. The framework's own Get gives the same. It
// compiles a regular expression for each field, each time: see decision 031.
func Get[Source tfsdk.Config | tfsdk.Plan | tfsdk.State](ctx context.Context, from Source, model any) diag.Diagnostics {
	values, diags := Values(ctx, from)
	if !diags.HasError() {
		diags.Append(fill(model, values)...)
	}
	return diags
}

// Element reads the attributes of an object, an element of a list or a map, as Get does. It must
// be known and not null.
func Element(ctx context.Context, from attr.Value, model any) (diags diag.Diagnostics) {
	var object types.Object
	if of, ok := from.(basetypes.ObjectValuable); ok {
		object, diags = of.ToObjectValue(ctx)
	}
	return append(diags, fill(model, object.Attributes())...)
}

// fill sets the fields of a model.
func fill(model any, values map[string]attr.Value) (diags diag.Diagnostics) {
	into := reflect.ValueOf(model).Elem()
	for name, index := range fieldsOf(model) {
		value, field := reflect.ValueOf(values[name]), into.FieldByIndex(index)
		if !value.IsValid() || !value.Type().AssignableTo(field.Type()) {
			diags.AddError("Unreadable value", fmt.Sprintf("The attribute %s is a %T, and the provider reads a %s. This is a bug in the provider; please report it.", name, values[name], field.Type()))
			continue
		}
		field.Set(value)
	}
	return diags
}

// Set writes a model, whose tags are the names of the attributes, into the value of a plan
// or state. The framework's own Set gives the same; see Get.
func Set(ctx context.Context, into *tftypes.Value, model any) diag.Diagnostics {
	from, values := reflect.ValueOf(model).Elem(), map[string]attr.Value{}
	for name, index := range fieldsOf(model) {
		values[name], _ = reflect.TypeAssert[attr.Value](from.FieldByIndex(index))
	}
	return SetAttributes(ctx, into, values)
}

// SetAttributes writes all attributes into the value of a plan or state.
func SetAttributes(ctx context.Context, into *tftypes.Value, values map[string]attr.Value) (diags diag.Diagnostics) {
	object, _ := into.Type().(tftypes.Object)
	raw := make(map[string]tftypes.Value, len(values))
	for name, of := range object.AttributeTypes {
		value := values[name]
		if value == nil || !of.Equal(value.Type(ctx).TerraformType(ctx)) {
			diags.AddError("Unwritable value", fmt.Sprintf("The attribute %s is a %s, and the provider writes %v. This is a bug in the provider; please report it.", name, of, value))
			continue
		}
		v, err := value.ToTerraformValue(ctx)
		if err != nil {
			diags.AddError("Unwritable value", fmt.Sprintf("The provider cannot write the attribute %s: %v. This is a bug in the provider; please report it.", name, err))
		}
		raw[name] = v
	}
	if !diags.HasError() {
		*into = tftypes.NewValue(object, raw)
	}
	return diags
}

// knownFields has what fieldsOf found, by type of the model.
var knownFields sync.Map

// fieldsOf returns the fields of a model by the name of the attribute.
func fieldsOf(model any) map[string][]int {
	of := reflect.TypeOf(model).Elem()
	if known, found := knownFields.Load(of); found {
		return known.(map[string][]int) //nolint:forcetypeassert // There is nothing else in it.
	}
	fields := map[string][]int{}
	for _, field := range reflect.VisibleFields(of) {
		if name := field.Tag.Get("tfsdk"); name != "" {
			fields[name] = field.Index
		}
	}
	knownFields.Store(of, fields)
	return fields
}
