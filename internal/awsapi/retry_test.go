// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"errors"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// withoutWaiting makes the clients retry at once.
func withoutWaiting(t *testing.T, clients *Clients) {
	t.Helper()
	setRetries(&clients.cfg, func(o *retry.StandardOptions) {
		o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
	})
}

// TestMain sets AWS_MAX_ATTEMPTS to 1, so each test sets it again.
func TestThrottledCallsAreRetried(t *testing.T) {
	for name, test := range map[string]struct {
		maxRetries  int
		mode        string
		maxAttempts string // the environment's
		want        int
	}{
		"by default":                            {want: 11},
		"as configured":                         {maxRetries: 3, maxAttempts: "7", want: 4},
		"as the environment":                    {maxAttempts: "7", want: 7},
		"more than the SDK's quota would allow": {maxRetries: 150, want: 151},
		"adaptive":                              {mode: "adaptive", maxRetries: 1, want: 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("AWS_MAX_ATTEMPTS", test.maxAttempts)
			fake := newFakeAWS(t, func(call) reply { return jsonError("ThrottlingException", "Rate exceeded") })
			cfg := configFor(fake)
			cfg.MaxRetries, cfg.RetryMode = test.maxRetries, test.mode
			clients := newClients(t, cfg)
			withoutWaiting(t, clients)
			if err := getPolicy(t.Context(), clients, ""); awserr.KindOf(err) != awserr.Throttled {
				t.Errorf("error = %v, want throttled", err)
			}
			if got := len(fake.Calls()); got != test.want {
				t.Errorf("%d requests, want %d", got, test.want)
			}
		})
	}
}

func TestWaitsAreCapped(t *testing.T) {
	t.Parallel()
	retryer := newClients(t, Config{Region: "us-east-1"}).cfg.Retryer()
	for attempt := range 100 {
		if wait, err := retryer.RetryDelay(attempt, errors.New("rate exceeded")); err != nil || wait > 20*time.Second {
			t.Errorf("attempt %d waits %s, %v", attempt, wait, err)
		}
	}
}

// unreachable is an HTTP client whose connections are refused.
type unreachable struct{ attempts int }

// Do implements aws.HTTPClient.
func (u *unreachable) Do(*http.Request) (*http.Response, error) {
	u.attempts++
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}
}

func TestAHostThatCannotBeReachedIsGivenUpSooner(t *testing.T) {
	t.Parallel()
	clients := newClients(t, Config{Region: "us-east-1", AccessKey: "AKIAEXAMPLE", SecretKey: "the-secret-key-of-the-test", MaxRetries: 9})
	network := &unreachable{}
	clients.cfg.HTTPClient = network
	withoutWaiting(t, clients)
	if err := getPolicy(context.Background(), clients, ""); awserr.KindOf(err) != awserr.Unreachable {
		t.Errorf("error = %v, want unreachable", err)
	}
	if network.attempts != 1+dialRetries {
		t.Errorf("%d attempts, want %d", network.attempts, 1+dialRetries)
	}
}
