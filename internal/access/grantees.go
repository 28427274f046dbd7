// SPDX-License-Identifier: MPL-2.0

package access

import (
	"maps"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// A Kind is a kind of grantee.
type Kind string

// The kinds of grantees.
const (
	Everyone         Kind = "everyone"
	Organization     Kind = "organization"
	Account          Kind = "account"
	Role             Kind = "role"
	RoleSession      Kind = "role_session"
	User             Kind = "user"
	FederatedUser    Kind = "federated_user"
	Service          Kind = "service"
	IdentityProvider Kind = "identity_provider"
	CanonicalUser    Kind = "canonical_user"
	Unknown          Kind = "unknown"
)

// Kinds returns all kinds of grantees, the widest first.
func Kinds() []Kind {
	return []Kind{Everyone, Organization, Account, Role, RoleSession, User, FederatedUser, Service, IdentityProvider, CanonicalUser, Unknown}
}

var kinds = map[awsname.PrincipalKind]Kind{
	awsname.AccountRoot: Account, awsname.Role: Role, awsname.RoleSession: RoleSession, awsname.User: User, awsname.FederatedUser: FederatedUser,
}

var nouns = map[Kind]string{
	Organization: "organization ", Account: "account ", Role: "role ", RoleSession: "role session ", User: "user ", FederatedUser: "federated user ",
	Service: "service ", IdentityProvider: "identity provider ", CanonicalUser: "canonical user ",
}

// A grantee is whom a statement means by one of its principals, together with conditions that
// name callers.
type grantee struct {
	kind      Kind
	id        string // as in Entry.Grantee
	account   string
	principal awsname.Principal // of one that has an ARN
	stated    string            // the principal in the statement
}

// words names a grantee in a sentence.
func (g *grantee) words() string {
	switch g.kind {
	case Everyone:
		return "everyone"
	case Unknown:
		return "principals that are not known"
	case Organization, Account, Role, RoleSession, User, FederatedUser, Service, IdentityProvider, CanonicalUser:
	}
	return nouns[g.kind] + printed.Value(g.id)
}

// isUncertain reports whether AWS does not say who is meant.
func (g *grantee) isUncertain() bool {
	isNoService := g.kind == Service && awsname.CheckServicePrincipal(g.id) != nil
	return isNoService || g.kind == Unknown || g.kind == IdentityProvider || g.kind == CanonicalUser
}

// isWholeAccount reports whether an account is meant with all of its principals: no condition
// names some of them.
func (g *grantee) isWholeAccount(conditions []policy.Condition) bool {
	return g.kind == Account && !managed.NamesPrincipals(conditions, []string{g.account})
}

// granteesOf returns whom an Allow statement means, in a stable order. Principals that mean
// nobody are left out: deleted ones, those of another partition, and those that AWS would reject.
func granteesOf(s *policy.Statement, partition string) []grantee {
	if s.Has("NotPrincipal") {
		return []grantee{{kind: Unknown, id: "*"}}
	}
	var all []grantee
	seen := map[string]bool{}
	add := func(stated string, found ...grantee) {
		for _, g := range found {
			g.stated = stated
			isElsewhere := g.principal.Partition != "" && g.principal.Partition != partition
			if key := string(g.kind) + " " + g.id; !seen[key] && !isElsewhere {
				seen[key] = true
				all = append(all, g)
			}
		}
	}
	principals := s.Principals()
	for _, value := range slices.Sorted(slices.Values(principals["AWS"])) {
		add(value, ofAWS(value, s.Conditions(), partition)...)
	}
	for _, value := range slices.Sorted(slices.Values(principals["Service"])) {
		add(value, grantee{kind: Service, id: value})
	}
	for _, kind := range slices.Sorted(maps.Keys(principals)) {
		of := map[string]Kind{"Federated": IdentityProvider, "CanonicalUser": CanonicalUser, "AWS": "", "Service": ""}
		other, isKnown := of[kind]
		if !isKnown {
			other = Unknown
		}
		for _, value := range slices.Sorted(slices.Values(principals[kind])) {
			if other != "" {
				add(value, grantee{kind: other, id: value})
			}
		}
	}
	return all
}

// ofAWS returns whom a principal of the type AWS means.
func ofAWS(value string, conditions []policy.Condition, partition string) []grantee {
	p, err := awsname.ParsePrincipal(value)
	switch {
	case value == "*":
		return ofEveryone(conditions)
	case awsname.IsAccountID(value):
		p = awsname.Principal{Kind: awsname.AccountRoot, Partition: partition, Account: value}
	case err != nil:
		return nil
	}
	if p.Kind != awsname.AccountRoot {
		return []grantee{{kind: kinds[p.Kind], id: value, account: p.Account, principal: p}}
	}
	for _, c := range conditions {
		if named, ok := namedPrincipals(c); ok {
			return slices.DeleteFunc(named, func(g grantee) bool { return g.account != p.Account })
		}
	}
	return []grantee{{kind: Account, id: p.Account, account: p.Account, principal: p}}
}

// ofEveryone returns whom the principal * means under conditions: those that one of them names.
func ofEveryone(conditions []policy.Condition) []grantee {
	for _, named := range []func(policy.Condition) ([]grantee, bool){namedPrincipals, namedAccounts, namedByPattern, namedOrganizations} {
		for _, c := range conditions {
			if found, ok := named(c); ok {
				return found
			}
		}
	}
	return []grantee{{kind: Everyone, id: "*"}}
}

// namesValues reports whether a condition is met only by callers that have one of its values as
// the key, in this form. So there must be no wildcard and no policy variable in them.
func namesValues(c policy.Condition, key string, operators ...string) bool {
	return strings.EqualFold(c.Variable, key) && slices.Contains(operators, strings.TrimPrefix(c.Test, "ForAnyValue:")) && len(c.Values) > 0 &&
		!slices.ContainsFunc(c.Values, func(value string) bool { return awsname.HasWildcard(value) || strings.Contains(value, "${") })
}

// namedPrincipals returns the principals of which a condition on aws:PrincipalArn names all. The
// ARN of a session is no value of this key, and names nobody.
func namedPrincipals(c policy.Condition) (named []grantee, ok bool) {
	if !namesValues(c, "aws:PrincipalArn", "StringEquals", "StringLike", "ArnEquals", "ArnLike") {
		return nil, false
	}
	for _, value := range slices.Sorted(slices.Values(c.Values)) {
		p, err := awsname.ParsePrincipal(value)
		switch {
		case err != nil:
			return nil, false
		case p.Kind == awsname.RoleSession:
			continue
		}
		g := grantee{kind: kinds[p.Kind], id: value, account: p.Account, principal: p}
		if g.kind == Account {
			g.id = p.Account
		}
		named = append(named, g)
	}
	return named, true
}

// namedByPattern returns the accounts of which a condition on aws:PrincipalArn means principals.
func namedByPattern(c policy.Condition) (named []grantee, ok bool) {
	if !strings.EqualFold(c.Variable, "aws:PrincipalArn") || !managed.LimitsCallers(c) {
		return nil, false
	}
	for _, id := range managed.AccountsIn(c) {
		named = append(named, grantee{kind: Account, id: id, account: id})
	}
	return named, true
}

func namedAccounts(c policy.Condition) (named []grantee, ok bool) {
	if !namesValues(c, "aws:PrincipalAccount", equalities...) {
		return nil, false
	}
	for _, id := range slices.Sorted(slices.Values(managed.PossibleValues(c))) {
		if !awsname.IsAccountID(id) {
			return nil, false
		}
		named = append(named, grantee{kind: Account, id: id, account: id})
	}
	return named, true
}

// equalities are the operators that compare an ID, in which there are no capitals.
var equalities = []string{"StringEquals", "StringLike", "StringEqualsIgnoreCase"}

// isOfPaths reports whether a condition is met only if a key has one of its organization paths.
func isOfPaths(c policy.Condition, key string) bool {
	return strings.EqualFold(c.Variable, key) && slices.Contains([]string{"ForAnyValue:StringEquals", "ForAnyValue:StringLike"}, c.Test)
}

func namedOrganizations(c policy.Condition) (named []grantee, ok bool) {
	isPaths := isOfPaths(c, "aws:PrincipalOrgPaths")
	if !isPaths && !namesValues(c, "aws:PrincipalOrgID", equalities...) || len(c.Values) == 0 {
		return nil, false
	}
	for _, value := range slices.Sorted(slices.Values(managed.PossibleValues(c))) {
		id, _, _ := strings.Cut(value, "/")
		if managed.CheckOrganizationID(id) != nil || !isPaths && id != value {
			return nil, false
		}
		named = append(named, grantee{kind: Organization, id: value})
	}
	return named, true
}
