// SPDX-License-Identifier: MPL-2.0

// Command demo runs the provider's main workflow with the real terraform, the configurations
// of examples/ and an AWS emulator in this process. It prints each step, and exits with 1 if
// a step does not have the expected result. With -serve it only runs the emulator.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
)

func main() {
	var o options
	flag.StringVar(&o.bin, "bin", "bin", "folder with the binary of the provider")
	flag.StringVar(&o.examples, "examples", "examples", "folder with the example configurations")
	flag.StringVar(&o.terraform, "terraform", "terraform", "the terraform command")
	flag.BoolVar(&o.serve, "serve", false, "only run the emulator, until Ctrl-C")
	flag.StringVar(&o.address, "address", "", "address of the emulator (default a free port of 127.0.0.1)")
	flag.BoolVar(&o.public, "public", false, "allow an address that other machines can reach: the emulator does not authenticate its callers")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := inWorkspace(o, func(environment *environment, workspace *workspace) error {
		if o.serve {
			return serve(ctx, os.Stdout, environment, workspace)
		}
		return runSteps(ctx, environment, workspace)
	})
	if err != nil {
		fmt.Fprintf(os.Stderr, "\nThe demo failed: %v\n", err)
		stop()
		os.Exit(1) //nolint:gocritic // stop has been called.
	}
}

// inWorkspace calls use with an environment and a workspace, and deletes both afterwards.
func inWorkspace(o options, use func(*environment, *workspace) error) (err error) {
	environment, err := newEnvironment(emulator.Options{Address: o.address, Public: o.public})
	if err != nil {
		return err
	}
	defer environment.close()

	work, err := os.MkdirTemp("", "ecrxa-demo-")
	if err != nil {
		return err
	}
	defer func() { // Its state files describe the emulator, which ends too.
		if removeErr := os.RemoveAll(work); err == nil {
			err = removeErr
		}
	}()
	workspace, err := newWorkspace(work, environment, o)
	if err != nil {
		return err
	}
	return use(environment, workspace)
}

// runSteps runs all steps and prints their titles.
func runSteps(ctx context.Context, environment *environment, workspace *workspace) error {
	start := time.Now()
	for i, step := range steps {
		fmt.Printf("\n%d. %s\n", i+1, step.title)
		if err := step.run(ctx, environment, workspace); err != nil {
			return fmt.Errorf("step %d, %s: %w", i+1, step.title, err)
		}
	}
	fmt.Printf("\nDone in %.0f seconds. Every step had the expected result.\n", time.Since(start).Seconds())
	return nil
}
