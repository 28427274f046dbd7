// SPDX-License-Identifier: MPL-2.0

package stress_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/terraform"
)

// The sizes of the tests. The defaults are the short form.
var (
	seed      = flag.Uint64("seed", 1, "what all random choices follow from")
	processes = flag.Int("processes", 8, "terraform processes at once, in the tests of writers at once")
	rounds    = flag.Int("rounds", 1, "rounds of those tests")
	applies   = flag.Int("applies", 10, "applies while a foreign writer writes")
	lambdas   = flag.Int("lambdas", 4, "applies during each of which Lambda adds its statement")
	timelines = flag.Bool("timelines", false, "print the timelines of tests that pass, too")
	kills     = flag.Int("kills", 5, "applies that are killed")
	grants    = flag.Int("grants", 60, "grants that are applied under faults")
	faultRate = flag.Float64("faults", 0.15, "share of the calls that go wrong then, in equal parts by each kind of fault")
)

// provider is the folder with the provider that terraform runs.
var provider string

func TestMain(m *testing.M) {
	flag.Parse()
	if os.Getenv("TF_ACC") == "" {
		os.Exit(m.Run()) // Every test is skipped.
	}
	os.Exit(withProvider(m.Run))
}

// withProvider builds the provider for the time that run takes.
func withProvider(run func() int) (code int) {
	folder, err := os.MkdirTemp("", "ecrxa-stress-")
	if err == nil {
		defer func() { _ = os.RemoveAll(folder) }() // What is left is in the system's temporary folder.
		err = buildWatched(folder)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	provider = folder
	return run()
}

// pidsVariable names the file into which each provider process writes its ID.
const pidsVariable = "ECRXA_STRESS_PIDS"

// buildWatched builds the provider and puts a script in front of it that writes
// down the process ID, which terraform does not tell.
func buildWatched(folder string) error {
	build := filepath.Join(folder, "build")
	if err := os.Mkdir(build, 0o700); err != nil {
		return err
	}
	if err := terraform.Build(context.Background(), build); err != nil {
		return err
	}
	script := fmt.Sprintf("#!/bin/sh\necho $$ >>\"$%s\"\nexec '%s'\n", pidsVariable, filepath.Join(build, terraform.Binary))
	return os.WriteFile(filepath.Join(folder, terraform.Binary), []byte(script), 0o700)
}
