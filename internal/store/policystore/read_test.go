// SPDX-License-Identifier: MPL-2.0

package policystore

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestReadsAreShared(t *testing.T) {
	t.Parallel()
	r := &registry{text: `{"Statement":[` + foreign + `]}`}
	store := testStore(r)
	var group sync.WaitGroup
	for range 100 {
		group.Go(func() {
			if doc, err := store.Read(t.Context(), repo); err != nil || len(doc.Statements()) != 1 {
				t.Error(doc, err)
			}
		})
	}
	group.Wait()
	if r.reads != 1 {
		t.Errorf("%d reads, want one", r.reads)
	}
}

// A clock shows the time that the test sets. The goroutine that has written still asks for it
// when its caller has returned.
type clock struct {
	begin  time.Time
	passed atomic.Int64 // nanoseconds
}

func newClock() *clock { return &clock{begin: time.Now()} }

func (c *clock) now() time.Time { return c.begin.Add(time.Duration(c.passed.Load())) }

func (c *clock) pass(d time.Duration) { c.passed.Add(int64(d)) }

func TestASharedReadEnds(t *testing.T) {
	t.Parallel()
	clock := newClock()
	r := &registry{text: `{"Statement":[` + foreign + `]}`}
	store := testStore(r)
	store.now = clock.now
	read := func(want int) {
		t.Helper()
		doc, err := store.Read(t.Context(), repo)
		if err != nil || len(doc.Statements()) != want {
			t.Fatalf("%d statements, error %v, want %d", len(doc.Statements()), err, want)
		}
	}
	read(1)
	if _, err := store.apply(t.Context(), repo, put(own("Ours"))); err != nil {
		t.Fatal(err)
	}
	read(2) // A write of ours ends it.
	r.text = `{"Statement":[` + foreign + `]}`
	read(2) // What others write shows when its time is up.
	clock.pass(time.Minute)
	read(1)
}

func TestAFailedReadIsNotShared(t *testing.T) {
	t.Parallel()
	r := &registry{text: "not JSON"}
	store := testStore(r)
	if _, err := store.Read(t.Context(), repo); err == nil {
		t.Fatal("no error")
	}
	r.text = `{"Statement":[` + foreign + `]}`
	if _, err := store.Read(t.Context(), repo); err != nil {
		t.Fatal(err)
	}
}

// TestReadAcross: what AWS answers to another account is shared, also if it refuses.
func TestReadAcross(t *testing.T) {
	t.Parallel()
	r := &registry{text: "not JSON"}
	store := testStore(r)
	var group sync.WaitGroup
	for range 100 {
		group.Go(func() {
			if doc, err := store.ReadAcross(t.Context(), repo); doc != nil || err == nil {
				t.Error(doc, err)
			}
		})
	}
	group.Wait()
	if r.reads != 1 {
		t.Errorf("%d reads, want one", r.reads)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := testStore(&registry{}).ReadAcross(ctx, repo); err == nil {
		t.Error("a read that was canceled has an answer")
	}
}

func TestAReadEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	r := &registry{}
	r.mu.Lock() // No answer comes.
	defer r.mu.Unlock()
	store := testStore(r)
	cancel()
	if _, err := store.Read(ctx, repo); !errors.Is(err, ctx.Err()) {
		t.Errorf("got %v, want the end of the context", err)
	}
}
