// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/golden"
)

// TestMistakes: each of these probable mistakes is found on its attribute before anything is
// planned, and the message says what to write instead.
func TestMistakes(t *testing.T) {
	t.Parallel()
	const (
		account      = "123456789012"
		image        = "987654321098.dkr.ecr.us-east-1.amazonaws.com/team/app"
		arn          = "arn:aws:ecr:us-east-1:987654321098:repository/team/app"
		role         = "arn:aws:iam::123456789012:role/app"
		digest       = "@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
		instance     = "arn:aws:iam::123456789012:instance-profile/ecs/app"
		session      = "arn:aws:sts::123456789012:assumed-role/app/alice"
		lowerCase    = `{"version":"2012-10-17","statement":[{"effect":"Allow","principal":"*","action":"ecr:*"}]}`
		noStatement  = `{"Version":"2012-10-17"}`
		unit         = "ou-ab12-11111111"
		organization = "o-a1b2c3d4e5"
	)
	accounts := []string{"1234-5678-9012", "12345678901", "1.23456789012e+11", " 123456789012", "123456789012 ", `"123456789012"`, "arn:aws:iam::123456789012:root", role, "alias", ""}
	names := []string{
		image, image + ":v1", image + digest, "https://" + image, image[:44], image[:45], "team/app:v1", "team/app" + digest, arn, arn + ":v1", "987654321098/team/app",
		"123.dkr.ecr.us-east-1.amazonaws.com/team/app", "public.ecr.aws/team/app", "docker.io/library/nginx", "nginx:latest", "Team/App", "/team/app", "team/app/", "team//app", "team/*", "a", "",
	}
	roles := []string{
		"app", "role/app", "/ecs/app", instance, session, "arn:aws:sts::123456789012:federated-user/alice", "arn:aws:iam:123456789012:role/app", "arn:aws:iam::12345678901:role/app", "arn:aws:iam::1234-5678-9012:role/app", "arn:aws:iam:us-east-1:123456789012:role/app",
		"iam::123456789012:role/app", "arn:aws:iam::123456789012:policy/app", "arn:aws:iam::123456789012:group/app", "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryReadOnly", "arn:aws:iam::123456789012:oidc-provider/example.com", "arn:aws:iam::123456789012:role/", "arn:aws:iam::123456789012:app",
		"arn:aws:iam::123456789012:role/*", "arn:aws:iam::123456789012:user/alice", "arn:aws:iam::123456789012:root", account, "AROAEXAMPLEEXAMPLE123", "ecs-tasks.amazonaws.com", "o-a1b2c3d4e5", role + " ", "",
	}
	organizations := []string{
		unit, "r-ab12", organization + "/r-ab12/" + unit + "/", "arn:aws:organizations::111122223333:organization/" + organization, "arn:aws:organizations::111122223333:ou/" + organization + "/" + unit,
		"arn:aws:organizations::111122223333:account/" + organization + "/" + account, "O-A1B2C3D4E5", "o-*", "*", account, "",
	}
	paths := append([]string{organization, organization + "/r-ab12", organization + "/r-ab12/" + unit, organization + "/r-ab12/ou-ab12", organization + "/" + unit + "/"}, organizations...)
	empty := []any{[]string{}, []any{nil}}
	documents := []string{
		`{"Statement":[{"Effect":"Allow","Principal":"*","Action":"ecr:*",}]}`, `{"Statement":[{"Effect":"Allow","Principal":"*","Action":["ecr:*",]}]}`, `{"Statement":[{"Effect":"Allow","Principal":"*","Action":"ecr:*"},]}`,
		lowerCase, `{"Version":"2012-10-17","Statements":[]}`, noStatement, "# a comment\n{}", `{'Statement': []}`, `{Statement = []}`, `"{\"Statement\":[]}"`, `[{"Effect":"Allow","Principal":"*","Action":"ecr:*"}]`,
		"Version: 2012-10-17", "policy.json", `{"Statement":[{"Effect":"Allow"`, `{"Statement":"Allow"}`, "{}", "null", "",
	}
	statements := []string{
		`{"Sid":"S","Effect":"Deny","Principal":"*","Action":"ecr:*",}`, `{"Sid":"S","Effect":"Deny","Principal":"*","Action":["ecr:*",]}`, `{"sid":"S","effect":"Deny","principal":"*","action":"ecr:*"}`, lowerCase, noStatement,
		`{"Sid":"S","Effect":"deny","Principal":"*","Action":"ecr:*"}`, `{"Sid":"S","Effect":"Deny","Principal":{"aws":"*"},"Action":"ecr:*"}`, `{"Sid":"S","Effect":"Deny","Principals":"*","Actions":"ecr:*","Conditions":{}}`,
		`{"Sid":"S","Effect":"Deny","Principal":"*","Action":"ecr:*","condition":{"StringEquals":{"aws:SourceVpce":"v"}}}`, `{"Sid":"S","Effect":"Deny","Principal":"*","Action":"ecr:*","Condition":{"stringequals":{"aws:SourceVpce":"v"}}}`,
		`{"Sid":"S","Effect":"Deny","Principal":"*","Action":"ecr:*","Condition":{"aws:SourceVpce":"v"}}`, `{"Sid":"S","Effect":"Deny","Principal":"123456789012","Action":"ecr:*"}`, `{"Sid":"S","Effect":"Deny","Principal":{"AWS":["arn:aws:iam::123456789012:instance-profile/app"]},"Action":"ecr:*"}`,
		`{"Sid":"S","Effect":"Deny","Principal":{"AWS":"1234-5678-9012"},"Action":"ecr:*"}`, `{"Sid":"S","Effect":"Deny","Principal":{"AWS":123456789012},"Action":"ecr:*"}`,
		`[{"Sid":"S"}]`, `"{}"`, `{'Sid': 'S'}`, "deny.json", "",
	}
	var out strings.Builder
	p := acctest.NewUnconfiguredProvider(t)
	try := func(validate func(string, map[string]any) []acctest.Diagnostic, typeName string, base map[string]any, attribute string, values ...any) {
		fmt.Fprintf(&out, "# %s.%s\n", typeName, attribute)
		for _, value := range values {
			config := map[string]any{}
			maps.Copy(config, base)
			config[attribute] = value
			fmt.Fprintf(&out, "\n%v\n", strings.ReplaceAll(fmt.Sprint(value), "\n", `\n`))
			found := validate(typeName, config)
			slices.SortFunc(found, func(a, b acctest.Diagnostic) int {
				return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Summary, b.Summary))
			})
			for _, d := range found {
				severity := "Error"
				if d.Warning {
					severity = "Warning"
				}
				fmt.Fprintf(&out, "  %s at %s: %s\n    %s\n", severity, d.Path, d.Summary, strings.ReplaceAll(d.Detail, "\n", "\n    "))
			}
		}
		out.WriteByte('\n')
	}
	all := func(values []string) (list []any) {
		for _, value := range values {
			list = append(list, value)
		}
		return list
	}
	each := func(values []string) (sets []any) {
		for _, value := range values {
			sets = append(sets, []string{value})
		}
		return sets
	}

	grant := map[string]any{"repository": "app", "sid": "S", "role_arns": []string{role}}
	toWhom := map[string]any{"repository": "app", "sid": "S"}
	service := map[string]any{"repository": "app", "sid": "S", "service_principal": "lambda.amazonaws.com"}
	const grants = "ecrxa_repository_grant"
	try(p.ValidateResource, grants, grant, "repository", all(names)...)
	try(p.ValidateResource, grants, grant, "registry_id", all(accounts)...)
	try(p.ValidateResource, grants, grant, "region", "us-east-1a", "US East (N. Virginia)", "use1", "us-east", "aws-global", "")
	try(p.ValidateResource, grants, grant, "sid", "two words", "a-b", "")
	try(p.ValidateResource, grants, toWhom, "account_ids", append(each(accounts), empty...)...)
	try(p.ValidateResource, grants, toWhom, "role_arns", append(each(roles), empty...)...)
	try(p.ValidateResource, grants, toWhom, "user_arns", append(each([]string{"alice", "user/alice", "arn:aws:iam::123456789012:group/team", role, session, account}), empty...)...)
	try(p.ValidateResource, grants, toWhom, "organization_ids", append(each(organizations), empty...)...)
	try(p.ValidateResource, grants, toWhom, "organization_paths", append(each(paths), empty...)...)
	try(p.ValidateResource, grants, service, "source_arns", empty...)
	try(p.ValidateResource, grants, service, "source_account_ids", append(each(accounts[:1]), empty...)...)
	try(p.ValidateResource, grants, grant, "actions", append(each([]string{"BatchGetImage", "ecr:batchgetimage", "ecr:pull", "pull", "*", ""}), empty...)...)
	try(p.ValidateResource, grants, grant, "access", "read", "Pull", "pull,push", "")
	condition := func(test, variable string, values ...string) any {
		return []map[string]any{{"test": test, "variable": variable, "values": append([]string{}, values...)}}
	}
	try(p.ValidateResource, grants, grant, "conditions", []any{}, []any{nil}, condition("StringEquals", "aws:SourceVpce"), condition("stringEquals", "aws:SourceVpce", "vpce-1"), condition("equals", "aws:SourceVpce", "vpce-1"), condition("aws:SourceVpce", "StringEquals", "vpce-1"), condition("StringEquals", "SourceVpce", "vpce-1"), condition("", "", "vpce-1"))
	try(p.ValidateResource, grants, map[string]any{"repository": "app", "sid": "S", "source_account_ids": []string{account}}, "service_principal", "lambda", "ecs-tasks.amazonaws.com", "arn:aws:lambda:us-east-1:123456789012:function:f", "")
	try(p.ValidateResource, "ecrxa_registry_grant", map[string]any{"sid": "S", "role_arns": []string{role}}, "repositories", append(each(names[:8]), empty...)...)
	policies := map[string]any{"role": "app", "repository_arns": []string{arn}}
	try(p.ValidateResource, "ecrxa_consumer_role_policy", policies, "role", all(roles[:14])...)
	try(p.ValidateResource, "ecrxa_consumer_role_policy", policies, "repository_arns", append(each(append([]string{"team/app"}, names[:10]...)), empty...)...)
	try(p.ValidateResource, "ecrxa_repository_statement", map[string]any{"repository": "app"}, "statement", all(statements)...)
	check := map[string]any{"image": image, "role_arn": role}
	try(p.ValidateDataSource, "ecrxa_pull_check", check, "image", all(names[3:12])...)
	try(p.ValidateDataSource, "ecrxa_pull_check", check, "role_arn", all(roles[:8])...)
	try(p.ValidateDataSource, "ecrxa_pull_check", check, "repository_policy", all(documents)...)
	try(p.ValidateDataSource, "ecrxa_pull_check", check, "planned_statements", each(statements[:3])...)
	golden.Compare(t, "testdata/mistakes.txt", strings.TrimRight(out.String(), "\n")+"\n")
}
