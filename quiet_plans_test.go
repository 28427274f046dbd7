// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
)

// TestAccPlans_areQuiet: fifty grants that are alike have one warning of each kind, also in the
// JSON output, where Terraform does not group warnings; a plan that changes nothing has none. What
// does not change is not printed.
func TestAccPlans_areQuiet(t *testing.T) {
	t.Parallel()
	onlyEmulator(t)
	env := acctest.New(t)
	work := append(prepareExampleAccounts(t, env.Emulator()).environment(exampleRegistry), "TF_CLI_CONFIG_FILE="+installProvider(t))
	for i := range 3 {
		env.Emulator().CreateRepository(exampleRegistry, "us-east-1", fmt.Sprintf("quiet-%d", i))
	}
	dir := t.TempDir()
	run := func(repositories int, arguments string, command ...string) string {
		t.Helper()
		writeFile(t, filepath.Join(dir, "main.tf"), fmt.Sprintf(`
terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

provider "ecrxa" {
  region = "us-east-1"
}

resource "ecrxa_repository_grant" "all" {
  for_each   = toset([for i in range(%d) : "quiet-${i}"])
  repository = each.key
  sid        = "Pull"
  %s
}
`, repositories, arguments))
		out, err := runTerraform(t, dir, work, command[0], command[1:]...)
		if err != nil {
			t.Fatalf("terraform %v: %v\n%s", command, err, out)
		}
		return out
	}
	warns := func(out string, summaries ...string) {
		t.Helper()
		all := strings.Count(out, `"type":"diagnostic"`)
		for _, summary := range summaries {
			if n := strings.Count(out, `"summary":"`+summary+`"`); n != 1 {
				t.Errorf("%d warnings %q, want 1", n, summary)
			}
		}
		if ours := all - strings.Count(out, `"summary":"Provider development overrides`); ours != len(summaries) {
			t.Errorf("%d warnings, want %d:\n%s", ours, len(summaries), out)
		}
	}
	const account, organization = `account_ids = ["123456789012"]`, `organization_ids = ["o-a1b2c3d4e5"]`
	warns(run(50, account, "plan", "-json"), "Access for whole accounts", "Repository not found")
	warns(run(50, organization+"\n acknowledge_broad_access = \"Base images\"", "plan", "-json"), "Repository not found")

	created := run(3, account, "plan")
	perGrant := func(out string) int {
		_, blocks, _ := strings.Cut(out, "  # ecrxa_repository_grant.all")
		blocks, _, _ = strings.Cut(blocks, "\nPlan:")
		return (strings.Count(blocks, "\n") + 1) / 3
	}
	if n := perGrant(created); n > 26 || strings.Contains(created, "match_roles_by") {
		t.Errorf("%d lines for a grant that is created:\n%s", n, created)
	}
	out := run(3, account, "apply", "-auto-approve", "-json")
	if n := strings.Count(out, `"summary":"Access for whole accounts"`); n > 2 { // See decision 035.
		t.Errorf("%d warnings of the plan and the apply", n)
	}
	warns(run(3, account, "plan", "-json"))
	described := run(3, account+"\n description = \"Base images\"", "plan")
	if n := perGrant(described); n > 6 || strings.Contains(described, "Warning: Access") || strings.Contains(described, "jsonencode") {
		t.Errorf("%d lines for a grant with another description:\n%s", n, described)
	}
	warns(run(3, `account_ids = ["123456789012", "111122223333"]`, "plan", "-json"), "Access for whole accounts")
	// The apply plans each change again.
	warns(run(3, `account_ids = ["123456789012", "111122223333"]`, "apply", "-auto-approve", "-json"), "Access for whole accounts")
}
