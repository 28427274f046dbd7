package awsapi

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestWaitJittered(t *testing.T) {
	t.Parallel()
	if err := WaitJittered(t.Context(), time.Microsecond); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := WaitJittered(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want the end of the context", err)
	}
}
