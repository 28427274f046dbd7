// SPDX-License-Identifier: MPL-2.0

package lint

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
)

// rejected finds what AWS would reject: in the documents by themselves, then because of
// the types of policy that they are.
func rejected(j *verdict.Judgement) []Placed {
	var found []Placed
	count := map[string]int{} // of the faults of each place
	for _, fault := range j.Faults() {
		found = append(found, Placed{fault.At, RejectedDocument{fault.Err}})
		count[fault.At.String()]++
	}
	type document struct {
		policyType authz.PolicyType
		name       string
	}
	full := map[document]bool{} // those of which no more faults were looked for
	for s := range j.Statements(authz.PolicyTypes()...) {
		m := MisplacementOf(s.Type, s.Statement)
		if m == WellPlaced {
			continue
		}
		of := document{s.Type, s.Policy}
		isFull, isKnown := full[of]
		if !isKnown {
			isFull = count[s.At.String()] >= policy.MaxFaults
			full[of] = isFull
		}
		if !isFull {
			found = append(found, Placed{s.At, MisplacedElement{s.Statement, m}})
		}
	}
	return found
}

// sidsOfDenies finds planned statements that cannot be written, because their Sids are those
// of statements that deny.
func sidsOfDenies(j *verdict.Judgement) []Placed {
	var found []Placed
	for _, t := range []authz.PolicyType{authz.RepositoryPolicy, authz.RegistryPolicy} {
		for _, planned := range j.PlannedStatements(t) {
			for _, p := range j.Before(t) {
				if verdict.SidDenies(p.Document, planned.Statement) {
					found = append(found, Placed{planned.At, SidOfDeny{t, planned.Sid()}})
				}
			}
		}
	}
	return found
}

// logins finds statements for the repository that name the login.
func logins(j *verdict.Judgement) []Placed {
	var found []Placed
	add := func(at verdict.At, s *policy.Statement) {
		statement := verdict.Statement{Type: authz.RepositoryPolicy, Policy: wording.Of(authz.RepositoryPolicy).Noun, At: at, Statement: s}
		isLogin := func(action string) bool { return strings.EqualFold(action, actionset.TokenAction) }
		if slices.ContainsFunc(s.Actions(), isLogin) {
			found = append(found, Placed{at, LoginInRepositoryPolicy{statement.Ref()}})
		}
	}
	for _, planned := range j.PlannedStatements(authz.RepositoryPolicy) {
		add(planned.At, planned.Statement)
	}
	for _, p := range j.Before(authz.RepositoryPolicy) {
		for _, s := range p.Statements() {
			add(p.At, s)
		}
	}
	return found
}
