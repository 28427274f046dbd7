// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/golden"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/hostile"
)

const (
	awsProvider = "registry.terraform.io/hashicorp/aws"
	onePull     = `{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}`
)

// awsState is the state of a resource of the AWS provider, in version 6 or, without a region,
// before.
func awsState(t *testing.T, region string, attributes map[string]string) string {
	t.Helper()
	state := map[string]any{"id": "x", "name_prefix": nil, "something_new": []any{1, map[string]any{}}}
	for name, value := range attributes {
		state[name] = value
	}
	if region != "" {
		state["region"] = region
	}
	text, err := json.Marshal(state)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func repositoryPolicyState(t *testing.T, region string, statements ...string) string {
	t.Helper()
	return awsState(t, region, map[string]string{"repository": "team/app", "registry_id": registry, "policy": `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`})
}

// started returns an emulator with a policy of one statement.
func started(t *testing.T, statement string) *emulator.Server {
	t.Helper()
	server, err := emulator.Start(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	server.CreateRepository(registry, "us-east-1", "team/app")
	server.SetRepositoryPolicy(registry, "us-east-1", "team/app", `{"Version":"2012-10-17","Statement":[`+statement+`]}`)
	return server
}

// TestMove: what is moved is what an import gives, from any registry host, with the identity,
// and is refreshed without a change.
func TestMove(t *testing.T) {
	t.Parallel()
	deny := `{"Sid":"deny, all","Effect":"Deny","Principal":"*","Action":"ecr:PutImage"}`
	for name, c := range map[string]struct{ typeName, statement, region, sid string }{
		"grant":                      {"ecrxa_repository_grant", onePull, "us-east-1", "Pull"},
		"statement":                  {"ecrxa_repository_statement", deny, "us-east-1", "deny, all"},
		"grant before version 6":     {"ecrxa_repository_grant", onePull, "", "Pull"},
		"statement before version 6": {"ecrxa_repository_statement", deny, "", "deny, all"},
		"Lambda":                     {"ecrxa_repository_grant", lambdaStatement, "us-east-1", "LambdaECRImageRetrievalPolicy"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := acctest.NewProvider(t, started(t, c.statement), registry)
			want := p.Import(c.typeName, "987654321098,us-east-1,team/app,"+c.sid, nil)
			moved := acctest.NewUnconfiguredProvider(t).Move("registry.opentofu.org/hashicorp/aws", "aws_ecr_repository_policy", repositoryPolicyState(t, c.region, c.statement), c.typeName)
			if moved.State == nil {
				t.Fatal(moved.Diagnostics)
			}
			if c.region != "" {
				if diff := cmp.Diff(want.Identity, moved.Identity); diff != "" || moved.State["statement"] == nil {
					t.Errorf("the moved identity (-imported +moved):\n%s\n%v", diff, moved.State)
				}
			}
			read := p.Read(c.typeName, moved)
			want.Diagnostics, read.Diagnostics = nil, nil
			if diff := cmp.Diff(want, read, cmpopts.IgnoreUnexported(acctest.Answer{}), cmp.FilterPath(func(path cmp.Path) bool { return strings.HasSuffix(path.String(), "statement") }, cmp.Ignore())); diff != "" {
				t.Errorf("-imported +moved and read:\n%s", diff)
			}
		})
	}
	t.Run("role policy", func(t *testing.T) {
		t.Parallel()
		server := estate(t)
		document, _ := server.RolePolicy(consumer, "puller", "ecrxa-pull")
		want := acctest.NewProvider(t, server, consumer).Import("ecrxa_consumer_role_policy", "puller", nil)
		moved := acctest.NewUnconfiguredProvider(t).Move(awsProvider, "aws_iam_role_policy",
			awsState(t, "", map[string]string{"role": "puller", "name": "ecrxa-pull", "policy": document}), "ecrxa_consumer_role_policy")
		if diff := cmp.Diff(want, moved, cmpopts.IgnoreUnexported(acctest.Answer{})); diff != "" {
			t.Errorf("-imported +moved:\n%s", diff)
		}
	})
}

// TestMoveIsSilentAboutOthers: what it does not know, it leaves to the framework, which says so.
func TestMoveIsSilentAboutOthers(t *testing.T) {
	t.Parallel()
	p := acctest.NewUnconfiguredProvider(t)
	for _, source := range [][2]string{
		{"registry.terraform.io/someone/aws", "aws_ecr_repository_policy"},
		{awsProvider, "aws_ecr_registry_policy"},
		{awsProvider, "aws_ecrpublic_repository_policy"},
	} {
		for _, target := range []string{"ecrxa_repository_grant", "ecrxa_repository_statement", "ecrxa_consumer_role_policy"} {
			answer := p.Move(source[0], source[1], repositoryPolicyState(t, "us-east-1", onePull), target)
			if answer.State != nil || len(answer.Diagnostics) != 1 || answer.Diagnostics[0].Summary != "Unable to Move Resource State" {
				t.Errorf("%v to %s: %v", source, target, answer)
			}
		}
	}
}

// moveErrors are moves that are refused, by the name of the golden file.
func moveErrors(t *testing.T) map[string]acctest.Answer {
	t.Helper()
	p := acctest.NewUnconfiguredProvider(t)
	repository := func(target, region string, statements ...string) acctest.Answer {
		return p.Move(awsProvider, "aws_ecr_repository_policy", repositoryPolicyState(t, region, statements...), target)
	}
	deny := `{"Sid":"deny, all","Effect":"Deny","Principal":"*","Action":"ecr:PutImage"}`
	return map[string]acctest.Answer{
		"several":        repository("ecrxa_repository_grant", "us-east-1", onePull, deny, lambdaStatement),
		"several_before": repository("ecrxa_repository_statement", "", onePull, strings.ReplaceAll(onePull, `"Sid":"Pull",`, "")),
		"no_grant":       repository("ecrxa_repository_grant", "us-east-1", deny),
		"no_sid":         repository("ecrxa_repository_statement", "us-east-1", strings.ReplaceAll(onePull, `"Sid":"Pull",`, "")),
		"empty":          repository("ecrxa_repository_grant", "us-east-1"),
		"unreadable":     p.Move(awsProvider, "aws_ecr_repository_policy", `{"policy":7}`, "ecrxa_repository_grant"),
		"role_policy": p.Move(awsProvider, "aws_iam_role_policy",
			awsState(t, "", map[string]string{"role": "puller", "name": "x", "policy": `{"Statement":{"Effect":"Deny","Action":"ecr:*","Resource":"*"}}`}), "ecrxa_consumer_role_policy"),
		"role_invalid": p.Move(awsProvider, "aws_iam_role_policy",
			awsState(t, "", map[string]string{"role": "puller", "name": "x", "policy": `{"Statement":7}`}), "ecrxa_consumer_role_policy"),
		"role_unreadable": p.Move(awsProvider, "aws_iam_role_policy", `[]`, "ecrxa_consumer_role_policy"),
	}
}

// TestMoveErrors: when a move fails, the configuration has no block of the AWS provider any more.
// The advice must not end in the destruction of the policy.
func TestMoveErrors(t *testing.T) {
	t.Parallel()
	for name, answer := range moveErrors(t) {
		if answer.State != nil || len(answer.Diagnostics) != 1 || answer.Diagnostics[0].Warning {
			t.Fatalf("%s: %+v", name, answer)
		}
		if !strings.Contains(answer.Diagnostics[0].Detail, "0 to destroy") {
			t.Errorf("%s does not say what the plan must not do", name)
		}
		golden.Compare(t, "testdata/move/"+name+".txt", answer.Diagnostics[0].Summary+"\n\n"+answer.Diagnostics[0].Detail+"\n")
	}
}

// TestMovedTextsStayData: a policy that others wrote stays data in the error.
func TestMovedTextsStayData(t *testing.T) {
	t.Parallel()
	detail := func(text string) string {
		statements := []map[string]any{}
		for _, sid := range []string{"Allow", "Deny", "a\x00" + text} {
			statements = append(statements, map[string]any{"Sid": sid, "Effect": sid, "Principal": map[string]any{"AWS": text}, "Action": text})
		}
		policy, err := json.Marshal(map[string]any{"Statement": statements})
		if err != nil {
			t.Fatal(err)
		}
		attributes := map[string]string{"repository": "team/app", "registry_id": registry, "policy": string(policy)}
		answer := acctest.NewUnconfiguredProvider(t).Move(awsProvider, "aws_ecr_repository_policy", awsState(t, "us-east-1", maps.Clone(attributes)), "ecrxa_repository_grant")
		return answer.Diagnostics[0].Detail
	}
	for _, text := range hostile.Texts() {
		hostile.CheckHarmless(t, "several statements", detail(text), detail("harmless"))
	}
}
