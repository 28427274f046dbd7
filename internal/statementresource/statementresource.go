// SPDX-License-Identifier: MPL-2.0

// Package statementresource has what the resources share that manage one statement of the
// policy of a repository or registry: where the statement is, what the plan checks in the policy as it is,
// the writes, the refresh, the import and their messages. What the statement says is the
// concern of each resource.
package statementresource

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/providerdata"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/ownership"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/policystore"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/registry"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// defaultTimeout is how long other AWS tools wait for IAM to make a new role
// known everywhere.
const defaultTimeout = 2 * time.Minute

// A Base is the part of a resource that concerns the repository policy.
type Base struct {
	Clients  *awsapi.Clients
	Policies *policystore.Store
	Plan     *policystore.Plan
	// Type is the type of the resource.
	Type string
	// OfRegistry says that the statement is one of the registry policy: the repository has no
	// name then.
	OfRegistry bool
	// At is the attribute that says which Sid the statement has.
	At path.Path
	// ParseImportID reads an import ID.
	ParseImportID func(id string) (repo awsname.Repository, sid string, err error)
	// CheckSid returns an error if the resource cannot have a Sid.
	CheckSid func(sid string) error
	// CheckImport returns an error if the resource cannot import a statement of a repository.
	CheckImport func(awsname.Repository, *policy.Statement) error

	registries *registry.Store
	isFirst    func(text string) bool
	wasSaid    func(text string) bool
}

// Configure takes what the provider prepared.
func (b *Base) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	data, diags := providerdata.From(req.ProviderData)
	if resp.Diagnostics.Append(diags...); data != nil {
		b.Clients, b.Policies, b.Plan = data.Clients, data.RepositoryPolicies, data.PlannedStatements
		b.registries, b.isFirst, b.wasSaid = data.Registries, data.IsFirst, data.WasSaid
		if b.OfRegistry {
			b.Policies = data.RegistryPolicies.Store
		}
	}
}

