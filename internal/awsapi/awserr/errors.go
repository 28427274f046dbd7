// SPDX-License-Identifier: MPL-2.0

package awserr

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
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

// KindOf returns why a call failed, by the types and codes in err's chain. For
// nil and for errors of other origin it returns Other.
func KindOf(err error) Kind {
	if explained, ok := errors.AsType[*Error](err); ok {
		return explained.Kind
	}
	if is[*ConfigError](err) {
		return Configuration
	}
	if credentials, ok := errors.AsType[*CredentialsError](err); ok {
		return kindOfCredentialsError(credentials.Cause)
	}
	return cmp.Or(kindByCode(err), kindByTransport(err), Other)
}

// kindOfCredentialsError returns why there are no credentials. An error of the EC2
// metadata service means that none are configured: the SDK asks that service last.
func kindOfCredentialsError(err error) Kind {
	if is[*ssocreds.InvalidTokenError](err) {
		return Expired
	}
	if operation, ok := errors.AsType[*smithy.OperationError](err); ok && operation.Service() == imds.ServiceID {
		return NoCredentials
	}
	kind := KindOf(err)
	if kind == Other && !is[smithy.APIError](err) {
		return NoCredentials
	}
	return kind
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
