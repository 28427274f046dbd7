package grant

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/repopolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statement"
)

// heirKey is where the plan of a destroy tells the apply that another resource of
// the state has the statement too. Only the plan hears of both.
const heirKey = "heir"

// planDestroy notes that a statement of the state is planned to go.
func (r *Resource) planDestroy(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var prior model
	resp.Diagnostics.Append(req.State.Get(ctx, &prior)...)
	if r.claims == nil || !prior.placed() {
		return
	}
	if r.claims.Leave(ctx, prior.target(), prior.Sid.ValueString()) {
		resp.Diagnostics.Append(resp.Private.SetKey(ctx, heirKey, []byte("true"))...)
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
	if r.claims == nil {
		return nil
	}
	moved := prior == nil || !plan.placed() || prior.target() != plan.target() || !prior.Sid.Equal(plan.Sid)
	if prior != nil && moved && prior.placed() {
		r.claims.Plan(prior.target(), prior.Sid.ValueString(), nil)
	}
	if !plan.placed() {
		return nil
	}
	diags := r.foreseeOwners(prior == nil, moved, plan)
	if diags.HasError() || !statement.Known(ctx, plan.Statement) {
		return diags
	}
	planned, err := policy.ParseStatement(plan.Statement.ValueString())
	if err != nil {
		return diags // Told already.
	}
	repo := plan.target()
	r.claims.Plan(repo, planned.Sid(), planned)
	if !moved && prior.Statement.Equal(plan.Statement) {
		return diags
	}
	doc, err := r.policies.Read(ctx, repo)
	if err != nil {
		return diags
	}
	if moved {
		diags.Append(r.foreseeTaken(repo, doc, planned)...)
	}
	if diags.HasError() {
		return diags
	}
	return append(diags, r.foreseeSize(plan, doc)...)
}

// foreseeOwners tells of two resources of this configuration that want one statement.
func (r *Resource) foreseeOwners(added, moved bool, plan *model) diag.Diagnostics {
	var diags diag.Diagnostics
	repo, sid := plan.target(), plan.Sid.ValueString()
	fail := func(what string) {
		diags.AddAttributeError(path.Root("sid"), summaryTwo, twoResources(repo, sid)+what)
	}
	switch {
	case added:
		if r.claims.Add(repo, sid) > 1 {
			fail(": each would undo what the other does. Remove one of the two, or give each a sid of its own.")
		}
	case moved: // It is planned once more, as a new one.
	case r.claims.Removed(repo, sid):
		fail(", and this plan would destroy it, and the statement with it. Plan again; if this stays, take the other one out of the state with terraform state rm.")
	default:
		resources, agree := r.claims.Keep(repo, sid, canonical(plan.Statement))
		switch {
		case resources > 1 && !agree:
			fail(", and wants something else of it: each would undo what the other does. Remove one of the two from the configuration (the statement stays for the other), or give one another sid.")
		case resources > 1:
			diags.AddAttributeWarning(path.Root("sid"), summaryTwo, twoResources(repo, sid)+". Remove one of the two from the configuration: the statement stays for the other.")
		}
	}
	return diags
}

// foreseeTaken tells of a statement that stands already where a grant will be new.
func (r *Resource) foreseeTaken(repo awsname.Repository, doc *policy.Document, planned *policy.Statement) diag.Diagnostics {
	var diags diag.Diagnostics
	sid := planned.Sid()
	live, err := only(doc, repo, sid)
	if err != nil || live == nil || r.claims.Created(repo, sid) != nil {
		return nil
	}
	same := live.Canonical() == planned.Canonical()
	switch known := r.claims.InState(repo, sid); {
	case same && known:
		diags.AddAttributeWarning(path.Root("sid"), "The statement already stands", twoResources(repo, sid)+
			", and it says exactly what this new grant says. That is right where this plan replaces or renames a resource; else remove one of the two, or give it another sid.")
	case same:
		warnAdopted(&diags, repo, sid, "this apply takes it over")
	case !known:
		taken := &existsError{repo: repo, live: live}
		if checkImportable(repo, live).HasError() {
			diags.AddAttributeError(path.Root("sid"), taken.summary(), statement.Sentence(taken))
			return diags
		}
		// Another resource of the state may have it, and leave it, without Terraform having told yet.
		diags.AddAttributeWarning(path.Root("sid"), taken.summary(), "Unless another resource of this configuration has this statement and gives it up before, the apply will fail: "+statement.Sentence(taken))
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
		detail := statement.Sentence(large) + " " + adviceOnSize(planned)
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
