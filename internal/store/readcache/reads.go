// SPDX-License-Identifier: MPL-2.0

// Package readcache lets all who ask for one thing at about the same time share
// one read of it.
package readcache

import (
	"context"
	"sync"
	"time"
)

// lifetime is how long an answer serves others: long enough for one plan over
// many objects that look at one thing.
const lifetime = 30 * time.Second

// Reads shares answers of the type V by key. It is safe for concurrent use. The
// answers belong to several callers, none of which may change them.
type Reads[K comparable, V any] struct {
	now   func() time.Time
	mu    sync.Mutex
	reads map[K]*read[V]
}

// New returns Reads that use now as their clock.
func New[K comparable, V any](now func() time.Time) *Reads[K, V] {
	return &Reads[K, V]{now: now, reads: map[K]*read[V]{}}
}

// A read is one call. answer, err and at are set when done is closed.
type read[V any] struct {
	done    chan struct{}
	answer  V
	err     error
	at      time.Time
	callers int                // who wait for it; guarded by Reads.mu
	cancel  context.CancelFunc // ends the call
}

// Read returns the answer of call, or that of an earlier call for the same key
// which is still running or has ended a short while ago. An error is not shared
// with those who ask after it. Read ends with its caller's context, and starts no call if
// that has ended already. The call goes on while anybody waits for it, as long as its own
// retries take.
func (r *Reads[K, V]) Read(ctx context.Context, key K, call func(context.Context) (V, error)) (V, error) {
	if err := ctx.Err(); err != nil {
		var none V
		return none, err
	}
	current := r.join(ctx, key, call)
	defer r.leave(key, current)
	select {
	case <-current.done:
		return current.answer, current.err
	case <-ctx.Done():
		var none V
		return none, ctx.Err()
	}
}

// Forget invalidates the result for a key. A writer calls it before the write, so that
// no caller gets an older result, and after the write, because a read during the write
// may be stale too.
func (r *Reads[K, V]) Forget(key K) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.reads, key)
}

// join returns the read of a key that can be shared, or starts one.
func (r *Reads[K, V]) join(ctx context.Context, key K, call func(context.Context) (V, error)) *read[V] {
	r.mu.Lock()
	defer r.mu.Unlock()
	if current := r.reads[key]; current != nil && !r.stale(current) {
		current.callers++
		return current
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	started := &read[V]{done: make(chan struct{}), callers: 1, cancel: cancel}
	r.reads[key] = started
	go func() {
		defer cancel()
		defer close(started.done)
		started.answer, started.err = call(ctx)
		started.at = r.now()
	}()
	return started
}

// leave ends a call that nobody waits for any more. It has no effect on one that has
// ended.
func (r *Reads[K, V]) leave(key K, current *read[V]) {
	r.mu.Lock()
	defer r.mu.Unlock()
	current.callers--
	select {
	case <-current.done:
		return
	default:
	}
	if current.callers == 0 {
		current.cancel()
		if r.reads[key] == current {
			delete(r.reads, key) // Its error must not be shared.
		}
	}
}

// stale reports whether a read has ended and must not serve any more.
func (r *Reads[K, V]) stale(current *read[V]) bool {
	select {
	case <-current.done:
		return current.err != nil || r.now().Sub(current.at) > lifetime
	default:
		return false
	}
}
