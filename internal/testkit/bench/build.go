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
	released string // as a release has it
	roomy    string // the same without the limit of what ECR accepts
}

// releaseFlags are those of .goreleaser.yml.
var releaseFlags = []string{"-trimpath", "-ldflags=-s -w"}

// build makes both builds below a folder.
func build(ctx context.Context, folder string) (builds, error) {
	b := builds{released: filepath.Join(folder, "released"), roomy: filepath.Join(folder, "roomy")}
	if err := terraform.Build(ctx, b.released, releaseFlags...); err != nil {
		return b, err
	}
	overlay, err := writeOverlay(ctx, folder)
	if err != nil {
		return b, err
	}
	return b, terraform.Build(ctx, b.roomy, append(releaseFlags, "-overlay="+overlay)...)
}

// The line that has ECR's limit, and what stands there in the roomy build.
const (
	limitFile = "internal/store/repopolicy/size.go"
	limit     = "MaxSize = 10_240"
	noLimit   = "MaxSize = 1 << 20"
)

// writeOverlay writes what `go build -overlay` takes to build the provider as if
// ECR accepted policies of any size, and returns its path. The provider itself
// has no switch for it: nobody else may want one.
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
		return "", fmt.Errorf("%s does not say %q once: the limit has moved, correct it in internal/testkit/bench/build.go", limitFile, limit)
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
