// SPDX-License-Identifier: MPL-2.0

package terraform

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
)

// Binary is the file name of the provider's binary. Terraform requires this name.
const Binary = "terraform-provider-ecrxa"

// Build builds the provider into a folder, with additional flags for go build. The current
// directory must be in this module.
func Build(ctx context.Context, folder string, flags ...string) error {
	arguments := slices.Concat([]string{"build", "-o", filepath.Join(folder, Binary)}, flags, []string{"github.com/ecrxa/terraform-provider-ecrxa"})
	build := exec.CommandContext(ctx, "go", arguments...)
	if output, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("building the provider: %w\n%s", err, output)
	}
	return nil
}
