package verdict

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
)

// explain writes the result as a person wants it on a screen. It begins with a
// capital and ends with a full stop, as Terraform asks of an error message.
func (c *check) explain(r Result) string {
	sections := []string{c.headline(r), c.table()}
	if len(r.Mismatches) > 0 {
		sections = append(sections, "What does not fit:\n"+bullets(r.Mismatches, ": see mismatches"))
	}
	if alternatives := c.alternatives(); len(alternatives) > 0 {
		sections = append(sections, "What holds when:\n"+bullets(alternatives, ""))
	}
	if nearest := c.nearest(); len(nearest) > 0 {
		sections = append(sections, "What comes closest:\n"+bullets(nearest, ""))
	}
	if len(r.Remedies) > 0 {
		sections = append(sections, c.whatToDo(r))
	}
	return strings.Join(append(sections, c.closing(r)), "\n\n")
}

func (c *check) headline(r Result) string {
	switch r.Verdict {
	case authz.Allowed:
		return fmt.Sprintf("Allowed: %s can %s.", c.who(), c.does())
	case authz.Denied:
		return fmt.Sprintf("Denied: %s cannot %s. %s", c.who(), c.does(), c.whoDenies(r))
	default:
		return fmt.Sprintf("Conditional: whether %s can %s depends on %s.", c.who(), c.does(), open(r))
	}
}

func (c *check) whoDenies(r Result) string {
	switch {
	case slices.Contains(r.DeniedBy, PartitionMismatch):
		return "Role and image are in different partitions."
	case r.DeniedSide == Both && c.sameAccount() && len(c.denyRemedies()) == 0:
		return fmt.Sprintf("Role and repository are in the same account, %s: one Allow is enough, but there is none.", c.principal.Account)
	case c.sameAccount():
		return fmt.Sprintf("Role and repository are in the same account, %s.", c.principal.Account)
	case r.DeniedSide == Both:
		return fmt.Sprintf("Both sides deny it: the consumer (account %s) and the registry (account %s).", c.principal.Account, c.repository.Account)
	}
	return fmt.Sprintf("The %s side (account %s) denies it.", r.DeniedSide, c.account(r.DeniedSide))
}

// open says what a conditional verdict hangs on.
func open(r Result) string {
	var parts []string
	if len(r.UnknownDocuments) > 0 {
		parts = append(parts, some(r.UnknownDocuments, "and"))
	}
	if len(r.UnknownContextKeys) > 0 {
		parts = append(parts, "the value of "+some(r.UnknownContextKeys, "and"))
	}
	if len(parts) == 0 {
		return "a statement that this check cannot judge"
	}
	return "what is not known: " + list(parts, "and")
}

// table aligns action, verdict and reason. Terraform does not wrap lines that
// begin with a space.
func (c *check) table() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, d := range c.decisions {
		_, _ = fmt.Fprintf(w, "  %s\t%s\t%s\n", d.Action, d.Verdict, d.brief)
	}
	_ = w.Flush() // a strings.Builder accepts everything
	return strings.TrimRight(b.String(), "\n")
}

func (c *check) whatToDo(r Result) string {
	title := "What to change:"
	if r.Verdict == authz.Conditional {
		title = "What to supply:"
	}
	var items []string
	for _, remedy := range r.Remedies {
		item := fmt.Sprintf("%s: %s", c.sideWords(remedy.Side), remedy.Sentence)
		if code := cmp.Or(remedy.HCL, remedy.JSON); code != "" {
			item += "\n" + indent(code)
		}
		items = append(items, item)
	}
	return title + "\n" + bullets(items, ": see remedies")
}

// closing says what the verdict does not rest on. A limit that is assumed not to
// exist could only deny more.
func (c *check) closing(r Result) string {
	var sentences []string
	if len(r.UnknownDocuments) > 0 && r.Verdict != authz.Conditional {
		sentences = append(sentences, fmt.Sprintf("Not known, and without effect on this verdict: %s.", list(r.UnknownDocuments, "and")))
	}
	if absent := c.absent(); len(absent) > 0 && r.Verdict != authz.Denied {
		sentences = append(sentences, fmt.Sprintf("Assumed, because not given: no %s restricts this.", list(absent, "or")))
	}
	sentences = append(sentences, c.otherAssumptions()...)
	switch {
	case len(sentences) > 0:
		return strings.Join(sentences, "\n")
	case r.Verdict == authz.Denied:
		return "This holds whatever the policies that no check reads say."
	default:
		return "Nothing was assumed."
	}
}

// bullets lists sentences; of very many the first few, and where all of them are.
func bullets(sentences []string, all string) string {
	items := capped(sentences)
	if len(items) < len(sentences) {
		items[len(items)-1] = "and " + items[len(items)-1] + all
	}
	return "- " + strings.Join(items, "\n- ")
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimRight(text, "\n"), "\n", "\n    ")
}
