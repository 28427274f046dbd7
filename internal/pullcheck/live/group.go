package live

import (
	"context"
	"sync"
)

// maxConcurrent bounds the calls in flight: enough to hide latency, few enough
// not to be throttled by IAM.
const maxConcurrent = 4

// A group runs tasks concurrently and keeps their first error, which cancels
// the others. A task may add tasks.
type group struct {
	ctx    context.Context //nolint:containedctx // it lives as long as the group
	cancel context.CancelCauseFunc
	slots  chan struct{}
	tasks  sync.WaitGroup
	mu     sync.Mutex
}

func newGroup(ctx context.Context) *group {
	g := &group{slots: make(chan struct{}, maxConcurrent)}
	g.ctx, g.cancel = context.WithCancelCause(ctx)
	return g
}

// do starts a task, which waits for a free slot.
func (g *group) do(task func(context.Context) error) {
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

// locked runs f while no other task does.
func (g *group) locked(f func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	f()
}

// wait waits for all tasks and returns the first error.
func (g *group) wait() error {
	g.tasks.Wait()
	err := context.Cause(g.ctx)
	g.cancel(nil)
	return err
}
