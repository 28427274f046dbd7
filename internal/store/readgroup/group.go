// SPDX-License-Identifier: MPL-2.0

// Package readgroup makes reads of AWS concurrently, up to a number at a time.
package readgroup

import (
	"context"
	"sync"
)

// maxConcurrent bounds the calls in flight: enough to hide latency, few enough
// not to be throttled by IAM.
const maxConcurrent = 4

// A Group runs tasks concurrently and keeps their first error, which cancels
// the others. A task may add tasks.
type Group struct {
	ctx    context.Context //nolint:containedctx // it lives as long as the group
	cancel context.CancelCauseFunc
	slots  chan struct{}
	tasks  sync.WaitGroup
	mu     sync.Mutex
}

// New returns a group whose tasks end with ctx.
func New(ctx context.Context) *Group {
	g := &Group{slots: make(chan struct{}, maxConcurrent)}
	g.ctx, g.cancel = context.WithCancelCause(ctx)
	return g
}

// Do starts a task, which waits for a free slot.
func (g *Group) Do(task func(context.Context) error) {
	g.tasks.Go(func() {
		g.slots <- struct{}{}
		defer func() { <-g.slots }()
		if g.ctx.Err() != nil {
			return
		}
		if err := task(g.ctx); err != nil {
			g.cancel(err)
		}
	})
}

// Locked runs f while no other task does.
func (g *Group) Locked(f func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	f()
}

// Wait waits for all tasks and returns the first error.
func (g *Group) Wait() error {
	g.tasks.Wait()
	err := context.Cause(g.ctx)
	g.cancel(nil)
	return err
}
