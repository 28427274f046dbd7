// Package grant is the resource ecrxa_repository_grant: the registry side of
// cross-account access, one statement of a repository policy.
package grant

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/providerdata"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/repopolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

var (
	_ resource.ResourceWithConfigure      = (*Resource)(nil)
	_ resource.ResourceWithImportState    = (*Resource)(nil)
	_ resource.ResourceWithModifyPlan     = (*Resource)(nil)
	_ resource.ResourceWithValidateConfig = (*Resource)(nil)
)

// defaultTimeout is how long other AWS tools wait for IAM to make a new role
// known everywhere.
const defaultTimeout = 2 * time.Minute

// NewResource returns the resource ecrxa_repository_grant.
func NewResource() resource.Resource { return &Resource{} }

// Resource is ecrxa_repository_grant.
type Resource struct {
	clients  *awsapi.Clients
	policies *repopolicy.Store
	claims   *repopolicy.Claims
}

// Metadata implements resource.Resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_repository_grant"
}

// Configure takes what the provider prepared.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	data, diags := providerdata.From(req.ProviderData)
	if resp.Diagnostics.Append(diags...); data != nil {
		r.clients, r.policies, r.claims = data.Clients, data.RepositoryPolicies, data.Statements
	}
}

// Create adds the statement. One of that Sid that already stands is taken over if
// it means the same, and an error if not.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var m model
	if resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...); resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := m.Timeouts.Create(ctx, defaultTimeout)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}
	if resp.Diagnostics.Append(tfattr.Revalidate(ctx, req.Plan)...); resp.Diagnostics.HasError() {
		return
	}
	written, diags := r.put(ctx, &m, timeout, nil, resp.Private)
	resp.Diagnostics.Append(diags...)
	if written || !resp.Diagnostics.HasError() {
		// With an error this taints the grant: the next apply begins by removing what may stand.
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

// Read takes the statement by its Sid, and shows what drifted on the attribute that drifted.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var m model
	if resp.Diagnostics.Append(req.State.Get(ctx, &m)...); resp.Diagnostics.HasError() {
		return
	}
	repo, sid := m.target(), m.Sid.ValueString()
	claim := r.claims.Of(repo, sid)
	claim.Hold()
	doc, err := r.policies.Read(ctx, repo)
	if awserr.KindOf(err) == awserr.RepositoryNotFound {
		tflog.Debug(ctx, "The repository is gone", map[string]any{"repository": repo.ARN(), "sid": sid})
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		r.addError(ctx, &resp.Diagnostics, err)
		return
	}
	live, err := only(doc, repo, sid)
	if err != nil {
		r.addError(ctx, &resp.Diagnostics, fmt.Errorf("read the grant %s of the repository %s: %w", sid, repo.ARN(), err))
		return
	}
	if live == nil {
		tflog.Debug(ctx, "The statement is gone", map[string]any{"repository": repo.ARN(), "sid": sid})
		resp.State.RemoveResource(ctx)
		return
	}
	warnDeleted(&resp.Diagnostics, repo, live)
	resp.Diagnostics.Append(m.refresh(ctx, live)...)
	resp.Diagnostics.Append(tfattr.NoteHolders(ctx, &claim.Claim, resp.Private)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

// refresh writes the live statement into the state. Without a statement in the
// state, this is an import.
func (m *model) refresh(ctx context.Context, live *policy.Statement) diag.Diagnostics {
	imported := m.Statement.IsNull()
	if imported {
		if diags := checkImportable(m.target(), live); diags.HasError() {
			return diags
		}
	}
	if before, err := policy.ParseStatement(m.Statement.ValueString()); err == nil && before.Canonical() == live.Canonical() {
		return nil
	}
	repo := m.target()
	var prior *managed.Grant
	if !imported {
		before, diags := m.grant(ctx)
		if diags.HasError() {
			return diags
		}
		prior = before
	}
	diags := m.absorb(ctx, managed.GrantOf(live, repo.Partition, prior))
	m.Statement = types.StringValue(live.String())
	m.RepositoryARN = types.StringValue(repo.ARN())
	return diags
}

// Update replaces the statement, and writes nothing when it stands as planned.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var m model
	if resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...); resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := m.Timeouts.Update(ctx, defaultTimeout)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}
	if resp.Diagnostics.Append(tfattr.Revalidate(ctx, req.Plan)...); resp.Diagnostics.HasError() {
		return
	}
	var prior model
	if resp.Diagnostics.Append(req.State.Get(ctx, &prior)...); resp.Diagnostics.HasError() {
		return
	}
	_, diags = r.put(ctx, &m, timeout, &prior, resp.Private)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

