// SPDX-License-Identifier: MPL-2.0

// Package tfattr has what resources and data sources share about attributes: it converts
// values to Go values, has validators with plain messages and computed attributes, and
// validates values in apply that were unknown in the plan.
package tfattr

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Known reports whether every value is fully known.
func Known(ctx context.Context, values ...attr.Value) bool {
	for _, v := range values {
		tv, err := v.ToTerraformValue(ctx)
		if err != nil || !tv.IsFullyKnown() {
			return false
		}
	}
	return true
}

// Strings returns the known strings of a set, sorted; nil for a null set.
func Strings(set types.Set) []string {
	var out []string
	for _, element := range set.Elements() {
		if s, ok := element.(types.String); ok && !s.IsNull() && !s.IsUnknown() {
			out = append(out, s.ValueString())
		}
	}
	slices.Sort(out)
	return out
}

// StringSet returns the values as a set without duplicates, or null for no values.
func StringSet(values []string) types.Set {
	if len(values) == 0 {
		return types.SetNull(types.StringType)
	}
	values = slices.Clone(values)
	slices.Sort(values)
	values = slices.Compact(values)
	elements := make([]attr.Value, len(values))
	for i, v := range values {
		elements[i] = types.StringValue(v)
	}
	return types.SetValueMust(types.StringType, elements)
}
