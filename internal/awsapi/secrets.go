package awsapi

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/aws/smithy-go/middleware"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// secrets are all secrets that the clients were given or got from AWS, so that no text
// shows them. They are safe for concurrent use.
type secrets struct {
	mu     sync.RWMutex
	values []string // longest first
}

// shortestSecret is the length below which a value counts as a placeholder, such as
// "test". AWS's secrets are longer, and an error text without its common words would
// be unreadable.
const shortestSecret = 6

const redacted = "(hidden)"

// newSecrets returns the secrets of the provider block.
func newSecrets(cfg Config) *secrets {
	s := &secrets{}
	s.add(cfg.SecretKey, cfg.Token)
	for _, role := range cfg.AssumeRole {
		s.add(role.ExternalID)
	}
	if web := cfg.AssumeRoleWithWebIdentity; web != nil {
		s.add(web.WebIdentityToken)
	}
	return s
}

// add makes values secret, both as they are and escaped as in a URL.
func (s *secrets) add(values ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, value := range values {
		value = strings.TrimSpace(value)
		if len(value) < shortestSecret || slices.Contains(s.values, value) {
			continue
		}
		s.values = append(s.values, value)
		if escaped := url.QueryEscape(value); escaped != value {
			s.values = append(s.values, escaped)
		}
	}
	slices.SortFunc(s.values, func(a, b string) int { return len(b) - len(a) })
}

// redact returns text with every secret replaced.
func (s *secrets) redact(text string) string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, value := range s.values {
		text = strings.ReplaceAll(text, value, redacted)
	}
	return text
}

// redactErrors is a client option: every error that a call returns is a
// *awserr.RedactedError.
func redactErrors(hidden *secrets) func(*middleware.Stack) error {
	return func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("ecrxa:RedactErrors", func(
			ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
		) (middleware.InitializeOutput, middleware.Metadata, error) {
			out, metadata, err := next.HandleInitialize(ctx, in)
			if err != nil {
				err = &awserr.RedactedError{Cause: err, Redact: hidden.redact}
			}
			return out, metadata, err
		}), middleware.Before)
	}
}
