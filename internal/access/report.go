// SPDX-License-Identifier: MPL-2.0

package access

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// A Report says who has access. Its lists are in a stable order.
type Report struct {
	Account      string       `json:"account_id"`
	Region       string       `json:"region"`
	ReadAt       string       `json:"read_at"`
	Repositories []string     `json:"repositories"`
	Complete     bool         `json:"complete"` // every policy of the resource side is known
	Entries      []Entry      `json:"entries"`
	Findings     []Finding    `json:"findings"`
	Suppressed   []Suppressed `json:"suppressed_findings"`
	Notes        []string     `json:"notes"` // what the report does not know or cannot say
}

// An Entry is one grantee of one statement, for one repository.
type Entry struct {
	Repository     string           `json:"repository"`
	Kind           Kind             `json:"grantee_type"`
	Grantee        string           `json:"grantee"`    // an ARN, an ID or a service principal; * for everyone
	Account        string           `json:"account_id"` // of the grantee, if it has one
	InOrganization Membership       `json:"in_organization,omitempty"`
	PolicyType     authz.PolicyType `json:"policy_type"`
	Sid            string           `json:"sid"`
	Index          int              `json:"statement_index"`
	Description    string           `json:"description,omitempty"`
	Acknowledged   string           `json:"acknowledgement,omitempty"`
	Access         []actionset.Name `json:"access"`  // the sets that are allowed with all of their actions
	Actions        []string         `json:"actions"` // all of them
	Conditions     []string         `json:"conditions"`
	Uncertain      bool             `json:"uncertain"` // AWS may not read the statement like this
	Denied         Denial           `json:"denied"`
	DeniedBy       []string         `json:"denied_by"` // what each Deny statement denies of it
	Sentence       string           `json:"sentence"`

	grantee grantee
	outside []string // for whose resources a service acts, if that is not for the organization
	name    string   // of the statement, as in: statement "Pull" of the repository policy
}

// A Denial says how much of an entry Deny statements close again.
type Denial string

// The denials. Partly means that a Deny statement concerns some of it, or does so under
// conditions.
const (
	NotDenied      Denial = "no"
	PartlyDenied   Denial = "partly"
	EntirelyDenied Denial = "entirely"
)

// A Membership says whether a grantee is in the organization of the Input.
type Membership string

// The memberships.
const (
	Inside            Membership = "yes"
	Outside           Membership = "no"
	MembershipUnknown Membership = "unknown"
)

// A Finding is something that is probably not meant, or that best practices advise against.
type Finding struct {
	Code       Code             `json:"code"`
	Severity   Severity         `json:"severity"`
	Repository string           `json:"repository"` // empty for the registry policy
	PolicyType authz.PolicyType `json:"policy_type"`
	Sid        string           `json:"sid"`
	Index      int              `json:"statement_index"` // -1 if it is about no statement
	Sentence   string           `json:"sentence"`
	Remedy     string           `json:"remedy"`
	HCL        string           `json:"hcl"`       // the resource in place of the statement; empty if there is none
	Statement  string           `json:"statement"` // the statement in its place, as JSON; empty if there is none

	acknowledged string // why it is accepted, if the resource that writes the statement says so
}

// A Suppressed is a finding that somebody accepts.
type Suppressed struct {
	Finding
	Reason string `json:"reason"`
}

// Counts are the numbers of findings by severity, those that are suppressed left out.
type Counts struct{ High, Medium, Low int }

// Counts counts the findings.
func (r *Report) Counts() (c Counts) {
	for i := range r.Findings {
		switch r.Findings[i].Severity {
		case High:
			c.High++
		case Medium:
			c.Medium++
		case Low:
			c.Low++
		}
	}
	return c
}

