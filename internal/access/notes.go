// SPDX-License-Identifier: MPL-2.0

package access

import (
	"maps"
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

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
