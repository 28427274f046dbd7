// SPDX-License-Identifier: MPL-2.0

package awserr

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// Summary returns one line for a diagnostic's summary.
func (e *Error) Summary() string {
	if configuration, ok := errors.AsType[*ConfigError](e.Cause); ok {
		return printed.Message(configuration.Summary)
	}
	return fmt.Sprintf("Could not %s: %s", printed.Message(e.Attempt.Doing), e.Kind)
}

// Detail says what was tried and where, what went wrong, which side must act
// and what to do now, and AWS's message last.
func (e *Error) Detail() string {
	last := messageOf(e.Cause)
	advice := adviceFor(e, last.text)
	detail := fmt.Sprintf("The provider tried to %s%s. %s\n\n%s: %s",
		printed.Message(e.Attempt.Doing), e.Attempt.where(), advice.happened,
		e.Attempt.whoActs(), advice.now)
	text := printed.Message(last.text)
	if strings.Contains(detail, text) {
		return detail // The problem of a *ConfigError is in it already.
	}
	return fmt.Sprintf("%s\n\n%s: %s", detail, last.label, text)
}

// where names the account, the Region and the account of the credentials, as far as
// they are known.
func (a Attempt) where() string {
	account := "account " + printed.Name(a.Account)
	switch {
	case a.OwnAccount:
		account += ", the account of the credentials"
	case a.Side != "":
		account = string(a.Side) + " " + account
	}
	var parts []string
	if a.Account != "" {
		parts = append(parts, account)
	}
	if a.Region != "" {
		parts = append(parts, "Region "+printed.Name(a.Region))
	}
	if a.Credentials != "" {
		parts = append(parts, "with credentials of the account "+printed.Name(a.Credentials))
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

func (a Attempt) whoActs() string {
	if a.Side == "" {
		return "What to do"
	}
	return fmt.Sprintf("What the %s side must do", a.Side)
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

// apiError returns the error that AWS reported. The SDK also makes an API error of
// a response without one; apiError does not return that one.
func apiError(err error) (api smithy.APIError, found bool) {
	api, found = errors.AsType[smithy.APIError](err)
	return api, found && api.ErrorCode() != "UnknownError"
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
