// SPDX-License-Identifier: MPL-2.0

package attributes_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullcheck/attributes"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// fromSnapshots are four arguments with which both sides allow the pull.
func fromSnapshots(t *testing.T) map[string]attr.Value {
	t.Helper()
	registry, err := pulls.RegistrySnapshot().JSON()
	if err != nil {
		t.Fatal(err)
	}
	consumer, err := pulls.ConsumerSnapshot().JSON()
	if err != nil {
		t.Fatal(err)
	}
	return map[string]attr.Value{
		"image": str(pulls.Image), "role_arn": str(pulls.RoleARN), "registry_snapshot": str(registry), "consumer_snapshot": str(consumer),
	}
}

func TestInput_snapshots(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		set     map[string]attr.Value
		verdict authz.Verdict
		fault   verdict.SnapshotFault // of both
		err     string
	}{
		"of any age":                             {verdict: authz.Allowed},
		"young enough":                           {map[string]attr.Value{"max_age": str("24h"), "now": str("2026-11-28T09:00:00Z")}, authz.Allowed, "", ""},
		"young, elsewhere":                       {map[string]attr.Value{"max_age": str("24h"), "now": str("2026-11-28T10:00:00+01:00")}, authz.Allowed, "", ""},
		"too old":                                {map[string]attr.Value{"max_age": str("24h"), "now": str("2026-11-28T09:00:01Z")}, authz.Conditional, verdict.SnapshotTooOld, ""},
		"a time not known yet":                   {map[string]attr.Value{"max_age": str("24h"), "now": types.StringUnknown()}, authz.Conditional, verdict.SnapshotOfUnknownAge, ""},
		"an age not known yet":                   {map[string]attr.Value{"max_age": types.StringUnknown()}, authz.Conditional, verdict.SnapshotOfUnknownAge, ""},
		"no time":                                {map[string]attr.Value{"max_age": str("24h")}, "", "", "now is not set, and without it nobody knows whether a snapshot is older than max_age: set now = plantimestamp()"},
		"a time that is none":                    {map[string]attr.Value{"max_age": str("24h"), "now": str("noon")}, "", "", `now is "noon"; expected a time in RFC 3339, as in 2026-11-27T09:00:00Z`},
		"an age that is none":                    {map[string]attr.Value{"max_age": str("1 day"), "now": str("2026-11-28T09:00:00Z")}, "", "", `max_age is "1 day"; expected hours, minutes or seconds above zero, as in 72h`},
		"an age in days":                         {map[string]attr.Value{"max_age": str("2d"), "now": str("2026-11-28T09:00:00Z")}, "", "", `max_age is "2d"; expected hours`},
		"an age that is none, without snapshots": {map[string]attr.Value{"max_age": str("2d"), "registry_snapshot": types.StringNull(), "consumer_snapshot": types.StringNull()}, "", "", `max_age is "2d"; expected hours`},
		"a time that is none, without snapshots": {map[string]attr.Value{"max_age": str("72h"), "now": str("noon"), "registry_snapshot": types.StringNull(), "consumer_snapshot": types.StringNull()}, "", "", `now is "noon"; expected a time`},

		"an age of nothing": {map[string]attr.Value{"max_age": str("0s"), "now": str("2026-11-28T09:00:00Z")}, "", "", `max_age is "0s"`},
		"what is given wins": {
			map[string]attr.Value{"repository_policy": str(""), "context": types.MapValueMust(types.ListType{ElemType: types.StringType}, map[string]attr.Value{"aws:PrincipalOrgID": list("o-other")})},
			authz.Denied, "", "",
		},
		"a key that is not known yet": {
			map[string]attr.Value{
				"repository_policy": str(pulls.Doc(strings.Replace(pulls.Grant, `"Action"`, `"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-consumer"}},"Action"`, 1))),
				"context":           types.MapValueMust(types.ListType{ElemType: types.StringType}, map[string]attr.Value{"aws:PrincipalOrgID": types.ListUnknown(types.StringType)}),
			},
			authz.Conditional, "", "",
		},
		"keys that are not known yet": {
			map[string]attr.Value{
				"repository_policy": str(pulls.Doc(strings.Replace(pulls.Grant, `"Action"`, `"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-consumer"}},"Action"`, 1))),
				"context":           types.MapUnknown(types.ListType{ElemType: types.StringType}),
			},
			authz.Conditional, "", "",
		},
		"not known yet":      {map[string]attr.Value{"registry_snapshot": types.StringUnknown(), "consumer_snapshot": types.StringUnknown()}, authz.Conditional, verdict.SnapshotNotKnown, ""},
		"the wrong one":      {map[string]attr.Value{"registry_snapshot": fromSnapshots(t)["consumer_snapshot"]}, "", "", "registry_snapshot is a snapshot of the consumer side: set it to the attribute json of a data source ecrxa_registry_snapshot"},
		"not one":            {map[string]attr.Value{"consumer_snapshot": str("")}, "", "", "consumer_snapshot is not a snapshot: set it to the attribute json"},
		"of another account": {map[string]attr.Value{"role_arn": str("arn:aws:iam::111122223333:role/app")}, "", "", "consumer_snapshot is of account 123456789012, and role_arn is in account 111122223333"},
		"of another kind":    {map[string]attr.Value{"consumer_snapshot": object(map[string]attr.Value{"json": str("{}")})}, "", "", "consumer_snapshot must be a string"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			arguments := fromSnapshots(t)
			maps.Copy(arguments, tt.set)
			in, faults := attributes.Input(arguments)
			if tt.err != "" {
				if len(faults) == 0 || !strings.HasPrefix(faults[0].Error(), tt.err) {
					t.Errorf("faults %v, want %s", faults, tt.err)
				}
				return
			}
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			if in.RegistrySnapshot.Fault != tt.fault || in.ConsumerSnapshot.Fault != tt.fault {
				t.Errorf("faults %q and %q, want %q", in.RegistrySnapshot.Fault, in.ConsumerSnapshot.Fault, tt.fault)
			}
			judgement, faults := verdict.Judge(in)
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			if got := judgement.Verdict(); got != tt.verdict {
				t.Errorf("verdict %s, want %s", got, tt.verdict)
			}
		})
	}
}

