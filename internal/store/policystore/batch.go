// SPDX-License-Identifier: MPL-2.0

package policystore

import (
	"context"
	"slices"
	"sync/atomic"
)

// whileWanted returns a context that ends with the last of the callers: the end of one
// must not end the calls for the others.
func whileWanted(batch []*pending) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(batch[0].ctx))
	var callers atomic.Int64
	callers.Store(int64(len(batch)))
	stops := make([]func() bool, len(batch))
	for i, c := range batch {
		stops[i] = context.AfterFunc(c.ctx, func() {
			if callers.Add(-1) == 0 {
				cancel()
			}
		})
	}
	return ctx, func() {
		cancel()
		for _, stop := range stops {
			stop()
		}
	}
}

// supersede ends earlier changes of the Sid of c, which has seen their result.
func supersede(earlier []*pending, c *pending) []*pending {
	return slices.DeleteFunc(earlier, func(e *pending) bool {
		if e.effect.sid != c.effect.sid {
			return false
		}
		e.done <- nil
		return true
	})
}

func sids(changes []*pending) []string {
	var all []string
	for _, c := range changes {
		all = append(all, c.effect.sid)
	}
	return all
}

func finish(batch []*pending, err error) {
	for _, c := range batch {
		c.failures = 0
		c.done <- err
	}
}
