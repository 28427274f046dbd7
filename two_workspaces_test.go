package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAccTwoWorkspaces runs examples/two-workspaces: each workspace has credentials of one
// account, and the consumer's reads the state of the registry's.
func TestAccTwoWorkspaces(t *testing.T) {
	t.Parallel()
	onlyEmulator(t)
	aws := startExampleAccounts(t)
	env := append(aws.environment(""), "TF_CLI_CONFIG_FILE="+installProvider(t))
	dir := t.TempDir()
	registry, consumer := filepath.Join(dir, "registry"), filepath.Join(dir, "consumer")
	for _, workspace := range []string{registry, consumer} {
		if err := os.Mkdir(workspace, 0o750); err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(workspace, "main.tf"), readFile(t, filepath.Join("examples", "two-workspaces", filepath.Base(workspace), "main.tf")))
	}
	do := func(workspace string, command ...string) string {
		t.Helper()
		out, err := runTerraform(t, workspace, env, command[0], command[1:]...)
		if err != nil {
			t.Fatalf("%s: terraform %s: %v\n%s", filepath.Base(workspace), strings.Join(command, " "), err, out)
		}
		return out
	}
	for _, workspace := range []string{registry, consumer} {
		do(workspace, "apply", "-auto-approve")
	}
	for _, workspace := range []string{registry, consumer} {
		do(workspace, "plan", "-detailed-exitcode") // 2 would say that it is not empty.
	}

	// The registry's snapshot is read again in each plan, and travels with an apply.
	aws.server.TagRepository(exampleRegistry, "us-east-1", "payment-service", "team", "payments")
	do(registry, "apply", "-auto-approve")
	if state := readFile(t, filepath.Join(registry, "terraform.tfstate")); !strings.Contains(state, `\"tags\":{\"team\":\"payments\"}`) {
		t.Error("the snapshot of the registry does not have the new tag")
	}
	for _, workspace := range []string{consumer, registry} {
		do(workspace, "destroy", "-auto-approve")
	}
}
