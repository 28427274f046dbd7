// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/terraform"
)

// options are the command-line flags.
type options struct {
	bin, examples, terraform, address string
	serve, public                     bool
}

// A workspace is a sandbox with a copy of the examples, where terraform runs.
type workspace struct {
	sandbox *terraform.Sandbox
}

// newWorkspace creates a workspace in a folder.
func newWorkspace(folder string, environment *environment, o options) (*workspace, error) {
	sandbox, err := terraform.NewSandbox(folder, terraform.Options{
		Command: o.terraform, Provider: o.bin, Endpoint: environment.server.URL(), Profiles: environment.profiles(),
	})
	if err != nil {
		return nil, err
	}
	w := &workspace{sandbox: sandbox}
	return w, os.CopyFS(w.example(""), os.DirFS(o.examples))
}

// example returns the folder of an example.
func (w *workspace) example(name string) string {
	return filepath.Join(w.sandbox.Folder, "examples", name)
}

// run prints a terraform command and runs it in an example with one account's
// profile.
func (w *workspace) run(ctx context.Context, example, profile string, arguments ...string) error {
	fmt.Printf("   $ cd examples/%s && terraform %s\n", example, strings.Join(arguments, " "))
	var variables []string
	if profile != "" {
		variables = []string{"AWS_PROFILE=" + profile}
	}
	_, err := w.sandbox.Run(ctx, w.example(example), variables, append(arguments, "-no-color")...)
	return err
}

// plan runs terraform plan and returns the outputs that are known in the plan.
func (w *workspace) plan(ctx context.Context, example string) (map[string]string, error) {
	if err := w.run(ctx, example, "", "plan", "-out=tfplan"); err != nil {
		return nil, err
	}
	text, err := w.sandbox.Run(ctx, w.example(example), nil, "show", "-json", "tfplan")
	if err != nil {
		return nil, err
	}
	// Terraform prints its warning about development overrides first.
	if start := strings.Index(text, "{"); start > 0 {
		text = text[start:]
	}
	var plan struct {
		PlannedValues struct {
			Outputs map[string]struct{ Value any }
		} `json:"planned_values"`
	}
	if err := json.Unmarshal([]byte(text), &plan); err != nil {
		return nil, fmt.Errorf("the plan of %s as JSON: %w", example, err)
	}
	known := map[string]string{}
	for name, output := range plan.PlannedValues.Outputs {
		if value, ok := output.Value.(string); ok {
			known[name] = value
		}
	}
	return known, nil
}
