package tfattr

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Revalidate runs the schema's validators on the values of a plan during apply, and
// returns their errors in the order of the attribute names. Terraform validates a configuration only before the values of
// other resources are known. Without Revalidate, such a value would reach AWS without
// validation.
func Revalidate(ctx context.Context, plan tfsdk.Plan) diag.Diagnostics {
	r := revalidation{config: tfsdk.Config(plan)}
	attributes := plan.Schema.GetAttributes()
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		r.attribute(ctx, path.Root(name), attributes[name])
	}
	return r.diags.Errors()
}

type revalidation struct {
	config tfsdk.Config
	diags  diag.Diagnostics
}

func (r *revalidation) attribute(ctx context.Context, at path.Path, attribute any) {
	switch a := attribute.(type) {
	case schema.StringAttribute:
		var v types.String
		r.diags.Append(r.config.GetAttribute(ctx, at, &v)...)
		for _, validate := range a.Validators {
			var resp validator.StringResponse
			validate.ValidateString(ctx, validator.StringRequest{Path: at, PathExpression: at.Expression(), Config: r.config, ConfigValue: v}, &resp)
			r.diags.Append(resp.Diagnostics...)
		}
	case schema.SetAttribute:
		var v types.Set
		r.diags.Append(r.config.GetAttribute(ctx, at, &v)...)
		for _, validate := range a.Validators {
			var resp validator.SetResponse
			validate.ValidateSet(ctx, validator.SetRequest{Path: at, PathExpression: at.Expression(), Config: r.config, ConfigValue: v}, &resp)
			r.diags.Append(resp.Diagnostics...)
		}
	case schema.ListNestedAttribute:
		r.nestedList(ctx, at, a)
	}
}

func (r *revalidation) nestedList(ctx context.Context, at path.Path, a schema.ListNestedAttribute) {
	var v types.List
	r.diags.Append(r.config.GetAttribute(ctx, at, &v)...)
	for _, validate := range a.Validators {
		var resp validator.ListResponse
		validate.ValidateList(ctx, validator.ListRequest{Path: at, PathExpression: at.Expression(), Config: r.config, ConfigValue: v}, &resp)
		r.diags.Append(resp.Diagnostics...)
	}
	for i, element := range v.Elements() {
		if element.IsNull() {
			continue // The list's own validators have rejected it.
		}
		for _, name := range slices.Sorted(maps.Keys(a.NestedObject.Attributes)) {
			r.attribute(ctx, at.AtListIndex(i).AtName(name), a.NestedObject.Attributes[name])
		}
	}
}
