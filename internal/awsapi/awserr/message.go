// SPDX-License-Identifier: MPL-2.0

package awserr

import (
	"errors"
	"regexp"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

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

// A message is the last part of a diagnostic: what AWS or the SDK said. It is printed
// with printed.Message.
type message struct {
	label string // says where the text comes from
	text  string
}

// messageOf takes AWS's message out of an SDK error, without the SDK's wrapping
// and without secrets. If AWS did not respond, the text is that of the error.
func messageOf(err error) message {
	m := message{label: "The error", text: err.Error()}
	if api, ok := apiError(err); ok {
		m = message{label: "AWS's message", text: apiText(err, api)}
	} else if configuration, ok := errors.AsType[*ConfigError](err); ok {
		m.text = configuration.Problem
		if configuration.Cause != nil {
			m.text = configuration.Cause.Error()
		}
	} else if send, ok := errors.AsType[*smithyhttp.RequestSendError](err); ok {
		m.text = send.Err.Error()
	} else if credentials, ok := errors.AsType[*CredentialsError](err); ok {
		m.text = credentials.Error()
	}
	m.text = redacted(err, m.text)
	return m
}

func apiText(err error, api smithy.APIError) string {
	text := api.ErrorCode()
	if message := api.ErrorMessage(); message != "" {
		text += ": " + message
	}
	if response, ok := errors.AsType[*awshttp.ResponseError](err); ok && response.ServiceRequestID() != "" {
		text += " (request ID " + response.ServiceRequestID() + ")"
	}
	return text
}

// The form of AWS's access denied messages.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
var (
	deniedAction  = regexp.MustCompile(`(?i)not authorized to perform:? ([a-z0-9-]+:[a-z]+)`)
	deniedRole    = regexp.MustCompile(`on resource: (arn:\S+:role/\S+)`)
	denyingPolicy = regexp.MustCompile(`because no ([A-Za-z -]+?) allows|with an explicit deny in an? ([A-Za-z -]+)`)
)

// A denial is what AWS's message says about an access denied. A part that the
// message does not name is empty.
type denial struct {
	action   string // as in ecr:SetRepositoryPolicy
	role     string // ARN of the role that was to be assumed
	policy   string // the type of the policy, as in "service control policy"
	explicit bool   // a Deny statement, not a missing Allow
}

func parseDenial(text string) denial {
	var d denial
	if m := deniedAction.FindStringSubmatch(text); m != nil {
		d.action = printed.Name(m[1])
	}
	if m := deniedRole.FindStringSubmatch(text); m != nil {
		d.role = m[1]
	}
	if m := denyingPolicy.FindStringSubmatch(text); m != nil {
		d.policy = printed.Name(strings.TrimSpace(m[1] + m[2]))
		d.explicit = m[2] != ""
	}
	return d
}
