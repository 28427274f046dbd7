package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// A workspace is a folder with a copy of the examples, where terraform runs.
type workspace struct {
	folder      string
	terraform   string
	environment []string
}

// prepare copies the examples and writes the settings that point Terraform at
// the provider's binary and AWS tools at the two profiles.
func (w *workspace) prepare(bin, examples, credentials string) error {
	if _, err := os.Stat(filepath.Join(bin, "terraform-provider-ecrxa")); err != nil {
		return fmt.Errorf("the provider is not built, run make build: %w", err)
	}
	files := map[string]string{
		"terraform.rc":    fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"ecrxa/ecrxa\" = %q\n  }\n  direct {}\n}\n", bin),
		"aws-config":      "[profile registry]\n[profile consumer]\n",
		"aws-credentials": credentials,
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(w.folder, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	return os.CopyFS(filepath.Join(w.folder, "examples"), os.DirFS(examples))
}

// run runs terraform in an example with one account's profile, and returns what
// it printed. Exit codes listed in accepted are no errors.
func (w *workspace) run(ctx context.Context, example, profile string, accepted []int, arguments ...string) (output string, code int, err error) {
	fmt.Printf("   $ cd examples/%s && terraform %s\n", example, strings.Join(arguments, " "))
	out, code, err := w.quiet(ctx, example, profile, append(arguments, "-no-color")...)
	if err == nil || slices.Contains(accepted, code) {
		return out, code, nil
	}
	return "", code, fmt.Errorf("terraform %s in %s: %w\n%s", arguments[0], example, err, out)
}

func (w *workspace) quiet(ctx context.Context, example, profile string, arguments ...string) (output string, code int, err error) {
	command := exec.CommandContext(ctx, w.terraform, arguments...)
	command.Dir = filepath.Join(w.folder, "examples", example)
	command.Env = w.environment
	if profile != "" {
		command.Env = append(command.Env, "AWS_PROFILE="+profile)
	}
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	err = command.Run()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		code = exit.ExitCode()
	}
	return out.String(), code, err
}

// plan runs terraform plan and returns the outputs that the plan already knows.
func (w *workspace) plan(ctx context.Context, example string) (map[string]string, error) {
	if _, _, err := w.run(ctx, example, "", nil, "plan", "-out=tfplan"); err != nil {
		return nil, err
	}
	text, _, err := w.quiet(ctx, example, "", "show", "-json", "tfplan")
	if err != nil {
		return nil, fmt.Errorf("terraform show in %s: %w\n%s", example, err, text)
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
