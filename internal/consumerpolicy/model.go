// SPDX-License-Identifier: MPL-2.0

package consumerpolicy

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/rolepolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// model is the resource as Terraform holds it.
type model struct {
	Role           types.String `tfsdk:"role"`
	Name           types.String `tfsdk:"name"`
	RepositoryARNs types.Set    `tfsdk:"repository_arns"`
	Access         types.String `tfsdk:"access"`
	Actions        types.Set    `tfsdk:"actions"`
	Conditions     types.List   `tfsdk:"conditions"`
	Policy         types.String `tfsdk:"policy"`
	Description    types.String `tfsdk:"description"` // in the state only
}

// key names the policy of the model. Role and name must be known.
func (m *model) key() rolepolicy.Key {
	return rolepolicy.Key{Role: m.Role.ValueString(), Name: m.Name.ValueString()}
}

// planPolicy plans "policy": known whenever everything it is made of is. A prior
// text that means the same stays, so that no difference shows where none is.
func (m *model) planPolicy(ctx context.Context, prior types.String) diag.Diagnostics {
	if !tfattr.Known(ctx, m.RepositoryARNs, m.Access, m.Actions, m.Conditions) {
		m.Policy = types.StringUnknown()
		return nil
	}
	doc, diags := m.compose(ctx)
	if diags.HasError() {
		return diags
	}
	m.Policy = types.StringValue(doc.String())
	if rolepolicy.Same(m.Policy.ValueString(), prior.ValueString()) {
		m.Policy = prior
	}
	return diags
}

// moves reports whether the plan is for another policy than the state.
func (m *model) moves(prior *model) bool {
	return prior == nil || !m.Role.Equal(prior.Role) || !m.Name.Equal(prior.Name)
}

// compose returns the policy that the attributes describe. They must be known.
func (m *model) compose(ctx context.Context) (*policy.Document, diag.Diagnostics) {
	c, diags := m.content(ctx)
	if diags.HasError() {
		return nil, diags
	}
	doc, err := c.Document()
	if err != nil {
		diags.AddAttributeError(path.Root("repository_arns"), "Policy that allows nothing", "Nothing was written: "+err.Error()+".")
	}
	return doc, diags
}

// content returns what the attributes say. They must be known.
func (m *model) content(ctx context.Context) (managed.RolePolicy, diag.Diagnostics) {
	conditions, diags := statementattr.Conditions(ctx, m.Conditions)
	return managed.RolePolicy{
		RepositoryARNs: tfattr.Strings(m.RepositoryARNs),
		Actions:        m.allActions(),
		Conditions:     conditions,
	}, diags
}

// checkSize refuses a policy that would not fit on a role without any other.
func checkSize(document string, diags *diag.Diagnostics) {
	if size := rolepolicy.Size(document); size > rolepolicy.MaxSize {
		diags.AddAttributeError(path.Root("repository_arns"), "Policy too large", fmt.Sprintf(
			"The policy has %d characters, white space not counted; all inline policies of a role together may have %d. "+
				"Name fewer repositories, or several by one ARN with a wildcard.", size, rolepolicy.MaxSize))
	}
}

// allActions returns the actions of "actions", or those that "access" names on this side.
func (m *model) allActions() []string {
	if !m.Actions.IsNull() {
		return tfattr.Strings(m.Actions)
	}
	return actionset.IdentityActions(actionset.Name(m.Access.ValueString()))
}

// absorb writes plain values into the attributes, and keeps what says the same.
func (m *model) absorb(ctx context.Context, live managed.RolePolicy) diag.Diagnostics {
	if !sameSet(tfattr.Strings(m.RepositoryARNs), live.RepositoryARNs) {
		m.RepositoryARNs = tfattr.StringSet(live.RepositoryARNs)
	}
	if !actionset.Equal(m.allActions(), live.Actions) {
		m.absorbActions(live.Actions)
	}
	var diags diag.Diagnostics
	m.Conditions, diags = statementattr.ConditionList(ctx, live.Conditions, m.Conditions)
	return diags
}

// absorbActions names a set of actions where one fits, unless the actions were
// explicit before.
func (m *model) absorbActions(live []string) {
	name, named := actionset.OfIdentity(live)
	if named && m.Actions.IsNull() {
		m.Access = types.StringValue(string(name))
		return
	}
	m.Access = types.StringNull()
	m.Actions = tfattr.StringSet(live)
}

func sameSet(a, b []string) bool {
	unique := func(values []string) []string { return slices.Compact(slices.Sorted(slices.Values(values))) }
	return slices.Equal(unique(a), unique(b))
}
