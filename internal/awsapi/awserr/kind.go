// SPDX-License-Identifier: MPL-2.0

// Package awserr says what a failed AWS call means: the kind of failure, which
// side of a cross-account pull must act, and what to do now. It knows the errors
// of the SDK, and those that package awsapi wraps them in.
package awserr

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Kind says why an AWS call failed.
type Kind string

// The kinds of failure that the provider distinguishes.
const (
	PolicyNotFound     Kind = "policy not found"     // the repository or registry has no policy
	RepositoryNotFound Kind = "repository not found" // in this account and Region
	NoSuchEntity       Kind = "no such entity"       // IAM knows no such role or policy
	AccessDenied       Kind = "access denied"
	PrincipalNotFound  Kind = "principal not found" // a principal of an ECR policy does not exist (yet)
	InvalidPolicy      Kind = "invalid policy"      // "Invalid repository policy provided", or registry policy; older ECR's text for PrincipalNotFound too
	InvalidParameter   Kind = "invalid parameter"
	MalformedPolicy    Kind = "malformed policy" // IAM's policy documents
	LimitExceeded      Kind = "quota exceeded"
	Unmodifiable       Kind = "unmodifiable role" // a service-linked role
	Throttled          Kind = "throttled"
	Expired            Kind = "credentials expired"
	InvalidCredentials Kind = "credentials not accepted"
	NoCredentials      Kind = "no credentials"
	Unreachable        Kind = "AWS not reachable" // no connection, or no trusted one
	Failed             Kind = "AWS failed"        // HTTP status 500 or more
	Unreadable         Kind = "unreadable response"
	Unsupported        Kind = "not supported" // this endpoint does not know the operation
	Canceled           Kind = "canceled"      // by the caller, or its time limit was reached
	Configuration      Kind = "provider configuration"
	Other              Kind = "unexpected error"
)

// kindByCode returns the kind of an error that AWS reported: one that ECR or IAM
// declares for the operation, or one that every AWS service can return. It uses the
// error code and not the SDK's types, because the SDK has a type only for the errors
// that an operation declares.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_SetRepositoryPolicy.html,
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html and
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
func kindByCode(err error) Kind {
	api, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		return ""
	}
	code := api.ErrorCode()
	switch code {
	case "RepositoryPolicyNotFoundException", "RegistryPolicyNotFoundException":
		return PolicyNotFound
	case "RepositoryNotFoundException":
		return RepositoryNotFound
	case "NoSuchEntity":
		return NoSuchEntity
	case "InvalidParameterException":
		return kindOfParameterError(api.ErrorMessage())
	case "InvalidInput", "ValidationError", "ValidationException", "InvalidParameterValue", "InvalidParameterCombination":
		return InvalidParameter
	case "MalformedPolicyDocument":
		return MalformedPolicy
	case "LimitExceeded", "LimitExceededException":
		return LimitExceeded
	case "UnmodifiableEntity":
		return Unmodifiable
	case "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized":
		return AccessDenied
	case "ExpiredToken", "ExpiredTokenException", "RequestExpired",
		"UnauthorizedException": // IAM Identity Center's, of a session that has ended
		return Expired
	case "InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch",
		"InvalidSignatureException", "IncompleteSignature", "MissingAuthenticationToken",
		"MissingAuthenticationTokenException", "OptInRequired", "InvalidIdentityToken", "IDPRejectedClaim":
		return InvalidCredentials
	case "InvalidAction", "UnknownOperationException", "UnsupportedOperation", "UnsupportedOperationException", "UnsupportedAPIEndpointException", "NotImplemented":
		return Unsupported
	}
	if _, ok := retry.DefaultThrottleErrorCodes[code]; ok {
		return Throttled
	}
	return ""
}

// kindOfParameterError distinguishes what ECR reports with one error code.
// Source: https://github.com/hashicorp/terraform-provider-aws/issues/39064,
// https://github.com/aws/aws-cdk/issues/3583 and https://github.com/pulumi/pulumi-aws/issues/2326
func kindOfParameterError(message string) Kind {
	switch {
	case strings.Contains(message, "Principal not found"):
		return PrincipalNotFound
	case strings.Contains(message, "Invalid repository policy provided"), strings.Contains(message, "Invalid registry policy provided"):
		return InvalidPolicy
	}
	return InvalidParameter
}

// kindByTransport returns the kind of a failure without an error code: AWS did not
// respond, or the response cannot be understood.
func kindByTransport(err error) Kind {
	switch {
	case is[*smithy.CanceledError](err), is[*aws.RequestCanceledError](err), errors.Is(err, context.Canceled):
		return Canceled
	case is[*smithyhttp.RequestSendError](err):
		return Unreachable
	case errors.Is(err, context.DeadlineExceeded):
		return Canceled
	}
	if response, ok := errors.AsType[*smithyhttp.ResponseError](err); ok {
		switch status := response.HTTPStatusCode(); {
		case status == http.StatusNotImplemented:
			return Unsupported
		case status == http.StatusTooManyRequests:
			return Throttled
		case status >= http.StatusInternalServerError:
			return Failed
		}
	}
	_, reported := apiError(err)
	if is[*smithy.DeserializationError](err) || is[smithy.APIError](err) && !reported {
		return Unreadable
	}
	return ""
}

// is reports whether err's chain holds an error of the type E.
func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// apiError returns the error that AWS reported. The SDK also makes an API error of
// a response without one; apiError does not return that one.
func apiError(err error) (api smithy.APIError, found bool) {
	api, found = errors.AsType[smithy.APIError](err)
	return api, found && api.ErrorCode() != "UnknownError"
}
