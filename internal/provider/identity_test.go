// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
)

const registry, consumer = "987654321098", "123456789012"

const lambdaStatement = `{"Sid":"LambdaECRImageRetrievalPolicy","Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Condition":{"StringLike":{"aws:SourceArn":"arn:aws:lambda:us-east-1:987654321098:function:*"}}}`

// estate returns two accounts with one object for each resource.
func estate(t *testing.T) *emulator.Server {
	t.Helper()
	server, err := emulator.Start(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	server.CreateRepository(registry, "us-east-1", "team/app")
	server.CreateRole(consumer, "/", "puller")
	server.SetRepositoryPolicy(registry, "us-east-1", "team/app", `{"Version":"2012-10-17","Statement":[
		{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]},
		{"Sid":"deny, all","Effect":"Deny","Principal":"*","Action":"ecr:PutImage"},`+lambdaStatement+`]}`)
	server.PutRegistryPolicy(registry, "us-east-1", `{"Version":"2012-10-17","Statement":[
		{"Sid":"Organization","Effect":"Allow","Principal":"*","Action":["ecr:BatchGetImage"],"Resource":"arn:aws:ecr:us-east-1:987654321098:repository/team/*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}}]}`)
	server.PutRolePolicy(consumer, "puller", "ecrxa-pull", `{"Version":"2012-10-17","Statement":[
		{"Sid":"Token","Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"},
		{"Sid":"Repositories","Effect":"Allow","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":"arn:aws:ecr:us-east-1:987654321098:repository/team/app"}]}`)
	return server
}

// identities has one object of each resource: its account, its import ID, and its identity.
var identities = map[string]struct {
	account, id string
	identity    map[string]any
	required    map[string]any // what an import by identity must give
}{
	"ecrxa_repository_grant": {
		registry, "987654321098,us-east-1,team/app,Pull",
		map[string]any{"registry_id": registry, "region": "us-east-1", "repository": "team/app", "sid": "Pull"},
		map[string]any{"repository": "team/app", "sid": "Pull"},
	},
	"ecrxa_repository_statement": {
		registry, "987654321098,us-east-1,team/app,deny, all",
		map[string]any{"registry_id": registry, "region": "us-east-1", "repository": "team/app", "sid": "deny, all"},
		map[string]any{"repository": "team/app", "sid": "deny, all"},
	},
	"ecrxa_registry_grant": {
		registry, "987654321098,us-east-1,Organization",
		map[string]any{"registry_id": registry, "region": "us-east-1", "sid": "Organization"},
		map[string]any{"sid": "Organization"},
	},
	"ecrxa_consumer_role_policy": {
		consumer, "puller",
		map[string]any{"role": "puller", "name": "ecrxa-pull"},
		map[string]any{"role": "puller"},
	},
}

// TestImport: an import by ID, by whole identity and by what an identity must have give the
// same object, and a refresh keeps it. An object of an older state gets its identity.
func TestImport(t *testing.T) {
	t.Parallel()
	server := estate(t)
	for typeName, object := range identities {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			p := acctest.NewProvider(t, server, object.account)
			byID := p.Import(typeName, object.id, nil)
			if diff := cmp.Diff(object.identity, byID.Identity); diff != "" || byID.State == nil {
				t.Fatalf("identity (-want +got):\n%s\n%v", diff, byID.Diagnostics)
			}
			for _, identity := range []map[string]any{object.identity, object.required} {
				if diff := cmp.Diff(byID, p.Import(typeName, "", identity), cmpopts.IgnoreUnexported(acctest.Answer{})); diff != "" {
					t.Errorf("import by the identity %v (-by ID +got):\n%s", identity, diff)
				}
			}
			for name, before := range map[string]acctest.Answer{"refresh": byID, "older state": {State: byID.State}} {
				after := p.Read(typeName, before)
				if diff := cmp.Diff(byID.State, after.State) + cmp.Diff(byID.Identity, after.Identity); diff != "" {
					t.Errorf("%s (-before +after):\n%s\n%v", name, diff, after.Diagnostics)
				}
			}
		})
	}
}

// TestImportRefusesIdentities: what an identity must have, and in which form.
func TestImportRefusesIdentities(t *testing.T) {
	t.Parallel()
	server := estate(t)
	for name, c := range map[string]struct {
		typeName string
		identity map[string]any
		want     string
	}{
		"repository by ARN": {"ecrxa_repository_grant", map[string]any{"repository": "arn:aws:ecr:us-east-1:987654321098:repository/team/app", "sid": "Pull"}, `"team/app"`},
		"account":           {"ecrxa_repository_grant", map[string]any{"registry_id": "1", "repository": "team/app", "sid": "Pull"}, "account ID"},
		"Sid of a grant":    {"ecrxa_repository_grant", map[string]any{"repository": "team/app", "sid": "deny, all"}, "Sid"},
		"missing statement": {"ecrxa_repository_grant", map[string]any{"repository": "team/app", "sid": "pull"}, "Pull"},
		"not a grant":       {"ecrxa_registry_grant", map[string]any{"region": "here", "sid": "Organization"}, "region"},
		"role with path":    {"ecrxa_consumer_role_policy", map[string]any{"role": "a/puller"}, `"puller"`},
		"missing policy":    {"ecrxa_consumer_role_policy", map[string]any{"role": "puller", "name": "other"}, "other"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer := acctest.NewProvider(t, server, identities[c.typeName].account).Import(c.typeName, "", c.identity)
			if answer.State != nil || len(answer.Diagnostics) != 1 || !strings.Contains(answer.Diagnostics[0].Detail, c.want) {
				t.Errorf("want one error with %s, got %+v", c.want, answer)
			}
		})
	}
}

