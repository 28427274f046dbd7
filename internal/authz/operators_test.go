// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"slices"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
)

func TestOperators(t *testing.T) {
	t.Parallel()
	names := authz.Operators()
	if !slices.IsSorted(names) || !slices.Contains(names, "StringEquals") {
		t.Errorf("operators %q", names)
	}
	for _, name := range names {
		if !authz.IsOperator(name) {
			t.Errorf("%s is listed, and is no operator", name)
		}
	}
	for test, want := range map[string]bool{
		"ForAnyValue:StringLikeIfExists": true,
		"Null":                           true,
		"NullIfExists":                   false,
		"stringequals":                   false,
		"":                               false,
	} {
		if got := authz.IsOperator(test); got != want {
			t.Errorf("IsOperator(%q) is %t, want %t", test, got, want)
		}
	}
}
