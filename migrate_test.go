// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
)

// TestAccMigration runs the example of the guide with a stand-in for the AWS provider: the
// handover does not write the repository policy and writes that of the role once, to add Sids.
// Nothing is deleted, and afterwards nothing is to be done. What the script writes also plans
// without a change.
func TestAccMigration(t *testing.T) {
	t.Parallel()
	onlyEmulator(t)
	env := acctest.New(t)
	aws := prepareExampleAccounts(t, env.Emulator())
	work := append(aws.environment(""), "TF_CLI_CONFIG_FILE="+installProvider(t), "TF_REATTACH_PROVIDERS="+env.ServeAWSProvider())
	dir := t.TempDir()
	use := func(files ...string) {
		t.Helper()
		var text strings.Builder
		for _, file := range files {
			text.WriteString(readFile(t, filepath.Join("examples", "migrate-from-aws", file, "main.tf")) + "\n")
		}
		writeFile(t, filepath.Join(dir, "main.tf"), text.String())
	}
	do := func(want string, command ...string) {
		t.Helper()
		out, err := runTerraform(t, dir, work, command[0], command[1:]...)
		if err != nil || !strings.Contains(out, want) {
			t.Fatalf("terraform %s does not say %q: %v\n%s", command[0], want, err, out)
		}
	}
	use("before")
	do("2 added", "apply", "-auto-approve")
	migrated := dir
	dir = t.TempDir()
	use("generate")
	do("ecrxa_repository_grant.payments will be imported", "plan", "-generate-config-out="+filepath.Join(dir, "adopted.tf"))
	dir = t.TempDir()
	writeFile(t, filepath.Join(dir, "terraform.tfstate"), readFile(t, filepath.Join(migrated, "terraform.tfstate")))
	before := strings.Replace(readFile(t, "examples/migrate-from-aws/before/main.tf"), "required_providers {", "required_providers {\n    ecrxa = { source = \"ecrxa/ecrxa\" }", 1)
	writeFile(t, filepath.Join(dir, "main.tf"), before)
	bin := t.TempDir()
	linkTerraform(t, bin)
	run(t, dir, append(slices.Clip(work), "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH")), "sh", "-c", readFile(t, "examples/migrate-from-aws/write/write.sh"))
	head, policies, _ := strings.Cut(before, `resource "aws_ecr_repository_policy"`)
	_, role, _ := strings.Cut(policies, `resource "aws_iam_role_policy"`)
	removed, _, _ := strings.Cut(readFile(t, "examples/migrate-from-aws/handover/main.tf"), "import {")
	writeFile(t, filepath.Join(dir, "main.tf"), head+`resource "aws_iam_role_policy"`+role+removed+"provider \"ecrxa\" {\n  region  = \"us-east-1\"\n  profile = \"registry\"\n}\n")
	do("Plan: 3 to import, 0 to add, 0 to change, 0 to destroy.", "plan")
	dir = migrated
	use("after", "handover")
	do("Plan: 3 to import, 0 to add, 1 to change, 0 to destroy.", "plan")
	do("3 imported, 0 added, 1 changed, 0 destroyed", "apply", "-auto-approve")
	use("after")
	do("No changes.", "plan")
	if history := env.Emulator().RepositoryPolicyHistory(exampleRegistry, "us-east-1", "payment-service"); len(history) != 1 {
		t.Errorf("the policy was set %d times:\n%s", len(history), strings.Join(history, "\n"))
	}
	if history := env.Emulator().RolePolicyHistory(exampleConsumer, "ecsTaskExecutionRole", "pull-payments"); len(history) != 2 || slices.Contains(history, "") {
		t.Errorf("the role's policy was written %d times:\n%s", len(history), strings.Join(history, "\n"))
	}
}

// TestMigrationGuideShowsTheExamples: all code of the guide is in files that tests run.
func TestMigrationGuideShowsTheExamples(t *testing.T) {
	t.Parallel()
	guide := readFile(t, "templates/guides/migrate-from-aws.md.tmpl")
	if strings.Contains(guide, "```") {
		t.Error("the guide has a block that is no file of the examples")
	}
	if screen := guide[:min(len(guide), 1600)]; !strings.Contains(screen, "**whole** repository policy") || !strings.Contains(screen, "handover/main.tf") {
		t.Errorf("the first screen does not have the trap and the way:\n%s", screen)
	}
	for _, file := range []string{"before/main.tf", "handover/main.tf", "write/write.sh", "after/main.tf", "generate/main.tf"} {
		if !strings.Contains(guide, "examples/migrate-from-aws/"+file) {
			t.Errorf("the guide does not show %s", file)
		}
	}
}

// TestListExamples: the queries of the documentation are accepted, and list what they say.
func TestListExamples(t *testing.T) {
	t.Parallel()
	aws := startExampleAccounts(t)
	aws.server.CreateRepository(exampleRegistry, "us-east-1", "team/app")
	aws.server.SetRepositoryPolicy(exampleRegistry, "us-east-1", "team/app", `{"Statement":[{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":["ecr:BatchGetImage"]}]}`)
	aws.server.SetRepositoryPolicy(exampleRegistry, "us-east-1", "payment-service", `{"Statement":[{"Sid":"Deny","Effect":"Deny","Principal":"*","Action":["ecr:PutImage"]}]}`)
	aws.server.PutRegistryPolicy(exampleRegistry, "eu-west-1", `{"Statement":[{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":["ecr:BatchGetImage"],"Resource":"arn:aws:ecr:eu-west-1:987654321098:repository/*"}]}`)
	aws.server.PutRolePolicy(exampleConsumer, "ecsTaskExecutionRole", "ecrxa-pull", `{"Statement":[{"Effect":"Allow","Action":["ecr:BatchGetImage"],"Resource":"arn:aws:ecr:us-east-1:987654321098:repository/team/app"}]}`)
	files, err := filepath.Glob("examples/list-resources/*/list-resource.tfquery.hcl")
	if err != nil || len(files) != 4 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		text := []byte(readFile(t, file))
		if !bytes.Equal(hclwrite.Format(text), text) {
			t.Errorf("%s is not formatted", file) // Terraform before 1.14 does not format it.
		}
		parsed, diags := hclsyntax.ParseConfig(text, file, hcl.InitialPos)
		if diags.HasErrors() {
			t.Fatal(diags)
		}
		body, _ := parsed.Body.(*hclsyntax.Body)
		block := body.Blocks[0]
		config := map[string]any{}
		for name, attribute := range block.Body.Blocks[0].Body.Attributes {
			value, diags := attribute.Expr.Value(nil)
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			config[name] = value.AsString()
		}
		account := exampleRegistry
		if strings.Contains(file, "consumer") {
			account = exampleConsumer
		}
		if block.Labels[0] != filepath.Base(filepath.Dir(file)) {
			t.Errorf("%s lists %s", file, block.Labels[0])
		}
		if listed := acctest.NewProvider(t, aws.server, account).List(block.Labels[0], config, 0); len(listed) != 1 || listed[0].Diagnostics != nil {
			t.Errorf("%s lists %+v", file, listed)
		}
	}
}
