// SPDX-License-Identifier: MPL-2.0

package terraform_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/terraform"
)

func TestNewSandboxWithoutProvider(t *testing.T) {
	t.Parallel()
	_, err := terraform.NewSandbox(t.TempDir(), terraform.Options{Provider: t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "make build") {
		t.Errorf("the error is %v; want one that says how to build the provider", err)
	}
}

// TestCommandSeesNoUserSettings: what runs sees the sandbox's AWS and Terraform
// settings, and none of the user's.
func TestCommandSeesNoUserSettings(t *testing.T) {
	t.Setenv("AWS_PROFILE", "production")
	t.Setenv("TF_VAR_role", "admin")
	sandbox := newSandbox(t, "printenv")
	output, err := sandbox.Run(t.Context(), sandbox.Folder, []string{"AWS_PROFILE=registry"})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(output, "\n")
	for _, want := range append(sandbox.Variables(), "AWS_PROFILE=registry", "AWS_ENDPOINT_URL=http://127.0.0.1:1") {
		if !slices.Contains(lines, want) {
			t.Errorf("the environment lacks %s:\n%s", want, output)
		}
	}
	for _, leak := range []string{"AWS_PROFILE=production", "TF_VAR_role=admin"} {
		if slices.Contains(lines, leak) {
			t.Errorf("the environment has %s", leak)
		}
	}
}

func TestSettings(t *testing.T) {
	t.Parallel()
	sandbox := newSandbox(t, "")
	for name, want := range map[string]string{
		"aws-config":      "[profile registry]\n",
		"aws-credentials": "[registry]\naws_access_key_id = AKIA\naws_secret_access_key = secret\n",
		"terraform.rc":    `"ecrxa/ecrxa" = "/`,
	} {
		text, err := os.ReadFile(filepath.Join(sandbox.Folder, name))
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s holds %q, %v; want %q in it", name, text, err, want)
		}
	}
}

func TestRunExitCode(t *testing.T) {
	t.Parallel()
	sandbox := newSandbox(t, "sh")
	_, err := sandbox.Run(t.Context(), sandbox.Folder, nil, "-c", "echo what it printed; exit 2")
	exit, ok := errors.AsType[*terraform.ExitError](err)
	if !ok || exit.Code != 2 || exit.Output != "what it printed\n" {
		t.Errorf("the error is %#v", err)
	}
}

// newSandbox returns a sandbox in which another command runs in terraform's place.
func newSandbox(t *testing.T, command string) *terraform.Sandbox {
	t.Helper()
	provider := t.TempDir()
	if err := os.WriteFile(filepath.Join(provider, terraform.Binary), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	sandbox, err := terraform.NewSandbox(t.TempDir(), terraform.Options{
		Command: command, Provider: provider, Endpoint: "http://127.0.0.1:1",
		Profiles: []terraform.Profile{{Name: "registry", AccessKey: "AKIA", SecretKey: "secret"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return sandbox
}
