// SPDX-License-Identifier: MPL-2.0

package statementresource

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// ImportState takes registry_id,region,repository,sid, or an identity. It reports what is
// missing, because Terraform itself only says that the object does not exist. The Read that
// follows shares the read.
func (b *Base) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	repo, sid := b.imported(ctx, req, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	a := attributesOf(repo, sid)
	for name, value := range a.identity() {
		if name == "repository" && b.OfRegistry {
			continue
		}
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), value)...)
	}
	a.setIdentity(ctx, resp.Identity)
	resp.Diagnostics.Append(b.checkExists(ctx, repo, sid)...)
}

// checkExists refuses to import a statement that does not exist.
func (b *Base) checkExists(ctx context.Context, repo awsname.Repository, sid string) (diags diag.Diagnostics) {
	doc, err := b.Policies.Read(ctx, repo)
	if awserr.KindOf(err) == awserr.RepositoryNotFound {
		diags.AddError("Repository not found", missingRepository(repo, b.account(ctx), err))
		return diags
	}
	if err != nil {
		b.addCallError(ctx, &diags, err)
		return diags
	}
	if len(doc.Find(sid)) == 0 {
		diags.AddError("Statement not found", missingStatement(repo, sid, doc, b.account(ctx)))
	}
	return diags
}

// missingStatement says what the policy has instead of the statement to import. The
// account is that of the credentials, or empty.
func missingStatement(repo awsname.Repository, sid string, doc *policy.Document, account string) string {
	return fmt.Sprintf("The provider looked for the statement with the Sid %s in %s%s. %s\n\n"+
		"What to do now: correct the import ID (Sids are case-sensitive). Or remove the import; then the next apply creates the statement.",
		printed.Value(sid), Where(repo), withCredentialsOf(account), existing(doc))
}

// missingRepository says what to do if the repository of an import does not exist.
func missingRepository(repo awsname.Repository, account string, err error) string {
	return fmt.Sprintf("The provider looked for the repository %s (account %s, region %s)%s. ECR has no such repository there.\n\n"+
		"What to do now: correct the registry_id, the region and the repository in the import ID, and use credentials of the account that owns the repository.\n\nAWS's message: %s",
		repo.Name, repo.Account, repo.Region, withCredentialsOf(account), awserr.Message(err))
}

func withCredentialsOf(account string) string {
	if account == "" {
		return ""
	}
	return " with credentials of the account " + account
}

// existing says which statements a policy has.
func existing(doc *policy.Document) string {
	if doc.Empty() {
		return "There is no policy."
	}
	var sids []string
	unnamed := 0
	for _, s := range doc.Statements() {
		if s.Sid() == "" {
			unnamed++
			continue
		}
		sids = append(sids, printed.Value(s.Sid()))
	}
	text := "It has no such statement."
	if len(sids) > 0 {
		text += " Existing Sids: " + some(sids) + "."
	}
	if unnamed > 0 {
		text += fmt.Sprintf(" Statements without a Sid: %d; to import one, give it a Sid first.", unnamed)
	}
	return text
}
