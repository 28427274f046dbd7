// SPDX-License-Identifier: MPL-2.0

package managed

import (
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclparse"
	"github.com/zclconf/go-cty/cty"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

var paymentService = awsname.Repository{Partition: "aws", Region: "us-east-1", Account: "987654321098", Name: "payment-service"}

func TestGrantHCL(t *testing.T) {
	t.Parallel()
	got := GrantHCL(Label(paymentService.Name), paymentService, Grant{
		Sid: "Payments", RoleARNs: []string{consumerRole}, Actions: actionset.Actions(actionset.Pull),
	})
	want := `resource "ecrxa_repository_grant" "payment_service" {
  registry_id = "987654321098"
  region      = "us-east-1"
  repository  = "payment-service"
  sid         = "Payments"
  role_arns   = ["arn:aws:iam::123456789012:role/ecsTaskExecutionRole"]
  access      = "pull"
}
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRegistryGrantHCL(t *testing.T) {
	t.Parallel()
	got := RegistryGrantHCL("redis", RegistryGrant{
		Grant:    Grant{Sid: "Cache", RoleARNs: []string{consumerRole}, Actions: []string{"ecr:BatchImportUpstreamImage", "ecr:CreateRepository"}},
		Registry: usRegistry, Repositories: []string{"docker-hub/redis"},
	})
	want := `resource "ecrxa_registry_grant" "redis" {
  registry_id  = "987654321098"
  region       = "us-east-1"
  repositories = ["docker-hub/redis"]
  sid          = "Cache"
  role_arns    = ["arn:aws:iam::123456789012:role/ecsTaskExecutionRole"]
  actions      = ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"]
}
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRolePolicyHCL(t *testing.T) {
	t.Parallel()
	got := RolePolicyHCL("app", "ecsTaskExecutionRole", DefaultPolicyName, RolePolicy{
		RepositoryARNs: []string{appARN}, Actions: []string{"ecr:BatchGetImage"},
		Conditions: []policy.Condition{{Test: "StringLike", Variable: "ecr:ResourceTag/team", Values: []string{"${aws:PrincipalTag/team}"}}},
	})
	want := `resource "ecrxa_consumer_role_policy" "app" {
  role            = "ecsTaskExecutionRole"
  name            = "ecrxa-pull"
  repository_arns = ["arn:aws:ecr:us-east-1:987654321098:repository/app"]
  actions         = ["ecr:BatchGetImage"]
  conditions = [{
    test     = "StringLike"
    values   = ["$${aws:PrincipalTag/team}"]
    variable = "ecr:ResourceTag/team"
  }]
}
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// hostileTexts are values that would become code in configuration, or end the string
// that they are in, if they were not escaped.
var hostileTexts = []string{
	`plain`, `${file("/etc/passwd")}`, `%{ for x in y }`, `$${literal}`, `%%{literal}`, `$`, `%`, `a"b`, `a\b`, "a\nb", "a\r\nb\t",
	`"]` + "\n" + `resource "null_resource" "x" {}`, `# comment`, "\x00\x1b[31m", "\u202e\u2028", "\u009b\u2066\x7f", "é", `'; rm -rf / #`,
}

// TestHCLHasExactlyTheValues: whatever the values are, the text is one resource with
// just these values, and none of them is evaluated.
func TestHCLHasExactlyTheValues(t *testing.T) {
	t.Parallel()
	for _, text := range hostileTexts {
		repo := awsname.Repository{Account: text, Region: text, Name: text}
		g := Grant{
			Sid: text, AccountIDs: []string{text}, RoleARNs: []string{text, "b"}, UserARNs: []string{text},
			OrganizationIDs: []string{text}, OrganizationPaths: []string{text}, ServicePrincipal: text,
			SourceARNs: []string{text}, SourceAccountIDs: []string{text}, MatchRolesBy: ByCondition, Actions: []string{text},
			Conditions: []policy.Condition{{Test: text, Variable: text, Values: []string{text}}},
		}
		one, str := cty.TupleVal([]cty.Value{cty.StringVal(text)}), cty.StringVal(text)
		want := map[string]cty.Value{
			"registry_id": str, "region": str, "repository": str, "sid": str, "account_ids": one,
			"role_arns": cty.TupleVal([]cty.Value{str, cty.StringVal("b")}), "user_arns": one, "organization_ids": one, "organization_paths": one,
			"service_principal": str, "source_arns": one, "source_account_ids": one, "match_roles_by": cty.StringVal("condition"), "actions": one,
			"conditions": cty.TupleVal([]cty.Value{cty.ObjectVal(map[string]cty.Value{"test": str, "variable": str, "values": one})}),
		}
		compareValues(t, text, valuesIn(t, GrantHCL(Label(text), repo, g)), want)
		delete(want, "repository")
		want["repositories"] = one
		compareValues(t, text, valuesIn(t, RegistryGrantHCL(Label(text), RegistryGrant{Grant: g, Registry: repo, Repositories: []string{text}})), want)
		compareValues(t, text, valuesIn(t, RolePolicyHCL(Label(text), text, text, RolePolicy{RepositoryARNs: []string{text}, Actions: actionset.IdentityActions(actionset.PullThroughCache)})),
			map[string]cty.Value{"role": str, "name": str, "repository_arns": one, "access": cty.StringVal("pull_through_cache")})
	}
}

// TestStringHCLIsOneString: the text is a string with just this value, and is not
// evaluated.
func TestStringHCLIsOneString(t *testing.T) {
	t.Parallel()
	for _, text := range hostileTexts {
		values := valuesIn(t, "resource \"a\" \"b\" {\n  c = "+StringHCL(text)+"\n}\n")
		compareValues(t, text, values, map[string]cty.Value{"c": cty.StringVal(text)})
	}
}

func compareValues(t *testing.T, text string, got, want map[string]cty.Value) {
	t.Helper()
	for name, value := range want {
		if v, ok := got[name]; !ok || !v.RawEquals(value) {
			t.Errorf("%q: %s is %#v, want %#v", text, name, v, value)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%q: attributes %v, want %v", text, got, want)
	}
}

// valuesIn parses a text that has to be exactly one resource block, and returns its
// attributes, evaluated without variables and functions.
func valuesIn(t *testing.T, text string) map[string]cty.Value {
	t.Helper()
	if strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }) {
		t.Errorf("a character that is not printed in:\n%q", text)
	}
	file, diags := hclparse.NewParser().ParseHCL([]byte(text), "remedy.tf")
	if diags.HasErrors() {
		t.Fatalf("%v in:\n%s", diags, text)
	}
	content, diags := file.Body.Content(&hcl.BodySchema{Blocks: []hcl.BlockHeaderSchema{{Type: "resource", LabelNames: []string{"type", "name"}}}})
	if diags.HasErrors() || len(content.Blocks) != 1 {
		t.Fatalf("%d blocks, %v in:\n%s", len(content.Blocks), diags, text)
	}
	attributes, diags := content.Blocks[0].Body.JustAttributes()
	values := map[string]cty.Value{}
	for name, a := range attributes {
		value, more := a.Expr.Value(nil)
		diags = append(diags, more...)
		values[name] = value
	}
	if diags.HasErrors() {
		t.Fatalf("%v in:\n%s", diags, text)
	}
	return values
}

func TestLabel(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"payment-service": "payment_service",
		"team/app.web":    "team_app_web",
		"2048":            "repository_2048",
		"":                "repository_",
		`x" {`:            "x___",
		"é":               "_",
	} {
		if got := Label(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestImportCommand(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		GrantImportID(paymentService, "Payments"): `terraform import a.b '987654321098,us-east-1,payment-service,Payments'`,
		"ecsTaskExecutionRole,ecrxa-pull":         `terraform import a.b 'ecsTaskExecutionRole,ecrxa-pull'`,
		`r,x'; curl example.com | sh; echo '`:     `terraform import a.b 'r,x'\''; curl example.com | sh; echo '\'''`,
	} {
		if got := ImportCommand("a.b", id); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestCheckGrantImport(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct{ statement, problem string }{
		"a grant":              {`{"Sid":"S","Effect":"Allow","Principal":{"AWS":"` + consumerRole + `"},"Action":"ecr:BatchGetImage"}`, ""},
		"a Deny":               {`{"Sid":"S","Effect":"Deny","Principal":"*","Action":"ecr:*"}`, "only Allow statements"},
		"a Sid with a space":   {`{"Sid":"My statement","Effect":"Allow","Principal":{"AWS":"` + consumerRole + `"},"Action":"ecr:BatchGetImage"}`, "letters and digits only"},
		"everybody":            {`{"Sid":"S","Effect":"Allow","Principal":"*","Action":"ecr:BatchGetImage"}`, "it allows all principals (*)"},
		"NotAction":            {`{"Sid":"S","Effect":"Allow","Principal":{"AWS":"` + consumerRole + `"},"NotAction":"ecr:BatchGetImage"}`, "NotAction"},
		"another's repository": {`{"Sid":"S","Effect":"Allow","Principal":{"AWS":"` + consumerRole + `"},"Action":"ecr:BatchGetImage","Resource":"arn:aws:ecr:us-east-1:987654321098:repository/other"}`, "its element Resource names"},
		"two types":            {`{"Sid":"S","Effect":"Allow","Principal":{"AWS":"` + consumerRole + `","Service":"lambda.amazonaws.com"},"Action":"ecr:BatchGetImage"}`, "two types"},
		"another type":         {`{"Sid":"S","Effect":"Allow","Principal":{"Federated":"example.com"},"Action":"ecr:BatchGetImage"}`, "of the type Federated"},
		"several services":     {`{"Sid":"S","Effect":"Allow","Principal":{"Service":["a.amazonaws.com","b.amazonaws.com"]},"Action":"ecr:BatchGetImage"}`, "several services"},
		"* among others":       {`{"Sid":"S","Effect":"Allow","Principal":{"AWS":["*","` + consumerRole + `"]},"Action":"ecr:BatchGetImage"}`, "* among other principals"},
		"an unknown element":   {`{"Sid":"S","Effect":"Allow","Principal":{"AWS":"` + consumerRole + `"},"Action":"ecr:BatchGetImage","Actoin":"x"}`, "its element Actoin"},
		"no action":            {`{"Sid":"S","Effect":"Allow","Principal":{"AWS":"` + consumerRole + `"},"Action":[]}`, "no action"},
		"no principal":         {`{"Sid":"S","Effect":"Allow","Action":"ecr:BatchGetImage"}`, "no principal"},
	} {
		s, err := policy.ParseStatement(tt.statement)
		if err != nil {
			t.Fatal(err)
		}
		err = CheckGrantImport(paymentService, s)
		if (err == nil) != (tt.problem == "") || err != nil && !strings.Contains(err.Error(), tt.problem) {
			t.Errorf("%s: got %v, want %q", name, err, tt.problem)
		}
	}
}

func TestRolePolicyObstacles(t *testing.T) {
	t.Parallel()
	for document, want := range map[string]int{
		`{"Version":"2012-10-17","Statement":[` + oursText + `]}`:                                                  0,
		`{"Version":"2012-10-17","Statement":[` + oursText + `,{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}`: 1,
		`{"Version":"2012-10-17","Statement":[`:                                                                    1,
	} {
		if got := RolePolicyObstacles(document); len(got) != want {
			t.Errorf("%s: got %q, want %d", document, got, want)
		}
	}
}
