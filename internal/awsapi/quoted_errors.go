// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// A parser's error quotes what it could not read. Where that may be a secret, the error
// is replaced by one of the same type with a text of our own. A secret that could not be
// read is in no list, so that it could not be redacted.

var (
	errNotHTTP    = errors.New("the connection was closed, or the response is not HTTP")
	errUnreadable = errors.New("the response does not have the form that AWS documents; it is not shown, because it may have secrets")
)

// withoutQuotes returns the error of a call without the text of a response that could not
// be read. Responses of ECR and IAM have no secrets. The error of another call, which was
// to get credentials for this one, is returned as it is.
func withoutQuotes(ctx context.Context, err error) error {
	if is[*awserr.CredentialsError](err) || is[*awserr.RedactedError](err) {
		return err
	}
	operation := &smithy.OperationError{ServiceID: awsmiddleware.GetServiceID(ctx), OperationName: awsmiddleware.GetOperationName(ctx)}
	if send, ok := errors.AsType[*smithyhttp.RequestSendError](err); ok {
		if isTransport(send.Err) {
			return err
		}
		cause := errNotHTTP
		if request, ok := errors.AsType[*url.Error](send.Err); ok {
			cause = &url.Error{Op: request.Op, URL: hostOf(request.URL), Err: errNotHTTP}
		}
		operation.Err = &smithyhttp.RequestSendError{Err: cause}
		return operation
	}
	response, responded := errors.AsType[*smithyhttp.ResponseError](err)
	responded = responded && response.HTTPStatusCode() != 0
	if is[smithy.APIError](err) || !responded && !is[*smithy.DeserializationError](err) ||
		operation.ServiceID == ecr.ServiceID || operation.ServiceID == iam.ServiceID {
		return err
	}
	operation.Err = &smithy.DeserializationError{Err: errUnreadable}
	if responded {
		operation.Err = &smithyhttp.ResponseError{Response: response.Response, Err: operation.Err}
	}
	return operation
}

// hostOf returns a URL without all that follows its host, or that is not well-formed.
func hostOf(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return "URL"
	}
	return u.Scheme + "://" + u.Host
}

// isTransport reports whether an error is about a connection, so that its text has nothing
// of a response.
func isTransport(err error) bool {
	if request, ok := errors.AsType[*url.Error](err); ok {
		err = request.Err
	}
	return is[net.Error](err) || is[*tls.CertificateVerificationError](err) || is[proxyError](err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, http.ErrSchemeMismatch) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

// is reports whether err's chain holds an error of the type E.
func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// withoutURL returns the error of a request without its URL.
func withoutURL(err error) error {
	if request, ok := errors.AsType[*url.Error](err); ok {
		return request.Err
	}
	return err
}

// statusOf returns the HTTP status of a response for a sentence, if there was one.
func statusOf(err error) string {
	if response, ok := errors.AsType[interface {
		error
		HTTPStatusCode() int
	}](err); ok {
		return fmt.Sprintf(" (HTTP status %d)", response.HTTPStatusCode())
	}
	return ""
}
