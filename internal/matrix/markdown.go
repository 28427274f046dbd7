// SPDX-License-Identifier: MPL-2.0

package matrix

import (
	"fmt"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// maxRows is the number of pairs that the Markdown lists: a comment of GitHub has 65,536
// characters.
const maxRows = 100

// Markdown returns the Summary and a table of the pairs that are not allowed, at most
// maxRows of them. Names are escaped: they are data.
func (m *Matrix) Markdown() string {
	var b strings.Builder
	b.WriteString(m.Summary() + "\n")
	rest := m.NotAllowed()
	if len(rest) == 0 {
		return b.String()
	}
	b.WriteString("\n| Role | Repository | Verdict | Why |\n|---|---|---|---|\n")
	hidden := max(0, len(rest)-maxRows)
	for _, c := range rest[:len(rest)-hidden] {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", printed.Markdown(c.Role.ARN()), printed.Markdown(c.Repository.ARN()), c.Verdict, printed.Markdown(c.Summary))
	}
	if hidden > 0 {
		fmt.Fprintf(&b, "\n… and %d more, which are in `not_allowed`.\n", hidden)
	}
	return b.String()
}
