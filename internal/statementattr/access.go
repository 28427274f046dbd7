// SPDX-License-Identifier: MPL-2.0

// Package statementattr has the policy statement attributes that resources share: who gets
// access to do what under which conditions. It has their schemas and validators, and converts
// between Terraform values and policy values.
package statementattr

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// AccessAttribute returns the schema of "access". PlanAccess plans its value.
func AccessAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "The named set of actions to grant: " + actionset.Documentation() + ". The default is `pull`. Conflicts with `actions`.",
		Optional:            true,
		Computed:            true,
		Validators: []validator.String{
			tfattr.Valid("an access set", checkAccess),
			stringvalidator.ConflictsWith(path.MatchRoot("actions")),
		},
	}
}

func checkAccess(name string) error {
	if slices.Contains(actionset.Names(), actionset.Name(name)) {
		return nil
	}
	var names []string
	for _, known := range actionset.Names() {
		names = append(names, string(known))
	}
	return fmt.Errorf("%s is not an access set: write one of %s, or list the actions in actions", printed.Quoted(name), strings.Join(names, ", "))
}

// PlanAccess returns the planned value of "access": the configured value, null if
// "actions" is set, and "pull" if neither is set.
func PlanAccess(configured types.String, actions types.Set) types.String {
	switch {
	case !configured.IsNull():
		return configured
	case actions.IsUnknown():
		return types.StringUnknown()
	case !actions.IsNull():
		return types.StringNull()
	}
	return types.StringValue(string(actionset.Pull))
}

// actionsOf returns the repository actions that "access" or "actions" grants. Both must
// be known.
func actionsOf(name types.String, actions types.Set) []string {
	if !actions.IsNull() {
		return tfattr.Strings(actions)
	}
	if name.IsNull() {
		return actionset.Actions(actionset.Pull)
	}
	return actionset.Actions(actionset.Name(name.ValueString()))
}

// fromActions converts a statement's actions to the attributes "access" and "actions".
// If the prior state has "actions", the result has "actions" too.
func fromActions(actions []string, prior types.Set) (types.String, types.Set) {
	name, named := actionset.Of(actions)
	if named && prior.IsNull() {
		return types.StringValue(string(name)), types.SetNull(types.StringType)
	}
	if actionset.Equal(actions, tfattr.Strings(prior)) {
		return types.StringNull(), prior
	}
	return types.StringNull(), tfattr.StringSet(actions)
}
