// SPDX-License-Identifier: MPL-2.0

package statementresource

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/ownership"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/policystore"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/registrypolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// preflight reports in the plan the conflicts that the apply would have with the
// repository policy as it is now. If the policy cannot be read now, it says so, and only the apply
// checks it. own says that the statement that the plan creates is that of the object
// which it replaces.
func (b *Base) preflight(ctx context.Context, object ownership.Object, prior, plan *Attributes, own bool) (diags diag.Diagnostics) {
	planned := StatementOf(plan.Statement)
	if b.Policies == nil || !plan.Placed() {
		return nil
	}
	repo := plan.Target()
	if planned != nil {
		b.Plan.Put(repo, planned)
	}
	switch {
	case b.Policies.Owners.Applying():
		return nil // The apply itself finds the conflicts.
	case b.wasSaid(b.unread(repo, awserr.Unreachable)):
		return nil // It can take many seconds for each policy.
	case prior == nil:
	case prior.Target() != repo: // Terraform plans the object once more, as one that is created, and shows only the errors of that.
		if _, err := b.Policies.Read(ctx, repo); err != nil {
			return b.preflightUnread(ctx, repo, false, err)
		}
		return nil
	case plan.moves(prior), prior.Statement.Equal(plan.Statement):
		return nil
	}
	doc, err := b.Policies.Read(ctx, repo)
	switch {
	case err != nil:
		return b.preflightUnread(ctx, repo, object.IsPlannedAgain(prior != nil), err)
	case planned == nil:
		return nil
	}
	if prior == nil && !own {
		diags.Append(b.preflightSid(doc, plan.Key(), object, planned)...)
	}
	if diags.HasError() {
		return diags
	}
	diags.Append(b.preflightDeleted(repo, doc, planned.Sid())...)
	return append(diags, b.preflightSize(repo, doc)...)
}

// preflightSid reports that a statement exists which the apply would create.
func (b *Base) preflightSid(doc *policy.Document, key policystore.Key, object ownership.Object, planned *policy.Statement) diag.Diagnostics {
	var diags diag.Diagnostics
	live, err := policystore.Find(doc, key)
	if err == nil && live == nil {
		return b.preflightMeaning(doc, key, planned)
	}
	if err != nil || b.Policies.Owners.HasOther(key, object.Token) {
		return nil
	}
	at := b.At
	exists := &policystore.ExistsError{Key: key, Statement: live}
	switch {
	case live.Canonical() == planned.Canonical():
		b.warnAdopted(&diags, key, "this apply adopts it", adviceOnForeignWriter(key.Repository))
	case b.CheckImport(key.Repository, live) != nil:
		diags.AddAttributeError(at, summaryExists, b.existsDetail(exists)+adviceOnForeignWriter(key.Repository))
	default: // Terraform may not have called for the resource that manages it yet.
		diags.AddAttributeWarning(at, summaryExists, "The apply will fail unless another resource of this configuration manages this statement and is destroyed first: "+b.existsDetail(exists)+adviceOnForeignWriter(key.Repository))
	}
	return diags
}

// preflightMeaning warns of a statement that means the same as one that the apply would add, and
// that no object of the state manages.
func (b *Base) preflightMeaning(doc *policy.Document, key policystore.Key, planned *policy.Statement) (diags diag.Diagnostics) {
	for _, live := range doc.Statements() {
		other := policystore.Key{Repository: key.Repository, Sid: live.Sid()}
		if b.Policies.Owners.HasOther(other, "") || !managed.SameButSid(live, planned) {
			continue
		}
		diags.AddAttributeWarning(b.At, "Existing statement with another Sid", fmt.Sprintf(
			"In %s, the %s says the same as this resource, which adds a second statement. To manage the existing one instead, give this resource its Sid, if it has one.%s",
			Where(key.Repository), nameOf(doc, live), adviceOnForeignWriter(key.Repository)))
		break
	}
	return diags
}

