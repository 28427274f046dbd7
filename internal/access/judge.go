// SPDX-License-Identifier: MPL-2.0

package access

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

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

// repository judges who has access to a repository.
func (j *judge) repository(r *snapshot.Repository) {
	at := placeOf(j.in.Snapshot, r)
	own := j.statements(authz.RepositoryPolicy, "", r.Policy)
	if !isRead(r.Policy) {
		j.report.Complete = false
		j.find(Finding{
			Code: PolicyNotRead, Repository: r.Name, PolicyType: authz.RepositoryPolicy, Index: -1,
			Sentence: fmt.Sprintf("The repository policy of %s is not in the snapshot or cannot be read: who has access by it is not known.", printed.Value(r.Name)),
			Remedy:   "Read the snapshot with credentials that may call ecr:GetRepositoryPolicy; its not_read says what was missing.",
		})
	}
	j.budget = authz.NewBudget()
	j.setDenies(slices.Concat(own, j.registryStatements, j.controls))
	for i := range own {
		j.statement(&own[i], at, true)
	}
	for i := range j.registryStatements {
		j.statement(&j.registryStatements[i], at, false)
	}
	j.needless(own, slices.Concat(own, j.registryStatements), at.lasting(), func(_, _ *statement) bool { return true })
}

// registry finds what is remarkable in the statements of the registry policy, whatever the
// repository.
func (j *judge) registry() {
	if !isRead(j.in.Snapshot.RegistryPolicy) {
		j.report.Complete = false
		j.find(Finding{
			Code: PolicyNotRead, PolicyType: authz.RegistryPolicy, Index: -1,
			Sentence: "The registry policy is not in the snapshot or cannot be read: who has access by it is not known.",
			Remedy:   "Read the snapshot with credentials that may call ecr:GetRegistryPolicy; its not_read says what was missing.",
		})
	}
	j.budget = authz.NewBudget()
	at := placeOf(j.in.Snapshot, nil)
	whole := at.repository
	whole.Name = "*"
	var here []statement
	for i := range j.registryStatements {
		s := j.registryStatements[i]
		if text := j.elsewhereOnly(&s); text != "" {
			j.findOn(&s, at, WrongResource, text, "Correct the Resource, or delete the statement.")
			continue
		}
		s.anyResource, s.compiled = true, map[form]typed{}
		var denies []statement
		for _, d := range slices.Concat(j.registryStatements, j.controls) {
			if d.isForAllOf(&s, whole.ARN()) {
				d.anyResource, d.compiled = true, map[form]typed{}
				denies = append(denies, d)
			}
		}
		j.setDenies(denies)
		j.statement(&s, at, true)
		here = append(here, s)
	}
	j.needless(here, here, at, func(s, other *statement) bool {
		return other.isForAllOf(s, whole.ARN()) && !slices.ContainsFunc(s.registryActions(), func(action string) bool { return !slices.Contains(other.covered(), action) })
	})
}

// isForAllOf reports whether a statement is certainly for each resource that another statement
// is for; whole is the pattern of all repositories of the registry.
func (s *statement) isForAllOf(other *statement, whole string) bool {
	resources := other.Resources()
	if len(resources) == 0 || slices.Contains(resources, "*") {
		resources = []string{whole}
	}
	isCovered := func(resource string) bool {
		return slices.ContainsFunc(s.Resources(), func(wide string) bool { return includes(wide, resource) })
	}
	return !s.Has("NotResource") && (!s.Has("Resource") || !slices.ContainsFunc(resources, func(r string) bool { return !isCovered(r) }))
}

