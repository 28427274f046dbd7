// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"slices"
)

// A report is the JSON output of `make bench`.
type report struct {
	Terraform   string   `json:"terraform"` // version
	CPUs        int      `json:"cpus"`
	Platform    string   `json:"platform"` // as in "linux/amd64"
	BinaryBytes int64    `json:"binary_bytes"`
	StartUp     startUp  `json:"start_up"`
	Runs        []run    `json:"runs"`
	Growth      []growth `json:"growth"`
}

// A growth compares one step for two sizes of a workload.
type growth struct {
	Workload     string  `json:"workload"`
	Step         string  `json:"step"`
	From         int     `json:"from"`
	To           int     `json:"to"`
	Time         float64 `json:"time"` // factor by which the time grew
	CPU          float64 `json:"cpu"`  // factor by which the CPU time of provider and Terraform grew; 0 if it is unknown
	RequestsFrom int     `json:"requests_from"`
	RequestsTo   int     `json:"requests_to"`
	// Fault says what grows too fast; it may be empty. The time is compared without
	// Terraform's own CPU time.
	Fault string `json:"fault,omitempty"`
}

// The sizes that are compared for the growth.
const growthFrom, growthTo = 100, 500

// noise is the factor by which the time of the same work may vary.
const noise = 1.1

// medians returns, for each step, the run with the median time. All elements of all have the
// same steps.
func medians(all [][]run) []run {
	var out []run
	for step := range all[0] {
		var same []run
		for _, runs := range all {
			same = append(same, runs[step])
		}
		slices.SortFunc(same, func(a, b run) int { return cmp.Compare(a.Seconds, b.Seconds) })
		out = append(out, same[len(same)/2])
	}
	return out
}

// grown compares the runs of the sizes growthFrom and growthTo.
func grown(runs []run) []growth {
	out := []growth{}
	for _, large := range runs {
		if large.Size != growthTo {
			continue
		}
		i := slices.IndexFunc(runs, func(r run) bool {
			return r.Size == growthFrom && r.Workload == large.Workload && r.Step == large.Step
		})
		if i >= 0 {
			out = append(out, compare(runs[i], large))
		}
	}
	return out
}

func compare(small, large run) growth {
	g := growth{
		Workload: large.Workload, Step: large.Step, From: small.Size, To: large.Size,
		Time: large.Seconds / small.Seconds, RequestsFrom: total(small.Requests), RequestsTo: total(large.Requests),
	}
	if cpu := small.cpu(); cpu > 0 {
		g.CPU = large.cpu() / cpu
	}
	linear := float64(g.To) / float64(g.From)
	requests := linear * float64(g.RequestsFrom)
	if g.Step != noChangePlan {
		requests *= noise // Which changes are combined in one write depends on their timing.
	}
	switch {
	case large.own() > noise*linear*small.own():
		g.Fault = "time grows more than linearly"
	case g.Workload == oneRepository.name && g.Step == noChangePlan && g.RequestsTo > g.RequestsFrom:
		g.Fault = "the number of requests grows"
	case float64(g.RequestsTo) > requests:
		g.Fault = "the number of requests grows more than linearly"
	}
	return g
}
