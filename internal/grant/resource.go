// Package grant is the resource ecrxa_repository_grant: the registry side of
// cross-account access, one statement of a repository policy. It is larger than others, because it checks
// each kind of principal that a statement can have.
package grant

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
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
	plan     *repopolicy.Plan
}

// Metadata implements resource.Resource.
func (r *Resource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_repository_grant"
}

// Configure takes what the provider prepared.
func (r *Resource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	data, diags := providerdata.From(req.ProviderData)
	if resp.Diagnostics.Append(diags...); data != nil {
		r.clients, r.policies, r.plan = data.Clients, data.RepositoryPolicies, data.PlannedStatements
	}
}

// Create adds the statement. An identical one that exists is adopted, a different one
// is an error.
func (r *Resource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var m model
	if resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...); resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := m.Timeouts.Create(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	statement, diags := r.applicable(ctx, req.Plan, &m)
	resp.Diagnostics.Append(diags...)
	object, diags := tfattr.NewObject(ctx, resp.Private)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	result, err := r.policies.Create(limited, m.target(), object.Token, statement)
	warnWritten(&resp.Diagnostics, m.key(), result, err)
	if err == nil && result.Adopted {
		warnAdopted(&resp.Diagnostics, m.key(), "this resource manages it from now on")
	}
	if err != nil {
		r.addError(ctx, &resp.Diagnostics, err)
	}
	if _, exists := errors.AsType[*repopolicy.ExistsError](err); err == nil || result.Writes > 0 && !exists {
		// With an error this taints the grant: the next apply begins by deleting what may exist.
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

// Read takes the statement by its Sid, and shows what drifted on the attribute that drifted.
func (r *Resource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(req.State.Get(ctx, &m)...)
	object, diags := tfattr.ExistingObject(ctx, resp.Private)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}
	key := m.key()
	r.policies.Owners.StartRead(key, object.Token)
	doc, err := r.policies.Read(ctx, key.Repository)
	missing := awserr.KindOf(err) == awserr.RepositoryNotFound
	if err != nil && !missing {
		r.addError(ctx, &resp.Diagnostics, err)
		return
	}
	var live *policy.Statement
	if !missing {
		live, err = repopolicy.Find(doc, key)
		if err != nil {
			r.addError(ctx, &resp.Diagnostics, err)
			return
		}
	}
	if live == nil {
		tflog.Debug(ctx, "The statement or its repository does not exist", map[string]any{"repository": key.Repository.ARN(), "sid": key.Sid})
		r.policies.Owners.Missing(key, object.Token)
		resp.State.RemoveResource(ctx)
		return
	}
	warnDeleted(&resp.Diagnostics, key, live)
	resp.Diagnostics.Append(m.refresh(ctx, live)...)
	resp.Diagnostics.Append(tfattr.SetPeers(ctx, resp.Private, r.policies.Owners.EndRead(key, object.Token))...)
	resp.Diagnostics.Append(tfattr.SetStatements(ctx, resp.Private, repopolicy.Fingerprints(doc))...)
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
	if canonical(m.Statement) == live.Canonical() {
		return nil
	}
	if diags := checkForm(m.key(), live); diags.HasError() {
		return diags
	}
	repo := m.target()
	var prior *managed.Grant
	var before diag.Diagnostics
	if !imported {
		old, diags := m.grant(ctx)
		if diags.HasError() {
			return diags
		}
		prior, before = old, m.openings(ctx)
	}
	diags := m.absorb(ctx, managed.GrantOf(live, repo.Partition, prior))
	m.Statement = types.StringValue(live.String())
	m.RepositoryARN = types.StringValue(repo.ARN())
	m.warnOpened(ctx, before, &diags)
	return diags
}

// Update replaces the statement, and writes nothing if it is as planned already.
func (r *Resource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var m, prior model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	if resp.Diagnostics.Append(req.State.Get(ctx, &prior)...); resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := m.Timeouts.Update(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	statement, diags := r.applicable(ctx, req.Plan, &m)
	resp.Diagnostics.Append(diags...)
	object, diags := tfattr.ExistingObject(ctx, resp.Private)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	r.policies.Expect(m.target(), tfattr.Statements(ctx, resp.Private))
	result, err := r.policies.Update(limited, m.target(), object.Token, statementOf(prior.Statement), statement)
	warnWritten(&resp.Diagnostics, m.key(), result, err)
	if err != nil {
		r.addError(ctx, &resp.Diagnostics, err)
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

// Delete deletes the statement, and the policy with its last statement.
func (r *Resource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var m model
	if resp.Diagnostics.Append(req.State.Get(ctx, &m)...); resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := m.Timeouts.Delete(ctx, defaultTimeout)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	key := m.key()
	r.policies.Expect(key.Repository, tfattr.Statements(ctx, req.Private))
	result, err := r.policies.Delete(limited, key, tfattr.Object(ctx, req.Private), statementOf(m.Statement))
	warnOthers(&resp.Diagnostics, key, result.Outcome)
	if err != nil {
		r.addError(ctx, &resp.Diagnostics, fmt.Errorf("delete the grant %s of the repository %s: %w", key.Sid, key.Repository.ARN(), err))
	}
	if result.Left {
		resp.Diagnostics.AddWarning("Statement not deleted", twoResources(key)+", so it was kept. The statement is deleted with the last resource that manages it.")
	}
}

// applicable completes a plan that is being applied, checks it again, since values
// that were unknown before have not been validated, and returns its statement.
func (r *Resource) applicable(ctx context.Context, plan tfsdk.Plan, m *model) (*policy.Statement, diag.Diagnostics) {
	diags := tfattr.Revalidate(ctx, plan)
	if diags.HasError() {
		return nil, diags
	}
	if diags.Append(r.settle(ctx, m)...); diags.HasError() {
		return nil, diags
	}
	statement, err := policy.ParseStatement(m.Statement.ValueString())
	if err != nil {
		diags.AddError("Unreadable planned statement", tfattr.Sentence(err))
	}
	return statement, diags
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
