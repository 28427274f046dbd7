// SPDX-License-Identifier: MPL-2.0

package statementresource

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/policystore"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// CheckGrantRefresh refuses a statement, other than that of the state, that a grant cannot show:
// it is imported, or somebody has put it in the place of the grant, and the next apply would
// change its meaning.
func (b *Base) CheckGrantRefresh(a *Attributes, live *policy.Statement) diag.Diagnostics {
	if a.Statement.IsNull() {
		return b.checkImportable(a.Target(), live)
	}
	return checkForm(a.Key(), live)
}

// checkImportable refuses a statement that attributes cannot represent: the next apply
// would change its meaning.
func (b *Base) checkImportable(repo awsname.Repository, live *policy.Statement) (diags diag.Diagnostics) {
	if err := b.CheckImport(repo, live); err != nil {
		diags.AddError("Unsupported statement", fmt.Sprintf("The statement %s (Effect %s) was not imported: %v.\n\n  %s\n\nNothing was changed.%s",
			printed.Value(live.Sid()), printed.Quoted(live.Effect()), err, printed.Message(live.String()),
			adviceOnStatement(policystore.Key{Repository: repo, Sid: live.Sid()})))
	}
	return diags
}

// checkForm refuses a statement that somebody has put in the place of the grant and that no
// grant can be: the next apply would replace it.
func checkForm(key policystore.Key, live *policy.Statement) (diags diag.Diagnostics) {
	if err := managed.CheckGrantForm(live); err != nil {
		diags.AddError("Unsupported statement", fmt.Sprintf("In %s, another statement is in the place of the grant %s: %v. Nothing was changed.\n\n  %s\n\n"+
			"What the registry side must do now: to keep that statement, remove the grant from the state with terraform state rm, and give it another sid. "+
			"To have the grant back, delete that statement from the policy, and apply.%s",
			Where(key.Repository), key.Sid, err, printed.Message(live.String()), adviceOnStatement(key)))
	}
	return diags
}

// WarnOpened warns of a statement that was read, is imported or has drifted, and grants more
// than it seems to in a way that the state before did not.
func (a *Attributes) WarnOpened(before, after diag.Diagnostics, diags *diag.Diagnostics) {
	more := fmt.Sprintf("This is about the statement with the Sid %s as it is now in %s.", printed.Value(a.Sid.ValueString()), Where(a.Target()))
	tfattr.WarnOf(before, after, path.Root("statement"), more, diags)
}
