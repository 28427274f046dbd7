// SPDX-License-Identifier: MPL-2.0

package tfattr

import (
	"cmp"
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

var (
	_ validator.Set  = NotEmpty{}
	_ validator.List = NotEmpty{}
)

// NotEmpty refuses a set or a list without elements, and one with an element that is null. Both
// come from expressions, and what is meant is clear only to the author.
type NotEmpty struct {
	// Otherwise says what to do if there can be no elements. By default, the argument is left out.
	Otherwise string
}

// Description implements validator.Describer.
func (NotEmpty) Description(context.Context) string { return "must have elements that are not null" }

// MarkdownDescription implements validator.Describer.
func (v NotEmpty) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateSet implements validator.Set.
func (v NotEmpty) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	if !req.ConfigValue.IsNull() && !req.ConfigValue.IsUnknown() {
		v.check("set", req.Path, req.ConfigValue.Elements(), &resp.Diagnostics)
	}
}

// ValidateList implements validator.List.
func (v NotEmpty) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	if !req.ConfigValue.IsNull() && !req.ConfigValue.IsUnknown() {
		v.check("list", req.Path, req.ConfigValue.Elements(), &resp.Diagnostics)
	}
}

func (v NotEmpty) check(kind string, at path.Path, elements []attr.Value, diags *diag.Diagnostics) {
	switch {
	case slices.ContainsFunc(elements, attr.Value.IsNull):
		diags.AddAttributeError(at, "Null in a "+kind, "An element of this "+kind+" is null. What to do now: remove it. In an expression, [for e in ELEMENTS : e if e != null] leaves null out.")
	case len(elements) > 0:
	default:
		otherwise := cmp.Or(v.Otherwise, "leave the argument out. In an expression, write null instead of an empty "+kind+": length(var.x) > 0 ? var.x : null")
		diags.AddAttributeError(at, "Empty "+kind, "This "+kind+" has no elements. What to do now: write at least one, or "+otherwise+".")
	}
}
