// SPDX-License-Identifier: MPL-2.0

package readcache

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// counter answers with the number of times that it was asked.
type counter struct{ asked atomic.Int64 }

func (c *counter) read(context.Context) (int64, error) { return c.asked.Add(1), nil }

func newReads() (reads *Reads[string, int64], pass func(time.Duration)) {
	now := time.Unix(0, 0)
	return New[string, int64](func() time.Time { return now }), func(d time.Duration) { now = now.Add(d) }
}

func expect(t *testing.T, reads *Reads[string, int64], key string, c *counter, want int64) {
	t.Helper()
	if got, err := reads.Read(t.Context(), key, c.read); got != want || err != nil {
		t.Errorf("got answer %d, %v, want %d", got, err, want)
	}
}

func TestReadsAreShared(t *testing.T) {
	t.Parallel()
	reads, _ := newReads()
	var c counter
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() { expect(t, reads, "a", &c, 1) })
	}
	all.Wait()
	expect(t, reads, "a", &c, 1)
	expect(t, reads, "b", &c, 2)
}

func TestSharingEnds(t *testing.T) {
	t.Parallel()
	reads, pass := newReads()
	var c counter
	expect(t, reads, "a", &c, 1)
	pass(lifetime)
	expect(t, reads, "a", &c, 1)
	pass(time.Second)
	expect(t, reads, "a", &c, 2)
	reads.Forget("a")
	expect(t, reads, "a", &c, 3)
}

func TestWhoHasEndedStartsNoCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reads, _ := newReads()
		ended, end := context.WithCancel(t.Context())
		end()
		var c counter
		got, err := reads.Read(ended, "a", c.read)
		synctest.Wait()
		if !errors.Is(err, context.Canceled) || c.asked.Load() != 0 {
			t.Errorf("got %d, %v after %d calls", got, err, c.asked.Load())
		}
	})
}

// Who asks after a write must not be served by a read from before it.
func TestForgetEndsTheSharingOfARunningRead(t *testing.T) {
	t.Parallel()
	reads, _ := newReads()
	started, answer := make(chan struct{}), make(chan struct{})
	var first sync.WaitGroup
	first.Go(func() {
		got, err := reads.Read(t.Context(), "a", func(context.Context) (int64, error) {
			close(started)
			<-answer
			return -1, nil
		})
		if got != -1 || err != nil {
			t.Errorf("got %d, %v", got, err)
		}
	})
	<-started
	reads.Forget("a")
	var c counter
	expect(t, reads, "a", &c, 1)
	close(answer)
	first.Wait()
	expect(t, reads, "a", &c, 1)
}

func TestAnErrorIsNotShared(t *testing.T) {
	t.Parallel()
	reads, _ := newReads()
	failure := errors.New("no answer")
	if _, err := reads.Read(t.Context(), "a", func(context.Context) (int64, error) { return 0, failure }); !errors.Is(err, failure) {
		t.Errorf("got %v", err)
	}
	var c counter
	expect(t, reads, "a", &c, 1)
}

// The one who has started a read may leave; the others still get its answer.
func TestAReadOutlivesItsFirstCaller(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reads, _ := newReads()
		ctx, leave := context.WithCancel(t.Context())
		answer := make(chan struct{})
		call := func(ctx context.Context) (int64, error) {
			<-answer
			return 7, ctx.Err()
		}
		var others sync.WaitGroup
		others.Go(func() {
			if _, err := reads.Read(ctx, "a", call); !errors.Is(err, context.Canceled) {
				t.Errorf("the first caller: %v", err)
			}
		})
		synctest.Wait()
		others.Go(func() {
			if got, err := reads.Read(t.Context(), "a", call); got != 7 || err != nil {
				t.Errorf("got %d, %v", got, err)
			}
		})
		synctest.Wait()
		leave()
		synctest.Wait()
		close(answer)
		others.Wait()
	})
}

// A read that nobody waits for ends, and is not shared with those who ask later.
func TestAReadEndsWithItsLastCaller(t *testing.T) {
	t.Parallel()
	reads, _ := newReads()
	ctx, leave := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() {
		_, _ = reads.Read(ctx, "a", func(ctx context.Context) (int64, error) {
			leave()
			<-ctx.Done()
			ended <- ctx.Err()
			return 0, ctx.Err()
		})
	}()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	var c counter
	expect(t, reads, "a", &c, 1)
}

// How long a call is retried is configured (max_retries), and not cut short.
func TestAReadMayTakeLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reads, _ := newReads()
		got, err := reads.Read(t.Context(), "a", func(ctx context.Context) (int64, error) {
			time.Sleep(time.Hour)
			return 7, ctx.Err()
		})
		if got != 7 || err != nil {
			t.Errorf("got %d, %v", got, err)
		}
	})
}
