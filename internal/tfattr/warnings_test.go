// SPDX-License-Identifier: MPL-2.0

package tfattr

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

func TestWarnOf(t *testing.T) {
	t.Parallel()
	var before, after, got diag.Diagnostics
	before.AddWarning("old", "x")
	after.AddWarning("old", "y")
	after.AddError("new", "a")
	after.AddAttributeWarning(path.Root("here"), "newer", "b")
	WarnOf(before, after, path.Root("root"), "more", &got)
	want := diag.Diagnostics{
		diag.NewAttributeWarningDiagnostic(path.Root("root"), "new", "a\n\nmore"),
		diag.NewAttributeWarningDiagnostic(path.Root("here"), "newer", "b\n\nmore"),
	}
	if !got.Equal(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
