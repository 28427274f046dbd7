// SPDX-License-Identifier: MPL-2.0

package awsname

import (
	"strings"
	"testing"
	"unicode"
)

// TestErrorsAreShortLines: whatever a text is and wherever it breaks off, the error about
// it is one short line without a character that is not printed.
func TestErrorsAreShortLines(t *testing.T) {
	t.Parallel()
	parsers := map[string]func(string) error{
		"ParseARN":               func(s string) error { _, err := ParseARN(s); return err },
		"ParsePrincipal":         func(s string) error { _, err := ParsePrincipal(s); return err },
		"ParseRepositoryARN":     func(s string) error { _, err := ParseRepositoryARN(s); return err },
		"ParseImage":             func(s string) error { _, err := ParseImage(s); return err },
		"CheckRepositoryName":    CheckRepositoryName,
		"CheckRepositoryPattern": CheckRepositoryPattern,
		"CheckServicePrincipal":  CheckServicePrincipal,
	}
	whole := []string{
		"", "arn:aws:iam::123456789012:role/path/app", "arn:aws:sts::123456789012:assumed-role/app/session",
		"arn:aws:ecr:us-east-1:123456789012:repository/app", "arn:aws:ecr:us-east-1:123456789012:repository/app*", "arn:aws:lambda:us-east-1:123456789012:function:f",
		"123456789012.dkr.ecr.us-east-1.amazonaws.com/app:v1", "123456789012.dkr.ecr.us-east-1.amazonaws.com/app@sha256:0", "https://app", "lambda.amazonaws.com",
	}
	tried, refused := 0, 0
	for name, parse := range parsers {
		for _, text := range whole {
			for _, hostile := range []string{"\nx", "\x1b[2J\u009b", "\u202e\u2066", "\xff", strings.Repeat("a", 1<<12), strings.Repeat("1", 1<<12)} {
				for at := range len(text) + 1 {
					err := parse(text[:at] + hostile + text[at:])
					if tried++; err == nil {
						continue
					}
					refused++
					if got := err.Error(); len(got) > 1500 || strings.ContainsFunc(got, func(r rune) bool { return !unicode.IsPrint(r) }) {
						t.Fatalf("%s of %q with %.10q at %d says, in %d characters: %.2000q", name, text, hostile, at, len(got), got)
					}
				}
			}
		}
	}
	t.Logf("%d texts, %d refused", tried, refused)
}
