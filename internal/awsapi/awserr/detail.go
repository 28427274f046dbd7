package awserr

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Summary returns one line for a diagnostic's summary.
func (e *Error) Summary() string {
	if configuration, ok := errors.AsType[*ConfigError](e.Cause); ok {
		return configuration.Summary
	}
	return fmt.Sprintf("Could not %s: %s", e.Attempt.Doing, e.Kind)
}

// Detail says what was tried and where, what went wrong, which side must act
// and what to do now, and AWS's message last.
func (e *Error) Detail() string {
	said := answer(e.Cause)
	advice := adviceOn(e, said.text)
	detail := fmt.Sprintf("The provider tried to %s%s. %s\n\n%s: %s",
		e.Attempt.Doing, e.Attempt.where(), advice.happened,
		e.Attempt.whoActs(), advice.now)
	if strings.Contains(detail, said.text) {
		return detail // a faulty configuration is told already
	}
	return fmt.Sprintf("%s\n\n%s: %s", detail, said.speaker, said.text)
}

// where names the account, the region and whose credentials were used, as far as
// they are known.
func (a Attempt) where() string {
	account := "account " + a.Account
	switch {
	case a.OwnAccount:
		account += ", that of these credentials"
	case a.Side != "":
		account = string(a.Side) + " " + account
	}
	var parts []string
	if a.Account != "" {
		parts = append(parts, account)
	}
	if a.Region != "" {
		parts = append(parts, "region "+a.Region)
	}
	if a.Credentials != "" {
		parts = append(parts, "with credentials of the account "+a.Credentials)
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

// anAnswer is the last word on a failure, and who said it.
type anAnswer struct{ speaker, text string }

// answer takes AWS's message out of an SDK error, without the SDK's wrapping
// and without secrets. When AWS did not answer, the speaker is the error.
func answer(err error) anAnswer {
	said := anAnswer{speaker: "The error", text: err.Error()}
	if api, ok := apiError(err); ok {
		said = anAnswer{speaker: "AWS's message", text: apiText(err, api)}
	} else if configuration, ok := errors.AsType[*ConfigError](err); ok {
		said.text = configuration.Problem
		if configuration.Cause != nil {
			said.text = configuration.Cause.Error()
		}
	} else if send, ok := errors.AsType[*smithyhttp.RequestSendError](err); ok {
		said.text = send.Err.Error()
	} else if credentials, ok := errors.AsType[*CredentialsError](err); ok {
		said.text = credentials.Error()
	}
	if redacted, ok := errors.AsType[*RedactedError](err); ok {
		said.text = redacted.Redact(said.text)
	}
	return said
}

// apiError finds what AWS said. The SDK makes an error of an answer in which it
// finds none, too; that one is left out.
func apiError(err error) (said smithy.APIError, found bool) {
	said, found = errors.AsType[smithy.APIError](err)
	return said, found && said.ErrorCode() != "UnknownError"
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

// The form in which AWS says what is not allowed and why.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
var (
	refusedAction  = regexp.MustCompile(`(?i)not authorized to perform:? ([a-z0-9-]+:[a-z]+)`)
	refusedRole    = regexp.MustCompile(`on resource: (arn:\S+:role/\S+)`)
	refusingPolicy = regexp.MustCompile(`because no ([A-Za-z -]+?) allows|with an explicit deny in an? ([A-Za-z -]+)`)
)

// refusal is what AWS's message says of an access denied; its parts are empty
// when the message does not say.
type refusal struct {
	action   string // as in ecr:SetRepositoryPolicy
	role     string // ARN of the role that it was to be done with
	policy   string // the type of the policy, as in "service control policy"
	explicit bool   // a Deny statement, not a missing Allow
}

func parseRefusal(message string) refusal {
	var r refusal
	if m := refusedAction.FindStringSubmatch(message); m != nil {
		r.action = m[1]
	}
	if m := refusedRole.FindStringSubmatch(message); m != nil {
		r.role = m[1]
	}
	if m := refusingPolicy.FindStringSubmatch(message); m != nil {
		r.policy = strings.TrimSpace(m[1] + m[2])
		r.explicit = m[2] != ""
	}
	return r
}
