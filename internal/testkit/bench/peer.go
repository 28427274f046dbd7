// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/terraform"
)

// A peerReport compares this provider with a release of the AWS provider. Both make the same
// statements on as many new repositories or roles.
type peerReport struct {
	Peer         string       `json:"peer"` // file name of its binary
	Terraform    string       `json:"terraform"`
	CPUs         int          `json:"cpus"`
	Platform     string       `json:"platform"`
	Load         []string     `json:"load"`          // of the machine, before each pair
	Latency      string       `json:"latency"`       // of each request, beside moto's own
	VerifyWrites string       `json:"verify_writes"` // of this provider
	Comparisons  []comparison `json:"comparisons"`
}

// A comparison has the pairs of runs of one command.
type comparison struct {
	Step  string `json:"step"`
	Size  int    `json:"size"`
	Pairs []pair `json:"pairs"`
}

// A pair has two runs, one right after the other.
type pair struct {
	Ours run `json:"ours"`
	Peer run `json:"peer"`
}

// ratios returns the median, the least and the greatest ratio of our value to the peer's.
func (c comparison) ratios(value func(run) float64) (median, least, most float64) {
	var all []float64
	for _, p := range c.Pairs {
		all = append(all, value(p.Ours)/value(p.Peer))
	}
	slices.Sort(all)
	return all[len(all)/2], all[0], all[len(all)-1]
}

// unit returns what the size counts.
func (c comparison) unit() string {
	i := slices.IndexFunc(workloads, func(w workload) bool { return w.name == c.Pairs[0].Ours.Workload })
	return workloads[i].unit
}

func (c comparison) median(side func(pair) run, value func(run) float64) float64 {
	var all []float64
	for _, p := range c.Pairs {
		all = append(all, value(side(p)))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

var (
	ours     = func(p pair) run { return p.Ours }
	peers    = func(p pair) run { return p.Peer }
	seconds  = func(r run) float64 { return r.Seconds }
	cpuTime  = func(r run) float64 { return r.cpu() }
	memory   = func(r run) float64 { return float64(r.ProviderPeakBytes+r.TerraformPeakBytes) / mebibyte }
	requests = func(r run) float64 { return float64(total(r.Requests)) }
)

// measurePeer compares with a binary of the AWS provider, on moto.
func measurePeer(ctx context.Context, o options) (err error) {
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
	described, err := describe(ctx, o.terraform, filepath.Join(builds.released, terraform.Binary))
	if err != nil {
		return err
	}
	moto, stop, err := startMoto(ctx)
	if err != nil {
		return err
	}
	defer stop()
	counter := newCounter(moto, o.latency)
	defer counter.Close()

	report := peerReport{Peer: filepath.Base(o.peer), Terraform: described.Terraform, CPUs: described.CPUs, Platform: described.Platform, Latency: o.latency.String(), VerifyWrites: o.verifyWrites}
	b := bench{terraform: o.terraform, builds: builds}
	for _, j := range jobs {
		if err := createOnMoto(ctx, moto, j); err != nil {
			return err
		}
		first := len(report.Comparisons)
		for _, step := range peerSteps {
			report.Comparisons = append(report.Comparisons, comparison{Step: step.name, Size: j.size})
		}
		for n := range o.pairs {
			load, _ := os.ReadFile("/proc/loadavg") // Only Linux has it.
			report.Load = append(report.Load, strings.TrimSpace(string(load)))
			both, err := b.measurePair(ctx, folder, counter, o, j, n%2 == 1)
			if err != nil {
				return err
			}
			for i, step := range peerSteps {
				c := &report.Comparisons[first+i]
				c.Pairs = append(c.Pairs, both[step.name])
			}
			fmt.Printf("%s: %d: pair %d of %d measured\n", j.workload.name, j.size, n+1, o.pairs)
			if err := report.save(o.json); err != nil {
				return err
			}
		}
	}
	printComparisons(os.Stdout, report)
	return nil
}

// save writes the report as JSON. It is called after each pair, because a comparison takes
// minutes.
func (r peerReport) save(file string) error {
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o600)
}

// peerSteps are the commands that are compared.
var peerSteps = []struct {
	name      string
	arguments []string
}{
	{firstApply, []string{"apply", "-auto-approve"}},
	{noChangePlan, []string{"plan", "-detailed-exitcode"}},
	{destroy, []string{"destroy", "-auto-approve"}},
}

// measurePair runs the commands with both providers, by step.
func (b bench) measurePair(ctx context.Context, folder string, server *counter, o options, j job, peerFirst bool) (map[string]pair, error) {
	both := map[string]pair{}
	sides := []bool{peerFirst, !peerFirst}
	for _, isPeer := range sides {
		runs, err := b.measureSide(ctx, folder, server, o, j, isPeer)
		if err != nil {
			return nil, err
		}
		for _, r := range runs {
			p := both[r.Step]
			if isPeer {
				p.Peer = r
			} else {
				p.Ours = r
			}
			both[r.Step] = p
		}
	}
	return both, nil
}

func (b bench) measureSide(ctx context.Context, parent string, server *counter, o options, j job, isPeer bool) (runs []run, err error) {
	folder, err := os.MkdirTemp(parent, "side-")
	if err != nil {
		return nil, err
	}
	sandbox, err := terraform.NewSandbox(folder, terraform.Options{
		Command: b.terraform, Provider: b.builds.released, Endpoint: server.URL,
		Profiles: []terraform.Profile{{Name: j.workload.profile, AccessKey: "test", SecretKey: "test"}},
	})
	if err != nil {
		return nil, err
	}
	variables, configuration := []string{"AWS_PROFILE=" + j.workload.profile, "TF_VAR_verify_writes=" + o.verifyWrites}, j.workload.configuration(j.size)
	if isPeer {
		settings := filepath.Join(folder, "peer.rc")
		text := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"hashicorp/aws\" = %q\n  }\n  direct {}\n}\n", filepath.Dir(o.peer))
		if err := os.WriteFile(settings, []byte(text), 0o600); err != nil {
			return nil, err
		}
		variables, configuration = append(variables, "TF_CLI_CONFIG_FILE="+settings), peerProvider+j.workload.peer(j.size)
	}
	if err := os.WriteFile(filepath.Join(folder, "main.tf"), []byte(configuration), 0o600); err != nil {
		return nil, err
	}
	for _, step := range peerSteps {
		server.reset()
		watch := watchProcesses(folder)
		start := time.Now()
		_, err := sandbox.Run(ctx, folder, variables, slices.Concat(step.arguments, []string{"-input=false", "-no-color"})...)
		seconds, used := time.Since(start).Seconds(), watch.end()
		if err != nil {
			return nil, fmt.Errorf("peer %t, %s, %d, %s: %w", isPeer, j.workload.name, j.size, step.name, err)
		}
		runs = append(runs, run{Workload: j.workload.name, Size: j.size, Step: step.name, Requests: server.requests(), Seconds: seconds, usage: used})
	}
	return runs, nil
}

