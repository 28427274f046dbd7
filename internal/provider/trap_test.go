// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
)

// TestPlanWarnsOfWholePolicies: where a plan creates what exists already, in the policy of a
// repository, a registry or a role, it names the block that keeps the policy when the resource
// of the AWS provider goes.
func TestPlanWarnsOfWholePolicies(t *testing.T) {
	t.Parallel()
	server := estate(t)
	pull := map[string]any{"repository": "team/app", "sid": "Pull", "account_ids": []string{consumer}}
	with := func(config map[string]any, name string, value any) map[string]any {
		changed := map[string]any{name: value}
		for n, v := range config {
			if n != name {
				changed[n] = v
			}
		}
		return changed
	}
	for name, c := range map[string]struct {
		typeName string
		config   map[string]any
		want     string // in the summary
	}{
		"identical statement":     {"ecrxa_repository_grant", pull, "Existing statement"},
		"another Sid":             {"ecrxa_repository_grant", with(pull, "sid", "Other"), "Existing statement with another Sid"},
		"another content":         {"ecrxa_repository_grant", with(pull, "access", "push"), "Sid already in use"},
		"another kind":            {"ecrxa_repository_grant", map[string]any{"repository": "team/app", "sid": "New", "access": "push", "account_ids": []string{consumer}}, ""},
		"statement, another Sid":  {"ecrxa_repository_statement", map[string]any{"repository": "team/app", "statement": `{"Sid":"x","Effect":"Deny","Principal":{"AWS":"*"},"Action":["ecr:PutImage"]}`}, "Existing statement with another Sid"},
		"registry, another Sid":   {"ecrxa_registry_grant", map[string]any{"repositories": []string{"team/*"}, "sid": "A", "organization_ids": []string{"o-a1b2c3d4e5"}, "actions": []string{"ecr:BatchGetImage"}}, "Existing statement with another Sid"},
		"identical inline policy": {"ecrxa_consumer_role_policy", map[string]any{"role": "puller", "repository_arns": []string{"arn:aws:ecr:us-east-1:987654321098:repository/team/app"}}, "Existing inline policy"},
		"other inline policy":     {"ecrxa_consumer_role_policy", map[string]any{"role": "puller", "repository_arns": []string{"arn:aws:ecr:us-east-1:987654321098:repository/other"}}, "Inline policy already exists"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var found []string
			for _, d := range acctest.NewProvider(t, server, identities[c.typeName].account).Plan(c.typeName, acctest.Answer{}, c.config).Diagnostics {
				if strings.Contains(d.Detail, "removed {") && strings.Contains(d.Detail, "destroy = false\n") && strings.Contains(d.Detail, "0 to destroy") {
					found = append(found, d.Summary)
				}
			}
			if got := strings.Join(found, ", "); got != c.want {
				t.Errorf("the warnings that name the removed block are %q, want %q", got, c.want)
			}
		})
	}
}

// TestPlanKnowsItsOwnStatements: a grant whose Sid changes replaces its own statement.
func TestPlanKnowsItsOwnStatements(t *testing.T) {
	t.Parallel()
	p := acctest.NewProvider(t, estate(t), registry)
	before := p.Read("ecrxa_repository_grant", p.Import("ecrxa_repository_grant", "987654321098,us-east-1,team/app,Pull", nil))
	planned := p.Plan("ecrxa_repository_grant", before, map[string]any{"repository": "team/app", "sid": "Other", "account_ids": []string{consumer}})
	created := p.Plan("ecrxa_repository_grant", acctest.Answer{}, map[string]any{"repository": "team/app", "sid": "Other", "account_ids": []string{consumer}})
	for _, d := range append(planned.Diagnostics, created.Diagnostics...) {
		if strings.Contains(d.Detail, "removed {") {
			t.Errorf("%s: %s", d.Summary, d.Detail)
		}
	}
}
