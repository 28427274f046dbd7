// SPDX-License-Identifier: MPL-2.0

package awserr

import "errors"

// Role is a role that the provider was to assume.
type Role struct {
	ARN     string
	NamedBy string // the setting that names it, as in "assume_role in the provider block"
}

// CredentialsError says that a call was not made because there were no
// credentials to sign it with.
type CredentialsError struct {
	Role  Role // the role that could not be assumed; the zero value: none, or not known
	Cause error
}

// Error returns the cause's text.
func (e *CredentialsError) Error() string { return e.Cause.Error() }

// Unwrap returns the cause.
func (e *CredentialsError) Unwrap() error { return e.Cause }

// RetryableError returns false. It keeps the SDK from retrying the call that needed
// the credentials: getting them has been retried already.
func (e *CredentialsError) RetryableError() bool { return false }

// roleNotAssumed returns the role that could not be assumed, if err is about one.
// In a chain of roles, that is the first one that failed: its error is the
// innermost.
func roleNotAssumed(err error) (Role, bool) {
	var role Role
	for {
		failed, ok := errors.AsType[*CredentialsError](err)
		if !ok {
			return role, role.ARN != ""
		}
		role, err = failed.Role, failed.Cause
	}
}
