// Command demo runs the provider's main job from start to end with the real
// terraform and the configurations of examples/, against an AWS emulator in this
// process. It prints the story, and exits with 1 when a step does not do what the
// story says. With -serve it only keeps the emulator running.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// options are the flags.
type options struct {
	bin, examples, terraform, address string
	serve                             bool
}

func main() {
	var o options
	flag.StringVar(&o.bin, "bin", "bin", "folder with the provider's binary")
	flag.StringVar(&o.examples, "examples", "examples", "folder with the example configurations")
	flag.StringVar(&o.terraform, "terraform", "terraform", "the terraform command")
	flag.BoolVar(&o.serve, "serve", false, "only start the emulator, and keep it until Ctrl-C")
	flag.StringVar(&o.address, "address", "", "where the emulator listens (default a free port of 127.0.0.1)")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := inWorkspace(o, func(world *world, workspace *workspace) error {
		if o.serve {
			return serve(ctx, os.Stdout, world, workspace)
		}
		return tellStory(ctx, world, workspace)
	})
	if err != nil {
		fmt.Fprintf(os.Stderr, "\nThe demo failed: %v\n", err)
		stop()
		os.Exit(1) //nolint:gocritic // stop has been called.
	}
}

// inWorkspace gives use a world and a workspace in it, both of which end with it.
func inWorkspace(o options, use func(*world, *workspace) error) (err error) {
	world, err := newWorld(o.address)
	if err != nil {
		return err
	}
	defer world.close()

	work, err := os.MkdirTemp("", "ecrxa-demo-")
	if err != nil {
		return err
	}
	defer func() { // The state files in it describe an emulator that is gone.
		if removeErr := os.RemoveAll(work); err == nil {
			err = removeErr
		}
	}()
	workspace, err := newWorkspace(work, world, o)
	if err != nil {
		return err
	}
	return use(world, workspace)
}

func tellStory(ctx context.Context, world *world, workspace *workspace) error {
	start := time.Now()
	for i, chapter := range story {
		fmt.Printf("\n%d. %s\n", i+1, chapter.title)
		if err := chapter.tell(ctx, world, workspace); err != nil {
			return fmt.Errorf("step %d, %s: %w", i+1, chapter.title, err)
		}
	}
	fmt.Printf("\nDone in %.0f seconds. Every step did what it says.\n", time.Since(start).Seconds())
	return nil
}
