// SPDX-License-Identifier: MPL-2.0

package access

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// membership says whether a grantee of a statement is in the organization of the input; empty if
// none is set. It returns which accounts or organizations a condition names that are not.
func (j *judge) membership(g *grantee, s *statement) (is Membership, outside []string) {
	id, accounts := j.in.OrganizationID, j.in.OrganizationAccounts
	if id == "" && len(accounts) == 0 {
		return "", nil
	}
	o := j.in.Snapshot.Organization
	isOwn := func(account string) bool {
		return account == j.in.Snapshot.Account && (len(accounts) > 0 || o != nil && o.ID == id)
	}
	isIn := func(account string) bool { return isOwn(account) || slices.Contains(accounts, account) }
	is = MembershipUnknown // by all conditions together: each must be met
	for _, of := range named(s, g.kind == Service) {
		by := MembershipUnknown
		switch {
		case of.areAccounts && (len(accounts) > 0 || !slices.ContainsFunc(of.ids, func(account string) bool { return !isOwn(account) })):
			by = ofAll(of.ids, isIn)
		case !of.areAccounts && id != "":
			by = ofAll(of.ids, func(organization string) bool { return organization == id })
		}
		if by == Inside || is == MembershipUnknown {
			is = by
		}
		if by == Outside {
			outside = of.ids
		}
	}
	switch {
	case g.kind == Organization && id != "":
		of, _, _ := strings.Cut(g.id, "/")
		return memberIf(of == id), nil
	case g.account != "" && (len(accounts) > 0 || isOwn(g.account)):
		return memberIf(isIn(g.account)), nil
	case g.kind == Everyone && managed.Public(s.Statement.Statement) == managed.EveryPrincipal:
		return Outside, nil
	}
	return is, outside
}

func memberIf(is bool) Membership {
	if is {
		return Inside
	}
	return Outside
}

// ofAll says of a grantee in one of some accounts or organizations whether it is inside.
func ofAll(ids []string, isIn func(string) bool) Membership {
	switch is := slices.ContainsFunc(ids, isIn); {
	case !is:
		return Outside
	case slices.ContainsFunc(ids, func(id string) bool { return !isIn(id) }):
		return MembershipUnknown
	}
	return Inside
}

// A naming is a condition that names accounts or organizations: those of the callers, or those for
// whose resources a service acts.
type naming struct {
	ids         []string
	areAccounts bool
}

// named returns what the conditions of a statement name.
func named(s *statement, isService bool) (all []naming) {
	keys := [4]string{"aws:PrincipalOrgID", "aws:PrincipalAccount", "", "aws:PrincipalOrgPaths"}
	if isService {
		keys = [4]string{"aws:SourceOrgID", "aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgPaths"}
	}
	for _, c := range s.Conditions() {
		switch ids := managed.PossibleValues(c); {
		case len(ids) == 0:
		case namesValues(c, keys[0], equalities...):
			all = append(all, naming{ids, false})
		case namesValues(c, keys[1], equalities...):
			all = append(all, naming{ids, true})
		case isOfPaths(c, keys[3]):
			if of := organizationsIn(c); len(of) == len(c.Values) {
				all = append(all, naming{of, false})
			}
		case isService && strings.EqualFold(c.Variable, keys[2]) && managed.LimitsSources(c):
			all = append(all, naming{managed.AccountsIn(c), true})
		}
	}
	return all
}

// organizationsIn returns the organizations of the paths of a condition.
func organizationsIn(c policy.Condition) (ids []string) {
	for _, path := range c.Values {
		if id, _, _ := strings.Cut(path, "/"); managed.CheckOrganizationID(id) == nil {
			ids = append(ids, id)
		}
	}
	return ids
}
