package tfattr

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
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
	nested, types := map[string]tftypes.Value{}, map[string]tftypes.Type{}
	values := map[string]tftypes.Value{}
	var want, wantNested []string
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		attributes[name], values[name] = refused, tftypes.NewValue(tftypes.String, "x")
		list.NestedObject.Attributes[name], types[name], nested[name] = refused, tftypes.String, tftypes.NewValue(tftypes.String, "x")
		want = append(want, name)
		wantNested = append(wantNested, "list[0]."+name)
	}
	want = append(want, wantNested...) // "list" comes after "h".
	object := tftypes.Object{AttributeTypes: types}
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
