// SPDX-License-Identifier: MPL-2.0

package awserr

import "strings"

// ConfigError says that the provider configuration does not allow an AWS call.
// The call was not made.
type ConfigError struct {
	Summary string // one line, for the summary of a diagnostic
	Problem string // what is wrong, in whole sentences
	Remedy  string // what to do now, in whole sentences
	Cause   error  // may be nil
}

// Error returns the problem, the remedy and the cause, in this order.
func (e *ConfigError) Error() string {
	parts := []string{e.Problem, e.Remedy}
	if e.Cause != nil {
		parts = append(parts, "The cause: "+e.Cause.Error())
	}
	return strings.Join(parts, " ")
}

// Unwrap returns the cause.
func (e *ConfigError) Unwrap() error { return e.Cause }
