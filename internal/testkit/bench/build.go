// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/terraform"
)

// builds are the folders of two builds of the provider.
type builds struct {
	released  string // like a release
	unlimited string // like a release, but without ECR's limit for the size of a repository policy
}

// releaseFlags are the build flags of .goreleaser.yml.
var releaseFlags = []string{"-trimpath", "-ldflags=-s -w"}

// build builds both in a folder.
func build(ctx context.Context, folder string) (builds, error) {
	b := builds{released: filepath.Join(folder, "released"), unlimited: filepath.Join(folder, "unlimited")}
	if err := terraform.Build(ctx, b.released, releaseFlags...); err != nil {
		return b, err
	}
	overlay, err := writeOverlay(ctx, folder)
	if err != nil {
		return b, err
	}
	return b, terraform.Build(ctx, b.unlimited, append(releaseFlags, "-overlay="+overlay)...)
}

// The line with ECR's limit, and the line that replaces it in the unlimited build.
const (
	limitFile = "internal/store/policystore/size.go"
	limit     = "MaxSize = 10_240"
	noLimit   = "MaxSize = 1 << 20"
)

// writeOverlay writes an overlay file for `go build -overlay` and returns its path. With
// it, the provider accepts repository policies of any size. The provider itself has no
// option for that, because only the benchmark needs it.
func writeOverlay(ctx context.Context, folder string) (path string, err error) {
	module, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("finding go.mod: %w", err)
	}
	source := filepath.Join(filepath.Dir(string(module)), filepath.FromSlash(limitFile))
	text, err := os.ReadFile(source)
	if err != nil {
		return "", err
	}
	if strings.Count(string(text), limit) != 1 {
		return "", fmt.Errorf("%s does not have %q exactly once: correct limitFile and limit in internal/testkit/bench/build.go", limitFile, limit)
	}
	replaced := filepath.Join(folder, "size.go")
	if err := os.WriteFile(replaced, []byte(strings.Replace(string(text), limit, noLimit, 1)), 0o600); err != nil {
		return "", err
	}
	overlay, err := json.Marshal(map[string]map[string]string{"Replace": {source: replaced}})
	if err != nil {
		return "", err
	}
	path = filepath.Join(folder, "overlay.json")
	return path, os.WriteFile(path, overlay, 0o600)
}
