// SPDX-License-Identifier: MPL-2.0

package tfattr

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework-validators/boolvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/objectvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// The order of a map must not show: the same mistakes give the same errors.
func TestRevalidateInOrder(t *testing.T) {
	t.Parallel()
	refused := schema.StringAttribute{Optional: true, Validators: []validator.String{
		Valid("good", func(string) error { return errors.New("bad") }),
	}}
	list := schema.ListNestedAttribute{Optional: true}
	list.NestedObject.Attributes = map[string]schema.Attribute{}
	attributes := map[string]schema.Attribute{"list": list}
	nested, nestedTypes := map[string]tftypes.Value{}, map[string]tftypes.Type{}
	values := map[string]tftypes.Value{}
	var want, wantNested []string
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		attributes[name], values[name] = refused, tftypes.NewValue(tftypes.String, "x")
		list.NestedObject.Attributes[name], nestedTypes[name], nested[name] = refused, tftypes.String, tftypes.NewValue(tftypes.String, "x")
		want = append(want, name)
		wantNested = append(wantNested, "list[0]."+name)
	}
	want = append(want, wantNested...) // "list" comes after "h".
	object := tftypes.Object{AttributeTypes: nestedTypes}
	values["list"] = tftypes.NewValue(tftypes.List{ElementType: object}, []tftypes.Value{tftypes.NewValue(object, nested)})
	top := schema.Schema{Attributes: attributes}
	plan := tfsdk.Plan{Schema: top, Raw: tftypes.NewValue(top.Type().TerraformType(t.Context()), values)}
	var got []string
	for _, d := range Revalidate(t.Context(), plan) {
		if located, ok := d.(diag.DiagnosticWithPath); ok {
			got = append(got, located.Path().String())
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("paths of the errors (-want +got):\n%s", diff)
	}
}

// Every kind of attribute is validated, nested ones too, or is an error.
func TestRevalidateEveryKind(t *testing.T) {
	t.Parallel()
	bad := Valid("good", func(string) error { return errors.New("bad") })
	text := schema.StringAttribute{Optional: true, Validators: []validator.String{bad}}
	nested := schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{"x": text}}
	object := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"x": tftypes.String}}
	value := tftypes.NewValue(object, map[string]tftypes.Value{"x": tftypes.NewValue(tftypes.String, "v")})
	element := tftypes.NewValue(tftypes.String, "v")
	texts, objects := tftypes.List{ElementType: tftypes.String}, tftypes.List{ElementType: object}
	atLeastTwo := []validator.List{listvalidator.SizeAtLeast(2)}
	for name, test := range map[string]struct {
		attribute schema.Attribute
		value     tftypes.Value
		want      int // errors
	}{
		"string":       {text, element, 1},
		"bool":         {schema.BoolAttribute{Validators: []validator.Bool{boolvalidator.Equals(true)}}, tftypes.NewValue(tftypes.Bool, false), 1},
		"set":          {schema.SetAttribute{ElementType: types.StringType, Validators: []validator.Set{setvalidator.SizeAtLeast(2)}}, tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{element}), 1},
		"object":       {schema.SingleNestedAttribute{Attributes: nested.Attributes}, value, 1},
		"null object":  {schema.SingleNestedAttribute{Attributes: nested.Attributes, Validators: []validator.Object{objectvalidator.IsRequired()}}, tftypes.NewValue(object, nil), 1},
		"list":         {schema.ListNestedAttribute{NestedObject: nested, Validators: atLeastTwo}, tftypes.NewValue(objects, []tftypes.Value{value}), 2},
		"objects":      {schema.ListNestedAttribute{NestedObject: nested}, tftypes.NewValue(objects, []tftypes.Value{value, value}), 2},
		"null list":    {schema.ListNestedAttribute{NestedObject: nested}, tftypes.NewValue(objects, nil), 0},
		"unknown list": {schema.ListNestedAttribute{NestedObject: nested}, tftypes.NewValue(objects, tftypes.UnknownValue), 0},
		"null element": {schema.ListNestedAttribute{NestedObject: nested}, tftypes.NewValue(objects, []tftypes.Value{tftypes.NewValue(object, nil)}), 0},

		"unsupported number":     {schema.NumberAttribute{}, tftypes.NewValue(tftypes.Number, 1), 1},
		"unsupported null":       {schema.NumberAttribute{}, tftypes.NewValue(tftypes.Number, nil), 1},
		"unsupported list":       {schema.ListAttribute{ElementType: types.StringType}, tftypes.NewValue(texts, []tftypes.Value{element}), 1},
		"unsupported set nested": {schema.SetNestedAttribute{NestedObject: nested}, tftypes.NewValue(tftypes.Set{ElementType: object}, []tftypes.Value{value}), 1},
		"unsupported map nested": {schema.MapNestedAttribute{NestedObject: nested}, tftypes.NewValue(tftypes.Map{ElementType: object}, map[string]tftypes.Value{"k": value}), 1},
	} {
		top := schema.Schema{Attributes: map[string]schema.Attribute{"a": test.attribute}}
		plan := tfsdk.Plan{Schema: top, Raw: tftypes.NewValue(top.Type().TerraformType(t.Context()), map[string]tftypes.Value{"a": test.value})}
		if got := Revalidate(t.Context(), plan); len(got) != test.want {
			t.Errorf("%s: got %v, want %d errors", name, got, test.want)
		}
	}
}
