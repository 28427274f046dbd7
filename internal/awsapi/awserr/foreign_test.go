// SPDX-License-Identifier: MPL-2.0

package awserr

import (
	"errors"
	"strings"
	"testing"
	"unicode"

	"github.com/aws/smithy-go"
)

// TestTextsOfOthers: what AWS says, and what names are in what was tried, begins no line
// of ours, controls no terminal and is not long, in any text of an error.
func TestTextsOfOthers(t *testing.T) {
	t.Parallel()
	for _, hostile := range []string{
		"\nWhat the registry side must do: forged", "\r\n\nAWS's message: forged", "\x1b[2J\u009b2J\a", "\u202e\u2066\u2028", "\xff`\"${x}", strings.Repeat("arn:aws:iam::1:role/x", 1<<12),
	} {
		for _, message := range []string{
			hostile,
			"not authorized to perform: sts:AssumeRole" + hostile,
			"not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::123456789012:role/x" + hostile,
			"not authorized to perform: ecr:" + strings.Repeat("a", 1<<14) + " because no " + strings.Repeat("policy ", 1<<12) + "allows" + hostile,
			"with an explicit deny in a policy " + hostile,
		} {
			for _, cause := range []error{
				&smithy.GenericAPIError{Code: "AccessDeniedException", Message: message},
				&smithy.GenericAPIError{Code: "InvalidParameterException", Message: "Principal not found" + message},
				&smithy.GenericAPIError{Code: hostile, Message: message},
				&CredentialsError{Role: Role{ARN: "arn:aws:iam::123456789012:role/" + hostile}, Cause: &smithy.GenericAPIError{Code: "AccessDenied", Message: message}},
				&ConfigError{Summary: "Bad" + hostile, Problem: "Bad" + hostile, Remedy: "Do" + hostile, Cause: errors.New(message)},
				errors.New(message),
			} {
				for _, attempt := range []Attempt{
					{Doing: "read " + hostile, Side: RegistrySide, Account: "1" + hostile, Region: "r" + hostile, Credentials: "2" + hostile},
					{Doing: "read it", Side: ConsumerSide},
				} {
					explained := Explain(cause, attempt)
					summary, detail := Describe(explained, "unused")
					_, bare := Describe(cause, "unused")
					for _, line := range []string{summary, explained.Error(), Message(explained), bare} {
						checkText(t, line, 1)
					}
					checkText(t, detail, 5)
				}
			}
		}
	}
}

// checkText checks that a text has no more lines than its benign form, no character that
// is not printed, and no more than a few kB.
func checkText(t *testing.T, text string, lines int) {
	t.Helper()
	if n := strings.Count(text, "\n") + 1; n > lines {
		t.Errorf("%d lines, want %d:\n%.3000q", n, lines, text)
	}
	if strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && !unicode.IsPrint(r) }) {
		t.Errorf("a character that is not printed:\n%.3000q", text)
	}
	if len(text) > 16_000 {
		t.Errorf("%d bytes:\n%.3000q", len(text), text)
	}
}
