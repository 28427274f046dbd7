package terraform

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
)

// Binary is the file name of the provider's binary, by which Terraform finds it.
const Binary = "terraform-provider-ecrxa"

// Build builds the provider into a folder. It runs go in the current directory,
// which must be in this module, as that of a test is.
func Build(ctx context.Context, folder string) error {
	build := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(folder, Binary), "github.com/ecrxa/terraform-provider-ecrxa")
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building the provider: %w\n%s", err, output)
	}
	return nil
}
