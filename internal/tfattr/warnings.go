// SPDX-License-Identifier: MPL-2.0

package tfattr

import (
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// WarnOf adds as warnings, with more text, those of the diagnostics after a change that were not
// there before it. The root is the path of one that has none.
func WarnOf(before, after diag.Diagnostics, root path.Path, more string, diags *diag.Diagnostics) {
	for _, d := range after {
		if slices.ContainsFunc(before, func(old diag.Diagnostic) bool { return old.Summary() == d.Summary() }) {
			continue
		}
		at := root
		if located, ok := d.(diag.DiagnosticWithPath); ok {
			at = located.Path()
		}
		diags.AddAttributeWarning(at, d.Summary(), d.Detail()+"\n\n"+more)
	}
}