// Delete removes the statement, and the policy when nothing else is left in it.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	r.claims.Apply()
	var m model
	if resp.Diagnostics.Append(req.State.Get(ctx, &m)...); resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := m.Timeouts.Delete(ctx, defaultTimeout)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	repo, sid := m.target(), m.Sid.ValueString()
	claim := r.claims.Of(repo, sid)
	if claim.Goes(tfattr.RecordedHolders(ctx, req.Private)) {
		resp.Diagnostics.AddWarning("The statement stays", twoResources(repo, sid)+", so it was left as it is. The last one that goes takes it along.")
		return
	}
	around := policy.New()
	outcome, err := r.policies.Change(ctx, repo, repopolicy.Change{Sid: sid, Edit: func(doc *policy.Document, written bool) (*policy.Document, error) {
		live, err := only(doc, repo, sid)
		if err != nil {
			return nil, err
		}
		around = doc
		if live != nil && claim.HasHeir(live) {
			return doc, nil // As after a change of the resource's name.
		}
		if live != nil && live.Canonical() != canonical(m.Statement) {
			if written {
				return doc, nil // It was removed, and this is somebody's new one.
			}
			return nil, &changedError{repo: repo, live: live}
		}
		return doc.Remove(sid), nil
	}})
	warnOthers(&resp.Diagnostics, repo, sid, outcome)
	if retryable(err) {
		err = &refusedError{repo: repo, sid: sid, removing: true, around: around, cause: err}
	}
	if err != nil && awserr.KindOf(err) != awserr.RepositoryNotFound {
		r.addError(ctx, &resp.Diagnostics, fmt.Errorf("remove the grant %s from the repository %s: %w", sid, repo.ARN(), err))
	}
}

// put makes the statement stand in the policy as the model has it; prior is what
// the state has of it, or nil. With errors, written says whether the statement may
// stand all the same.
func (r *Resource) put(ctx context.Context, m *model, timeout time.Duration, prior *model, private tfattr.Private) (written bool, diags diag.Diagnostics) {
	r.claims.Apply()
	create := prior == nil
	if diags = r.settle(ctx, m); diags.HasError() {
		return false, diags
	}
	planned, err := policy.ParseStatement(m.Statement.ValueString())
	if err != nil {
		diags.AddError("The planned statement cannot be read", tfattr.Sentence(err))
		return false, diags
	}
	start := time.Now()
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()

	repo := m.target()
	claim, first := r.claims.Of(repo, planned.Sid()), true
	if create {
		first = claim.Create(planned)
	} else {
		claim.Update()
	}
	adopted := false
	around := policy.New()
	change := repopolicy.Change{Sid: planned.Sid(), Edit: func(doc *policy.Document, written bool) (*policy.Document, error) {
		live, err := only(doc, repo, planned.Sid())
		if err != nil {
			return nil, err
		}
		if create && live != nil {
			same := live.Canonical() == planned.Canonical()
			if !same || !first && !written {
				return nil, &existsError{repo: repo, live: live, same: same}
			}
			adopted = adopted || !written
		}
		if !create && !written && live != nil && live.Canonical() != planned.Canonical() && live.Canonical() != canonical(prior.Statement) {
			return nil, &changedError{repo: repo, live: live}
		}
		if doc.Version() != policy.Version2012 && strings.Contains(planned.String(), "${") {
			return nil, &versionError{repo: repo, sid: planned.Sid(), version: doc.Version()}
		}
		around = doc
		return doc.Put(planned), nil
	}}
	named := principalsToWaitFor(planned)
	if len(named) > 0 {
		change.Retry = retryable
	}
	outcome, err := r.policies.Change(ctx, repo, change)
	warnOthers(&diags, repo, planned.Sid(), outcome)
	if err == nil {
		warnSize(&diags, repo, around, "uses")
		if adopted {
			warnAdopted(&diags, repo, planned.Sid(), "this resource manages it from now on")
			diags.Append(tfattr.MarkTakenOver(ctx, private)...)
		}
		if !create {
			diags.Append(tfattr.Rewritten(ctx, private)...)
		}
		return true, diags
	}
	if create && first && outcome.Writes == 0 {
		claim.Abandon()
	}
	if retryable(err) {
		err = &refusedError{repo: repo, sid: planned.Sid(), named: named, around: around, waited: time.Since(start).Round(time.Second), cause: err}
	}
	r.addError(ctx, &diags, err)
	if _, taken := errors.AsType[*existsError](err); taken {
		return false, diags // What stands there now is a stranger's.
	}
	return outcome.Writes > 0, diags
}

// settle computes what was unknown in the plan and is known now, and checks it.
func (r *Resource) settle(ctx context.Context, m *model) diag.Diagnostics {
	diags := m.check(ctx)
	if m.Region.IsUnknown() || m.RegistryID.IsUnknown() {
		unset := model{Region: nullIfUnknown(m.Region), RegistryID: nullIfUnknown(m.RegistryID)}
		r.fillPlace(ctx, unset, m, &diags)
	}
	if diags.HasError() {
		return diags
	}
	m.checkPartition(&diags)
	m.RepositoryARN = types.StringValue(m.target().ARN())
	if m.Access.IsUnknown() {
		m.Access = statementattr.PlanAccess(types.StringNull(), m.Actions)
	}
	if m.Statement.IsUnknown() {
		diags.Append(m.planStatement(ctx, nil)...)
	}
	return diags
}

// nullIfUnknown: an attribute that is still unknown when it is applied was not configured.
func nullIfUnknown(v types.String) types.String {
	if v.IsUnknown() {
		return types.StringNull()
	}
	return v
}

// principalsToWaitFor returns the principals that AWS may not know yet.
func principalsToWaitFor(s *policy.Statement) []string {
	return slices.DeleteFunc(s.Principals()["AWS"], func(p string) bool { return p == "*" })
}

// only returns the statement of a Sid, nil when there is none, and an error when
// several have it: which of them is ours cannot be told.
func only(doc *policy.Document, repo awsname.Repository, sid string) (*policy.Statement, error) {
	switch found := doc.Find(sid); len(found) {
	case 0:
		return nil, nil
	case 1:
		return found[0], nil
	default:
		return nil, &duplicateSidError{repo: repo, sid: sid, count: len(found)}
	}
}