// TestInput_ageWithoutSnapshots: an age limit needs no time where there is nothing to compare.
func TestInput_ageWithoutSnapshots(t *testing.T) {
	t.Parallel()
	if _, faults := attributes.Input(map[string]attr.Value{"image": str(pulls.Image), "role_arn": str(pulls.RoleARN), "max_age": str("72h")}); len(faults) > 0 {
		t.Error(faults)
	}
}

// TestKnown_snapshots: a configuration is checked before the time of the check is known.
func TestKnown_snapshots(t *testing.T) {
	t.Parallel()
	arguments := fromSnapshots(t)
	arguments["max_age"] = str("24h")
	if _, faults := attributes.Known(arguments); len(faults) > 0 {
		t.Error(faults)
	}
	arguments["max_age"], arguments["registry_snapshot"] = str("a day"), types.StringUnknown()
	if _, faults := attributes.Known(arguments); len(faults) != 1 || faults[0].At.Attribute != "max_age" {
		t.Error(faults)
	}
}

// TestExport_snapshots: the documents of a snapshot are not exported one by one.
func TestExport_snapshots(t *testing.T) {
	t.Parallel()
	arguments := fromSnapshots(t)
	in, faults := attributes.Input(arguments)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	attributes.Export(in, arguments)
	for _, name := range []string{"repository_policy", "registry_policy", "identity_policies", "permissions_boundary"} {
		if !arguments[name].IsNull() {
			t.Errorf("%s is %s", name, arguments[name])
		}
	}
	for name, want := range map[string]attr.Value{"repository_exists": types.BoolValue(true), "role_exists": types.BoolValue(true), "actual_role_arn": str(pulls.RoleARN)} {
		if !arguments[name].Equal(want) {
			t.Errorf("%s is %s, want %s", name, arguments[name], want)
		}
	}
}
