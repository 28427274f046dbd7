package grant

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/repopolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// leave notes that the statement of the state is planned to go.
func (r *Resource) leave(ctx context.Context, prior *model, private tfattr.Private) diag.Diagnostics {
	if r.claims == nil || !prior.placed() {
		return nil
	}
	claim := r.claims.Of(prior.target(), prior.Sid.ValueString())
	claim.Plan(nil)
	return tfattr.RecordLeave(ctx, &claim.Claim, private)
}

// placed reports whether repository and Sid are known.
func (m *model) placed() bool {
	for _, v := range []interface {
		IsNull() bool
		IsUnknown() bool
	}{m.Region, m.RegistryID, m.Repository, m.Sid} {
		if v.IsNull() || v.IsUnknown() {
			return false
		}
	}
	return true
}

// foresee says in the plan what the apply would meet in the repository policy as
// it stands. What cannot be read now is left to the apply.
func (r *Resource) foresee(ctx context.Context, prior, plan *model, private tfattr.Private) (diags diag.Diagnostics) {
	if r.claims == nil {
		return nil
	}
	moved := plan.moves(prior)
	if prior != nil && moved {
		diags.Append(r.leave(ctx, prior, private)...)
	}
	if !plan.placed() {
		return diags
	}
	diags.Append(r.foreseeOwners(prior == nil, moved, tfattr.MustRewrite(ctx, private), plan)...)
	if diags.HasError() || !tfattr.Known(ctx, plan.Statement) {
		return diags
	}
	planned, err := policy.ParseStatement(plan.Statement.ValueString())
	if err != nil {
		return diags // Told already.
	}
	repo := plan.target()
	r.claims.Of(repo, planned.Sid()).Plan(planned)
	if !moved && prior.Statement.Equal(plan.Statement) || r.claims.Applying() {
		return diags // Terraform plans once more in an apply, which meets what there is to meet.
	}
	doc, err := r.policies.Read(ctx, repo)
	if err != nil {
		return append(diags, r.foreseeAccount(ctx, repo, err)...)
	}
	if moved {
		diags.Append(r.foreseeTaken(repo, doc, planned)...)
	}
	if diags.HasError() {
		return diags
	}
	diags.Append(r.foreseeOrphans(repo, doc, planned.Sid())...)
	return append(diags, r.foreseeSize(plan, doc)...)
}

// moves reports whether the plan wants another statement than the state has.
func (m *model) moves(prior *model) bool {
	return prior == nil || !m.placed() || prior.target() != m.target() || !prior.Sid.Equal(m.Sid)
}

// foreseeOwners tells of two resources of this configuration that want one statement.
func (r *Resource) foreseeOwners(added, moved, rewritten bool, plan *model) diag.Diagnostics {
	var diags diag.Diagnostics
	repo, sid := plan.target(), plan.Sid.ValueString()
	claim, at := r.claims.Of(repo, sid), path.Root("sid")
	fail := func(what string) { diags.AddAttributeError(at, summaryTwo, twoResources(repo, sid)+what) }
	if added {
		if claim.Want() > 1 {
			fail(": each would undo what the other does. Remove one of the two, or give each a sid of its own.")
		}
		return diags
	}
	if moved {
		return nil // It is planned once more, as a new one.
	}
	switch company := claim.Keep(canonical(plan.Statement)); {
	case rewritten && !company.Differ:
		diags.AddAttributeWarning(at, "The statement is written again", twoResources(repo, sid)+
			", or an older object of this resource has. In case that one goes and takes the statement along, this apply writes it once more.")
	case company.Removed && !rewritten:
		fail(", and this plan would destroy it, and the statement with it. Plan again, without -refresh=false; if this stays, take the other one out of the state with terraform state rm.")
	case company.Differ:
		fail(", and wants something else of it: each would undo what the other does. Remove one of the two from the configuration (the statement stays for the other), or give one another sid.")
	case company.Keepers:
		diags.AddAttributeWarning(at, summaryTwo, twoResources(repo, sid)+". Remove one of the two from the configuration: the statement stays for the other.")
	}
	return diags
}

