// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/zclconf/go-cty/cty"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
)

// TestAccSchemaJSON: docs/ is generated from the schemas that Terraform itself prints. What an
// older Terraform does not print is not compared.
func TestAccSchemaJSON(t *testing.T) {
	t.Parallel()
	onlyEmulator(t)
	env, work := append(os.Environ(), "TF_CLI_CONFIG_FILE="+installProvider(t)), t.TempDir()
	writeFile(t, filepath.Join(work, "main.tf"), "terraform {\n  required_providers {\n    ecrxa = { source = \"ecrxa/ecrxa\" }\n  }\n}\n")

	ours := readSchema(t, run(t, ".", env, "go", "run", "./internal/testkit/schemajson"))
	terraforms := readSchema(t, run(t, work, env, terraformPath(), "providers", "schema", "-json"))
	for i := range ours.NumField() {
		kind := ours.Type().Field(i).Name
		if terraforms.Field(i).IsZero() {
			t.Logf("this Terraform does not print %s", kind)
			continue
		}
		if got, want := asJSON(t, ours.Field(i)), asJSON(t, terraforms.Field(i)); got != want {
			t.Errorf("%s differ: %s\nTerraform prints %s", kind, got, want)
		}
	}
}

// readSchema returns the schema of the only provider.
func readSchema(t *testing.T, text []byte) reflect.Value {
	t.Helper()
	var schemas tfjson.ProviderSchemas
	if err := json.Unmarshal(text, &schemas); err != nil {
		t.Fatal(err)
	}
	for _, schema := range schemas.Schemas {
		return reflect.ValueOf(schema).Elem()
	}
	t.Fatalf("no provider in %s", text)
	return reflect.Value{}
}

func asJSON(t *testing.T, value reflect.Value) string {
	t.Helper()
	text, err := json.Marshal(value.Interface())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestImportExamples: the examples of an import by ID, by identity and with the command import
// the same object.
func TestImportExamples(t *testing.T) {
	t.Parallel()
	const pull = `"Effect":"Allow","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":"arn:aws:ecr:us-east-1:987654321098:repository/payment-service"`
	aws := startExampleAccounts(t).server
	aws.SetRepositoryPolicy(exampleRegistry, "us-east-1", "payment-service", `{"Version":"2012-10-17","Statement":[
		{"Sid":"PaymentsPull","Principal":{"AWS":"arn:aws:iam::123456789012:root"},`+pull+`},
		{"Sid":"Deny outside the organization","Effect":"Deny","Principal":"*","Action":"ecr:BatchGetImage"}]}`)
	aws.PutRegistryPolicy(exampleRegistry, "us-east-1", `{"Version":"2012-10-17","Statement":[{"Sid":"OrganizationPull","Principal":{"AWS":"arn:aws:iam::123456789012:root"},`+pull+`}]}`)
	aws.PutRolePolicy(exampleConsumer, "ecsTaskExecutionRole", "ecrxa-pull", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"},{`+pull+`}]}`)

	folders, err := filepath.Glob("examples/resources/*")
	if err != nil || len(folders) == 0 {
		t.Fatal(folders, err)
	}
	for _, folder := range folders {
		typeName, account := filepath.Base(folder), exampleRegistry
		if typeName == "ecrxa_consumer_role_policy" {
			account = exampleConsumer
		}
		provider := acctest.NewProvider(t, aws, account)
		id := importExample(t, filepath.Join(folder, "import-by-string-id.tf"), "id").AsString()
		identity := map[string]any{}
		for name, value := range importExample(t, filepath.Join(folder, "import-by-identity.tf"), "identity").AsValueMap() {
			identity[name] = value.AsString()
		}
		byID, byIdentity := provider.Import(typeName, id, nil), provider.Import(typeName, "", identity)
		if byID.State == nil {
			t.Errorf("%s: %v", id, byID.Diagnostics)
		}
		if diff := cmp.Diff(byID, byIdentity, cmpopts.IgnoreUnexported(acctest.Answer{})); diff != "" {
			t.Errorf("%s (-by ID +by identity):\n%s", typeName, diff)
		}
		command := readFile(t, filepath.Join(folder, "import.sh"))
		if !strings.HasSuffix(strings.ReplaceAll(command, "'", ""), " "+id+"\n") {
			t.Errorf("%s imports another ID than %s:\n%s", folder, id, command)
		}
	}
}

// importExample returns an argument of the import block in a file.
func importExample(t *testing.T, name, argument string) cty.Value {
	t.Helper()
	file, diags := hclsyntax.ParseConfig([]byte(readFile(t, name)), name, hcl.InitialPos)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	value, diags := file.Body.(*hclsyntax.Body).Blocks[0].Body.Attributes[argument].Expr.Value(nil)
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	return value
}
