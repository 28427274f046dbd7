package grant

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementresource"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// openings returns in which ways the attributes grant more than they seem to, as in the plan.
func (m *model) openings(ctx context.Context) (diags diag.Diagnostics) {
	m.checkService(ctx, &diags)
	m.warnWholeAccount(ctx, &diags)
	statementattr.WarnOpenConditions(ctx, m.Conditions, m.accounts(), &diags)
	m.warnCertainConditions(ctx, &diags)
	return diags
}

// warnOpened warns of a statement that was read, is imported or has drifted, and grants more
// than it seems to in a way that the state before did not.
func (m *model) warnOpened(ctx context.Context, before diag.Diagnostics, diags *diag.Diagnostics) {
	more := fmt.Sprintf("This is about the statement with the Sid %s as it is now in %s.", m.Sid.ValueString(), statementresource.Where(m.Target()))
	tfattr.WarnOf(before, m.openings(ctx), path.Root("statement"), more, diags)
}
