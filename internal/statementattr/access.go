// Package statementattr has the attributes that both resources have for a policy statement:
// access, actions and conditions, with their validation and their
// way from Terraform values to policy values and back.
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
)

// AccessAttribute is the schema of "access". Its value is planned by PlanAccess.
func AccessAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		MarkdownDescription: "What is granted, as a named set of actions: " + actionset.Documentation() + ". The default is `pull`. Conflicts with `actions`.",
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
	return fmt.Errorf("%q is not an access set: write one of %s, or name the actions in actions", name, strings.Join(names, ", "))
}

// PlanAccess returns what is planned for "access": what the configuration says,
// nothing beside "actions", and "pull" when both are left out.
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

// Actions returns the repository actions that "access" and "actions" stand for.
// Both must be known.
func Actions(name types.String, actions types.Set) []string {
	if !actions.IsNull() {
		return tfattr.Strings(actions)
	}
	if name.IsNull() {
		return actionset.Actions(actionset.Pull)
	}
	return actionset.Actions(actionset.Name(name.ValueString()))
}

// FromActions turns a statement's actions into the attributes "access" and
// "actions". Where the prior state has explicit actions, they stay explicit.
func FromActions(actions []string, prior types.Set) (types.String, types.Set) {
	name, named := actionset.Of(actions)
	if named && prior.IsNull() {
		return types.StringValue(string(name)), types.SetNull(types.StringType)
	}
	if actionset.Equal(actions, tfattr.Strings(prior)) {
		return types.StringNull(), prior
	}
	return types.StringNull(), tfattr.StringSet(actions)
}
