package grant

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/repopolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statement"
)

// leave notes that a statement of the state is planned to go.
func (r *Resource) leave(prior *model) {
	if r.claims != nil && prior.placed() {
		r.claims.Read(prior.target(), prior.Sid.ValueString())
		r.claims.Plan(prior.target(), prior.Sid.ValueString(), nil)
	}
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
func (r *Resource) foresee(ctx context.Context, prior, plan *model) diag.Diagnostics {
	var diags diag.Diagnostics
	if r.claims == nil {
		return nil
	}
	moved := prior == nil || !plan.placed() || prior.target() != plan.target() || !prior.Sid.Equal(plan.Sid)
	if prior != nil && moved {
		r.leave(prior)
	}
	if !plan.placed() {
		return nil
	}
	repo, sid := plan.target(), plan.Sid.ValueString()
	cure := "Remove one of the two, or give each a sid of its own."
	others := 0
	switch {
	case prior == nil:
		others = r.claims.Add(repo, sid) - 1
	case !moved: // One that moves is planned once more, as a new one.
		cure = "Take one of them out of the state without destroying the statement (a removed block with destroy = false, or terraform state rm), and remove it from the configuration or give it another sid."
		others = r.claims.Keep(repo, sid) - 1
	}
	if others > 0 {
		diags.AddAttributeError(path.Root("sid"), "Two resources manage one statement", fmt.Sprintf(
			"Another ecrxa_repository_grant of this configuration manages the statement with the Sid %s in the repository %s (account %s, region %s) too: each would undo what the other does. %s",
			sid, repo.Name, repo.Account, repo.Region, cure))
		return diags
	}
	if !statement.Known(ctx, plan.Statement) {
		return nil
	}
	planned, err := policy.ParseStatement(plan.Statement.ValueString())
	if err != nil {
		return nil // Told already.
	}
	r.claims.Plan(repo, sid, planned)
	if !moved && prior.Statement.Equal(plan.Statement) {
		return nil
	}
	doc, err := r.policies.Read(ctx, repo)
	if err != nil {
		return nil
	}
	if live, err := only(doc, repo, sid); err == nil && live != nil && moved && !r.claims.InState(repo, sid) && r.claims.Created(repo, sid) == nil {
		if live.Canonical() != planned.Canonical() {
			taken := &existsError{repo: repo, live: live}
			diags.AddAttributeError(path.Root("sid"), taken.summary(), statement.Sentence(taken))
			return diags
		}
		warnAdopted(&diags, repo, sid, "this apply takes it over")
	}
	return append(diags, r.foreseeSize(plan, doc)...)
}

// foreseeSize measures the policy as it would be after all that is planned.
func (r *Resource) foreseeSize(plan *model, doc *policy.Document) diag.Diagnostics {
	var diags diag.Diagnostics
	repo := plan.target()
	planned, complete := r.claims.Planned(repo, doc)
	if complete && repopolicy.Size(planned) > repopolicy.MaxSize {
		large := &repopolicy.TooLargeError{Repository: repo, Policy: planned}
		diags.AddAttributeError(path.Root("repository"), summaryTooLarge, statement.Sentence(large)+" "+adviceOnSize(planned))
		return diags
	}
	warnSize(&diags, repo, planned, "would use")
	return diags
}
