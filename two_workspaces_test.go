// SPDX-License-Identifier: MPL-2.0

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
	verdict := func() string {
		t.Helper()
		return strings.TrimSpace(strings.SplitN(do(consumer, "output", "-raw", "verdict"), "\n", 2)[0])
	}
	applyAndPlan(t, func(command ...string) (out string, err error) {
		for _, workspace := range []string{registry, consumer} {
			if out, err = runTerraform(t, workspace, env, command[0], command[1:]...); err != nil {
				break
			}
		}
		return out, err
	})
	if got := verdict(); got != "allowed" {
		t.Errorf("the verdict is %s\n%s", got, do(consumer, "output", "explanation"))
	}

	// The registry side changes. Its snapshot is read again in each plan, and travels with an
	// apply.
	aws.server.SetRegistryPolicy(exampleRegistry, "us-east-1", `{"Version":"2012-10-17","Statement":[{"Sid":"Closed","Effect":"Deny","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"ecr:BatchGetImage","Resource":"*"}]}`)
	do(registry, "apply", "-auto-approve")
	if out := do(consumer, "plan"); !strings.Contains(out, "Check block assertion failed") || !strings.Contains(out, "Closed") {
		t.Errorf("the consumer's plan does not say that the registry side denies the pull:\n%s", out)
	}
	applyAndPlan(t, func(command ...string) (string, error) {
		return runTerraform(t, consumer, env, command[0], command[1:]...)
	})
	if got := verdict(); got != "denied" {
		t.Errorf("the verdict is %s after the registry side denies the pull", got)
	}
	for _, workspace := range []string{consumer, registry} {
		do(workspace, "destroy", "-auto-approve")
	}
}
