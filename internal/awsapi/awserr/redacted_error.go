// SPDX-License-Identifier: MPL-2.0

package awserr

import "errors"

// RedactedError is an error whose text shows no secret. Its cause is kept for
// errors.As; code that takes a text from the cause must redact it.
type RedactedError struct {
	Cause  error
	Redact func(text string) string // returns text with every secret replaced
}

// Error returns the cause's text without secrets.
func (e *RedactedError) Error() string { return e.Redact(e.Cause.Error()) }

// Unwrap returns the cause.
func (e *RedactedError) Unwrap() error { return e.Cause }

// redacted returns a text that was taken from an error's cause, without secrets.
func redacted(err error, text string) string {
	if e, ok := errors.AsType[*RedactedError](err); ok {
		return e.Redact(text)
	}
	return text
}
