// SPDX-License-Identifier: MPL-2.0

package policystore

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecr"
)

// Callers that come one by one go on together, so that from then on their changes
// are one write: also those who take their time between two changes, as on a busy machine.
func TestCallersFallIntoStep(t *testing.T) {
	t.Parallel()
	for _, between := range []time.Duration{0, 30 * time.Millisecond, 200 * time.Millisecond} {
		t.Run(between.String(), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { callersFallIntoStep(t, between) })
		})
	}
}

// callersFallIntoStep has the n-th of ten callers take n times as long as the
// first between two changes.
func callersFallIntoStep(t *testing.T, between time.Duration) {
	t.Helper()
	a := &adversary{random: rand.New(rand.NewPCG(1, 2)), latency: 10 * time.Millisecond} //nolint:gosec // a repeatable sequence is wanted
	a.set("start", document(foreign))
	store := New(a, repositories{})
	const callers, changes = 10, 10
	var group sync.WaitGroup
	for i := range callers {
		group.Go(func() {
			time.Sleep(time.Duration(i) * 150 * time.Millisecond)
			for j := range changes {
				sid := fmt.Sprintf("S%d", i)
				if j%2 == 0 {
					must(t, store, put(own(sid)))
				} else {
					must(t, store, remove(sid))
				}
				time.Sleep(time.Duration(i) * between)
			}
		})
	}
	group.Wait()
	time.Sleep(time.Minute) // The store looks once more for work.
	if writes := len(a.past) - 1; writes > callers*changes*15/100 {
		t.Errorf("%d writes for %d changes, want no more than 15 for 100", writes, callers*changes)
	}
}

// Those whose changes were ended long ago do not come back: nobody waits for them.
func TestALaterChangeWaitsForNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := testStore(&registry{})
		gathered, beforeTheWrite := 0, 0
		store.wait = func(ctx context.Context, d time.Duration) error {
			switch {
			case d == collectTime:
				gathered++
			case beforeTheWrite == 0:
				beforeTheWrite = gathered
			}
			return ctx.Err()
		}
		var waits []int
		for _, sid := range []string{"A", "B", "C"} {
			gathered, beforeTheWrite = 0, 0
			must(t, store, put(own(sid)))
			synctest.Wait() // The store has looked once more for work.
			waits = append(waits, beforeTheWrite)
		}
		if waits[0] == 0 || waits[1] != waits[0] || waits[2] != waits[0] {
			t.Errorf("before their writes, three changes waited %v times; want the same for each", waits)
		}
	})
}

// How long the calls of a change are retried is configured (max_retries), and bounded
// by the caller's time alone.
func TestACallMayTakeAsLongAsItsCallerHasTime(t *testing.T) {
	t.Parallel()
	for timeout, want := range map[time.Duration]bool{10 * time.Minute: true, time.Minute: false} {
		synctest.Test(t, func(t *testing.T) {
			r := &slowRegistry{registry: &registry{}, first: 5 * time.Minute}
			ctx, cancel := context.WithTimeout(t.Context(), timeout)
			defer cancel()
			_, err := New(r, repositories{}).apply(ctx, repo, put(own("A")))
			time.Sleep(time.Hour) // The store ends its call after its caller.
			synctest.Wait()
			if (err == nil) != want || r.cut == want {
				t.Errorf("with %s: %v; the call was cut short: %t", timeout, err, r.cut)
			}
		})
	}
}

// slowRegistry needs some time for its first read.
type slowRegistry struct {
	*registry

	first time.Duration
	cut   bool
}

func (s *slowRegistry) ECR(context.Context, string) (api, error) { return s, nil }

func (s *slowRegistry) GetRepositoryPolicy(ctx context.Context, in *ecr.GetRepositoryPolicyInput, options ...func(*ecr.Options)) (*ecr.GetRepositoryPolicyOutput, error) {
	wait := s.first
	s.first = 0
	select {
	case <-time.After(wait):
		return s.registry.GetRepositoryPolicy(ctx, in, options...)
	case <-ctx.Done():
		s.cut = true
		return nil, ctx.Err()
	}
}
