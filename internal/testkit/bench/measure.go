// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/terraform"
)

// steps are the measured commands, in their order. With -detailed-exitcode, a plan with a
// change fails.
var steps = []struct {
	name      string
	arguments []string
}{
	{firstApply, []string{"apply", "-auto-approve"}},
	{noChangePlan, []string{"plan", "-detailed-exitcode"}},
	{oneChangeApply, []string{"apply", "-auto-approve", "-var=changed=true"}},
	{destroy, []string{"destroy", "-auto-approve", "-var=changed=true"}},
}

// A bench runs workloads.
type bench struct {
	terraform string // the terraform command
	builds    builds
}

// measure runs all steps of a workload of one size, with its own emulator and in its own
// folder.
func (b bench) measure(ctx context.Context, w workload, size int) (runs []run, err error) {
	server, err := emulator.Start(emulator.Options{})
	if err != nil {
		return nil, err
	}
	defer server.Close()
	w.prepare(server, size)
	folder, err := os.MkdirTemp("", "ecrxa-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)

	sandbox, err := b.sandbox(folder, server, w)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(folder, "main.tf"), []byte(w.configuration(size)), 0o600); err != nil {
		return nil, err
	}
	for _, step := range steps {
		server.ResetRequests()
		watch := watchProcesses(folder)
		start := time.Now()
		arguments := slices.Concat(step.arguments, []string{"-input=false", "-no-color"})
		_, err := sandbox.Run(ctx, folder, []string{"AWS_PROFILE=" + w.profile}, arguments...)
		seconds, used := time.Since(start).Seconds(), watch.end()
		if err != nil {
			return nil, fmt.Errorf("%s, %d, %s: %w", w.name, size, step.name, err)
		}
		runs = append(runs, run{
			Workload: w.name, Size: size, Step: step.name, Requests: server.Requests(), Seconds: seconds, usage: used,
		})
	}
	return runs, nil
}

// sandbox returns a sandbox with the emulator and with the build of the provider that w
// needs.
func (b bench) sandbox(folder string, server *emulator.Server, w workload) (*terraform.Sandbox, error) {
	build := b.builds.released
	if w.unlimited {
		build = b.builds.unlimited
	}
	var profiles []terraform.Profile
	for _, side := range []struct{ name, account string }{{"registry", registryAccount}, {"consumer", consumerAccount}} {
		accessKey, secretKey := server.Credentials(side.account)
		profiles = append(profiles, terraform.Profile{Name: side.name, AccessKey: accessKey, SecretKey: secretKey})
	}
	return terraform.NewSandbox(folder, terraform.Options{
		Command: b.terraform, Provider: build, Endpoint: server.URL(), Profiles: profiles,
	})
}
