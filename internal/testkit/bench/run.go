// SPDX-License-Identifier: MPL-2.0

package main

import (
	"maps"
	"time"
)

// A run is one terraform command.
type run struct {
	Workload string         `json:"workload"`
	Size     int            `json:"size"` // of the workload, in resources
	Step     string         `json:"step"`
	Requests map[string]int `json:"requests"` // by operation, as in "ecr:SetRepositoryPolicy"
	Seconds  float64        `json:"seconds"`
	usage
}

// usage is the CPU time and peak memory of the processes of one command. It is zero if the
// system does not provide it.
type usage struct {
	ProviderCPUSeconds  float64 `json:"provider_cpu_seconds"`
	ProviderPeakBytes   int64   `json:"provider_peak_bytes"`
	TerraformCPUSeconds float64 `json:"terraform_cpu_seconds"`
	TerraformPeakBytes  int64   `json:"terraform_peak_bytes"`
}

func (u usage) cpu() float64 { return u.ProviderCPUSeconds + u.TerraformCPUSeconds }

// own returns the time without Terraform's own work. Terraform's work grows faster than
// linearly, because after each resource it processes the whole state.
func (r run) own() float64 { return r.Seconds - r.TerraformCPUSeconds }

// startUp has times from the start of the provider's process. Each is the median of several
// starts.
type startUp struct {
	ListeningMilliseconds float64 `json:"listening_ms"` // until it prints its address
	SchemaMilliseconds    float64 `json:"schema_ms"`    // until the response of GetProviderSchema
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func total(requests map[string]int) int {
	sum := 0
	for n := range maps.Values(requests) {
		sum += n
	}
	return sum
}

// The names of the steps.
const (
	firstApply     = "first apply"
	noChangePlan   = "no-change plan"
	oneChangeApply = "one-change apply"
	destroy        = "destroy"
)

const (
	registryAccount = "987654321098"
	consumerAccount = "123456789012"
	region          = "us-east-1"
)
