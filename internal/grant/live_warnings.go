// SPDX-License-Identifier: MPL-2.0

package grant

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/policystore"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// warnOpened warns of a statement that was read, is imported or has drifted, and grants more
// than it seems to in a way that the state before did not.
func (m *model) warnOpened(ctx context.Context, isImport bool, before diag.Diagnostics, diags *diag.Diagnostics) {
	more := fmt.Sprintf("This is about the statement with the Sid %s as it is now in %s.", m.Sid.ValueString(), policystore.Name(m.Target()))
	tfattr.WarnOf(before, m.Openings(ctx, m.repository(), isImport), path.Root("statement"), more, diags)
}
