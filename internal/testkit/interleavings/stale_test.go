// SPDX-License-Identifier: MPL-2.0

package interleavings_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
)

const theirs = `{"Sid":"Theirs","Effect":"Deny","Principal":"*","Action":"ecr:PutImage"}`

// TestFalseReadsInTheApply: the plan has seen a statement of another writer. The apply,
// a new process, is told some times in a row that there is no policy. The statement is
// kept.
func TestFalseReadsInTheApply(t *testing.T) {
	t.Parallel()
	policies := map[string]func(*account) *string{
		"grant":          func(aws *account) *string { return &aws.repositoryPolicy },
		"registry grant": func(aws *account) *string { return &aws.registryPolicy },
		"statement":      func(aws *account) *string { return &aws.repositoryPolicy },
	}
	for name, test := range map[string]struct {
		config map[string]block
		from   int // the first false read of the apply, from 1
		count  int
	}{
		"update":                          {map[string]block{"a": {name: "S", content: "2"}}, 1, 4},
		"replace":                         {map[string]block{"a": {name: "T", content: "1"}}, 1, 4},
		"delete":                          {map[string]block{}, 1, 4},
		"create beside an update":         {map[string]block{"a": {name: "S", content: "2"}, "b": {name: "T", content: "1"}}, 1, 3},
		"create after a true read":        {map[string]block{"a": same, "b": {name: "T", content: "1"}}, 2, 4},
		"create, without any true read":   {map[string]block{"a": same, "b": {name: "T", content: "1"}}, 1, 3},
		"update, between write and check": {map[string]block{"a": {name: "S", content: "2"}}, 3, 4},
	} {
		for i := range len(policies) * (test.count + 1) {
			kind, count := slices.Sorted(maps.Keys(policies))[i%len(policies)], i/len(policies)
			t.Run(fmt.Sprintf("%s/%s/%d", kind, name, count), func(t *testing.T) {
				t.Parallel()
				p := load(t, kinds[kind])
				aws, state := scenario{state: []given{a}}.setUp(t, p)
				text := policies[kind](aws)
				*text = strings.Replace(*text, `"Statement":[`, `"Statement":[`+theirs+",", 1)
				bubble(t, func(t *testing.T) {
					var s schedule
					plan := &terraform{process: p.start(t, aws)}
					s.run(true, plan.planScripts(refresh, state, test.config)...)
					reads := 0
					aws.falseRead = func() bool { reads++; return test.from <= reads && reads < test.from+count }
					apply := &terraform{process: p.start(t, aws)}
					s.run(false, apply.applyScripts(plan.changes, false)...)
					if len(plan.errors)+len(apply.errors) > 0 {
						t.Error(plan.errors, apply.errors)
					}
				})
				if !strings.Contains(*text, theirs) {
					t.Errorf("the policy has lost a statement: %s", *text)
				}
				for _, b := range test.config {
					if got := p.content(aws, b.name); got != b.content {
						t.Errorf("%s has %q, want %q", b.name, got, b.content)
					}
				}
				if _, kept := test.config["a"]; !kept && p.content(aws, "S") != "" {
					t.Errorf("S was not deleted: %s", *text)
				}
			})
		}
	}
}
