// SPDX-License-Identifier: MPL-2.0

// Package lint finds what is probably wrong in the arguments of a pull and in its
// policies. It returns findings as data; package report words them.
package lint

import (
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// Of returns what is probably wrong in a pull.
func Of(j *verdict.Judgement) *Findings {
	f := &Findings{
		Existence:  existence(j),
		Rejected:   firstOfEachPlace(rejected(j)),
		Region:     unknownRegion(j),
		Deleted:    deletedPrincipals(j),
		Mismatches: map[verdict.Side][]Finding{},
	}
	keys, variables := unlistedKeys(j), plainVariables(j)
	if f.Region != nil {
		f.Unlikely = append(f.Unlikely, Placed{imageAt(j), *f.Region})
	}
	f.Unlikely = firstOfEachPlace(slices.Concat(f.Unlikely, unusedSnapshots(j), unlistedActions(j), keys, variables, unusedContextKeys(j), logins(j), sidsOfDenies(j), pointless(j)))
	f.Keys, f.Variables = only[UnlistedKey](keys), only[PlainVariable](variables)
	if !j.Target().SamePartition() {
		f.Mismatches[verdict.Consumer] = []Finding{DifferentPartitions{}}
	}
	if j.Denies(authz.IdentityPolicy) {
		allowed := allowedPlaces(j)
		f.Intended = intended(j, allowed)
		f.Mismatches[verdict.Consumer] = slices.Concat(elsewhere(allowed), misspelt(j, authz.IdentityPolicy))
	}
	if j.Denies(authz.RepositoryPolicy) {
		f.Mismatches[verdict.Registry] = registryMismatches(j, f.Deleted)
	}
	return f
}

// mostInPlace is the number of findings that are kept of one place. It is less than
// policy.MaxFaults, so that a document with that many is known to have more.
const mostInPlace = 50

// firstOfEachPlace returns the first findings of each place and, after them, that there
// are more: a document can have thousands of mistakes, and the words about them would be
// many times longer than the document.
func firstOfEachPlace(all []Placed) []Placed {
	var kept []Placed
	count := map[string]int{}
	for _, p := range all {
		place := p.At.String()
		switch count[place]++; {
		case count[place] <= mostInPlace:
			kept = append(kept, p)
		case count[place] == mostInPlace+1:
			kept = append(kept, Placed{p.At, MoreFindings{}})
		}
	}
	return kept
}

// only returns the findings of placed ones, which are all of one type.
func only[F Finding](placed []Placed) []F {
	var found []F
	for _, p := range placed {
		if f, ok := p.Found.(F); ok {
			found = append(found, f)
		}
	}
	return found
}
