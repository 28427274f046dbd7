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
	"fmt"
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

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