// Summary says in a few sentences to whom the resource side opens the door.
func (r *Report) Summary() string {
	var texts []string
	for _, kind := range Kinds() {
		found := map[string]bool{}
		for i := range r.Entries {
			if e := &r.Entries[i]; e.Kind == kind && e.Denied != EntirelyDenied {
				found[e.Grantee] = true
			}
		}
		switch {
		case len(found) == 0:
		case kind == Everyone:
			texts = append(texts, "everyone")
		case kind == Unknown:
			texts = append(texts, "principals that are not known")
		default:
			texts = append(texts, wording.Counted(len(found), strings.TrimSpace(nouns[kind])))
		}
	}
	who := "nobody"
	if r.isUnread(func(*Finding) bool { return true }) {
		who = "nobody that is known"
	}
	if len(texts) > 0 {
		who = wording.List(texts, "and")
	}
	repositories := verb(len(r.Repositories), "1 repository", strconv.Itoa(len(r.Repositories))+" repositories")
	c := r.Counts()
	text := fmt.Sprintf("Account %s, %s, read at %s: in %s, the resource side opens the door to %s. Findings: %d high, %d medium, %d low; %d suppressed. The policies of the principal's own side must allow the access, too.",
		printed.Name(r.Account), printed.Name(r.Region), r.ReadAt, repositories, who, c.High, c.Medium, c.Low, len(r.Suppressed))
	if !r.Complete {
		text += " Some policies are not known: see the notes and the findings."
	}
	return text
}

// isUnread reports whether a policy was not read that concerns something.
func (r *Report) isUnread(concerns func(*Finding) bool) bool {
	is := func(f *Finding) bool { return f.Code == PolicyNotRead && concerns(f) }
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return is(&f) }) ||
		slices.ContainsFunc(r.Suppressed, func(s Suppressed) bool { return is(&s.Finding) })
}

// Markdown returns the report for a person. Names are escaped: they are data.
func (r *Report) Markdown() string {
	var b strings.Builder
	b.WriteString(printed.Markdown(r.Summary()) + "\n")
	for _, name := range r.Repositories {
		fmt.Fprintf(&b, "\n## %s\n\n", printed.Markdown(name))
		count := 0
		for i := range r.Entries {
			e := &r.Entries[i]
			if e.Repository != name {
				continue
			}
			if count++; count == 1 {
				b.WriteString("| Who | May | If | By | Deny |\n|---|---|---|---|---|\n")
			}
			b.WriteString(e.row())
		}
		if count == 0 {
			b.WriteString("No statement that is known opens the door to anyone.\n")
		}
	}
	b.WriteString("\n## Findings\n\n")
	for i := range r.Findings {
		b.WriteString(r.Findings[i].item("\n"))
	}
	if len(r.Findings) == 0 {
		b.WriteString("None.\n")
	}
	if len(r.Suppressed) > 0 {
		b.WriteString("\n## Suppressed findings\n\n")
	}
	for i := range r.Suppressed {
		b.WriteString(r.Suppressed[i].item(" Reason: " + printed.Markdown(r.Suppressed[i].Reason) + "\n"))
	}
	b.WriteString("\n## Notes\n\n")
	for _, note := range r.Notes {
		b.WriteString("- " + printed.Markdown(note) + "\n")
	}
	return b.String()
}

func (e *Entry) row() string {
	by := e.name
	if e.Description != "" {
		by += ": " + e.Description
	}
	if e.Acknowledged != "" {
		by += " (acknowledged: " + e.Acknowledged + ")"
	}
	who := e.grantee.words()
	if e.InOrganization == Outside {
		who += " (outside the organization)"
	}
	if e.Uncertain {
		who += " (not certain)"
	}
	conditions := strings.Join(e.Conditions, "; ")
	denied := strings.Join(e.DeniedBy, " ")
	if e.Denied == NotDenied {
		denied = "no"
	}
	return fmt.Sprintf("| %s | %s | %s | %s | %s |\n", printed.Markdown(who), printed.Markdown(e.may()), printed.Markdown(conditions), printed.Markdown(by), printed.Markdown(denied))
}

// may says in short what an entry allows.
func (e *Entry) may() string {
	if name, ok := actionset.Of(e.Actions); ok {
		return string(name)
	}
	if isEveryAction(e.Actions) {
		return "every action"
	}
	return wording.Some(printed.Values(e.Actions), "and")
}

func (f *Finding) item(end string) string {
	where := "registry policy"
	if f.Repository != "" {
		where = f.Repository
	}
	return fmt.Sprintf("- %s %s (%s): %s What to do: %s%s", f.Severity, printed.Markdown(string(f.Code)), printed.Markdown(where), printed.Markdown(f.Sentence), printed.Markdown(f.Remedy), end)
}

// JSON returns the report as text.
func (r *Report) JSON() string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(r); err != nil {
		panic(fmt.Sprintf("access: the report cannot be printed: %v", err)) // it has only texts, numbers and lists
	}
	return strings.TrimSuffix(b.String(), "\n")
}
