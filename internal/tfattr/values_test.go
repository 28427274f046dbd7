// SPDX-License-Identifier: MPL-2.0

package tfattr

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestKnown(t *testing.T) {
	t.Parallel()
	unknownInside := types.SetValueMust(types.StringType, []attr.Value{types.StringValue("a"), types.StringUnknown()})
	for name, tt := range map[string]struct {
		values []attr.Value
		want   bool
	}{
		"nothing":           {nil, true},
		"null":              {[]attr.Value{types.StringNull(), types.SetNull(types.StringType)}, true},
		"known":             {[]attr.Value{types.StringValue(""), StringSet([]string{"a"})}, true},
		"unknown":           {[]attr.Value{StringSet([]string{"a"}), types.StringUnknown()}, false},
		"an unknown inside": {[]attr.Value{unknownInside}, false},
	} {
		if got := Known(t.Context(), tt.values...); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestStringSets(t *testing.T) {
	t.Parallel()
	if set := StringSet(nil); !set.IsNull() {
		t.Errorf("no strings are %s, not null", set)
	}
	values := []string{"b", "a", "b"}
	if got := Strings(StringSet(values)); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("got %v", got)
	}
	if !slices.Equal(values, []string{"b", "a", "b"}) {
		t.Errorf("the argument was changed: %v", values)
	}
}
