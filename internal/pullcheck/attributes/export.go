// SPDX-License-Identifier: MPL-2.0

package attributes

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// Export puts what was read live into the arguments that were not set, so that
// they can be passed on to a check with the other account's credentials, or to the
// function. What was not read stays null, and what could not be read is "unknown":
// to the function, null would mean that the document is assumed not to exist. What is from
// a snapshot stays null, too: the snapshot is what to pass on.
func Export(in verdict.Input, arguments map[string]attr.Value) {
	fill := func(name string, value attr.Value) {
		if configured := arguments[name]; configured == nil || configured.IsNull() {
			arguments[name] = value
		}
	}
	fill("repository_exists", exportedExistence(in.RepositoryExists))
	fill("repository_policy", exportedDocument(in.RepositoryPolicy))
	fill("registry_policy", exportedDocument(in.RegistryPolicy))
	fill("role_exists", exportedExistence(in.RoleExists))
	fill("actual_role_arn", exportedText(in.ActualRoleARN))
	fill("permissions_boundary", exportedDocument(in.PermissionsBoundary))
	fill("identity_policies", exportedPolicies(in.IdentityPolicies))
}

func exportedExistence(existence verdict.Existence) types.Bool {
	if existence == verdict.ExistenceUnknown {
		return types.BoolNull()
	}
	return types.BoolValue(existence == verdict.Exists)
}

func exportedText(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}

func exportedDocument(docs verdict.Documents) types.String {
	switch {
	case docs.State == verdict.NotSet, docs.Source == verdict.FromSnapshot:
		return types.StringNull()
	case docs.State == verdict.Unknown:
		return types.StringValue(verdict.UnknownText)
	case len(docs.List) == 0:
		return types.StringValue("")
	}
	return types.StringValue(docs.List[0].Text)
}

func exportedPolicies(docs verdict.Documents) types.Map {
	if docs.State == verdict.NotSet || docs.Source == verdict.FromSnapshot {
		return types.MapNull(types.StringType)
	}
	values := map[string]attr.Value{}
	if docs.State == verdict.Unknown {
		values[verdict.AnyPolicy] = types.StringValue(verdict.UnknownText)
	}
	for _, d := range docs.List {
		values[d.Name] = types.StringValue(d.Text)
	}
	return types.MapValueMust(types.StringType, values)
}
