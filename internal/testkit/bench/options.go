// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"strings"
	"time"
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
