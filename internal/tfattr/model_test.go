// SPDX-License-Identifier: MPL-2.0

package tfattr_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

type base struct {
	Name types.String `tfsdk:"name"`
	Tags types.Set    `tfsdk:"tags"`
}

type model struct {
	base

	Limits types.List   `tfsdk:"limits"`
	Place  types.Object `tfsdk:"place"`
}

var modelSchema = schema.Schema{Attributes: map[string]schema.Attribute{
	"name":   schema.StringAttribute{Required: true},
	"tags":   schema.SetAttribute{Optional: true, ElementType: types.StringType},
	"limits": schema.ListAttribute{Optional: true, ElementType: types.Int64Type},
	"place":  schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{"region": schema.StringAttribute{Optional: true}}},
}}

// states are values of all kinds: known, null and unknown ones.
func states(t *testing.T) map[string]tfsdk.State {
	t.Helper()
	of := modelSchema.Type().TerraformType(t.Context()).(tftypes.Object)
	state := func(place any, values func(tftypes.Type) any) tfsdk.State {
		all := map[string]tftypes.Value{}
		for name, attribute := range of.AttributeTypes {
			all[name] = tftypes.NewValue(attribute, values(attribute))
		}
		all["place"] = tftypes.NewValue(of.AttributeTypes["place"], place)
		return tfsdk.State{Schema: modelSchema, Raw: tftypes.NewValue(of, all)}
	}
	known := func(of tftypes.Type) any {
		switch of := of.(type) {
		case tftypes.Set:
			return []tftypes.Value{tftypes.NewValue(of.ElementType, "a"), tftypes.NewValue(of.ElementType, tftypes.UnknownValue)}
		case tftypes.List:
			return []tftypes.Value{tftypes.NewValue(of.ElementType, 1), tftypes.NewValue(of.ElementType, nil)}
		case tftypes.Object:
			return nil
		}
		return "x"
	}
	return map[string]tfsdk.State{
		"known":   state(map[string]tftypes.Value{"region": tftypes.NewValue(tftypes.String, "us-east-1")}, known),
		"null":    state(nil, func(tftypes.Type) any { return nil }),
		"unknown": state(tftypes.UnknownValue, func(tftypes.Type) any { return tftypes.UnknownValue }),
	}
}

// TestModel: Get and Set give what the framework's own do.
func TestModel(t *testing.T) {
	t.Parallel()
	for name, state := range states(t) {
		var got, want model
		if diags := tfattr.Get(t.Context(), state, &got); diags.HasError() {
			t.Error(name, diags)
		}
		if diags := state.Get(t.Context(), &want); diags.HasError() {
			t.Error(name, diags)
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(model{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		written := tfsdk.State{Schema: modelSchema, Raw: tftypes.NewValue(state.Raw.Type(), nil)}
		if diags := tfattr.Set(t.Context(), &written.Raw, &got); diags.HasError() {
			t.Error(name, diags)
		}
		if !written.Raw.Equal(state.Raw) {
			t.Errorf("%s: wrote %s, want %s", name, written.Raw, state.Raw)
		}
	}
}

// TestModel_mismatch: a model that is not that of the schema is an error, as in the framework.
func TestModel_mismatch(t *testing.T) {
	t.Parallel()
	state := states(t)["known"]
	var other struct {
		base

		Limits types.Set `tfsdk:"limits"`
	}
	if diags := tfattr.Get(t.Context(), state, &other); diags.ErrorsCount() != 1 {
		t.Error(diags)
	}
	for _, wrong := range []any{&other, &base{Tags: types.SetNull(types.StringType)}, &model{}} {
		before := state.Raw.Copy()
		if diags := tfattr.Set(t.Context(), &state.Raw, wrong); !diags.HasError() || !state.Raw.Equal(before) {
			t.Errorf("%T: %s", wrong, diags)
		}
	}
	null := tfsdk.State{Schema: modelSchema, Raw: tftypes.NewValue(state.Raw.Type(), nil)}
	if diags := tfattr.Get(t.Context(), null, &model{}); !diags.HasError() {
		t.Error("a state that is null was read")
	}
}

// TestElement: an object of a list is read as a whole value is, and one that is null is an error.
func TestElement(t *testing.T) {
	t.Parallel()
	kinds := map[string]attr.Type{"name": types.StringType, "tags": types.SetType{ElemType: types.StringType}}
	want := base{Name: types.StringValue("x"), Tags: types.SetUnknown(types.StringType)}
	known := types.ObjectValueMust(kinds, map[string]attr.Value{"name": want.Name, "tags": want.Tags})
	var got base
	if diags := tfattr.Element(t.Context(), known, &got); diags.HasError() || !got.Name.Equal(want.Name) || !got.Tags.Equal(want.Tags) {
		t.Error(got, diags)
	}
	for _, wrong := range []attr.Value{types.ObjectNull(kinds), types.ObjectUnknown(kinds), types.StringValue("x")} {
		if diags := tfattr.Element(t.Context(), wrong, &base{}); !diags.HasError() {
			t.Errorf("%s was read", wrong)
		}
	}
}
