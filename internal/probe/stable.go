// SPDX-License-Identifier: MPL-2.0

package probe

import (
	"regexp"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// changing are the parts of messages that differ each time, with what replaces them. A
// result must be the same as long as nothing changes: it is in the state.
var changing = []struct {
	pattern *regexp.Regexp
	by      string
}{
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied-authorization-id.html
	{regexp.MustCompile(`(?i)\.? *Go to https://\S*authorization-details/.*$`), ""},
	{regexp.MustCompile(`(?i) *\((?:extended )?request ?id:? [\w/+=-]+\)|[,;]? *(?:extended )?request ?id:? [\w/+=-]+`), ""},
	{regexp.MustCompile(`(?i)[,;.]? *(?:(?:with|under) the (?:following )?)?authorization id:? [\w/+=-]+`), ""},
	// https://pkg.go.dev/crypto/x509#CertificateInvalidError
	{regexp.MustCompile(`: current time \S+ is (after|before) \S+`), ": the current time is $1 its limit"},
	// https://docs.aws.amazon.com/IAM/latest/UserGuide/signature-v4-troubleshooting.html
	{regexp.MustCompile(`(?i)\b(signature (?:expired|not yet current)): [0-9TZ]+ is (?:now|still) \w+ than [0-9TZ]+(?: *\([^)]*\))?`), "$1"},
	{regexp.MustCompile(`\b(dial|read|write) ((?:tcp|udp)[46]?) \S+?:[0-9]+(?:->\S+:[0-9]+)?: `), "$1 $2: "},
	{regexp.MustCompile(`\b(lookup \S+) on \S+: `), "$1: "},
}

// stable returns a message on one line, without what differs each time.
func stable(text string) string {
	for _, c := range changing {
		text = c.pattern.ReplaceAllString(text, c.by)
	}
	return printed.Message(strings.TrimSpace(text))
}