// preflightUnread says that the policy could not be read, and why: once for each reason and
// registry, since it often is the same for many statements.
func (b *Base) preflightUnread(ctx context.Context, repo awsname.Repository, isHidden bool, err error) (diags diag.Diagnostics) {
	err = b.withCredentials(ctx, err)
	summary, detail := b.describe(err)
	if _, isOther := errors.AsType[*registrypolicy.OtherAccountError](err); isOther {
		diags.AddAttributeError(path.Root("registry_id"), summary, detail)
		return diags
	}
	kind, at := awserr.KindOf(err), path.Root("repository")
	others := "Other policies of this registry that could not be read for the same reason have no warning of their own."
	why := b.unread(repo, kind)
	failed, _ := errors.AsType[*awserr.Error](err)
	switch {
	case kind == awserr.Canceled:
		return nil
	case failed != nil && failed.Attempt.Credentials != "" && repo.Name != "":
		at, summary, why = path.Root("registry_id"), "Credentials of another account", b.unread(repo, "credentials")
		detail = fmt.Sprintf("The repository %s belongs to the account %s (region %s), the provider's credentials to the account %s, and its policy could not be read: the apply is likely to fail. "+
			"Use credentials of the account %[2]s in this provider configuration, for example with assume_role, or another provider alias; or correct registry_id.\n\nAWS's message: %[5]s",
			repo.Name, repo.Account, repo.Region, failed.Attempt.Credentials, awserr.Message(err))
	case kind == awserr.RepositoryNotFound:
		summary = "Repository not found"
		others = "Other repositories of this plan may be missing, too: only this one has a warning."
		whose := ""
		if failed != nil && failed.Attempt.OwnAccount {
			whose = ", the account of the provider's credentials"
		}
		detail = fmt.Sprintf("There is no repository %s in the region %s of the account %s%s. "+
			"If this apply creates the repository before this resource, ignore this warning: the provider cannot see that in the plan. "+
			"Otherwise the apply will fail: correct repository, region or registry_id, or create the repository first.\n\nAWS's message: %s",
			repo.Name, repo.Region, repo.Account, whose, awserr.Message(err))
	default:
		if kind == awserr.Unreachable {
			others = "The plan does not try to read other policies of this registry, so it has not compared them either."
		}
		if kind == awserr.Other {
			why += summary // It says what failed.
		}
		if repo.Name == "" {
			at = b.At
		}
		detail = fmt.Sprintf("The plan could not read %s, so it has not compared it with this resource. The plan goes on; the apply reads the policy again, and fails if it cannot.\n\n%s", Where(repo), detail)
	}
	if !isHidden && b.isFirst(why) {
		diags.AddAttributeWarning(at, summary, detail+"\n\n"+others)
	}
	return diags
}

// unread names a reason why the policies of a registry are not read.
func (b *Base) unread(repo awsname.Repository, kind awserr.Kind) string {
	return fmt.Sprint("unread ", b.OfRegistry, " ", repo.Account, " ", repo.Region, " ", kind)
}

// preflightDeleted warns about statements that no object of the state manages and
// that name a deleted principal: ECR may refuse the policy because of them.
func (b *Base) preflightDeleted(repo awsname.Repository, doc *policy.Document, sid string) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, s := range withDeletedPrincipals(doc, sid) {
		if b.Policies.Owners.HasOther(policystore.Key{Repository: repo, Sid: s.Sid()}, "") {
			continue // Its own Read warns about it, and its plan replaces it.
		}
		diags.AddWarning("Deleted principal in another statement", fmt.Sprintf(
			"In %s, the %s If this apply also replaces that statement, ignore this warning.\n\n%s", Where(repo), namesDeleted(doc, s), adviceOnDeleted))
	}
	return diags
}

// preflightSize measures the policy as it will be after all that is planned.
func (b *Base) preflightSize(repo awsname.Repository, doc *policy.Document) diag.Diagnostics {
	var diags diag.Diagnostics
	planned := b.Plan.Apply(repo, doc)
	if policystore.Size(planned) <= policystore.MaxSize {
		warnSize(&diags, repo, planned, "would use")
		return diags
	}
	detail := tfattr.Sentence(&policystore.TooLargeError{Repository: repo, Policy: planned}) + " " + adviceOnSize(planned)
	at := path.Root("repository")
	if repo.Name == "" {
		at = b.At
	}
	if b.Policies.Owners.Unplanned(func(key policystore.Key) bool { return key.Repository == repo }) {
		diags.AddAttributeWarning(at, summaryTooLarge(repo), "The apply will fail unless other statements are deleted first: "+detail)
	} else {
		diags.AddAttributeError(at, summaryTooLarge(repo), detail)
	}
	return diags
}
