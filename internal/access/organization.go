package access

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// membership says whether a grantee of a statement is in the organization of the input; empty if
// none is set.
func (j *judge) membership(g *grantee, s *statement) Membership {
	id, accounts := j.in.OrganizationID, j.in.OrganizationAccounts
	if id == "" && len(accounts) == 0 {
		return ""
	}
	o := j.in.Snapshot.Organization
	isOwn := func(account string) bool {
		return account == j.in.Snapshot.Account && (len(accounts) > 0 || o != nil && o.ID == id)
	}
	isIn := func(account string) bool { return isOwn(account) || slices.Contains(accounts, account) }
	organizations, ofAccounts := named(s, g.kind == Service)
	switch {
	case g.kind == Organization && id != "":
		of, _, _ := strings.Cut(g.id, "/")
		return memberIf(of == id)
	case g.account != "" && (len(accounts) > 0 || isOwn(g.account)):
		return memberIf(isIn(g.account))
	case len(accounts) > 0 && len(ofAccounts) > 0:
		return memberIf(!slices.ContainsFunc(ofAccounts, func(account string) bool { return !isIn(account) }))
	case id != "" && len(organizations) > 0 && g.kind != Organization:
		return memberOf(organizations, id)
	case g.kind == Everyone && managed.Public(s.Statement.Statement) != "":
		return Outside
	}
	return MembershipUnknown
}

func memberIf(is bool) Membership {
	if is {
		return Inside
	}
	return Outside
}

// memberOf says of a grantee in one of some organizations whether it is in this one.
func memberOf(organizations []string, id string) Membership {
	switch {
	case !slices.Contains(organizations, id):
		return Outside
	case slices.ContainsFunc(organizations, func(other string) bool { return other != id }):
		return MembershipUnknown
	}
	return Inside
}

// named returns the organizations, and the accounts, of which conditions of a statement name all:
// those of the callers, or those for whose resources a service acts.
func named(s *statement, isService bool) (organizations, accounts []string) {
	keys := [3]string{"aws:PrincipalOrgID", "aws:PrincipalAccount", ""}
	if isService {
		keys = [3]string{"aws:SourceOrgID", "aws:SourceAccount", "aws:SourceArn"}
	}
	for _, c := range s.Conditions() {
		switch {
		case namesValues(c, keys[0], "StringEquals", "StringLike"):
			organizations = c.Values
		case namesValues(c, keys[1], "StringEquals", "StringLike"):
			accounts = c.Values
		case isService && strings.EqualFold(c.Variable, keys[2]) && managed.LimitsSources(c) && len(accounts) == 0:
			accounts = accountsIn(c)
		}
	}
	return organizations, accounts
}

// accountsIn returns the accounts of the ARNs of a condition.
func accountsIn(c policy.Condition) (accounts []string) {
	for _, value := range c.Values {
		if a, err := awsname.ParseARN(value); err == nil {
			accounts = append(accounts, a.Account)
		}
	}
	return accounts
}
