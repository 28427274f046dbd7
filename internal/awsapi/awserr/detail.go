// SPDX-License-Identifier: MPL-2.0

package awserr

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

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
