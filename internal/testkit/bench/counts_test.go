// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"testing"

	tf "github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/terraform"
)

// needEmulator skips a test that counts the requests of whole processes, unless
// acceptance tests run on the emulator.
func needEmulator(t *testing.T) {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run only with TF_ACC=1")
	}
	if backend := os.Getenv("ECRXA_ACC_BACKEND"); backend != "" && backend != "emulator" {
		t.Skipf("%s: this test counts requests, which only the emulator can", backend)
	}
}

// A bound says how often a step may make a request.
type bound struct {
	step, operation string
	least, most     func(size int) int
}

func none(int) int      { return 0 }
func once(int) int      { return 1 }
func each(size int) int { return size }

// batched is what writes to one repository may cost: those of the ten resources
// that Terraform works on at a time go together, and stragglers fall into step.
func batched(size int) int {
	if size == 1 {
		return 1
	}
	return size/10 + 5
}

// Each policy is read in the plan, three times before its write, since ECR reports that there
// is none, and once after it. The first ten are read again in the plan that the apply makes,
// right after the write, and once more to verify it. After a removal, each policy is read twice.
func fiveReads(size int) int             { return 5 * size }
func fiveReadsAndMoreOfTen(size int) int { return 5*size + 3*min(size, 10) }
func fourReads(size int) int             { return 4 * size }

// Each role policy is read in the plan that creates it, before its write and after it; the first
// ten also in the plan that the apply makes. One that is deleted is read in the plan and before
// the call. One change reads all in the plan, and one of them before its write and after it.
func threeReads(size int) int            { return 3 * size }
func threeReadsAndFirstTen(size int) int { return 3*size + min(size, 10) }
func twoReads(size int) int              { return 2 * size }
func eachAndTwo(size int) int            { return size + 2 }

const (
	getPolicy     = "ecr:GetRepositoryPolicy"
	setPolicy     = "ecr:SetRepositoryPolicy"
	deletePolicy  = "ecr:DeleteRepositoryPolicy"
	getRolePolicy = "iam:GetRolePolicy"
	putRolePolicy = "iam:PutRolePolicy"
	deleteRole    = "iam:DeleteRolePolicy"
)

// TestAccRequestCounts: how many requests a command makes does not depend on the
// machine. A plan without changes reads each policy once and asks nothing else.
func TestAccRequestCounts(t *testing.T) {
	t.Parallel()
	needEmulator(t)
	builds, err := build(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	b := bench{terraform: os.Getenv("TF_ACC_TERRAFORM_PATH"), builds: builds}
	for _, test := range []struct {
		workload workload
		sizes    []int
		read     string
		reads    func(size int) int // of a plan without changes
		bounds   []bound
	}{
		{oneRepository, []int{1, 10, 100}, getPolicy, once, []bound{
			{firstApply, setPolicy, once, batched},
			{oneChangeApply, setPolicy, once, once},
			{destroy, setPolicy, none, batched},
			{destroy, deletePolicy, once, once},
		}},
		{manyRepositories, []int{1, 10, 60}, getPolicy, each, []bound{
			{firstApply, getPolicy, fiveReads, fiveReadsAndMoreOfTen},
			{destroy, getPolicy, fourReads, fourReads},
			{firstApply, setPolicy, each, each},
			{oneChangeApply, setPolicy, once, once},
			{destroy, setPolicy, none, none},
			{destroy, deletePolicy, each, each},
		}},
		{consumerRoles, []int{1, 10, 60}, getRolePolicy, each, []bound{
			{firstApply, getRolePolicy, threeReads, threeReadsAndFirstTen},
			{oneChangeApply, getRolePolicy, eachAndTwo, eachAndTwo},
			{destroy, getRolePolicy, twoReads, twoReads},
			{firstApply, putRolePolicy, each, each},
			{oneChangeApply, putRolePolicy, once, once},
			{destroy, deleteRole, each, each},
		}},
	} {
		for _, size := range test.sizes {
			t.Run(fmt.Sprintf("%s/%d", test.workload.name, size), func(t *testing.T) {
				t.Parallel()
				runs, err := b.measure(t.Context(), test.workload, size)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range runs {
					t.Logf("%s: %s", r.Step, requestList(r.Requests))
					if want := map[string]int{test.read: test.reads(size)}; r.Step == noChangePlan && !maps.Equal(r.Requests, want) {
						t.Errorf("%s made the requests %v; want %v", r.Step, r.Requests, want)
					}
					checkBounds(t, r, test.bounds)
				}
			})
		}
	}
	t.Run("start-up", func(t *testing.T) {
		t.Parallel()
		s, err := measureStartUp(t.Context(), filepath.Join(builds.released, tf.Binary))
		if err != nil || s.ListeningMilliseconds <= 0 || s.SchemaMilliseconds < s.ListeningMilliseconds {
			t.Errorf("measured %+v, %v", s, err)
		}
	})
}

func checkBounds(t *testing.T, r run, bounds []bound) {
	t.Helper()
	for _, b := range bounds {
		got, least, most := r.Requests[b.operation], b.least(r.Size), b.most(r.Size)
		if r.Step == b.step && (got < least || got > most) {
			t.Errorf("%s made %d requests %s; want %d to %d", r.Step, got, b.operation, least, most)
		}
	}
}
