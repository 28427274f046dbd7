// SPDX-License-Identifier: MPL-2.0

package statementresource

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// MoveFromAWS takes over an aws_ecr_repository_policy that has one statement. Terraform calls
// it before the provider is configured. A state of before version 6 of the AWS provider has no
// region: then the Read that follows takes that of the provider, and fills the state.
func (b *Base) MoveFromAWS() []resource.StateMover {
	return []resource.StateMover{{StateMover: func(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
		if !tfattr.MovedFromAWS(req, "aws_ecr_repository_policy") {
			return
		}
		source := tfattr.MovedState(req)
		repo := awsname.Repository{Partition: awsname.Partition(source["region"]), Region: source["region"], Account: source["registry_id"], Name: source["repository"]}
		doc, err := policy.Parse(source["policy"])
		removed := managed.RemovedHCL("aws_ecr_repository_policy")
		if err != nil || repo.Name == "" || repo.Account == "" {
			resp.Diagnostics.AddError("Unreadable state of aws_ecr_repository_policy",
				"The provider tried to move an aws_ecr_repository_policy to "+b.Type+", but its state has no repository, no registry_id or no policy that can be read. Nothing was changed. "+
					managed.InsteadOfMoved("aws_ecr_repository_policy", removed, "Import the statements, one of them to the address of the "+b.Type+", or delete the block of that resource: otherwise the plan also adds it."))
			return
		}
		if doc.Empty() {
			resp.Diagnostics.AddError("No statement in aws_ecr_repository_policy",
				fmt.Sprintf("The aws_ecr_repository_policy of the repository %s has no statement, so there is nothing to move or to import. Nothing was changed. ", printed.Value(repo.Name))+
					managed.InsteadOfMoved("aws_ecr_repository_policy", removed, "Delete the block of the "+b.Type+" too: otherwise the plan also adds it."))
			return
		}
		if len(doc.Statements()) != 1 {
			resp.Diagnostics.AddError(b.severalStatements(repo, doc))
			return
		}
		live := doc.Statements()[0]
		if resp.Diagnostics.Append(b.checkMovable(repo, live)...); resp.Diagnostics.HasError() {
			return
		}
		a := Attributes{RegistryAttributes: RegistryAttributes{RegistryID: orNull(repo.Account), Region: orNull(repo.Region), Sid: orNull(live.Sid())}, Repository: orNull(repo.Name)}
		for name, value := range a.identity() {
			resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root(name), value)...)
		}
		if a.Placed() {
			a.setIdentity(ctx, resp.TargetIdentity)
			resp.Diagnostics.Append(b.fill(ctx, &resp.TargetState, live)...)
		}
	}}}
}

// orNull returns a text as a value, or null if it is empty.
func orNull(s string) types.String {
	if s == "" {
		return types.StringNull()
	}
	return types.StringValue(s)
}

// checkMovable refuses a statement that the resource cannot import.
func (b *Base) checkMovable(repo awsname.Repository, live *policy.Statement) (diags diag.Diagnostics) {
	err := cmp.Or(b.CheckImport(repo, live), b.CheckSid(live.Sid()))
	if err == nil {
		return nil
	}
	advice := managed.UndoMoved("aws_ecr_repository_policy", b.Type, "correct the statement there, apply, and move it after that")
	if b.Type != managed.StatementType && managed.CheckStatementSid(live.Sid()) == nil {
		advice = "What to do now: move it to an " + managed.StatementType + ", which takes any statement as JSON. The plan must say 0 to add and 0 to destroy."
	}
	diags.AddError("Unsupported statement", fmt.Sprintf("The statement of the aws_ecr_repository_policy of the repository %s was not moved to %s: %v.\n\n  %s\n\nNothing was changed. %s",
		printed.Value(repo.Name), b.Type, err, printed.Message(live.String()), advice))
	return diags
}

// severalStatements says how to move a policy of which a moved block can move only a part.
func (b *Base) severalStatements(repo awsname.Repository, doc *policy.Document) (summary, detail string) {
	more := []string{
		"Import one of the statements to the address of the " + b.Type + " to which the policy was to move, or delete the block of that resource: otherwise the plan also adds it.",
		"terraform plan -generate-config-out=adopted.tf writes the blocks of the other resources.",
	}
	if repo.Region == "" {
		repo.Region = "REGION"
		more = append(more, "The state does not have the region of the repository: write it in place of REGION.")
	}
	blocks, others := managed.HandoverHCL("aws_ecr_repository_policy", repo, managed.Adopt(repo, doc))
	detail = fmt.Sprintf("The aws_ecr_repository_policy of the repository %s has %s, and a moved block moves one object to one other. Nothing was changed.\n\n%s",
		printed.Value(repo.Name), wording.Counted(len(doc.Statements()), "statement"), managed.InsteadOfMoved("aws_ecr_repository_policy", blocks, more...))
	if len(others) > 0 {
		detail += "\n\nNo resource of this provider can manage these statements. They stay in the policy:\n"
		reason := func(a managed.Adoption) string {
			return fmt.Sprintf("statement %d: %s", a.Statement.Index()+1, a.Reason)
		}
		detail += "\n  - " + strings.Join(wording.CappedBy(others, reason, "statements"), "\n  - ")
	}
	return "Several statements in aws_ecr_repository_policy", detail
}
