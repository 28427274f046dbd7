// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
)

// names returns the display names of a list, and the title of what failed.
func names(listed []acctest.Answer) string {
	var all []string
	for _, answer := range listed {
		if len(answer.Diagnostics) > 0 {
			answer.Name = "error: " + answer.Diagnostics[0].Summary
		}
		all = append(all, answer.Name)
	}
	return strings.Join(all, "; ")
}

// TestList: each list has what its resource can manage, by its filters.
func TestList(t *testing.T) {
	t.Parallel()
	server := estate(t)
	server.CreateRepository(registry, "us-east-1", "other")
	server.SetRepositoryPolicy(registry, "us-east-1", "other", `{"Statement":[{"Effect":"Deny","Principal":"*","Action":"ecr:PutImage"},{"Sid":"Push","Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"ecr:PutImage"}]}`)
	server.CreateRepository(registry, "us-east-1", "broken")
	server.SetRepositoryPolicy(registry, "us-east-1", "broken", `no policy`)
	server.CreateRepository(registry, "us-east-1", "without-policy")
	server.CreateRole(consumer, "/ecs/", "task")
	server.PutRolePolicy(consumer, "task", "ecrxa-pull", `{"Statement":[{"Effect":"Allow","Action":["ecr:BatchGetImage"],"Resource":"arn:aws:ecr:us-east-1:987654321098:repository/team/app"}]}`)
	server.PutRolePolicy(consumer, "task", "logs", `{"Statement":[{"Effect":"Allow","Action":["logs:PutLogEvents"],"Resource":"*"}]}`)
	for name, c := range map[string]struct {
		typeName string
		config   map[string]any
		limit    int64
		want     string
	}{
		"grants":               {"ecrxa_repository_grant", nil, 0, "error: Unreadable policy; other: Push; team/app: Pull; team/app: LambdaECRImageRetrievalPolicy"},
		"of a repository":      {"ecrxa_repository_grant", map[string]any{"repository": "team/app"}, 0, "team/app: Pull; team/app: LambdaECRImageRetrievalPolicy"},
		"by prefix":            {"ecrxa_repository_grant", map[string]any{"repository_prefix": "o"}, 0, "other: Push"},
		"missing repository":   {"ecrxa_repository_grant", map[string]any{"repository": "missing"}, 0, "error: Could not read the policy of the repository missing: repository not found"},
		"other region":         {"ecrxa_repository_grant", map[string]any{"region": "eu-west-1"}, 0, ""},
		"other account":        {"ecrxa_repository_grant", map[string]any{"registry_id": "111122223333"}, 0, "error: Could not list the repositories: access denied"},
		"at most 2":            {"ecrxa_repository_grant", nil, 2, "error: Unreadable policy; other: Push; team/app: Pull"},
		"statements":           {"ecrxa_repository_statement", map[string]any{"repository_prefix": "t"}, 0, "team/app: deny, all"},
		"statements, all":      {"ecrxa_repository_statement", map[string]any{"repository": "team/app", "include_grants": true}, 0, "team/app: Pull; team/app: deny, all; team/app: LambdaECRImageRetrievalPolicy"},
		"registry grants":      {"ecrxa_registry_grant", nil, 0, "Organization"},
		"no registry policy":   {"ecrxa_registry_grant", map[string]any{"region": "eu-west-1"}, 0, ""},
		"role policies":        {"ecrxa_consumer_role_policy", nil, 0, "puller: ecrxa-pull; task: ecrxa-pull"},
		"of a role":            {"ecrxa_consumer_role_policy", map[string]any{"role": "task"}, 0, "task: ecrxa-pull"},
		"by path":              {"ecrxa_consumer_role_policy", map[string]any{"path_prefix": "/ecs/"}, 0, "task: ecrxa-pull"},
		"by name":              {"ecrxa_consumer_role_policy", map[string]any{"name": "logs"}, 0, ""},
		"by name, of one role": {"ecrxa_consumer_role_policy", map[string]any{"name": "ecrxa-pull", "role": "puller"}, 0, "puller: ecrxa-pull"},
		"missing role":         {"ecrxa_consumer_role_policy", map[string]any{"role": "missing"}, 0, ""},
		"at most 1":            {"ecrxa_consumer_role_policy", nil, 1, "puller: ecrxa-pull"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := names(acctest.NewProvider(t, server, identities[c.typeName].account).List(c.typeName, c.config, c.limit)); got != c.want {
				t.Errorf("listed %s\nwant   %s", got, c.want)
			}
		})
	}
}

// TestListPages: a list goes over all pages, and reads no more than it needs.
func TestListPages(t *testing.T) {
	t.Parallel()
	server := estate(t)
	for i := range 120 {
		name := fmt.Sprintf("many-%03d", i)
		server.CreateRepository(registry, "us-east-1", name)
		server.SetRepositoryPolicy(registry, "us-east-1", name, `{"Statement":[`+onePull+`]}`)
		server.CreateRole(consumer, "/many/", name)
		server.PutRolePolicy(consumer, name, "ecrxa-pull", `{"Statement":[{"Effect":"Allow","Action":["ecr:BatchGetImage"],"Resource":"arn:aws:ecr:us-east-1:987654321098:repository/team/app"}]}`)
	}
	for typeName, c := range map[string]struct {
		config map[string]any
		call   string
	}{
		"ecrxa_repository_grant":     {map[string]any{"repository_prefix": "many-"}, "ecr:DescribeRepositories"},
		"ecrxa_consumer_role_policy": {map[string]any{"path_prefix": "/many/"}, "iam:ListRoles"},
	} {
		p := acctest.NewProvider(t, server, identities[typeName].account)
		for limit, want := range map[int64]int{0: 120, 1: 1, 110: 110} {
			server.ResetRequests()
			listed := p.List(typeName, c.config, limit)
			if pages := server.Requests()[c.call]; len(listed) != want || pages != (want+99)/100 {
				t.Errorf("%s: a limit of %d lists %d objects in %d pages, want %d", typeName, limit, len(listed), pages, want)
			}
		}
	}
}

// TestListedObjectsPlanEmpty: the identity imports the object, which is the listed one, and the
// generated configuration plans no change.
func TestListedObjectsPlanEmpty(t *testing.T) {
	t.Parallel()
	server := estate(t)
	for typeName, object := range identities {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			p := acctest.NewProvider(t, server, object.account)
			listed := p.List(typeName, nil, 0)
			if len(listed) == 0 {
				t.Fatal("nothing is listed")
			}
			for _, answer := range listed {
				imported := p.Import(typeName, "", answer.Identity)
				if diff := cmp.Diff(answer.State, imported.State); diff != "" {
					t.Errorf("%s (-listed +imported):\n%s\n%v", answer.Name, diff, imported.Diagnostics)
				}
				config := p.GeneratedConfig(typeName, imported)
				// As there is no private state here, the plan is made by another provider than the read.
				if diff := cmp.Diff(imported.State, acctest.NewProvider(t, server, object.account).Plan(typeName, imported, config).State); diff != "" {
					t.Errorf("%s (-imported +planned):\n%s", answer.Name, diff)
				}
			}
		})
	}
}
