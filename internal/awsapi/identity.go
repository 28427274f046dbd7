// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"sync"
)

// Identity is who the credentials belong to: the account ID (12 digits), the
// caller's ARN, and its partition, such as "aws".
type Identity struct{ Account, ARN, Partition string }

// identityCache shares one call among all callers that ask during the call, and its
// response among all callers that ask later.
type identityCache struct {
	ask func(context.Context) (Identity, error)

	mu   sync.Mutex
	call *identityCall // running or successful; nil: none
}

// identityCall is one call. identity and err are set before done is closed.
type identityCall struct {
	done     chan struct{}
	identity Identity
	err      error

	waiting int    // callers that wait for the response; guarded by the cache
	cancel  func() // ends the call
}

func (c *identityCache) get(ctx context.Context) (Identity, error) {
	call := c.join(ctx)
	select {
	case <-call.done:
		return call.identity, call.err
	case <-ctx.Done():
		c.leave(call)
		return Identity{}, ctx.Err()
	}
}

// join returns the call that is running or was successful, or starts one. The call
// does not end with ctx, because other callers may wait for it. It has no time limit
// of its own: max_retries bounds it.
func (c *identityCache) join(ctx context.Context) *identityCall {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.call == nil {
		shared, cancel := context.WithCancel(context.WithoutCancel(ctx))
		c.call = &identityCall{done: make(chan struct{}), cancel: cancel}
		go c.run(shared, c.call)
	}
	c.call.waiting++
	return c.call
}

// leave ends the call if no other caller waits for it.
func (c *identityCache) leave(call *identityCall) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if call.waiting--; call.waiting == 0 {
		call.cancel()
		c.forget(call)
	}
}

func (c *identityCache) run(ctx context.Context, call *identityCall) {
	defer call.cancel()
	call.identity, call.err = c.ask(ctx)
	if call.err != nil {
		c.mu.Lock()
		c.forget(call)
		c.mu.Unlock()
	}
	close(call.done)
}

// forget makes the next caller start a new call. The caller of forget holds c.mu.
func (c *identityCache) forget(call *identityCall) {
	if c.call == call {
		c.call = nil
	}
}
