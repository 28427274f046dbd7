// SPDX-License-Identifier: MPL-2.0

package attributes_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullcheck/attributes"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// twoSides are arguments with which both sides allow the pull.
func twoSides() map[string]attr.Value {
	return map[string]attr.Value{
		"image": str(pulls.Image), "role_arn": str(pulls.RoleARN),
		"identity_policies": texts(map[string]string{"ecrxa-pull": pulls.Pulling}), "repository_policy": str(pulls.Granting), "registry_policy": str(""),
	}
}

// TestInput_unknownDocuments: documents that Terraform does not know may say anything, also
// in a place of what is known beside them.
func TestInput_unknownDocuments(t *testing.T) {
	t.Parallel()
	levels := types.ListType{ElemType: types.StringType}
	for argument, values := range map[string][]attr.Value{
		"repository_policy":                  {types.StringUnknown()},
		"registry_policy":                    {types.StringUnknown()},
		"identity_policies":                  {types.MapUnknown(types.StringType), types.MapValueMust(types.StringType, map[string]attr.Value{"ecrxa-pull": types.StringUnknown()})},
		"permissions_boundary":               {types.StringUnknown()},
		"session_policies":                   {types.ListUnknown(types.StringType), types.ListValueMust(types.StringType, []attr.Value{types.StringUnknown()})},
		"service_control_policies":           {types.ListUnknown(levels), types.ListValueMust(levels, []attr.Value{types.ListUnknown(types.StringType)}), types.ListValueMust(levels, []attr.Value{types.ListValueMust(types.StringType, []attr.Value{types.StringUnknown()})})},
		"resource_control_policies":          {types.ListUnknown(levels), types.DynamicUnknown()},
		"consumer_resource_control_policies": {types.ListUnknown(levels)},
		"vpc_endpoint_policy":                {types.StringUnknown(), types.DynamicUnknown()},
		"registry_snapshot":                  {types.StringUnknown(), types.DynamicUnknown()},
		"consumer_snapshot":                  {types.StringUnknown()},
		"planned_statements":                 {types.ListUnknown(types.StringType), types.ListValueMust(types.StringType, []attr.Value{types.StringUnknown()})},
		"planned_registry_statements":        {types.ListUnknown(types.StringType), types.ListValueMust(types.StringType, []attr.Value{types.StringUnknown()})},
		"planned_role_policies":              {types.MapUnknown(types.StringType), types.MapValueMust(types.StringType, map[string]attr.Value{"ecrxa-pull": types.StringUnknown()})},
	} {
		for _, value := range values {
			arguments := twoSides()
			arguments[argument] = value
			conditionalOn(t, argument, arguments)
			if strings.HasPrefix(argument, "planned_") { // it may bring what lacks, too
				arguments = twoSides()
				arguments["repository_policy"], arguments["identity_policies"], arguments["repository_exists"] = str(""), texts(nil), types.BoolValue(false)
				arguments["planned_statements"], arguments["planned_role_policies"] = types.ListUnknown(types.StringType), types.MapUnknown(types.StringType)
				arguments["planned_registry_statements"] = types.ListUnknown(types.StringType)
				conditionalOn(t, argument, arguments)
			}
		}
	}
}

func conditionalOn(t *testing.T, argument string, arguments map[string]attr.Value) {
	t.Helper()
	in, faults := attributes.Input(arguments)
	judgement, more := verdict.Judge(in)
	if len(faults)+len(more) > 0 {
		t.Fatal(faults, more)
	}
	if judgement.Verdict() != authz.Conditional || !slices.Contains(judgement.UnknownArguments(), argument) {
		t.Errorf("%s: verdict %s, unknown are %q", arguments[argument], judgement.Verdict(), judgement.UnknownArguments())
	}
}

// TestInput_mustBeKnown: what is judged must be known.
func TestInput_mustBeKnown(t *testing.T) {
	t.Parallel()
	for _, argument := range []string{"image", "role_arn", "access", "actions"} {
		arguments := twoSides()
		arguments[argument] = types.DynamicUnknown()
		if _, faults := attributes.Input(arguments); len(faults) != 1 || faults[0].Error() != argument+" is not known yet; the check needs its value" {
			t.Errorf("%s: %v", argument, faults)
		}
		if _, faults := attributes.Known(arguments); len(faults) > 0 {
			t.Errorf("%s: %v", argument, faults)
		}
	}
}

// TestInput_unknownScope: a registry policy of a scope that is not known may say anything.
func TestInput_unknownScope(t *testing.T) {
	t.Parallel()
	arguments := maps.Clone(twoSides())
	arguments["registry_policy_scope"] = types.StringUnknown()
	conditionalOn(t, "registry_policy_scope", arguments)
}
