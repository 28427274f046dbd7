// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestWaitJittered(t *testing.T) {
	t.Parallel()
	for _, d := range []time.Duration{-1, 0, 1, time.Microsecond} {
		if err := WaitJittered(t.Context(), d); err != nil {
			t.Errorf("%d ns: %v", d, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := WaitJittered(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the end of the context", err)
	}
}
