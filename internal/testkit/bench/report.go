package main

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// A report is what `make bench` writes as JSON.
type report struct {
	Terraform   string   `json:"terraform"` // version
	CPUs        int      `json:"cpus"`
	Platform    string   `json:"platform"` // as in "linux/amd64"
	BinaryBytes int64    `json:"binary_bytes"`
	StartUp     startUp  `json:"start_up"`
	Runs        []run    `json:"runs"`
	Growth      []growth `json:"growth"`
}

// startUp is the time from the start of the provider's process, the median of
// several starts.
type startUp struct {
	ListeningMilliseconds float64 `json:"listening_ms"` // until it has told where it listens
	SchemaMilliseconds    float64 `json:"schema_ms"`    // until GetProviderSchema was answered
}

// A run is one terraform command.
type run struct {
	Workload string         `json:"workload"`
	Size     int            `json:"size"` // of the workload, in resources
	Step     string         `json:"step"`
	Requests map[string]int `json:"requests"` // by operation, as in "ecr:SetRepositoryPolicy"
	Seconds  float64        `json:"seconds"`
	usage
}

// usage is what the processes of one command used. It is zero where the system
// does not tell.
type usage struct {
	ProviderCPUSeconds  float64 `json:"provider_cpu_seconds"`
	ProviderPeakBytes   int64   `json:"provider_peak_bytes"`
	TerraformCPUSeconds float64 `json:"terraform_cpu_seconds"`
	TerraformPeakBytes  int64   `json:"terraform_peak_bytes"`
}

// A growth is what became of one step between two sizes of a workload.
type growth struct {
	Workload     string  `json:"workload"`
	Step         string  `json:"step"`
	From         int     `json:"from"`
	To           int     `json:"to"`
	Time         float64 `json:"time"` // the factor by which the time grew
	CPU          float64 `json:"cpu"`  // the same of the CPU time of provider and Terraform; 0 where it is not known
	RequestsFrom int     `json:"requests_from"`
	RequestsTo   int     `json:"requests_to"`
	// Fault says what is worse than it should be, and is empty when nothing is. Of the
	// time, Terraform's own CPU time is left out.
	Fault string `json:"fault,omitempty"`
}

// The sizes between which growth is told.
const growthFrom, growthTo = 100, 500

// noise is the factor by which the same work may take longer another time.
const noise = 1.1

// medians returns of each step the run with the median time; all have the same steps.
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
		requests *= noise // Which changes go together depends on when they come.
	}
	switch {
	case large.own() > noise*linear*small.own():
		g.Fault = "time grows more than linearly"
	case g.Workload == oneRepository.name && g.Step == noChangePlan && g.RequestsTo > g.RequestsFrom:
		g.Fault = "requests grow, and should not"
	case float64(g.RequestsTo) > requests:
		g.Fault = "requests grow more than linearly"
	}
	return g
}

// own returns the time that is not Terraform's own work. That grows faster: after
// each resource Terraform goes over the whole state.
func (r run) own() float64 { return r.Seconds - r.TerraformCPUSeconds }

func (u usage) cpu() float64 { return u.ProviderCPUSeconds + u.TerraformCPUSeconds }

func total(requests map[string]int) int {
	sum := 0
	for n := range maps.Values(requests) {
		sum += n
	}
	return sum
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
