// SPDX-License-Identifier: MPL-2.0

// Package terraform runs the real terraform with a build of the provider, for the demo and
// for tests of whole processes. These processes do not see the user's own AWS and Terraform
// settings.
package terraform

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A Profile is a named set of credentials.
type Profile struct {
	Name, AccessKey, SecretKey string
}

// Options are the options of a Sandbox.
type Options struct {
	// Command is the terraform command: a path or a name on PATH. Empty means the value of
	// TF_ACC_TERRAFORM_PATH, as in other acceptance tests, or "terraform" if that is not
	// set.
	Command  string
	Provider string    // folder with the provider's Binary
	Endpoint string    // AWS endpoint URL, as in "http://127.0.0.1:4566"
	Profiles []Profile // profiles for AWS_PROFILE
}

// A Sandbox is a folder with settings that make terraform use one build of the provider and
// one AWS endpoint. Several commands may run in it concurrently, each in its own folder.
type Sandbox struct {
	Folder string // absolute path; the creator may add other files

	command   string
	variables []string
}

// NewSandbox writes the settings into an existing folder. Configurations need no terraform
// init. It returns an error if the provider is not built.
func NewSandbox(folder string, o Options) (*Sandbox, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	provider, err := filepath.Abs(o.Provider)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(filepath.Join(provider, Binary)); err != nil {
		return nil, fmt.Errorf("the provider is not built; run make build: %w", err)
	}
	var config, credentials strings.Builder
	for _, p := range o.Profiles {
		fmt.Fprintf(&config, "[profile %s]\nregion = us-east-1\n", p.Name)
		fmt.Fprintf(&credentials, "[%s]\naws_access_key_id = %s\naws_secret_access_key = %s\n\n", p.Name, p.AccessKey, p.SecretKey)
	}
	s := &Sandbox{Folder: folder, command: cmp.Or(o.Command, os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform")}
	s.variables = append(s.variables, "AWS_ENDPOINT_URL="+o.Endpoint, "AWS_EC2_METADATA_DISABLED=true", "CHECKPOINT_DISABLE=1")
	for _, setting := range []struct{ variable, name, text string }{
		{"AWS_CONFIG_FILE", "aws-config", config.String()},
		{"AWS_SHARED_CREDENTIALS_FILE", "aws-credentials", credentials.String()},
		// https://developer.hashicorp.com/terraform/cli/config/config-file#development-overrides-for-provider-developers
		{"TF_CLI_CONFIG_FILE", "terraform.rc", fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"ecrxa/ecrxa\" = %q\n  }\n  direct {}\n}\n", provider)},
	} {
		path := filepath.Join(folder, setting.name)
		if err := os.WriteFile(path, []byte(setting.text), 0o600); err != nil {
			return nil, err
		}
		s.variables = append(s.variables, setting.variable+"="+path)
	}
	return s, nil
}

// Variables returns the environment variables, in the form NAME=VALUE, that make AWS tools
// and Terraform use the Sandbox.
func (s *Sandbox) Variables() []string { return append([]string(nil), s.variables...) }

// environment returns the environment of this process without the user's AWS and Terraform
// variables, followed by the variables of the Sandbox.
func (s *Sandbox) environment() []string {
	var out []string
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "AWS_") && !strings.HasPrefix(variable, "TF_") {
			out = append(out, variable)
		}
	}
	return append(out, s.variables...)
}