// A counter passes requests on after some time and counts them by operation.
type counter struct {
	*httptest.Server

	mu    sync.Mutex
	count map[string]int
}

func newCounter(endpoint string, latency time.Duration) *counter {
	target, err := url.Parse(endpoint)
	if err != nil {
		panic(err) // motoListens matched it.
	}
	c := &counter{count: map[string]int{}}
	proxy := httputil.NewSingleHostReverseProxy(target)
	proxy.Transport = &http.Transport{MaxIdleConnsPerHost: 100}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, operation, found := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		if !found { // A call of the Query protocol.
			body, _ := io.ReadAll(r.Body) // If it fails, moto refuses the rest.
			r.Body = io.NopCloser(bytes.NewReader(body))
			values, _ := url.ParseQuery(string(body))
			operation = cmp.Or(values.Get("Action"), r.Method)
		}
		c.mu.Lock()
		c.count["aws:"+operation]++
		c.mu.Unlock()
		time.Sleep(latency)
		proxy.ServeHTTP(w, r)
	}))
	return c
}

func (c *counter) reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.count)
}

func (c *counter) requests() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.count)
}

// printComparisons prints medians, and the median, least and greatest ratio of the times.
func printComparisons(w io.Writer, r peerReport) {
	fmt.Fprintf(w, "\n%s, Terraform %s, %s, %d CPUs, moto (latency %s); this provider (verify_writes = %q) / the peer\n", r.Peer, r.Terraform, r.Platform, r.CPUs, cmp.Or(r.Latency, "0s"), r.VerifyWrites)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(table, "\t\tseconds\tratio (least to most)\tCPU seconds\tpeak MiB\t  requests\n")
	for _, c := range r.Comparisons {
		median, least, most := c.ratios(seconds)
		both := func(format string, value func(run) float64) string {
			return fmt.Sprintf(format+" / "+format, c.median(ours, value), c.median(peers, value))
		}
		fmt.Fprintf(table, "%s\t%d %s\t%s\t%.2f (%.2f to %.2f)\t%s\t%s\t  %s\n", c.Step, c.Size, strings.ToLower(c.unit()), both("%.1f", seconds), median, least, most,
			both("%.1f", cpuTime), both("%.0f", memory), both("%.0f", requests))
	}
	_ = table.Flush() // If w fails, there is no reader.
}

// printTable prints a comparison that was measured before.
func printTable(_ context.Context, o options) error {
	text, err := os.ReadFile(o.json)
	if err != nil {
		return err
	}
	var r peerReport
	if err := json.Unmarshal(text, &r); err != nil {
		return fmt.Errorf("%s has no comparison: %w", o.json, err)
	}
	fmt.Print(r.markdown())
	return nil
}

// markdown returns the comparison as a table for a page, or as one for each workload.
func (r peerReport) markdown() string {
	var b strings.Builder
	unit := ""
	for _, c := range r.Comparisons {
		if c.unit() != unit {
			if unit != "" {
				b.WriteByte('\n')
			}
			unit = c.unit()
			fmt.Fprintf(&b, "| Command | %s | This provider | AWS provider | Ratio (least to most) | Requests |\n|---|--:|--:|--:|--:|--:|\n", unit)
		}
		median, least, most := c.ratios(seconds)
		fmt.Fprintf(&b, "| %s | %d | %.1f s | %.1f s | %.2f (%.2f to %.2f) | %.0f / %.0f |\n", c.Step, c.Size,
			c.median(ours, seconds), c.median(peers, seconds), median, least, most, c.median(ours, requests), c.median(peers, requests))
	}
	return b.String()
}

// createOnMoto creates the repositories or roles that a job needs. Those that exist are kept.
func createOnMoto(ctx context.Context, endpoint string, j job) error {
	for i := range j.size {
		if err := j.workload.create(ctx, endpoint, fmt.Sprintf("bench-%d", i)); err != nil {
			return err
		}
	}
	return nil
}
