// Command demo runs the provider's main job from start to end with the real
// terraform and the configurations of examples/, against an AWS emulator in this
// process. It prints the story, and exits with 1 when a step does not do what the
// story says.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	bin := flag.String("bin", "bin", "folder with the provider's binary")
	examples := flag.String("examples", "examples", "folder with the example configurations")
	terraform := flag.String("terraform", "terraform", "the terraform command")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *bin, *examples, *terraform); err != nil {
		fmt.Fprintf(os.Stderr, "\nThe demo failed: %v\n", err)
		stop()
		os.Exit(1) //nolint:gocritic // stop has been called.
	}
}

func run(ctx context.Context, bin, examples, terraform string) (err error) {
	start := time.Now()
	world, err := newWorld()
	if err != nil {
		return err
	}
	defer world.close()

	bin, err = filepath.Abs(bin)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "ecrxa-demo-")
	if err != nil {
		return err
	}
	defer func() { // The state files in it describe an emulator that is gone.
		if removeErr := os.RemoveAll(work); err == nil {
			err = removeErr
		}
	}()
	workspace := &workspace{folder: work, terraform: terraform, environment: world.environment(work)}
	if err := workspace.prepare(bin, examples, world.credentials()); err != nil {
		return err
	}
	for i, chapter := range story {
		fmt.Printf("\n%d. %s\n", i+1, chapter.title)
		if err := chapter.tell(ctx, world, workspace); err != nil {
			return fmt.Errorf("step %d, %s: %w", i+1, chapter.title, err)
		}
	}
	fmt.Printf("\nDone in %.0f seconds. Every step did what it says.\n", time.Since(start).Seconds())
	return nil
}
