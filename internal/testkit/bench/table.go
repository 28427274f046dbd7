// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

const mebibyte = 1 << 20

// printHeader prints the measurements of the provider itself.
func printHeader(w io.Writer, r report) {
	fmt.Fprintf(w, "Terraform %s, %s, %d CPUs\n", r.Terraform, r.Platform, r.CPUs)
	fmt.Fprintf(w, "Provider: %.1f MiB, listens after %.0f ms, returns its schema after %.0f ms\n",
		float64(r.BinaryBytes)/mebibyte, r.StartUp.ListeningMilliseconds, r.StartUp.SchemaMilliseconds)
}

// printRuns prints the runs of one size of a workload.
func printRuns(w io.Writer, runs []run) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(table, "\tseconds\tprovider CPU\tpeak MiB\tterraform CPU\tpeak MiB\t  requests\n")
	for _, r := range runs {
		fmt.Fprintf(table, "%s\t%.1f\t%.1f\t%.0f\t%.1f\t%.0f\t  %s\n", r.Step, r.Seconds,
			r.ProviderCPUSeconds, float64(r.ProviderPeakBytes)/mebibyte,
			r.TerraformCPUSeconds, float64(r.TerraformPeakBytes)/mebibyte, requestList(r.Requests))
	}
	_ = table.Flush() // If w fails, there is no reader.
}

// requestList prints requests by operation, the most frequent first.
func requestList(requests map[string]int) string {
	var operations []string
	for operation := range requests {
		operations = append(operations, operation)
	}
	slices.SortFunc(operations, func(a, b string) int {
		if requests[a] != requests[b] {
			return requests[b] - requests[a]
		}
		return strings.Compare(a, b)
	})
	for i, operation := range operations {
		_, name, _ := strings.Cut(operation, ":")
		operations[i] = fmt.Sprintf("%s %d", name, requests[operation])
	}
	return strings.Join(operations, ", ")
}

// printGrowth prints how time and requests grow between two sizes.
func printGrowth(w io.Writer, all []growth) {
	if len(all) == 0 {
		return
	}
	fmt.Fprintf(w, "\nGrowth from %d to %d (linear: %.1f times)\n", all[0].From, all[0].To, float64(all[0].To)/float64(all[0].From))
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, g := range all {
		verdict := "ok"
		if g.Fault != "" {
			verdict = "PROBLEM: " + g.Fault
		}
		fmt.Fprintf(table, "  %s\t%s\ttime %.1f times\tCPU %.1f times\trequests %d to %d\t%s\n", g.Workload, g.Step, g.Time, g.CPU, g.RequestsFrom, g.RequestsTo, verdict)
	}
	_ = table.Flush()
}
