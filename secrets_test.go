package main

import (
	"cmp"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/fault"
)

// TestAccSecrets applies, fails and destroys with TRACE logs, and finds the
// credentials neither in a log nor in the state nor in what Terraform printed.
func TestAccSecrets(t *testing.T) {
	t.Parallel()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run only with TF_ACC=1")
	}
	if backend := cmp.Or(os.Getenv("ECRXA_ACC_BACKEND"), "emulator"); backend != "emulator" {
		t.Skipf("%s: what the provider writes does not depend on who answers", backend)
	}
	aws := startExampleAccounts(t)
	accessKey, secretKey := aws.server.Credentials(exampleRegistry)
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "main.tf"), `
terraform {
  required_providers {
    ecrxa = { source = "ecrxa/ecrxa" }
  }
}
variable "secret_key" { sensitive = true }
provider "ecrxa" {
  region     = "us-east-1"
  access_key = "`+accessKey+`"
  secret_key = var.secret_key
}
resource "ecrxa_repository_grant" "good" {
  repository  = "payment-service"
  sid         = "Good"
  account_ids = ["123456789012"]
}
data "ecrxa_pull_check" "good" {
  repository_arn = ecrxa_repository_grant.good.repository_arn
  role_arn       = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
}
resource "ecrxa_repository_grant" "bad" {
  repository  = "missing"
  sid         = "Bad"
  account_ids = ["123456789012"]
}
`)
	logs := filepath.Join(dir, "trace.log")
	layer := fault.New(aws.server, 1)
	front := httptest.NewServer(layer)
	t.Cleanup(front.Close)
	env := append(aws.environment(""), "AWS_ENDPOINT_URL="+front.URL, "TF_CLI_CONFIG_FILE="+installProvider(t), "TF_VAR_secret_key="+secretKey, "TF_LOG=TRACE", "TF_LOG_PATH="+logs)

	apply := func(arguments ...string) string {
		cmd := exec.CommandContext(t.Context(), cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform"), append(arguments, "-auto-approve", "-no-color")...)
		cmd.Dir, cmd.Env = dir, env
		out, _ := cmd.CombinedOutput() // The state and the log say whether it did what it should.
		return string(out)
	}
	output := apply("apply")
	layer.SetRules(fault.Rule{Fault: fault.Error(http.StatusBadRequest, "AccessDeniedException", "No with "+secretKey)})
	output += apply("apply")

	state := readFile(t, filepath.Join(dir, "terraform.tfstate"))
	log := readFile(t, logs)
	for text, want := range map[string]string{state: `"sid": "Good"`, output: "repository missing", log: "AWS call"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing, so that the test proves nothing", want)
		}
	}
	for where, text := range map[string]string{"the state": state, "the output": output, "the log": log} {
		if i := strings.Index(text, secretKey); i >= 0 {
			t.Errorf("%s holds the secret key: …%s", where, text[max(0, i-300):i])
		}
	}
}
