// SPDX-License-Identifier: MPL-2.0

package awserr

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// Side is the side of a cross-account pull that an error concerns: its credentials,
// and the team that must act.
type Side string

// The two sides. The empty Side means that the side is not known.
const (
	RegistrySide Side = "registry"
	ConsumerSide Side = "consumer"
)

// Attempt is what the provider tried to do, for error texts.
type Attempt struct {
	Doing           string // follows "could not", as in "read the policy of the repository payment-service"
	Account, Region string // may be empty
	Side            Side   // the side that must act; may be empty
	OwnAccount      bool   // Account is the account of the credentials, which may not be the one that was meant
	Credentials     string // the account of the credentials, if it is not Account; may be empty
}

// Error is a failed AWS call, with texts for a diagnostic. It wraps the SDK's error.
// None of its texts contains a secret of the clients that made the call.
type Error struct {
	Attempt Attempt
	Kind    Kind
	Cause   error
}

// Explain wraps the error of an AWS call, or of getting a client. It returns
// nil for nil, and err itself when it is or wraps an *Error already.
func Explain(err error, a Attempt) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*Error](err); ok {
		return err
	}
	return &Error{Attempt: a, Kind: KindOf(err), Cause: err}
}

// Error returns what was tried and the cause, in one sentence.
func (e *Error) Error() string {
	return fmt.Sprintf("could not %s: %s", printed.Message(e.Attempt.Doing), Message(e.Cause))
}

// Unwrap returns the SDK's error.
func (e *Error) Unwrap() error { return e.Cause }

// Describe returns the texts of a diagnostic for any error. An *Error and a
// *ConfigError have their own; for any other error they are summary and its text.
func Describe(err error, summary string) (title, detail string) {
	if explained, ok := errors.AsType[*Error](err); ok {
		return explained.Summary(), explained.Detail()
	}
	if configuration, ok := errors.AsType[*ConfigError](err); ok {
		return printed.Message(configuration.Summary), printed.Message(redacted(err, configuration.Error()))
	}
	return summary, printed.Message(err.Error())
}

// Message returns AWS's own message about a failed call, with its error code and
// without the SDK's wrapping, on one line. For an error that is not AWS's, it returns its
// text.
func Message(err error) string { return printed.Message(messageOf(err).text) }

// Code returns the error code of a call that AWS answered with an error, as in
// AccessDeniedException; empty for any other error.
func Code(err error) string {
	if api, found := apiError(err); found {
		return printed.Name(api.ErrorCode())
	}
	return ""
}

// Action returns the IAM action of a call that failed, as in iam:GetPolicyVersion; empty if
// the error is not one of the SDK's clients.
func Action(err error) string {
	if call, ok := errors.AsType[*smithy.OperationError](err); ok {
		return strings.ToLower(call.Service()) + ":" + call.Operation()
	}
	return ""
}

// MayHaveTakenEffect reports whether a write that failed with err may have changed
// AWS: it was sent, and AWS's response is missing or says that AWS failed.
func MayHaveTakenEffect(err error) bool {
	if err == nil || is[*ConfigError](err) || is[*CredentialsError](err) {
		return false
	}
	if response, ok := errors.AsType[*smithyhttp.ResponseError](err); ok {
		status := response.HTTPStatusCode()
		return status < http.StatusBadRequest || status >= http.StatusInternalServerError
	}
	return !is[smithy.APIError](err)
}
