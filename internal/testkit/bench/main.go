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
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"

	tf "github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/terraform"
)

// options are the command-line flags.
type options struct {
	terraform, json, only, peer string
	verifyWrites                string
	largest, pairs              int
	latency                     time.Duration
	table                       bool
}

// A job is a workload of one size.
type job struct {
	workload workload
	size     int
}

// jobs returns the workloads and sizes that the flags select.
func (o options) jobs() ([]job, error) {
	var jobs []job
	var names []string
	for _, w := range workloads {
		names = append(names, w.name)
		sizes := w.sizes
		if o.peer != "" {
			sizes = w.peerSizes
		}
		for _, size := range sizes {
			if strings.Contains(w.name, o.only) && size <= o.largest {
				jobs = append(jobs, job{w, size})
			}
		}
	}
	if len(jobs) == 0 {
		return nil, fmt.Errorf("no workload up to size %d has %q in its name; the workloads are: %s", o.largest, o.only, strings.Join(names, ", "))
	}
	return jobs, nil
}

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

// describe returns a report with the values that do not depend on a workload.
func describe(ctx context.Context, terraform, binary string) (report, error) {
	r := report{CPUs: runtime.NumCPU(), Platform: runtime.GOOS + "/" + runtime.GOARCH}
	version, err := exec.CommandContext(ctx, terraform, "version", "-json").Output()
	if err != nil {
		return r, fmt.Errorf("%s version: %w", terraform, err)
	}
	if err := json.Unmarshal(version, &struct {
		Version *string `json:"terraform_version"`
	}{&r.Terraform}); err != nil {
		return r, fmt.Errorf("%s version: %w", terraform, err)
	}
	file, err := os.Stat(binary)
	if err != nil {
		return r, err
	}
	r.BinaryBytes = file.Size()
	r.StartUp, err = measureStartUp(ctx, binary)
	return r, err
}

func write(r report, path string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o600)
}
