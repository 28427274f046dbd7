// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"strings"
	"testing"
)

func TestJobs(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		options options
		want    string
	}{
		{options{only: "role", largest: 10}, "consumer role policies 1, consumer role policies 10"},
		{options{only: "role", largest: 100, peer: "aws"}, "consumer role policies 10, consumer role policies 100"},
		{options{only: "grants", largest: 10, peer: "aws"}, "grants on as many repositories 10"},
		{options{only: "one repository", largest: 1}, "grants on one repository 1"},
		{options{only: "calls", largest: 10_000}, "calls of evaluate_pull 1, calls of evaluate_pull 10000, calls of jsonencode 1, calls of jsonencode 10000"},
		{options{only: "roles", largest: 500}, ""},
		{options{largest: 0}, ""},
	} {
		jobs, err := test.options.jobs()
		var got []string
		for _, j := range jobs {
			got = append(got, fmt.Sprintf("%s %d", j.workload.name, j.size))
		}
		if strings.Join(got, ", ") != test.want || (err == nil) != (test.want != "") {
			t.Errorf("%+v: %q, %v; want %q", test.options, got, err, test.want)
		}
	}
	if all, err := (options{largest: 10_000}).jobs(); err != nil || len(all) != 19 {
		t.Errorf("without flags there are %d jobs, %v; want 19", len(all), err)
	}
}
