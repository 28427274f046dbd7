// SPDX-License-Identifier: MPL-2.0

package access

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
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

// A judge makes one report.
type judge struct {
	in     Input
	report *Report
	budget *authz.Budget

	parsed                       map[string][]statement // of repository policies
	registryStatements, controls []statement            // of the registry policy; Deny statements of control policies
	unreadControls               []string               // control policies of which it is not known what they say
	sids                         map[string]int         // how many statements have a Sid, if something is acknowledged

	// Of the repository that is judged:
	denies                                     []statement
	deniedARNs, deniedAccounts, deniedServices []string // that these name as principals
}

func newJudge(in Input, r *Report) *judge {
	j := &judge{in: in, report: r, parsed: map[string][]statement{}}
	j.registryStatements = j.statements(authz.RegistryPolicy, "", in.Snapshot.RegistryPolicy)
	if levels := in.Snapshot.ResourceControlPolicies; levels != nil {
		for _, level := range *levels {
			for _, control := range level.Policies {
				if !isRead(control.Document) {
					j.unreadControls = append(j.unreadControls, cmp.Or(control.Name, control.ID))
				}
				of := j.statements(authz.ResourceControlPolicy, control.Name, control.Document)
				j.controls = append(j.controls, slices.DeleteFunc(of, func(s statement) bool { return s.Effect() == "Allow" })...)
			}
		}
	}
	slices.Sort(j.unreadControls)
	j.unreadControls = slices.Compact(j.unreadControls)
	if len(in.Acknowledgements) > 0 {
		j.countSids()
	}
	return j
}

// statements reads a document. A document that cannot be read is one that is not known.
func (j *judge) statements(t authz.PolicyType, name string, d snapshot.Document) []statement {
	if !d.IsKnown() || d.Text() == "" {
		return nil
	}
	if all, ok := j.parsed[d.Text()]; ok && t == authz.RepositoryPolicy {
		return all // many repositories have the same
	}
	doc, err := policy.Parse(d.Text())
	if err != nil {
		return nil
	}
	var all []statement
	for _, s := range doc.Statements() {
		all = append(all, statement{
			Statement: verdict.Statement{Type: t, Policy: name, Version: doc.Version(), Statement: s},
			repeated:  s.Sid() != "" && len(doc.Find(s.Sid())) > 1,
			hasTags:   strings.Contains(pattern.Lower(s.String()), "resourcetag/"),
			compiled:  map[form]typed{},
		})
	}
	if t == authz.RepositoryPolicy {
		j.parsed[d.Text()] = all
	}
	return all
}

// isRead reports whether it is known what a document says, or that there is none.
func isRead(d snapshot.Document) bool {
	if !d.IsKnown() {
		return false
	}
	_, err := policy.Parse(d.Text())
	return d.Text() == "" || err == nil
}

func (j *judge) countSids() {
	j.sids = map[string]int{}
	count := func(statements []statement) {
		for i := range statements {
			j.sids[statements[i].Sid()]++
		}
	}
	count(j.registryStatements)
	for i := range j.in.Snapshot.Repositories {
		count(j.statements(authz.RepositoryPolicy, "", j.in.Snapshot.Repositories[i].Policy))
	}
	delete(j.sids, "")
}

// setDenies takes the statements that close doors at a place, and whom they name.
func (j *judge) setDenies(all []statement) {
	j.denies, j.deniedARNs, j.deniedAccounts, j.deniedServices = nil, nil, nil, nil
	for _, s := range all {
		if s.Effect() == "Allow" {
			continue
		}
		j.denies = append(j.denies, s)
		for _, principals := range []map[string][]string{s.Principals(), s.NotPrincipals()} {
			j.deniedServices = append(j.deniedServices, principals["Service"]...)
			for _, value := range principals["AWS"] {
				p, err := awsname.ParsePrincipal(value)
				switch {
				case awsname.IsAccountID(value):
					j.deniedAccounts = append(j.deniedAccounts, value)
				case err == nil && p.Kind == awsname.AccountRoot:
					j.deniedAccounts = append(j.deniedAccounts, p.Account)
				case err == nil:
					j.deniedARNs = append(j.deniedARNs, value)
				}
			}
		}
	}
	for _, list := range []*[]string{&j.deniedARNs, &j.deniedAccounts, &j.deniedServices} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	j.deniedServices = slices.DeleteFunc(j.deniedServices, func(s string) bool { return awsname.CheckServicePrincipal(s) != nil })
}

// isFree reports whether no resource control policy can concern the registry.
func (j *judge) isFree() bool {
	o := j.in.Snapshot.Organization
	return o != nil && (!o.InOrganization || o.ManagementAccount)
}

// textOf returns what somebody says of a statement: by its import ID, or by its Sid.
func textOf(texts map[string]string, s *statement, at place) string {
	if s.Sid() == "" {
		return ""
	}
	for _, key := range []string{importID(s, at), s.Sid()} {
		if text := texts[key]; text != "" {
			return text
		}
	}
	return ""
}

// acknowledged returns why somebody accepts a statement: by its import ID, or by its Sid if no
// other statement has it, which nobody has looked at.
func (j *judge) acknowledged(s *statement, at place) string {
	if j.sids[s.Sid()] > 1 {
		return j.in.Acknowledgements[importID(s, at)]
	}
	return textOf(j.in.Acknowledgements, s, at)
}

// importID returns the ID by which a resource of this provider imports the statement.
func importID(s *statement, at place) string {
	repository := at.repository
	if s.Type == authz.RegistryPolicy {
		repository.Name = ""
	}
	return managed.GrantImportID(repository, s.Sid())
}

func (j *judge) find(f Finding) {
	f.Severity = severityOf(f.Code)
	j.report.Findings = append(j.report.Findings, f)
}

// findOn adds a finding about a statement.
func (j *judge) findOn(s *statement, at place, code Code, sentence, remedy string) {
	j.find(findingOn(s, at, code, sentence, remedy))
}

func findingOn(s *statement, at place, code Code, sentence, remedy string) Finding {
	repository := at.repository.Name
	if s.Type == authz.RegistryPolicy {
		repository = ""
	}
	return Finding{Code: code, Repository: repository, PolicyType: s.Type, Sid: s.Sid(), Index: s.Index(), Sentence: wording.Capitalized(s.name()) + " " + sentence, Remedy: remedy}
}

// findText adds a finding of a text that ends with what to do.
func (j *judge) findText(s *statement, at place, code Code, text string) {
	fact, remedy, found := strings.Cut(text, "What to do now: ")
	if !found {
		remedy = "Correct the condition."
	}
	f := findingOn(s, at, code, "", wording.Capitalized(strings.TrimSpace(remedy)))
	f.Sentence = wording.Capitalized(s.name()) + ": " + strings.TrimSpace(fact)
	j.find(f)
}
