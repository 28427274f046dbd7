// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/config"
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

var settingName = regexp.MustCompile(`[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+`)

// profileSettings are the settings of a profile for which the SDK's errors name what is
// wrong.
// Source: https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
var profileSettings = []string{
	"account_id_endpoint_mode", "credential_process", "credential_source", "defaults_mode", "disable_request_compression",
	"duration_seconds", "ec2_metadata_service_endpoint_mode", "ec2_metadata_v1_disabled", "endpoint_discovery_enabled",
	"ignore_configured_endpoint_urls", "max_attempts", "request_checksum_calculation", "request_min_compression_size_bytes",
	"response_checksum_validation", "retry_mode", "role_arn", "source_profile", "sso_account_id", "sso_region", "sso_role_name",
	"sso_session", "sso_start_url", "use_dualstack_endpoint", "use_fips_endpoint", "web_identity_token_file",
}

// loadError says that the SDK could not load its configuration. It names the setting that
// the SDK does not accept. It does not quote the SDK: if a line of a shared file is
// wrong, the value that the SDK quotes may have a secret key in it.
func (l sdkLoader) loadError(err error) error {
	var settings []string
	for _, name := range settingName.FindAllString(err.Error(), -1) {
		_, set := os.LookupEnv(name)
		if (set && strings.HasPrefix(name, "AWS_") || slices.Contains(profileSettings, name)) && !slices.Contains(settings, name) {
			settings = append(settings, name)
		}
	}
	if len(settings) == 0 && os.Getenv(containerAddress) != "" {
		settings = []string{containerAddress} // The SDK's error does not name it.
	}
	profile, _ := chosenProfile(l.cfg)
	problem := &awserr.ConfigError{
		Summary: invalidConfig,
		Problem: "The AWS configuration could not be loaded, for the profile " + profile + ".",
		Remedy: "Check the provider block, the AWS_* environment variables and the shared configuration files (" + strings.Join(sharedFiles(l.cfg), ", ") + "). " +
			"The command aws configure list, with --profile, shows where each setting is from.",
	}
	if len(settings) > 0 {
		problem.Problem += " A wrong or missing value: " + strings.Join(settings, ", ") + "."
	}
	if cause := readableCause(err); cause != nil {
		problem.Cause = &awserr.RedactedError{Cause: cause, Redact: l.secrets.redact}
	}
	problem.Problem, problem.Remedy = l.secrets.redact(problem.Problem), l.secrets.redact(problem.Remedy)
	return problem
}

// readableCause returns the part of the SDK's error that quotes no value, or nil.
func readableCause(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path
	}
	if noRole, ok := errors.AsType[config.CredentialRequiresARNError](err); ok {
		return noRole
	}
	if noSource, ok := errors.AsType[config.SharedConfigAssumeRoleError](err); ok {
		return noSource
	}
	if mfa, ok := errors.AsType[config.AssumeRoleTokenProviderNotSetError](err); ok {
		return mfa
	}
	return nil
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
