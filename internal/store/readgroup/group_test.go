// SPDX-License-Identifier: MPL-2.0

package readgroup

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
)

// As many tasks as allowed run together, and not more.
func TestBounded(t *testing.T) {
	t.Parallel()
	g := New(t.Context())
	var running atomic.Int32
	var most int32
	full := make(chan struct{})
	for range 10 * maxConcurrent {
		g.Do(func(context.Context) error {
			now := running.Add(1)
			defer running.Add(-1)
			g.Locked(func() { most = max(most, now) })
			if now == maxConcurrent {
				select {
				case <-full:
				default:
					close(full)
				}
			}
			<-full // The first tasks wait until there are as many as allowed.
			return nil
		})
	}
	if err := g.Wait(); err != nil || most != maxConcurrent {
		t.Errorf("%d tasks ran together, error = %v", most, err)
	}
}

// The first error ends the group; tasks that have not begun do not begin.
func TestFirstError(t *testing.T) {
	t.Parallel()
	g := New(t.Context())
	first := errors.New("first")
	var later atomic.Int32
	g.Do(func(context.Context) error {
		for range 10 {
			g.Do(func(context.Context) error { later.Add(1); return nil })
		}
		return first
	})
	if err := g.Wait(); !errors.Is(err, first) {
		t.Errorf("the error is %v", err)
	}
	if g.ctx.Err() == nil {
		t.Error("the context of the tasks has not ended")
	}
}

func TestTasksAddTasks(t *testing.T) {
	t.Parallel()
	g := New(t.Context())
	sum := 0
	var add func(depth int)
	add = func(depth int) {
		g.Do(func(context.Context) error {
			g.Locked(func() { sum++ })
			if depth > 0 {
				add(depth - 1)
				add(depth - 1)
			}
			return nil
		})
	}
	add(5)
	if err := g.Wait(); err != nil || sum != 63 {
		t.Errorf("%d tasks ran, error = %v", sum, err)
	}
}
