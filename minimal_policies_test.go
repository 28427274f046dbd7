// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
)

// TestMinimalPolicies: the IAM policies on the pages of data sources allow the actions that are
// called in runs that use everything, and no others. Those runs are pinned by golden files.
func TestMinimalPolicies(t *testing.T) {
	t.Parallel()
	for page, runs := range map[string][]string{ // in the order of the policies on the page
		"registry_snapshot": {"internal/snapshotsource/live/testdata/registry_requests.json"},
		"consumer_snapshot": {"internal/snapshotsource/live/testdata/consumer_requests.json"},
		"pull_events":       {"internal/pulleventsource/testdata/requests.json"},
		"pull_probe":        {"internal/pullprobe/testdata/requests.json"},
		"pull_check":        {"internal/pullcheck/live/testdata/registry_requests.json", "internal/pullcheck/live/testdata/consumer_requests.json"},
	} {
		policies := policiesOf(t, "docs/data-sources/"+page+".md")
		if len(policies) != len(runs) {
			t.Errorf("%s has %d policies, want %d", page, len(policies), len(runs))
			continue
		}
		for i, run := range runs {
			var requests map[string]int
			if err := json.Unmarshal([]byte(readFile(t, run)), &requests); err != nil {
				t.Fatal(err)
			}
			// ECR has signed the URL of a layer.
			delete(requests, "s3:GetObject")
			if diff := cmp.Diff(calls(requests), policies[i]); diff != "" {
				t.Errorf("%s, policy %d (-called +allowed):\n%s", page, i+1, diff)
			}
		}
	}
}

// checkLeastPermissions compares the requests of an example of a resource with the policy on the
// page about security.
func checkLeastPermissions(t *testing.T, example string, requests map[string]int) {
	t.Helper()
	policies := policiesOf(t, "docs/guides/security-model.md")
	if len(policies) != 3 {
		t.Fatalf("the guide has %d policies", len(policies))
	}
	allowed, isResource := map[string][]string{
		"resources/ecrxa_repository_grant":     policies[0],
		"resources/ecrxa_repository_statement": policies[0],
		"resources/ecrxa_registry_grant":       policies[1],
		"resources/ecrxa_consumer_role_policy": policies[2],
	}[example]
	if diff := cmp.Diff(calls(requests), allowed); isResource && diff != "" {
		t.Errorf("the guide on security (-called +allowed):\n%s", diff)
	}
}

// TestPlansOnlyRead: the credentials of a plan need no more than the actions of that page that
// read.
func TestPlansOnlyRead(t *testing.T) {
	t.Parallel()
	for typeName, plan := range map[string]struct {
		account string
		config  map[string]any
	}{
		"ecrxa_repository_grant":     {exampleRegistry, map[string]any{"repository": "payment-service", "sid": "S", "account_ids": []string{exampleConsumer}}},
		"ecrxa_repository_statement": {exampleRegistry, map[string]any{"repository": "payment-service", "statement": `{"Sid":"S","Effect":"Deny","Principal":"*","Action":"ecr:PutImage"}`}},
		"ecrxa_registry_grant":       {exampleRegistry, map[string]any{"repositories": []string{"*"}, "sid": "S", "account_ids": []string{exampleConsumer}}},
		"ecrxa_consumer_role_policy": {exampleConsumer, map[string]any{"role": "ecsTaskExecutionRole", "repository_arns": []string{"arn:aws:ecr:us-east-1:987654321098:repository/payment-service"}}},
	} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			server := startExampleAccounts(t).server
			acctest.NewProvider(t, server, plan.account).Plan(typeName, acctest.Answer{}, plan.config)
			called := calls(server.Requests())
			if len(called) == 0 || slices.ContainsFunc(called, func(action string) bool { return !strings.Contains(action, ":Get") }) {
				t.Errorf("the plan calls %q", called)
			}
		})
	}
}

// calls returns the actions of requests that a policy must allow, sorted. Everybody may call
// GetCallerIdentity.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
func calls(requests map[string]int) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(requests)), func(action string) bool { return action == "sts:GetCallerIdentity" })
}

var jsonBlock = regexp.MustCompile("(?s)```json\n(.*?)```")

// policiesOf returns the actions of each policy on a page, sorted.
func policiesOf(t *testing.T, page string) [][]string {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	var all [][]string
	for _, block := range jsonBlock.FindAllStringSubmatch(string(text), -1) {
		var policy struct{ Statement []struct{ Action any } }
		if err := json.Unmarshal([]byte(block[1]), &policy); err != nil {
			t.Fatalf("%s: %v", page, err)
		}
		var actions []string
		for _, statement := range policy.Statement {
			if list, ok := statement.Action.([]any); ok {
				for _, action := range list {
					actions = append(actions, fmt.Sprint(action))
				}
				continue
			}
			actions = append(actions, fmt.Sprint(statement.Action))
		}
		if strings.Contains(block[1], `"Effect"`) {
			slices.Sort(actions)
			all = append(all, actions)
		}
	}
	return all
}
