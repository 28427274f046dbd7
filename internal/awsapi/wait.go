// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"math/rand/v2"
	"time"
)

// WaitJittered waits for a random time between half of d and d, so that callers that
// collided once do not collide again. It does not wait if d is not positive. It returns
// the context's error if the context ends first.
func WaitJittered(ctx context.Context, d time.Duration) error {
	d = max(d, 0)
	timer := time.NewTimer(d - rand.N(d/2+1)) //nolint:gosec // Spreading load needs no secure randomness.
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
