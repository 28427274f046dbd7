// SPDX-License-Identifier: MPL-2.0

package statementresource

import (
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/ownership"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// Broad is what a plan warns of in a statement.
type Broad struct {
	Attributes *Attributes // nil if there is no object
	Breadths   []statementattr.Breadth
	// Alike is the same text for statements that differ only in whom and what they name.
	Alike string
}

// acknowledges reports whether the reason of acknowledge_broad_access was written for such access:
// the same kind of grantees could do the same.
func (b *Broad) acknowledges(of *statementattr.Breadth, alike string) bool {
	return b.Alike == alike && slices.ContainsFunc(b.Breadths, func(other statementattr.Breadth) bool { return other.Of == of.Of })
}

// WarnBreadths warns of broad access that a plan creates or changes. It must be called before
// FinishPlan. Of statements that are alike a process names the first: Terraform does not group
// warnings in its JSON output.
func (b *Base) WarnBreadths(object ownership.Object, before, planned Broad, diags *diag.Diagnostics) {
	prior, plan := before.Attributes, planned.Attributes
	if !b.isPlan(object, prior) {
		return
	}
	mayBeAcknowledged := !plan.AcknowledgeBroadAccess.IsNull()
	isOldReason := prior != nil && mayBeAcknowledged && plan.AcknowledgeBroadAccess.Equal(prior.AcknowledgeBroadAccess)
	isChanged := changes(prior, plan)
	isWhole := false
	for i := range planned.Breadths {
		of := &planned.Breadths[i]
		isNew, advice := isChanged, ""
		if of.Of != "" {
			isWhole = true
			advice = "If it is meant, set acknowledge_broad_access to the reason. "
			switch {
			case isOldReason:
				isNew = isChanged && !before.acknowledges(of, planned.Alike)
				advice = "The reason in acknowledge_broad_access was written for other access. If this is meant, too, change the reason. "
			case mayBeAcknowledged:
				isNew = false
			default:
				isNew = isChanged || !prior.AcknowledgeBroadAccess.IsNull()
			}
		}
		if isNew && b.isFirst(b.Type+" "+of.Summary+" "+advice+planned.Alike) {
			diags.Append(of.Warning(b.aboutAll(plan, of, advice)))
		}
	}
	isAcknowledged := mayBeAcknowledged && !plan.AcknowledgeBroadAccess.IsUnknown()
	if isAcknowledged && !isWhole && !plan.Statement.IsUnknown() && (isChanged || !plan.AcknowledgeBroadAccess.Equal(prior.AcknowledgeBroadAccess)) &&
		b.isFirst("acknowledge_broad_access without effect") {
		diags.AddAttributeWarning(path.Root("acknowledge_broad_access"), "Argument without effect",
			"This statement does not give whole accounts, organizations or organizational units access, so acknowledge_broad_access is not needed. What to do now: remove it, so that such access is not accepted later by mistake. Others in this plan without effect have no warning of their own.")
	}
}

// aboutAll says which statement a warning is about, and which others it stands for.
func (b *Base) aboutAll(plan *Attributes, of *statementattr.Breadth, advice string) string {
	it := "a statement that is not known yet"
	switch {
	case plan.Placed():
		it = plan.Key().String()
	case plan.Sid.ValueString() != "":
		it = "the statement with the Sid " + printed.Value(plan.Sid.ValueString())
	}
	if of.Of == "" {
		return fmt.Sprintf("This is about %s. Other %s resources of this plan with the same actions and conditions have no warning of their own.", it, b.Type)
	}
	return fmt.Sprintf("This is about %s. %sOther %s resources of this plan that allow whole %s the same actions under the same conditions have no warning of their own.",
		it, advice, b.Type, of.Of)
}

// isPlan reports whether this is a plan, in which a warning belongs. The apply plans each object
// again, in another process, and repeats its warnings. That process reads no object, and for one
// that is created nothing tells the two apart before the first write.
func (b *Base) isPlan(object ownership.Object, prior *Attributes) bool {
	if b.Policies == nil || b.Policies.Owners.Applying() {
		return false
	}
	if prior == nil {
		return !object.IsPlannedAgain(false)
	}
	return prior.Placed() && b.Policies.Owners.Has(prior.Key(), object.Token)
}

// changes reports whether a plan creates a statement, or changes what it says or where it is.
func changes(prior, plan *Attributes) bool {
	if prior == nil || plan.moves(prior) {
		return true
	}
	planned := StatementOf(plan.Statement)
	return planned == nil || !SameMeaning(prior.Statement, planned)
}