// foreseeTaken tells of a statement that stands already where a grant will be new.
func (r *Resource) foreseeTaken(repo awsname.Repository, doc *policy.Document, planned *policy.Statement) diag.Diagnostics {
	var diags diag.Diagnostics
	sid := planned.Sid()
	live, err := only(doc, repo, sid)
	claim := r.claims.Of(repo, sid)
	if err != nil || live == nil || claim.Created() {
		return nil
	}
	same := live.Canonical() == planned.Canonical()
	switch known := claim.Holders() > 0; {
	case same && known:
		diags.AddAttributeWarning(path.Root("sid"), "The statement already stands", twoResources(repo, sid)+
			", and it says exactly what this new grant says. That is right where this plan replaces or renames a resource; else remove one of the two, or give it another sid.")
	case same:
		warnAdopted(&diags, repo, sid, "this apply takes it over")
	case !known:
		taken := &existsError{repo: repo, live: live, plan: true}
		if checkImportable(repo, live).HasError() {
			diags.AddAttributeError(path.Root("sid"), taken.summary(), tfattr.Sentence(taken))
			return diags
		}
		// Another resource of the state may have it, and leave it, without Terraform having told yet.
		diags.AddAttributeWarning(path.Root("sid"), taken.summary(), "Unless another resource of this configuration has this statement and gives it up before, the apply will fail: "+tfattr.Sentence(taken))
	}
	return diags
}

// foreseeAccount warns where the policy could not be read with the credentials of
// another account. In the right one the repository may be about to be created.
func (r *Resource) foreseeAccount(ctx context.Context, repo awsname.Repository, err error) diag.Diagnostics {
	failed, ok := errors.AsType[*awserr.Error](r.withCredentials(ctx, err))
	if !ok || failed.Attempt.Credentials == "" {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("registry_id"), "Credentials of another account", fmt.Sprintf(
		"The repository %s belongs to the account %s (region %s), the provider's credentials to the account %s, and its policy could not be read: the apply is likely to fail. "+
			"Use credentials of the account %[2]s in this provider configuration, for example with assume_role, or another provider alias; or correct registry_id.\n\nAWS's message: %[5]s",
		repo.Name, repo.Account, repo.Region, failed.Attempt.Credentials, awserr.Message(err)))}
}

// foreseeOrphans warns of statements of nobody in this state that may have ECR refuse
// what is planned.
func (r *Resource) foreseeOrphans(repo awsname.Repository, doc *policy.Document, sid string) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, s := range orphans(doc, sid) {
		if r.claims.Of(repo, s.Sid()).Holders() > 0 {
			continue // Its own Read warns of it, and its plan replaces it.
		}
		diags.AddWarning("Another statement names a deleted principal", fmt.Sprintf(
			"In the policy of the repository %s (account %s, region %s), the %s If this apply replaces it too, ignore this.\n\n%s",
			repo.Name, repo.Account, repo.Region, namesOrphans(s, orphanIDs(s)), adviceOnOrphans))
	}
	return diags
}

// foreseeSize measures the policy as it would be after all that is planned.
func (r *Resource) foreseeSize(plan *model, doc *policy.Document) diag.Diagnostics {
	var diags diag.Diagnostics
	repo := plan.target()
	planned, complete := r.claims.Planned(repo, doc)
	if repopolicy.Size(planned) > repopolicy.MaxSize {
		large := &repopolicy.TooLargeError{Repository: repo, Policy: planned}
		detail := tfattr.Sentence(large) + " " + adviceOnSize(planned)
		if complete {
			diags.AddAttributeError(path.Root("repository"), summaryTooLarge, detail)
		} else {
			diags.AddAttributeWarning(path.Root("repository"), summaryTooLarge, "Unless other statements go before, the apply will fail: "+detail)
		}
		return diags
	}
	warnSize(&diags, repo, planned, "would use")
	return diags
}

const summaryTwo = "Two resources manage one statement"

func twoResources(repo awsname.Repository, sid string) string {
	return fmt.Sprintf("Another ecrxa_repository_grant of this configuration has the statement with the Sid %s in the repository %s (account %s, region %s) too",
		sid, repo.Name, repo.Account, repo.Region)
}

// canonical returns the canonical form of a planned statement, "" where it is not
// known.
func canonical(planned types.String) string {
	s, err := policy.ParseStatement(planned.ValueString())
	if err != nil {
		return ""
	}
	return s.Canonical()
}
