package terraform

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
)

// Binary is the file name of the provider's binary, by which Terraform finds it.
const Binary = "terraform-provider-ecrxa"

// Build builds the provider into a folder, with more flags of go build. It runs go
// in the current directory, which must be in this module, as that of a test is.
func Build(ctx context.Context, folder string, flags ...string) error {
	arguments := slices.Concat([]string{"build", "-o", filepath.Join(folder, Binary)}, flags, []string{"github.com/ecrxa/terraform-provider-ecrxa"})
	build := exec.CommandContext(ctx, "go", arguments...)
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building the provider: %w\n%s", err, output)
	}
	return nil
}
