// SPDX-License-Identifier: MPL-2.0

package statementresource

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/policystore"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// defaultTimeout is how long other AWS tools wait for IAM to make a new role
// known everywhere.
const defaultTimeout = 2 * time.Minute

// Create adds the statement. An identical one that exists is adopted, a different one
// is an error.
func (b *Base) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	m := b.NewModel()
	if resp.Diagnostics.Append(tfattr.Get(ctx, req.Plan, m)...); resp.Diagnostics.HasError() {
		return
	}
	statement := b.settled(ctx, req.Plan, m, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if b.create(ctx, m.Common(), statement, resp.Private, &resp.Diagnostics) {
		resp.Diagnostics.Append(tfattr.Set(ctx, &resp.State.Raw, m)...)
		m.Common().setIdentity(ctx, resp.Identity)
	}
}

// create reports whether the statement may exist: with an error, the object is then tainted,
// and the next apply begins by deleting what may exist.
func (b *Base) create(ctx context.Context, a *Attributes, statement *policy.Statement, private tfattr.Private, diags *diag.Diagnostics) (mayExist bool) {
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
		b.addCallError(ctx, diags, err)
	}
	_, exists := errors.AsType[*policystore.ExistsError](err)
	return err == nil || result.Writes > 0 && !exists
}

// Read takes the statement by its Sid, and shows what drifted on the attribute that drifted.
func (b *Base) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	m := b.NewModel()
	if resp.Diagnostics.Append(tfattr.Get(ctx, req.State, m)...); resp.Diagnostics.HasError() {
		return
	}
	live := b.read(ctx, m.Common(), resp.Private, &resp.Diagnostics)
	m.Common().setIdentity(ctx, resp.Identity) // Also if the statement does not exist: the framework asks for it.
	switch {
	case resp.Diagnostics.HasError():
		return
	case live == nil:
		resp.State.RemoveResource(ctx)
		return
	}
	if resp.Diagnostics.Append(m.Refresh(ctx, b, live)...); !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(tfattr.Set(ctx, &resp.State.Raw, m)...)
	}
}

// read returns the statement as it is now, or nil if it or its repository does not exist.
func (b *Base) read(ctx context.Context, a *Attributes, private tfattr.Private, diags *diag.Diagnostics) *policy.Statement {
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
		b.addCallError(ctx, diags, err)
		return nil
	}
	var live *policy.Statement
	if !missing {
		live, err = policystore.Find(doc, key)
		if err != nil {
			b.addCallError(ctx, diags, err)
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

// Update replaces the statement, and writes nothing if it is as planned already.
func (b *Base) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	m, prior := b.NewModel(), b.NewModel()
	resp.Diagnostics.Append(tfattr.Get(ctx, req.Plan, m)...)
	if resp.Diagnostics.Append(tfattr.Get(ctx, req.State, prior)...); resp.Diagnostics.HasError() {
		return
	}
	statement := b.settled(ctx, req.Plan, m, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	b.update(ctx, m.Common(), prior.Common(), statement, resp.Private, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(tfattr.Set(ctx, &resp.State.Raw, m)...)
		m.Common().setIdentity(ctx, resp.Identity)
	}
}

func (b *Base) update(ctx context.Context, a, prior *Attributes, statement *policy.Statement, private tfattr.Private, diags *diag.Diagnostics) {
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
		b.addCallError(ctx, diags, err)
	}
}

// Delete deletes the statement, and the policy with its last statement.
func (b *Base) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	m := b.NewModel()
	if resp.Diagnostics.Append(tfattr.Get(ctx, req.State, m)...); !resp.Diagnostics.HasError() {
		b.delete(ctx, m.Common(), req.Private, &resp.Diagnostics)
	}
}

func (b *Base) delete(ctx context.Context, a *Attributes, private tfattr.Private, diags *diag.Diagnostics) {
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
		b.addCallError(ctx, diags, fmt.Errorf("delete %s: %w", key, err))
	}
	if result.Left {
		diags.AddWarning("Statement not deleted", twoResources(key)+", so it was kept. The statement is deleted with the last resource that manages it.")
	}
}

// settled settles a plan that is being applied, and returns its statement.
func (b *Base) settled(ctx context.Context, plan tfsdk.Plan, m Model, diags *diag.Diagnostics) *policy.Statement {
	diags.Append(tfattr.Revalidate(ctx, plan)...)
	if m.Settle(ctx, b, diags); diags.HasError() {
		return nil
	}
	statement, err := policy.ParseStatement(m.Common().Statement.ValueString())
	if err != nil {
		diags.AddError("Unreadable planned statement", tfattr.Sentence(err))
	}
	return statement
}
