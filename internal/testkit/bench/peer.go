// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
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
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/terraform"
)

// peerSizes are the sizes of the comparison.
var peerSizes = []int{10, 100, 500}

// A peerReport compares this provider with a release of the AWS provider. Both make the same
// statements on as many new repositories.
type peerReport struct {
	Peer         string       `json:"peer"` // file name of its binary
	Terraform    string       `json:"terraform"`
	CPUs         int          `json:"cpus"`
	Platform     string       `json:"platform"`
	Load         []string     `json:"load"`          // of the machine, before each pair
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
	counter := newCounter(moto)
	defer counter.Close()

	report := peerReport{Peer: filepath.Base(o.peer), Terraform: described.Terraform, CPUs: described.CPUs, Platform: described.Platform, VerifyWrites: o.verifyWrites}
	b := bench{terraform: o.terraform, builds: builds}
	created := 0
	for _, size := range peerSizes {
		if size > o.largest {
			break
		}
		if err := createRepositories(ctx, moto, created, size); err != nil {
			return err
		}
		created = size
		first := len(report.Comparisons)
		for _, step := range peerSteps {
			report.Comparisons = append(report.Comparisons, comparison{Step: step.name, Size: size})
		}
		for n := range o.pairs {
			load, _ := os.ReadFile("/proc/loadavg") // Only Linux has it.
			report.Load = append(report.Load, strings.TrimSpace(string(load)))
			both, err := b.measurePair(ctx, folder, counter, o, size, n%2 == 1)
			if err != nil {
				return err
			}
			for i, step := range peerSteps {
				c := &report.Comparisons[first+i]
				c.Pairs = append(c.Pairs, both[step.name])
			}
			fmt.Printf("%d repositories: pair %d of %d measured\n", size, n+1, o.pairs)
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
func (b bench) measurePair(ctx context.Context, folder string, server *counter, o options, size int, peerFirst bool) (map[string]pair, error) {
	both := map[string]pair{}
	sides := []bool{peerFirst, !peerFirst}
	for _, isPeer := range sides {
		runs, err := b.measureSide(ctx, folder, server, o, size, isPeer)
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

func (b bench) measureSide(ctx context.Context, parent string, server *counter, o options, size int, isPeer bool) (runs []run, err error) {
	folder, err := os.MkdirTemp(parent, "side-")
	if err != nil {
		return nil, err
	}
	sandbox, err := terraform.NewSandbox(folder, terraform.Options{
		Command: b.terraform, Provider: b.builds.released, Endpoint: server.URL,
		Profiles: []terraform.Profile{{Name: "registry", AccessKey: "test", SecretKey: "test"}},
	})
	if err != nil {
		return nil, err
	}
	variables, configuration := []string{"AWS_PROFILE=registry", "TF_VAR_verify_writes=" + o.verifyWrites}, grants(size, `"bench-${count.index}"`)
	if isPeer {
		settings := filepath.Join(folder, "peer.rc")
		text := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"hashicorp/aws\" = %q\n  }\n  direct {}\n}\n", filepath.Dir(o.peer))
		if err := os.WriteFile(settings, []byte(text), 0o600); err != nil {
			return nil, err
		}
		variables, configuration = append(variables, "TF_CLI_CONFIG_FILE="+settings), peerConfiguration(size)
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
			return nil, fmt.Errorf("peer %t, %d, %s: %w", isPeer, size, step.name, err)
		}
		runs = append(runs, run{Workload: manyRepositories.name, Size: size, Step: step.name, Requests: server.requests(), Seconds: seconds, usage: used})
	}
	return runs, nil
}

// peerConfiguration has the same statements as the workload, as whole policies.
func peerConfiguration(size int) string {
	return fmt.Sprintf(`terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region                      = %q
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
}

resource "aws_ecr_repository_policy" "bench" {
  count      = %d
  repository = "bench-${count.index}"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Grant${count.index}"
      Effect    = "Allow"
      Principal = { AWS = format("arn:aws:iam::1%%011d:root", count.index) }
      Action    = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
    }]
  })
}
`, region, size)
}

// createRepositories creates the repositories of the comparison from one number to another.
func createRepositories(ctx context.Context, endpoint string, from, to int) error {
	for i := from; i < to; i++ {
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, endpoint, strings.NewReader(fmt.Sprintf(`{"repositoryName":"bench-%d"}`, i)))
		if err != nil {
			return err
		}
		request.Header.Set("Content-Type", "application/x-amz-json-1.1")
		request.Header.Set("X-Amz-Target", "AmazonEC2ContainerRegistry_V20150921.CreateRepository")
		// moto finds the service and the Region in it, and does not check the signature.
		request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/"+region+"/ecr/aws4_request, SignedHeaders=host, Signature=0")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		_ = response.Body.Close() // Only the status is of interest.
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("creating the repository bench-%d on moto: %s", i, response.Status)
		}
	}
	return nil
}

// motoListens matches the line with moto's address.
var motoListens = regexp.MustCompile(`Running on (http://127\.0\.0\.1:[0-9]+)`)

// startMoto starts moto_server from PATH.
func startMoto(ctx context.Context) (endpoint string, stop func(), err error) {
	ctx, cancel := context.WithCancel(ctx)
	server := exec.CommandContext(ctx, "moto_server", "-H", "127.0.0.1", "-p", "0")
	output, err := server.StderrPipe()
	if err == nil {
		err = server.Start()
	}
	if err != nil {
		cancel()
		return "", nil, fmt.Errorf("starting moto_server, which must be on PATH: %w", err)
	}
	stop = func() {
		cancel()
		_ = server.Wait() // It was killed.
	}
	var text strings.Builder
	for lines := bufio.NewScanner(output); lines.Scan(); {
		if m := motoListens.FindStringSubmatch(lines.Text()); m != nil {
			go func() { _, _ = io.Copy(io.Discard, output) }() // It ends with the server.
			return m[1], stop, nil
		}
		text.WriteString(lines.Text() + "\n")
	}
	stop()
	return "", nil, fmt.Errorf("moto_server ended: %s", text.String())
}

// A counter passes requests on and counts them by operation.
type counter struct {
	*httptest.Server

	mu    sync.Mutex
	count map[string]int
}

func newCounter(endpoint string) *counter {
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
	fmt.Fprintf(w, "\n%s, Terraform %s, %s, %d CPUs, moto; this provider (verify_writes = %q) / the peer\n", r.Peer, r.Terraform, r.Platform, r.CPUs, r.VerifyWrites)
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(table, "\trepositories\tseconds\tratio (least to most)\tCPU seconds\tpeak MiB\t  requests\n")
	for _, c := range r.Comparisons {
		median, least, most := c.ratios(seconds)
		both := func(format string, value func(run) float64) string {
			return fmt.Sprintf(format+" / "+format, c.median(ours, value), c.median(peers, value))
		}
		fmt.Fprintf(table, "%s\t%d\t%s\t%.2f (%.2f to %.2f)\t%s\t%s\t  %s\n", c.Step, c.Size, both("%.1f", seconds), median, least, most,
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

// markdown returns the comparison as a table for a page.
func (r peerReport) markdown() string {
	var b strings.Builder
	fmt.Fprintf(&b, "| Command | Repositories | This provider | AWS provider | Ratio (least to most) | Requests |\n|---|--:|--:|--:|--:|--:|\n")
	for _, c := range r.Comparisons {
		median, least, most := c.ratios(seconds)
		fmt.Fprintf(&b, "| %s | %d | %.1f s | %.1f s | %.2f (%.2f to %.2f) | %.0f / %.0f |\n", c.Step, c.Size,
			c.median(ours, seconds), c.median(peers, seconds), median, least, most, c.median(ours, requests), c.median(peers, requests))
	}
	return b.String()
}
