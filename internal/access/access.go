// SPDX-License-Identifier: MPL-2.0

// Package access says to whom the resource side opens the repositories of a registry, from a
// snapshot alone: by which statement, for which actions, under which conditions, what a Deny
// closes again, and what of it is probably not meant. It is pure.
//
// It says nothing of the other side: the policies of a principal of another account must allow
// the same, too.
package access

import (
	"cmp"
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
)

// An Input is what a report is made of.
type Input struct {
	Snapshot   *snapshot.Registry
	Repository string // the only one of the report; empty means all of the snapshot

	// The organization that everyone should be in; both empty means that none is set.
	OrganizationID       string
	OrganizationAccounts []string // all of its accounts; empty if they are not known

	// Descriptions say why statements exist, by Sid or by import ID. nil: none are kept.
	Descriptions map[string]string
	// Acknowledgements say why statements allow whole accounts or organizations: by import ID, or
	// by a Sid that only one statement of the snapshot has.
	Acknowledgements map[string]string
	Suppressions     []Suppression
}

// A Suppression accepts findings, for a reason.
type Suppression struct {
	Code       Code
	Repository string // empty means any, and the registry policy
	Sid        string // empty means any
	Reason     string
}

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

// A Suppressed is a finding that somebody accepts.
type Suppressed struct {
	Finding
	Reason string `json:"reason"`
}

// Of makes the report.
func Of(in Input) *Report {
	s := in.Snapshot
	r := &Report{
		Account: s.Account, Region: s.Region, ReadAt: s.ReadAt.String(), Complete: true,
		Repositories: []string{}, Entries: []Entry{}, Findings: []Finding{}, Suppressed: []Suppressed{}, Notes: []string{},
	}
	j := newJudge(in, r)
	for i := range s.Repositories {
		if repository := &s.Repositories[i]; in.Repository == "" || in.Repository == repository.Name {
			r.Repositories = append(r.Repositories, repository.Name)
			j.repository(repository)
		}
	}
	j.registry()
	j.notes()
	slices.SortStableFunc(r.Findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Severity.rank(), b.Severity.rank()), cmp.Compare(a.Repository, b.Repository),
			cmp.Compare(b.PolicyType, a.PolicyType), cmp.Compare(a.Index, b.Index), cmp.Compare(a.Code, b.Code))
	})
	j.suppress()
	return r
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