// TestImportOfLambda: what Lambda itself writes is imported as it is.
func TestImportOfLambda(t *testing.T) {
	t.Parallel()
	p := acctest.NewProvider(t, estate(t), registry)
	grant := p.Import("ecrxa_repository_grant", "987654321098,us-east-1,team/app,LambdaECRImageRetrievalPolicy", nil)
	if len(grant.Diagnostics) > 0 || grant.State["service_principal"] != "lambda.amazonaws.com" || !cmp.Equal(grant.State["conditions"], []any{
		map[string]any{"test": "StringLike", "variable": "aws:SourceArn", "values": []any{"arn:aws:lambda:us-east-1:987654321098:function:*"}},
	}) {
		t.Errorf("got %+v", grant)
	}
	refused := p.Import("ecrxa_repository_grant", "987654321098,us-east-1,team/app,deny, all", nil)
	if refused.State != nil || len(refused.Diagnostics) != 1 || !strings.Contains(refused.Diagnostics[0].Detail, "ecrxa_repository_statement") {
		t.Errorf("a Sid that no grant has: %+v", refused)
	}
}

// TestCreatedObjectsHaveAnIdentity, and a change keeps it.
func TestCreatedObjectsHaveAnIdentity(t *testing.T) {
	t.Parallel()
	server := estate(t)
	server.CreateRepository(registry, "us-east-1", "new")
	for typeName, c := range map[string]struct{ config, identity map[string]any }{
		"ecrxa_repository_grant": {
			map[string]any{"repository": "new", "sid": "A", "account_ids": []string{consumer}},
			map[string]any{"registry_id": registry, "region": "us-east-1", "repository": "new", "sid": "A"},
		},
		"ecrxa_repository_statement": {
			map[string]any{"repository": "new", "statement": `{"Sid":"B C","Effect":"Deny","Principal":"*","Action":"ecr:PutImage"}`},
			map[string]any{"registry_id": registry, "region": "us-east-1", "repository": "new", "sid": "B C"},
		},
		"ecrxa_registry_grant": {
			map[string]any{"repositories": []string{"new"}, "sid": "A", "account_ids": []string{consumer}},
			map[string]any{"registry_id": registry, "region": "us-east-1", "sid": "A"},
		},
		"ecrxa_consumer_role_policy": {
			map[string]any{"role": "puller", "name": "new", "repository_arns": []string{"arn:aws:ecr:us-east-1:987654321098:repository/new"}},
			map[string]any{"role": "puller", "name": "new"},
		},
	} {
		t.Run(typeName, func(t *testing.T) {
			t.Parallel()
			p := acctest.NewProvider(t, server, identities[typeName].account)
			created := p.Create(typeName, c.config)
			if diff := cmp.Diff(c.identity, created.Identity); diff != "" {
				t.Fatalf("identity (-want +got):\n%s\n%v", diff, created.Diagnostics)
			}
			if again := p.Plan(typeName, created, c.config); !cmp.Equal(created.State, again.State) || !cmp.Equal(c.identity, again.Identity) {
				t.Errorf("the second plan: %s", cmp.Diff(created, again, cmpopts.IgnoreUnexported(acctest.Answer{})))
			}
		})
	}
}

// TestReadOfMissingObjects: what does not exist any more leaves the state, also a state without
// an identity.
func TestReadOfMissingObjects(t *testing.T) {
	t.Parallel()
	server := estate(t)
	for typeName, object := range identities {
		before := acctest.NewProvider(t, server, object.account).Import(typeName, object.id, nil)
		gone := estate(t)
		gone.SetRepositoryPolicy(registry, "us-east-1", "team/app", `{"Statement":[`+lambdaStatement+`]}`)
		gone.PutRegistryPolicy(registry, "us-east-1", `{"Statement":[]}`)
		gone.DeleteRolePolicy(consumer, "puller", "ecrxa-pull")
		for _, before := range []acctest.Answer{before, {State: before.State}} {
			if after := acctest.NewProvider(t, gone, object.account).Read(typeName, before); after.State != nil || len(after.Diagnostics) > 0 {
				t.Errorf("%s: %+v", typeName, after)
			}
		}
	}
}
