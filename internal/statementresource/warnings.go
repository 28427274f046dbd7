// SPDX-License-Identifier: MPL-2.0

package statementresource

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/policystore"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// warnWritten adds the warnings about a write of the statement.
func warnWritten(diags *diag.Diagnostics, key policystore.Key, result policystore.Result, err error) {
	warnOthers(diags, key, result.Outcome)
	if err == nil {
		warnSize(diags, key.Repository, result.Policy, "uses")
	}
}

// warnSize warns when nine tenths of what ECR accepts are used, or would be.
func warnSize(diags *diag.Diagnostics, repo awsname.Repository, doc *policy.Document, uses string) {
	if size := policystore.Size(doc); size >= policystore.MaxSize*9/10 {
		diags.AddWarning(policyOf(repo)+" almost full", fmt.Sprintf(
			"%s %s %d of the %d characters that ECR accepts. %s", upper(Where(repo)), uses, size, policystore.MaxSize, adviceOnSize(doc)))
	}
}

// upper begins a text of our own with a capital letter.
func upper(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

// warnAdopted warns that an identical statement existed before the resource.
func (b *Base) warnAdopted(diags *diag.Diagnostics, key policystore.Key, what, more string) {
	diags.AddAttributeWarning(b.At, "Existing statement", fmt.Sprintf(
		"In %s, there already is a statement with the Sid %s that is identical to that of this resource: %s. "+
			"This is expected after an interrupted apply, and if this plan renames or replaces the resource. "+
			"If another configuration or provider alias also manages this statement, give one of the two another Sid. Otherwise, destroying one of them removes the access of both.\n\n"+
			"To move a resource within one configuration, use a moved block. To move it from another configuration, first apply a removed block with destroy = false there, then import it here. "+
			"Do not delete it there in the same apply: that can delete the statement.%s",
		Where(key.Repository), printed.Value(key.Sid), what, more))
}

// warnOthers warns about other writers of the policy.
func warnOthers(diags *diag.Diagnostics, key policystore.Key, outcome policystore.Outcome) {
	if outcome.Overwritten > 0 {
		diags.AddWarning("Other writer of "+thePolicyOf(key.Repository), fmt.Sprintf(
			"%s was written at the same time by another writer, or by another provider alias of this configuration: the change of the statement %s was overwritten %s. "+
				"ECR keeps only the last write, so a statement can be lost, and no tool can prevent this. Where possible, have one writer per policy. "+
				"If you are moving this resource between provider aliases, plan again: the deletion may have come last.",
			upper(Where(key.Repository)), printed.Value(key.Sid), times(outcome.Overwritten)))
	}
	if len(outcome.Lost) > 0 {
		diags.AddWarning("Missing statements of other writers", fmt.Sprintf(
			"When the statement %s was written, %s no longer had these statements, which the plan or an earlier read of this apply showed:\n\n  - %s\n\n"+
				"The provider read the policy several times. Probably their owners deleted them. If not, ask the owners to add them again: the provider does not know their content.",
			printed.Value(key.Sid), Where(key.Repository), strings.Join(wording.Capped(named(outcome.Lost), ""), "\n  - ")))
	}
	if len(outcome.Restored) > 0 {
		diags.AddWarning("Restored statements", fmt.Sprintf(
			"%s no longer had statements that this apply had just verified. Another writer overwrote them. They were written again together with the statement %s: %s.",
			upper(Where(key.Repository)), printed.Value(key.Sid), some(printed.Values(outcome.Restored))))
	}
	for _, late := range outcome.Late {
		warnLate(diags, late)
	}
	for _, s := range outcome.Disappeared {
		diags.AddWarning("Possible loss of a statement of another writer", fmt.Sprintf(
			"While the statement %s was written, this statement was in %s, and then disappeared:\n\n  %s\n\n"+
				"Either its owner deleted it, or it was written between our read and our write, and our write overwrote it. Ask its owner, and add it again if it is needed.",
			printed.Value(key.Sid), Where(key.Repository), printed.Message(s.String())))
	}
}

// warnLate warns about a statement whose resource was applied before.
func warnLate(diags *diag.Diagnostics, late policystore.Late) {
	warnOthers(diags, late.Key, late.Outcome)
	if late.Err != nil {
		diags.AddWarning("Unverified change of "+thePolicyOf(late.Key.Repository), fmt.Sprintf(
			"ECR confirmed the change of the statement %s in %s, but it could not be verified after its resource was applied. Plan again after this apply: the plan shows whether the statement is as configured.\n\n%s",
			printed.Value(late.Key.Sid), Where(late.Key.Repository), tfattr.Sentence(late.Err)))
	}
}

// named returns how to name statements with these Sids.
func named(sids []string) []string {
	var names []string
	for _, sid := range sids {
		name := "a statement without a Sid"
		if sid != "" {
			name = printed.Quoted(sid)
		}
		names = append(names, name)
	}
	return names
}

// warnDeleted explains why a grant that nobody has changed differs from its
// configuration.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
func warnDeleted(diags *diag.Diagnostics, key policystore.Key, live *policy.Statement) {
	if ids := deletedIDs(live); len(ids) > 0 {
		diags.AddWarning("Deleted principal in the statement", fmt.Sprintf(
			"In %s, the statement with the Sid %s names %s. AWS shows such an ID after the role or user was deleted. "+
				"A new role or user with the same name is a different principal and has no access. "+
				"If it was re-created, apply this configuration to grant access again. If it no longer exists, remove it from the statement. "+
				"A grant with match_roles_by = \"condition\" matches by name and is not affected.",
			Where(key.Repository), printed.Value(key.Sid), some(ids)))
	}
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}
