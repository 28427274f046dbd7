// SPDX-License-Identifier: MPL-2.0

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestAccInstall_mirror: after `make install`, terraform init finds the provider without the
// registry and without a CLI configuration. Other providers come from where they always do:
// https://developer.hashicorp.com/terraform/cli/config/config-file#implied-local-mirror-directories
func TestAccInstall_mirror(t *testing.T) {
	t.Parallel()
	onlyEmulator(t)
	installProvider(t)
	home, work := t.TempDir(), t.TempDir()
	install := exec.CommandContext(t.Context(), "make", "--no-print-directory", "mirror",
		"BINARY="+filepath.Join(builtProvider, "terraform-provider-ecrxa"), "PLUGINS="+filepath.Join(home, ".terraform.d", "plugins"))
	if output, err := install.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	writeFile(t, filepath.Join(work, "main.tf"), `
terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

output "repository" {
  value = provider::ecrxa::parse_image_uri("987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service:v1").repository
}
`)
	env := []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "CHECKPOINT_DISABLE=1"}
	for _, command := range []string{"init", "plan"} {
		output, err := runTerraform(t, work, env, command)
		if err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
		if command == "plan" && !strings.Contains(output, `repository = "payment-service"`) {
			t.Errorf("the plan has no output of the provider:\n%s", output)
		}
	}
}

// TestNeedTerraform: make uses the Terraform that was named, and fetches one only into bin/.
func TestNeedTerraform(t *testing.T) {
	t.Parallel()
	script, err := filepath.Abs("tools/need-terraform.sh")
	if err != nil {
		t.Fatal(err)
	}
	const download = "#!/bin/sh\nprintf '#!/bin/sh\\necho Terraform v1.16.5\\n' >bin/terraform; chmod +x bin/terraform\n"
	for name, test := range map[string]struct {
		command, version, goTool string
		want                     string // in what is printed; "" means success
	}{
		"on PATH":           {command: "terraform", version: "Terraform v1.8.0"},
		"OpenTofu":          {command: "terraform", version: "OpenTofu v1.12.6"},
		"too old":           {command: "terraform", version: "Terraform v1.7.9", want: "terraform is version 1.7.9, which is too old. Install version 1.8 or later"},
		"not on PATH":       {command: "no-such-tofu", goTool: download, want: "no-such-tofu is not on PATH. Install version 1.8 or later"},
		"fetched":           {command: "bin/terraform", goTool: download},
		"cannot be fetched": {command: "bin/terraform", goTool: "#!/bin/sh\nexit 1\n", want: "The download failed. Install version 1.8 or later"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			work, err := filepath.EvalSymlinks(t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			for _, folder := range []string{"bin", "path"} {
				if err := os.Mkdir(filepath.Join(work, folder), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			for program, text := range map[string]string{"go": test.goTool, "terraform": "#!/bin/sh\necho " + test.version + "\n"} {
				if program == "go" && text == "" || program == "terraform" && test.version == "" {
					continue
				}
				if err := os.WriteFile(filepath.Join(work, "path", program), []byte(text), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			command := test.command
			if strings.Contains(command, "/") {
				command = filepath.Join(work, command)
			}
			cmd := exec.CommandContext(t.Context(), "sh", script, command, "1.8", "1.16.5")
			cmd.Dir = work
			cmd.Env = []string{"PATH=" + filepath.Join(work, "path") + ":/usr/bin:/bin"}
			output, err := cmd.CombinedOutput()
			if (err == nil) != (test.want == "") || !strings.Contains(string(output), test.want) {
				t.Errorf("%v, want %q:\n%s", err, test.want, output)
			}
		})
	}
}