// Create adds the statement, which is settled. An identical one that exists is adopted, a
// different one is an error. It reports whether the statement may exist: with an error, the
// object is then tainted, and the next apply begins by deleting what may exist.
func (b *Base) Create(ctx context.Context, a *Attributes, statement *policy.Statement, private tfattr.Private, diags *diag.Diagnostics) (mayExist bool) {
	timeout, timeoutDiags := a.Timeouts.Create(ctx, defaultTimeout)
	diags.Append(timeoutDiags...)
	object, objectDiags := tfattr.NewObject(ctx, private)
	if diags.Append(objectDiags...); diags.HasError() {
		return false
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	result, err := b.Policies.Create(limited, a.Target(), object.Token, statement)
	warnWritten(diags, a.Key(), result, err)
	if err == nil && result.Adopted {
		b.warnAdopted(diags, a.Key(), "this resource manages it from now on", "")
	}
	if err != nil {
		b.AddError(ctx, diags, err)
	}
	_, exists := errors.AsType[*policystore.ExistsError](err)
	return err == nil || result.Writes > 0 && !exists
}

// Read returns the statement as it is now, or nil if it or its repository does not exist.
func (b *Base) Read(ctx context.Context, a *Attributes, private tfattr.Private, diags *diag.Diagnostics) *policy.Statement {
	object, objectDiags := tfattr.ExistingObject(ctx, private)
	if diags.Append(objectDiags...); diags.HasError() {
		return nil
	}
	if b.completePlace(ctx, &a.RegistryAttributes, diags); diags.HasError() { // It was moved from the AWS provider.
		return nil
	}
	key := a.Key()
	b.Policies.Owners.StartRead(key, object.Token)
	doc, err := b.Policies.Read(ctx, key.Repository)
	missing := awserr.KindOf(err) == awserr.RepositoryNotFound
	if err != nil && !missing {
		b.AddError(ctx, diags, err)
		return nil
	}
	var live *policy.Statement
	if !missing {
		live, err = policystore.Find(doc, key)
		if err != nil {
			b.AddError(ctx, diags, err)
			return nil
		}
	}
	if live == nil {
		tflog.Debug(ctx, "The statement or its repository does not exist", map[string]any{"statement": key.String()})
		b.Policies.Owners.Missing(key, object.Token)
		return nil
	}
	warnDeleted(diags, key, live)
	diags.Append(tfattr.SetPeers(ctx, private, b.Policies.Owners.EndRead(key, object.Token))...)
	diags.Append(tfattr.SetStatements(ctx, private, policystore.Fingerprints(doc))...)
	return live
}

// Update replaces the statement of the prior state, and writes nothing if it is as planned
// already.
func (b *Base) Update(ctx context.Context, a, prior *Attributes, statement *policy.Statement, private tfattr.Private, diags *diag.Diagnostics) {
	timeout, timeoutDiags := a.Timeouts.Update(ctx, defaultTimeout)
	diags.Append(timeoutDiags...)
	object, objectDiags := tfattr.ExistingObject(ctx, private)
	if diags.Append(objectDiags...); diags.HasError() {
		return
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	b.Policies.Expect(a.Target(), tfattr.Statements(ctx, private))
	result, err := b.Policies.Update(limited, a.Target(), object.Token, StatementOf(prior.Statement), statement)
	warnWritten(diags, a.Key(), result, err)
	if err != nil {
		b.AddError(ctx, diags, err)
	}
}

// Delete deletes the statement, and the policy with its last statement.
func (b *Base) Delete(ctx context.Context, a *Attributes, private tfattr.Private, diags *diag.Diagnostics) {
	timeout, timeoutDiags := a.Timeouts.Delete(ctx, defaultTimeout)
	if diags.Append(timeoutDiags...); diags.HasError() {
		return
	}
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	key := a.Key()
	b.Policies.Expect(key.Repository, tfattr.Statements(ctx, private))
	result, err := b.Policies.Delete(limited, key, tfattr.Object(ctx, private), StatementOf(a.Statement))
	warnOthers(diags, key, result.Outcome)
	if err != nil {
		b.AddError(ctx, diags, fmt.Errorf("delete %s: %w", key, err))
	}
	if result.Left {
		diags.AddWarning("Statement not deleted", twoResources(key)+", so it was kept. The statement is deleted with the last resource that manages it.")
	}
}

// Settle computes what was unknown in the plan and is known in the apply.
func (b *Base) Settle(ctx context.Context, a *Attributes, diags *diag.Diagnostics) {
	b.SettleRegistry(ctx, &a.RegistryAttributes, diags)
	if !diags.HasError() {
		a.RepositoryARN = types.StringValue(a.Target().ARN())
	}
}

// SettleRegistry is Settle without the repository.
func (b *Base) SettleRegistry(ctx context.Context, a *RegistryAttributes, diags *diag.Diagnostics) {
	if a.Region.IsUnknown() || a.RegistryID.IsUnknown() {
		unset := RegistryAttributes{Region: nullIfUnknown(a.Region), RegistryID: nullIfUnknown(a.RegistryID)}
		b.fillPlace(ctx, &unset, a, diags)
	}
}

// nullIfUnknown: an attribute that is still unknown when it is applied was not configured.
func nullIfUnknown(v types.String) types.String {
	if v.IsUnknown() {
		return types.StringNull()
	}
	return v
}

// Planned returns the statement of a plan that is settled.
func (a *Attributes) Planned(diags *diag.Diagnostics) *policy.Statement {
	statement, err := policy.ParseStatement(a.Statement.ValueString())
	if err != nil {
		diags.AddError("Unreadable planned statement", tfattr.Sentence(err))
	}
	return statement
}

// StartPlan returns the object of a plan, and whether it is only planned to be destroyed:
// then nothing else is to be planned. left says that the destroy leaves the statement to
// another object.
func (b *Base) StartPlan(ctx context.Context, prior *Attributes, plan tfsdk.Plan, private tfattr.Private, diags *diag.Diagnostics) (object ownership.Object, destroy, left bool) {
	object = tfattr.Object(ctx, private)
	if prior != nil {
		existing, objectDiags := tfattr.ExistingObject(ctx, private)
		diags.Append(objectDiags...)
		object = existing
	}
	if prior != nil && prior.Region.IsNull() {
		diags.AddError("Moved statement not read", "A moved block moves an aws_ecr_repository_policy to "+b.Type+", and the state does not say in which region the repository is. "+
			"What to do now: plan without -refresh=false, so that the provider reads the statement.")
	}
	if !plan.Raw.IsNull() {
		return object, false, false
	}
	left = b.planRemoval(ctx, object, prior, private, diags)
	return object, true, left
}

// PlanPlace plans region, registry_id and repository_arn. Values that depend on an
// unknown provider configuration stay unknown.
func (b *Base) PlanPlace(ctx context.Context, config, plan *Attributes, diags *diag.Diagnostics) {
	b.PlanRegistry(ctx, &config.RegistryAttributes, &plan.RegistryAttributes, diags)
	plan.RepositoryARN = types.StringUnknown()
	if tfattr.Known(ctx, plan.Region, plan.RegistryID, plan.Repository) {
		plan.RepositoryARN = types.StringValue(plan.Target().ARN())
	}
}

// PlanRegistry is PlanPlace without the repository.
func (b *Base) PlanRegistry(ctx context.Context, config, plan *RegistryAttributes, diags *diag.Diagnostics) {
	if b.Clients == nil || len(b.Clients.Unknown()) > 0 {
		if config.Region.IsNull() {
			plan.Region = types.StringUnknown()
		}
	} else {
		if err := b.Clients.Check(ctx); err != nil {
			b.addError(diags, err)
			return
		}
		b.fillPlace(ctx, config, plan, diags)
	}
}

// completePlace takes the region and the account that are null from the provider.
func (b *Base) completePlace(ctx context.Context, a *RegistryAttributes, diags *diag.Diagnostics) {
	if !a.Region.IsNull() && !a.RegistryID.IsNull() {
		return
	}
	configured := *a
	if a.RegistryID.IsNull() {
		a.RegistryID = types.StringUnknown()
	}
	b.PlanRegistry(ctx, &configured, a, diags)
}

// fillPlace takes the region and the account that are not configured from the provider.
func (b *Base) fillPlace(ctx context.Context, config, plan *RegistryAttributes, diags *diag.Diagnostics) {
	if config.Region.IsNull() {
		plan.Region = types.StringValue(b.Clients.Region())
	}
	if config.RegistryID.IsNull() && plan.RegistryID.IsUnknown() {
		identity, err := b.Clients.Identity(ctx)
		if err != nil {
			b.addError(diags, fmt.Errorf("registry_id is not set, and the account of the credentials could not be read: %w", err))
			return
		}
		plan.RegistryID = types.StringValue(identity.Account)
	}
}

// FinishPlan plans what becomes of the statement: it registers the owner, and checks the
// policy as it is now. rewrite is true if the statement must be written again although it
// does not change; then Terraform must call Update.
func (b *Base) FinishPlan(ctx context.Context, object ownership.Object, prior, plan *Attributes, resp *resource.ModifyPlanResponse) (rewrite bool, diags diag.Diagnostics) {
	if prior != nil && (!plan.RegistryID.Equal(prior.RegistryID) || !plan.Region.Equal(prior.Region)) {
		resp.RequiresReplace.Append(path.Root("region"), path.Root("registry_id"))
	}
	own := b.Policies != nil && plan.Placed() && b.Policies.Owners.Has(plan.Key(), object.Token)
	rewrite, diags = b.planOwner(ctx, object, prior, plan, resp.Private)
	if !diags.HasError() {
		diags.Append(b.preflight(ctx, object, prior, plan, own)...)
	}
	return rewrite && plan.Statement.Equal(prior.Statement), diags
}

// CheckSize returns an error if a statement alone is too large for a policy.
func CheckSize(planned *policy.Statement, advice string) (diags diag.Diagnostics) {
	if size := policystore.Size(policy.NewDocument(planned)); size > policystore.MaxSize {
		diags.AddError("Statement too large", fmt.Sprintf(
			"This statement alone makes a policy of %d characters; ECR accepts %d for the whole policy. %s",
			size, policystore.MaxSize, advice))
	}
	return diags
}