// includes reports whether a pattern certainly matches all that another one matches: it does if it
// matches the text of the other one part by part, the wildcards of which only an * may match.
func includes(wide, narrow string) bool {
	if wide == "*" || wide == narrow {
		return true
	}
	matches, _ := pattern.Like(wide).Match(narrow, maxActionSteps)
	return matches && !strings.Contains(wide, "?") && strings.Count(wide, ":") == strings.Count(narrow, ":")
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

// statement adds the entries of an Allow statement at a place and, if it is the place of its
// policy, the findings about it.
func (j *judge) statement(s *statement, at place, isPlace bool) {
	o := j.opening(s, at)
	isEntry := s.Type == authz.RegistryPolicy != isPlace
	for i := range o.entries {
		if isEntry {
			j.report.Entries = append(j.report.Entries, o.entries[i])
		}
	}
	if isPlace {
		at = at.lasting()
		if s.hasTags || slices.ContainsFunc(j.denies, func(d statement) bool { return d.hasTags }) {
			o = j.opening(s, at)
		}
		j.findings(s, at, &o)
	}
}

// An opening is what an Allow statement does at a place.
type opening struct {
	faults  []*policy.Error
	entries []Entry   // those to whom it opens the door
	never   []grantee // whom it means, and who can never meet it
	actions []string  // that it covers
}

// isClosed reports whether Deny statements close all of an opening.
func (o *opening) isClosed() bool {
	return len(o.entries) > 0 && !slices.ContainsFunc(o.entries, func(e Entry) bool { return e.Denied != EntirelyDenied })
}

func (j *judge) opening(s *statement, at place) opening {
	o := opening{faults: s.as(asStated).policy.Faults(), actions: s.actions()}
	if s.Effect() == "Deny" {
		return o
	}
	allow := s.as(toEveryone)
	for _, g := range granteesOf(s.Statement.Statement, at.repository.Partition) {
		callers := j.callersOf(&g)
		var actions []string
		for _, action := range o.actions {
			if slices.ContainsFunc(callers, func(c caller) bool { return j.decide(c, action, at, sets(allow)) != authz.Denied }) {
				actions = append(actions, action)
			}
		}
		if len(actions) == 0 {
			o.never = append(o.never, g)
			continue
		}
		member, outside := j.membership(&g, s)
		e := Entry{
			Repository: at.repository.Name, Kind: g.kind, Grantee: g.id, Account: g.account, InOrganization: member, outside: outside,
			PolicyType: s.Type, Sid: s.Sid(), Index: s.Index(), Description: textOf(j.in.Descriptions, s, at), Acknowledged: j.acknowledged(s, at),
			Access: []actionset.Name{}, Actions: actions, Conditions: wordsOf(s.Conditions()), DeniedBy: []string{},
			Uncertain: len(o.faults) > 0 || g.isUncertain(),
			grantee:   g, name: s.name(),
		}
		for _, name := range actionset.Names() {
			if !slices.ContainsFunc(actionset.Actions(name), func(action string) bool { return !slices.Contains(actions, action) }) {
				e.Access = append(e.Access, name)
			}
		}
		j.deny(&e, s, allow, callers, at)
		if e.Kind == Everyone && e.Denied != NotDenied && e.InOrganization == Outside {
			e.InOrganization = MembershipUnknown // the Deny may be for all others
		}
		e.Sentence = e.sentence()
		o.entries = append(o.entries, e)
	}
	return o
}

// deny says what Deny statements close of an entry.
func (j *judge) deny(e *Entry, s *statement, allow typed, callers []caller, at place) {
	e.Denied = NotDenied
	if len(j.denies) == 0 {
		return
	}
	all, later := []typed{allow}, s.laterActions()
	var closing []string
	var conditions []string // of the Deny that closes alone
	for i := range j.denies {
		d := &j.denies[i]
		all = append(all, d.as(asStated))
		if actions := j.concerned(s, d, e.Actions, callers, at); len(actions) > 0 {
			e.Denied = PartlyDenied
			isAll := len(actions) == len(e.Actions) && len(j.concerned(s, d, later, callers, at)) == len(later)
			e.DeniedBy = append(e.DeniedBy, deniesOf(d, actions, isAll, textOf(j.in.Descriptions, d, at)))
			closing, conditions = append(closing, d.name()), wordsOf(d.Conditions())
		}
	}
	policies := sets(all...)
	isOpen := func(action string) bool {
		return slices.ContainsFunc(callers, func(c caller) bool { return j.decide(c, action, at, policies) != authz.Denied })
	}
	if e.Denied == PartlyDenied && !slices.ContainsFunc(append(later, e.Actions...), isOpen) {
		e.Denied = EntirelyDenied
		text := wording.Some(closing, "and") + verb(len(closing), " denies all of it", " together deny all of it")
		if len(closing) == 1 && len(conditions) > 0 {
			text += ", because each of these requests meets " + verb(len(conditions), "its condition ", "its conditions ") + wording.Some(conditions, "and")
		}
		e.DeniedBy = []string{wording.Sentence(text)}
	}
}

// concerned returns the actions for which a Deny statement may apply to requests that an Allow
// statement allows. The engine finds it as a request that both allow: one as a session policy, the
// other one on the resource. A service has no session policies, so that of one more are found.
func (j *judge) concerned(s, d *statement, actions []string, callers []caller, at place) (found []string) {
	denies := d.as(asAllow)
	if d.Type == authz.ResourceControlPolicy {
		denies.of = authz.RegistryPolicy // which grants
	}
	both := sets(denies)
	both.Session = authz.PolicySet{Present: true, Policies: []*authz.Policy{s.as(ofCaller).policy}}
	isFaulty := len(denies.policy.Faults()) > 0
	covered := d.actions()
	for _, action := range actions {
		isLater := !actionset.IsAction(action)
		if (isLater || slices.Contains(covered, action)) && (isFaulty || slices.ContainsFunc(callers, func(c caller) bool { return j.decide(c, action, at, both) != authz.Denied })) {
			found = append(found, action)
		}
	}
	return found
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

// notes adds what the report does not know.
func (j *judge) notes() {
	s := j.in.Snapshot
	note := func(text string) { j.report.Notes = append(j.report.Notes, text) }
	note("The report is about the resource side only: it opens the door, and the policies of the principal's own side must allow the same, too. In the registry's own account, identity-based policies can allow access without it.")
	if s.ResourceControlPolicies == nil && !j.isFree() {
		j.report.Complete = false
		note("Resource control policies are not in the snapshot: they can deny some of this, and never allow more.")
	}
	if n := len(j.unreadControls); n > 0 {
		j.report.Complete = false
		note("The resource control " + verb(n, "policy ", "policies ") + some(j.unreadControls) + verb(n, " is not in the snapshot or cannot be read: it can deny some of this, and never allows more.", " are not in the snapshot or cannot be read: they can deny some of this, and never allow more."))
	}
	if len(j.in.OrganizationAccounts) == 0 && j.in.OrganizationID != "" {
		note("Which accounts are in the organization " + printed.Value(j.in.OrganizationID) + " is only known where a condition says it: set organization_accounts to know it of all of them.")
	}
	for _, of := range []struct {
		name  string
		texts map[string]string
	}{{"descriptions", j.in.Descriptions}, {"acknowledgements", j.in.Acknowledgements}} {
		if stale := j.stale(of.texts); len(stale) > 0 && j.in.Repository == "" {
			note(of.name + " has " + some(stale) + ", and no statement of the snapshot has " + verb(len(stale), "this Sid or import ID.", "these Sids or import IDs."))
		}
	}
	if shared := slices.DeleteFunc(slices.Sorted(maps.Keys(j.in.Acknowledgements)), func(key string) bool { return j.sids[key] < 2 }); len(shared) > 0 {
		note("acknowledgements has " + some(shared) + ", and several statements have " + verb(len(shared), "this Sid", "each of these Sids") + ": it accepts none of them. Write the import ID: REGISTRY_ID,REGION,REPOSITORY,SID, or REGISTRY_ID,REGION,SID in the registry policy.")
	}
	var missing []string
	for i := range s.Repositories {
		if r := &s.Repositories[i]; r.Exists != nil && !*r.Exists && slices.Contains(j.report.Repositories, r.Name) {
			missing = append(missing, r.Name)
		}
	}
	if len(missing) > 0 {
		note(some(missing) + verb(len(missing), " does not exist", " do not exist") + ": only the registry policy says today who would have access.")
	}
	switch templates := s.CreationTemplates; {
	case templates == nil:
		note("Creation templates are not in the snapshot: whether repositories that ECR creates later get a policy is not known.")
	case slices.ContainsFunc(*templates, func(t snapshot.CreationTemplate) bool { return t.Policy.Text() != "" }):
		note("Repositories that ECR creates later get the policies of creation templates, which are not in this report.")
	case slices.ContainsFunc(*templates, func(t snapshot.CreationTemplate) bool { return !t.Policy.IsKnown() }):
		note("The policy of a creation template is not in the snapshot: whether repositories that ECR creates later get one is not known.")
	}
}

// stale returns the keys of texts that are those of no statement.
func (j *judge) stale(texts map[string]string) []string {
	stale := maps.Clone(texts)
	drop := func(statements []statement, at place) {
		for i := range statements {
			delete(stale, statements[i].Sid())
			delete(stale, importID(&statements[i], at))
		}
	}
	s := j.in.Snapshot
	drop(slices.Concat(j.registryStatements, j.controls), placeOf(s, nil))
	for i := range s.Repositories {
		drop(j.statements(authz.RepositoryPolicy, "", s.Repositories[i].Policy), placeOf(s, &s.Repositories[i]))
	}
	return slices.Sorted(maps.Keys(stale))
}

// isFree reports whether no resource control policy can concern the registry.
func (j *judge) isFree() bool {
	o := j.in.Snapshot.Organization
	return o != nil && (!o.InOrganization || o.ManagementAccount)
}

// importID returns the ID by which a resource of this provider imports the statement.
func importID(s *statement, at place) string {
	repository := at.repository
	if s.Type == authz.RegistryPolicy {
		repository.Name = ""
	}
	return managed.GrantImportID(repository, s.Sid())
}
