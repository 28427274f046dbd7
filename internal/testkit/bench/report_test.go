// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"path/filepath"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/golden"
)

func TestGrown(t *testing.T) {
	t.Parallel()
	at := func(w workload, step string, size int, seconds float64, requests int) run {
		return run{Workload: w.name, Step: step, Size: size, Seconds: seconds, Requests: map[string]int{getPolicy: requests}}
	}
	slow := func(r run, terraformSeconds float64) run {
		r.TerraformCPUSeconds = terraformSeconds
		return r
	}
	for _, test := range []struct {
		name         string
		small, large run
		want         string
	}{
		{"as it should be", at(oneRepository, noChangePlan, 100, 1, 1), at(oneRepository, noChangePlan, 500, 5, 1), ""},
		{"Terraform is slow", at(oneRepository, destroy, 100, 1, 1), slow(at(oneRepository, destroy, 500, 6.5, 5), 1.2), ""},
		{"both are slow", at(oneRepository, destroy, 100, 1, 1), slow(at(oneRepository, destroy, 500, 6.5, 5), 0.9), "time grows more than linearly"},
		{"slow", at(oneRepository, destroy, 100, 1, 1), at(oneRepository, destroy, 500, 5.6, 5), "time grows more than linearly"},
		{"reads for each grant", at(oneRepository, noChangePlan, 100, 1, 1), at(oneRepository, noChangePlan, 500, 1, 2), "the number of requests grows"},
		{"reads for each repository", at(manyRepositories, noChangePlan, 100, 1, 100), at(manyRepositories, noChangePlan, 500, 1, 500), ""},
		{"a batch more", at(oneRepository, firstApply, 100, 1, 40), at(oneRepository, firstApply, 500, 5, 219), ""},
		{"a write for each", at(oneRepository, firstApply, 100, 1, 40), at(oneRepository, firstApply, 500, 5, 500), "the number of requests grows more than linearly"},
		{"reads of all for each", at(manyRepositories, noChangePlan, 100, 1, 100), at(manyRepositories, noChangePlan, 500, 1, 501), "the number of requests grows more than linearly"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := grown([]run{test.small, test.large})
			if len(got) != 1 || got[0].Fault != test.want {
				t.Errorf("got %+v; want the fault %q", got, test.want)
			}
		})
	}
	apart := []run{at(oneRepository, destroy, 100, 1, 1), at(manyRepositories, destroy, 500, 1, 1), at(oneRepository, firstApply, 500, 1, 1)}
	if got := grown(apart); len(got) != 0 {
		t.Errorf("runs of different workloads and steps were compared: %+v", got)
	}
}

func TestMedians(t *testing.T) {
	t.Parallel()
	var all [][]run
	for _, seconds := range [][2]float64{{3, 10}, {1, 30}, {2, 20}} {
		all = append(all, []run{{Step: firstApply, Seconds: seconds[0]}, {Step: destroy, Seconds: seconds[1]}})
	}
	got := medians(all)
	if len(got) != 2 || got[0].Step != firstApply || got[0].Seconds != 2 || got[1].Step != destroy || got[1].Seconds != 20 {
		t.Errorf("got %+v", got)
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	runs := []run{
		{
			Workload: oneRepository.name, Size: 500, Step: firstApply, Seconds: 101.26,
			Requests: map[string]int{getPolicy: 51, setPolicy: 50, "sts:GetCallerIdentity": 2, "ecr:A": 2},
			usage:    usage{ProviderCPUSeconds: 8.04, ProviderPeakBytes: 80 * mebibyte, TerraformCPUSeconds: 3, TerraformPeakBytes: 120 * mebibyte},
		},
		{Workload: oneRepository.name, Size: 500, Step: noChangePlan, Seconds: 1, Requests: map[string]int{getPolicy: 1}},
	}
	var out bytes.Buffer
	printHeader(&out, report{
		Terraform: "1.11.4", Platform: "linux/amd64", CPUs: 2, BinaryBytes: 30 * mebibyte,
		StartUp: startUp{ListeningMilliseconds: 9.7, SchemaMilliseconds: 15.6},
	})
	printRuns(&out, runs)
	printGrowth(&out, []growth{
		{Workload: oneRepository.name, Step: noChangePlan, From: 100, To: 500, Time: 3.2, CPU: 4, RequestsFrom: 1, RequestsTo: 1},
		{Workload: oneRepository.name, Step: destroy, From: 100, To: 500, Time: 7, RequestsFrom: 10, RequestsTo: 50, Fault: "time grows more than linearly"},
	})
	golden.Compare(t, filepath.Join("testdata", "table.txt"), out.String())
}
