// SPDX-License-Identifier: MPL-2.0

package rolepolicy

import (
	"context"
	"sync"
)

// turns keeps two changes of one inline policy apart.
type turns struct {
	mu    sync.Mutex
	known map[Key]*turn
}

// A turn belongs to one inline policy.
type turn struct {
	free    chan struct{} // holds a value while nobody changes the policy
	deleted bool          // by this process: what IAM still shows is a stale read
}

// take waits until nobody else changes a policy. The turn is the caller's until it
// calls done.
func (t *turns) take(ctx context.Context, key Key) (mine *turn, done func(), err error) {
	mine = t.of(key)
	select {
	case <-mine.free:
		return mine, func() { mine.free <- struct{}{} }, nil
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	}
}

func (t *turns) of(key Key) *turn {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.known == nil {
		t.known = map[Key]*turn{}
	}
	if t.known[key] == nil {
		t.known[key] = &turn{free: make(chan struct{}, 1)}
		t.known[key].free <- struct{}{}
	}
	return t.known[key]
}
