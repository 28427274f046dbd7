// SPDX-License-Identifier: MPL-2.0

// Command bench measures the provider with the real terraform and an AWS emulator in this
// process. For each command, it measures requests, time and memory, with one resource and
// with hundreds. It prints a table and writes the results as JSON.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	tf "github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/terraform"
)

func main() {
	var o options
	flag.StringVar(&o.terraform, "terraform", "terraform", "the terraform command")
	flag.StringVar(&o.json, "json", "bench.json", "the file for the results")
	flag.StringVar(&o.only, "only", "", "only workloads with this text in their name")
	flag.IntVar(&o.largest, "largest", 10_000, "the largest size")
	flag.StringVar(&o.peer, "peer", "", "a binary of the AWS provider: compare with it on moto, and measure nothing else")
	flag.IntVar(&o.pairs, "pairs", 3, "with -peer, how often both are measured")
	flag.StringVar(&o.verifyWrites, "verify-writes", "in_background", "with -peer, the argument verify_writes of this provider")
	flag.DurationVar(&o.latency, "latency", 0, "with -peer, how much longer each request takes, as in a network")
	flag.BoolVar(&o.table, "table", false, "print the comparison in the file of -json as Markdown, and measure nothing")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	measure := measureAll
	switch {
	case o.table:
		measure = printTable
	case o.peer != "":
		measure = measurePeer
	}
	if err := measure(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "make bench:", err)
		stop()
		os.Exit(1) //nolint:gocritic // stop has been called.
	}
}

func measureAll(ctx context.Context, o options) (err error) {
	jobs, err := o.jobs()
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "ecrxa-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	builds, err := build(ctx, folder)
	if err != nil {
		return err
	}
	r, err := describe(ctx, o.terraform, filepath.Join(builds.released, tf.Binary))
	if err != nil {
		return err
	}
	printHeader(os.Stdout, r)
	b := bench{terraform: o.terraform, builds: builds}
	for _, j := range jobs {
		fmt.Printf("\n%s: %d\n", j.workload.name, j.size)
		runs, err := b.measureJob(ctx, j)
		if err != nil {
			return err
		}
		printRuns(os.Stdout, runs)
		r.Runs = append(r.Runs, runs...)
	}
	r.Growth = grown(r.Runs)
	printGrowth(os.Stdout, r.Growth)
	return write(r, o.json)
}

// measureJob measures a job once, or several times if the growth is computed from it. Delays
// are random, and with few of them the average still varies.
func (b bench) measureJob(ctx context.Context, j job) ([]run, error) {
	times := 1
	if j.size == growthFrom {
		times = 3
	}
	var all [][]run
	for range times {
		runs, err := b.measure(ctx, j.workload, j.size)
		if err != nil {
			return nil, err
		}
		all = append(all, runs)
	}
	return medians(all), nil
}

func write(r report, path string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o600)
}
