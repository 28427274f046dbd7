// SPDX-License-Identifier: MPL-2.0

package stress_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
)

// configuration has one resource for each grant that terraform.tfvars.json lists.
const configuration = `
terraform {
  required_providers {
    ecrxa = {
      source = "ecrxa/ecrxa"
    }
  }
}

variable "grants" {
  type = map(object({ repository = string, sid = string, account = string, as_json = bool }))
}

provider "ecrxa" {
  region = "us-east-1"
}

resource "ecrxa_repository_grant" "all" {
  for_each    = { for key, grant in var.grants : key => grant if grant.repository != "the-registry" && !grant.as_json }
  registry_id = "987654321098"
  repository  = each.value.repository
  sid         = each.value.sid
  account_ids = [each.value.account]
}

resource "ecrxa_repository_statement" "all" {
  for_each    = { for key, grant in var.grants : key => grant if grant.repository != "the-registry" && grant.as_json }
  registry_id = "987654321098"
  repository  = each.value.repository
  statement = jsonencode({
    Sid       = each.value.sid
    Effect    = "Allow"
    Principal = { AWS = "arn:aws:iam::${each.value.account}:root" }
    Action    = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
  })
}

resource "ecrxa_registry_grant" "all" {
  for_each     = { for key, grant in var.grants : key => grant if grant.repository == "the-registry" }
  registry_id  = "987654321098"
  repositories = ["team/*"]
  sid          = each.value.sid
  account_ids  = [each.value.account]
}
`

// A workspace is a folder with a configuration and a state of its own.
type workspace struct {
	world  *world
	folder string
}

// workspace makes a workspace.
func (w *world) workspace(name string, grants []grant) workspace {
	w.t.Helper()
	ws := workspace{world: w, folder: filepath.Join(w.sandbox.Folder, name)}
	if err := os.Mkdir(ws.folder, 0o700); err != nil {
		w.t.Fatal(err)
	}
	ws.write("main.tf", []byte(configuration))
	ws.configure(grants)
	return ws
}

// configure replaces the grants that the configuration has.
func (ws workspace) configure(grants []grant) {
	ws.world.t.Helper()
	all := map[string]grant{}
	for _, g := range grants {
		all[g.Repository+" "+g.Sid] = g
	}
	text, err := json.Marshal(map[string]any{"grants": all})
	if err != nil {
		ws.world.t.Fatal(err)
	}
	ws.write("terraform.tfvars.json", text)
}

func (ws workspace) write(name string, text []byte) {
	ws.world.t.Helper()
	if err := os.WriteFile(filepath.Join(ws.folder, name), text, 0o600); err != nil {
		ws.world.t.Fatal(err)
	}
}

func (ws workspace) read(name string) []byte {
	ws.world.t.Helper()
	text, err := os.ReadFile(filepath.Join(ws.folder, name))
	if err != nil {
		ws.world.t.Fatal(err)
	}
	return text
}

// A process is one terraform command, whose requests carry a caller's name.
type process struct {
	command *exec.Cmd
	output  bytes.Buffer
	pids    string // the file with the IDs of its provider processes
}

// process prepares a terraform command.
func (ws workspace) process(caller string, arguments ...string) *process {
	p := &process{pids: filepath.Join(ws.folder, caller+".pids")}
	p.command = ws.world.sandbox.Command(ws.world.t.Context(), ws.folder,
		[]string{"AWS_PROFILE=" + ws.world.key.Name, "TF_APPEND_USER_AGENT=app/" + caller, pidsVariable + "=" + p.pids},
		append(arguments, "-no-color", "-input=false", "-compact-warnings")...)
	p.command.Stdout, p.command.Stderr = &p.output, &p.output
	return p
}

// run runs the command to its end.
func (p *process) run() error {
	if err := p.command.Run(); err != nil {
		return fmt.Errorf("%s: %w\n%s", strings.Join(p.command.Args, " "), err, p.errors())
	}
	return nil
}

// errors returns what the command printed from its first error on, or the end of
// what it printed.
func (p *process) errors() string {
	const most = 6000
	output := p.output.String()
	if start := strings.Index(output, "\nError: "); start >= 0 {
		return output[start:min(len(output), start+most)]
	}
	return output[max(0, len(output)-most):]
}

// killTerraform ends terraform at once and leaves its provider alone.
func (p *process) killTerraform() { _ = p.command.Process.Kill() } // Gone is as good as killed.

// killProvider ends the provider that was started last, at once.
func (p *process) killProvider() {
	if ids := p.providers(); len(ids) > 0 {
		_ = syscall.Kill(ids[len(ids)-1], syscall.SIGKILL) // Gone is as good as killed.
	}
}

// providers returns the IDs of the provider processes, the last started last.
func (p *process) providers() []int {
	text, err := os.ReadFile(p.pids)
	if err != nil {
		return nil // None was started.
	}
	var out []int
	for line := range strings.Lines(string(text)) {
		if id, err := strconv.Atoi(strings.TrimSpace(line)); err == nil {
			out = append(out, id)
		}
	}
	return out
}

// atOnce runs functions at once and returns their errors.
func atOnce(functions []func() error) []error {
	errs := make([]error, len(functions))
	var all sync.WaitGroup
	for i, f := range functions {
		all.Go(func() { errs[i] = f() })
	}
	all.Wait()
	return errs
}
