// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

const (
	// defaultRetries takes a large apply through the throttling that it causes:
	// the waits grow to 20 seconds each, and add up to a minute on average.
	defaultRetries = 10

	// dialRetries is for hosts that cannot be found or refuse the connection. The
	// cause is nearly always the configuration, which no waiting corrects.
	dialRetries = 2
)

// setRetries makes the clients of cfg retry. The number of attempts may be set
// already, by the provider block, the environment or a profile.
func setRetries(cfg *aws.Config, more ...func(*retry.StandardOptions)) {
	if cfg.RetryMaxAttempts == 0 {
		cfg.RetryMaxAttempts = 1 + defaultRetries
	}
	options := append([]func(*retry.StandardOptions){func(o *retry.StandardOptions) {
		o.MaxAttempts = cfg.RetryMaxAttempts
		// The SDK's quota would end the retries of all parallel calls together,
		// after about a hundred.
		o.RateLimiter = ratelimit.None
		o.Retryables = append(o.Retryables,
			retry.RetryableHTTPStatusCode{Codes: map[int]struct{}{http.StatusTooManyRequests: {}}},
			retry.IsErrorRetryableFunc(retryUnreadable))
	}}, more...)
	adaptive := cfg.RetryMode == aws.RetryModeAdaptive
	cfg.Retryer = func() aws.Retryer {
		if adaptive {
			return dialLimit{retry.NewAdaptiveMode(func(o *retry.AdaptiveModeOptions) {
				o.StandardOptions = append(o.StandardOptions, options...)
			})}
		}
		return dialLimit{retry.NewStandard(options...)}
	}
}

// retryUnreadable retries a call whose response was cut short, or reports success in a
// form that is not AWS's.
func retryUnreadable(err error) aws.Ternary {
	if _, unreadable := errors.AsType[*smithy.DeserializationError](err); !unreadable {
		return aws.UnknownTernary
	}
	response, responded := errors.AsType[*smithyhttp.ResponseError](err)
	if errors.Is(err, io.ErrUnexpectedEOF) || responded && response.HTTPStatusCode() < http.StatusMultipleChoices {
		return aws.TrueTernary
	}
	return aws.UnknownTernary
}

// dialLimit gives up sooner when there is no connection at all.
type dialLimit struct{ aws.RetryerV2 }

// RetryDelay returns the time to wait before the next attempt, or err itself to
// give up.
func (r dialLimit) RetryDelay(attempt int, err error) (time.Duration, error) {
	if dial, ok := errors.AsType[*net.OpError](err); ok && dial.Op == "dial" && attempt > dialRetries {
		return 0, err
	}
	return r.RetryerV2.RetryDelay(attempt, err)
}
