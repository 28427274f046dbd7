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
// Revalidate, such a value would reach AWS without validation. An attribute of a kind
// that Revalidate does not know is an error.
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
	r.validate(ctx, at, a, value)
	if raw.IsNull() || !raw.IsKnown() {
		return
	}
	switch a := a.(type) {
	case schema.SingleNestedAttribute:
		r.object(ctx, at, a.Attributes, raw)
	case schema.ListNestedAttribute:
		r.elements(ctx, a.NestedObject, raw, func(i int, _ attr.Value) path.Path { return at.AtListIndex(i) })
	case schema.SetNestedAttribute:
		r.elements(ctx, a.NestedObject, raw, func(_ int, element attr.Value) path.Path { return at.AtSetValue(element) })
	case schema.MapNestedAttribute:
		var elements map[string]tftypes.Value
		if err := raw.As(&elements); err != nil {
			r.failed(at, err)
		}
		for _, key := range slices.Sorted(maps.Keys(elements)) {
			r.object(ctx, at.AtMapKey(key), a.NestedObject.Attributes, elements[key])
		}
	}
}

// elements validates the objects of a list or a set. A null one has already been
// rejected by the validators of the list or set.
func (r *revalidation) elements(ctx context.Context, nested schema.NestedAttributeObject, raw tftypes.Value, at func(int, attr.Value) path.Path) {
	var elements []tftypes.Value
	if err := raw.As(&elements); err != nil {
		r.failed(path.Empty(), err)
	}
	for i, element := range elements {
		value, err := nested.Type().ValueFromTerraform(ctx, element)
		if err != nil {
			r.failed(path.Empty(), err)
			continue
		}
		r.object(ctx, at(i, value), nested.Attributes, element)
	}
}

// validate runs the validators of an attribute on its value.
func (r *revalidation) validate(ctx context.Context, at path.Path, a schema.Attribute, value attr.Value) {
	expression := at.Expression()
	switch a := a.(type) {
	case interface{ StringValidators() []validator.String }:
		v := converted(ctx, r, value, basetypes.StringValuable.ToStringValue)
		for _, check := range a.StringValidators() {
			var resp validator.StringResponse
			check.ValidateString(ctx, validator.StringRequest{Path: at, PathExpression: expression, Config: r.config, ConfigValue: v}, &resp)
			r.diags.Append(resp.Diagnostics...)
		}
	case interface{ BoolValidators() []validator.Bool }:
		v := converted(ctx, r, value, basetypes.BoolValuable.ToBoolValue)
		for _, check := range a.BoolValidators() {
			var resp validator.BoolResponse
			check.ValidateBool(ctx, validator.BoolRequest{Path: at, PathExpression: expression, Config: r.config, ConfigValue: v}, &resp)
			r.diags.Append(resp.Diagnostics...)
		}
	case interface{ Int64Validators() []validator.Int64 }:
		v := converted(ctx, r, value, basetypes.Int64Valuable.ToInt64Value)
		for _, check := range a.Int64Validators() {
			var resp validator.Int64Response
			check.ValidateInt64(ctx, validator.Int64Request{Path: at, PathExpression: expression, Config: r.config, ConfigValue: v}, &resp)
			r.diags.Append(resp.Diagnostics...)
		}
	case interface{ SetValidators() []validator.Set }:
		v := converted(ctx, r, value, basetypes.SetValuable.ToSetValue)
		for _, check := range a.SetValidators() {
			var resp validator.SetResponse
			check.ValidateSet(ctx, validator.SetRequest{Path: at, PathExpression: expression, Config: r.config, ConfigValue: v}, &resp)
			r.diags.Append(resp.Diagnostics...)
		}
	case interface{ ListValidators() []validator.List }:
		v := converted(ctx, r, value, basetypes.ListValuable.ToListValue)
		for _, check := range a.ListValidators() {
			var resp validator.ListResponse
			check.ValidateList(ctx, validator.ListRequest{Path: at, PathExpression: expression, Config: r.config, ConfigValue: v}, &resp)
			r.diags.Append(resp.Diagnostics...)
		}
	case interface{ MapValidators() []validator.Map }:
		v := converted(ctx, r, value, basetypes.MapValuable.ToMapValue)
		for _, check := range a.MapValidators() {
			var resp validator.MapResponse
			check.ValidateMap(ctx, validator.MapRequest{Path: at, PathExpression: expression, Config: r.config, ConfigValue: v}, &resp)
			r.diags.Append(resp.Diagnostics...)
		}
	case interface{ ObjectValidators() []validator.Object }:
		v := converted(ctx, r, value, basetypes.ObjectValuable.ToObjectValue)
		for _, check := range a.ObjectValidators() {
			var resp validator.ObjectResponse
			check.ValidateObject(ctx, validator.ObjectRequest{Path: at, PathExpression: expression, Config: r.config, ConfigValue: v}, &resp)
			r.diags.Append(resp.Diagnostics...)
		}
	default:
		r.unsupported(at, a)
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
