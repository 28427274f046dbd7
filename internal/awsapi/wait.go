package awsapi

import (
	"context"
	"math/rand/v2"
	"time"
)

// WaitJittered waits between half of d and d, so that those who met once do not
// meet again. It returns the context's error when that ends first.
func WaitJittered(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d/2 + rand.N(d/2)) //nolint:gosec // Spreading load needs no secure randomness.
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
