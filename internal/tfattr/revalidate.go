// SPDX-License-Identifier: MPL-2.0

package tfattr

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Revalidate runs the schema's validators on the values of a plan during apply, and
// returns their errors in the order of the attribute names. Terraform validates a
// configuration only before the values of other resources are known. Without
// Revalidate, such a value would reach AWS without validation. It knows the kinds of
// attributes that the resources use: an attribute of another kind is an error, and a
// test with the schemas of all resources fails.
func Revalidate(ctx context.Context, plan tfsdk.Plan) diag.Diagnostics {
	r := revalidation{config: tfsdk.Config(plan)}
	attributes := map[string]schema.Attribute{}
	for name, attribute := range plan.Schema.GetAttributes() {
		a, ok := attribute.(schema.Attribute)
		if !ok {
			r.unsupported(path.Root(name), attribute)
			continue
		}
		attributes[name] = a
	}
	for name, block := range plan.Schema.GetBlocks() {
		r.unsupported(path.Root(name), block)
	}
	r.object(ctx, path.Empty(), attributes, plan.Raw)
	return r.diags.Errors()
}

type revalidation struct {
	config tfsdk.Config
	diags  diag.Diagnostics
}

func (r *revalidation) unsupported(at path.Path, attribute any) {
	r.diags.AddAttributeError(at, "Unsupported kind of attribute",
		fmt.Sprintf("The provider cannot validate an attribute of the kind %T during apply. This is a bug in the provider; please report it.", attribute))
}

func (r *revalidation) failed(at path.Path, err error) {
	r.diags.AddAttributeError(at, "Unreadable value", fmt.Sprintf("The provider cannot read the planned value: %v. This is a bug in the provider; please report it.", err))
}

// object validates the attributes of an object. A null or unknown one has none.
func (r *revalidation) object(ctx context.Context, at path.Path, attributes map[string]schema.Attribute, object tftypes.Value) {
	var values map[string]tftypes.Value
	if object.IsNull() || !object.IsKnown() {
		return
	}
	if err := object.As(&values); err != nil {
		r.failed(at, err)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		r.attribute(ctx, at.AtName(name), attributes[name], values[name])
	}
}

// attribute validates the value of an attribute, and what is nested in it.
func (r *revalidation) attribute(ctx context.Context, at path.Path, a schema.Attribute, raw tftypes.Value) {
	value, err := a.GetType().ValueFromTerraform(ctx, raw)
	if err != nil {
		r.failed(at, err)
		return
	}
	expression := at.Expression()
	switch a := a.(type) {
	case schema.StringAttribute:
		v := converted(ctx, r, value, basetypes.StringValuable.ToStringValue)
		for _, check := range a.Validators {
			var resp validator.StringResponse
			check.ValidateString(ctx, validator.StringRequest{Path: at, PathExpression: expression, Config: r.config, ConfigValue: v}, &resp)
			r.diags.Append(resp.Diagnostics...)
		}
	case schema.BoolAttribute:
		v := converted(ctx, r, value, basetypes.BoolValuable.ToBoolValue)
		for _, check := range a.Validators {
			var resp validator.BoolResponse
			check.ValidateBool(ctx, validator.BoolRequest{Path: at, PathExpression: expression, Config: r.config, ConfigValue: v}, &resp)
			r.diags.Append(resp.Diagnostics...)
		}
	case schema.SetAttribute:
		v := converted(ctx, r, value, basetypes.SetValuable.ToSetValue)
		for _, check := range a.Validators {
			var resp validator.SetResponse
			check.ValidateSet(ctx, validator.SetRequest{Path: at, PathExpression: expression, Config: r.config, ConfigValue: v}, &resp)
			r.diags.Append(resp.Diagnostics...)
		}
	case schema.ListNestedAttribute:
		v := converted(ctx, r, value, basetypes.ListValuable.ToListValue)
		for _, check := range a.Validators {
			var resp validator.ListResponse
			check.ValidateList(ctx, validator.ListRequest{Path: at, PathExpression: expression, Config: r.config, ConfigValue: v}, &resp)
			r.diags.Append(resp.Diagnostics...)
		}
		r.elements(ctx, at, a.NestedObject.Attributes, raw)
	case schema.SingleNestedAttribute:
		v := converted(ctx, r, value, basetypes.ObjectValuable.ToObjectValue)
		for _, check := range a.Validators {
			var resp validator.ObjectResponse
			check.ValidateObject(ctx, validator.ObjectRequest{Path: at, PathExpression: expression, Config: r.config, ConfigValue: v}, &resp)
			r.diags.Append(resp.Diagnostics...)
		}
		r.object(ctx, at, a.Attributes, raw)
	default:
		r.unsupported(at, a)
	}
}

// elements validates the objects of a list. A null one has already been rejected by the
// validators of the list.
func (r *revalidation) elements(ctx context.Context, at path.Path, attributes map[string]schema.Attribute, list tftypes.Value) {
	var elements []tftypes.Value
	if list.IsNull() || !list.IsKnown() {
		return
	}
	if err := list.As(&elements); err != nil {
		r.failed(at, err)
	}
	for i, element := range elements {
		r.object(ctx, at.AtListIndex(i), attributes, element)
	}
}

// converted returns a value as the framework's own type, which validators take.
func converted[V attr.Value, T any](ctx context.Context, r *revalidation, value attr.Value, convert func(V, context.Context) (T, diag.Diagnostics)) (out T) {
	v, ok := value.(V)
	if !ok {
		r.diags.AddError("Unreadable value", fmt.Sprintf("The provider cannot validate a value of the type %T during apply. This is a bug in the provider; please report it.", value))
		return out
	}
	out, diags := convert(v, ctx)
	r.diags.Append(diags...)
	return out
}
