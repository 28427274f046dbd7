// SPDX-License-Identifier: MPL-2.0

package function_test

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/golden"
)

// verdicts are what the cases in testdata/cases are about: situations that people have met
// and reported in public. Each case is evaluated by the real terraform, and its golden file
// has the texts.
var verdicts = map[string]map[string]string{
	"condition_of_the_login": {
		"nothing_is_known_of_the_tag": "denied", "the_repository_has_the_tag": "denied",
	},
	"deny_of_all_others": {
		"a_repository_of_the_list": "denied", "another_repository": "denied",
	},
	"first_pull_through_a_cache": {
		"both_sides_allow_it": "allowed", "the_role_may_not_create": "denied", "the_registry_lets_nobody_create": "denied",
		"nobody_looked_for_the_repository": "conditional", "the_repository_exists": "allowed",
	},
	"identity_center_role": {
		"the_policy_lacks_the_region_in_the_path": "denied", "a_session": "conditional", "role_arn_without_the_path": "conditional",
	},
	"metadata_only": {
		"two_actions": "allowed", "the_set_of_all_readers": "denied",
	},
	"name_in_a_vendors_registry": {
		"a_user_who_may_do_everything": "conditional",
	},
	"own_role_of_the_runner": {
		"a_session_of_the_runner": "denied",
	},
	"perimeter_of_an_organization": {
		"the_vendor_with_its_organization": "allowed", "the_vendor_of_an_unknown_organization": "allowed", "a_stranger": "denied",
	},
	"resource_pattern_misses": {
		"the_pattern_misses": "denied", "a_wider_pattern": "conditional",
	},
	"service_of_another_region": {
		"nothing_is_known_of_the_region": "allowed", "another_region": "denied",
	},
	"tag_of_the_repository": {
		"nothing_is_known_of_the_tag": "conditional", "the_repository_lacks_the_tag": "denied", "the_tag_under_its_other_key": "allowed",
	},
}

func TestAccEvaluatePull_publicCases(t *testing.T) {
	acctest.New(t)
	files, err := filepath.Glob("testdata/cases/*.tf")
	if err != nil || len(files) != len(verdicts) {
		t.Fatalf("%d cases and %d verdicts, %v", len(files), len(verdicts), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".tf")
		t.Run(name, func(t *testing.T) {
			config, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			texts := &explanations{t: t, file: strings.TrimSuffix(file, ".tf") + ".txt", verdicts: verdicts[name]}
			resource.ParallelTest(t, testCase(resource.TestStep{Config: string(config), ConfigStateChecks: []statecheck.StateCheck{texts}}))
		})
	}
}

// explanations is a check of all outputs of a case: of their verdicts, and of their texts
// with a golden file.
type explanations struct {
	t        *testing.T
	file     string
	verdicts map[string]string
}

// CheckState implements [statecheck.StateCheck].
func (e *explanations) CheckState(_ context.Context, req statecheck.CheckStateRequest, _ *statecheck.CheckStateResponse) {
	outputs := req.State.Values.Outputs
	var text strings.Builder
	got := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(outputs)) {
		result, ok := outputs[name].Value.(map[string]any)
		if !ok {
			e.t.Fatalf("output %s is %T", name, outputs[name].Value)
		}
		got[name] = fmt.Sprint(result["verdict"])
		fmt.Fprintf(&text, "--- %s ---\n%v\n\n", name, result["explanation"])
	}
	if !maps.Equal(got, e.verdicts) {
		e.t.Errorf("verdicts %v, want %v", got, e.verdicts)
	}
	golden.Compare(e.t, e.file, text.String())
}
