// SPDX-License-Identifier: MPL-2.0

package access

import (
	"maps"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// Every question is put to the engine in the same form. Of an Allow statement it is known whom
// its Principal means, so that its Principal becomes everyone; the request is of a caller that
// stands for all whom the grantee means; and what is not known of the caller is an unknown
// condition key. What the engine says then holds for all of them.
//
// Within the account of the registry, an identity-based policy alone can allow a request, or a
// repository policy can. To see what the repository policy does, each caller is judged as if it
// were of another account: aws:ResourceAccount alone still has the true one.

// A caller stands for principals of which the same holds.
type caller struct {
	principal string
	unknown   []string            // condition keys of which nothing is known beside what the principal says
	known     map[string][]string // condition keys
}

// anyName is a name that no policy is likely to have.
const anyName = "zzzzzz-any-name"

// anyService is a service that stands for those that no Deny names.
const anyService = "zzzzzz.amazonaws.com"

// service returns a service that calls by itself: it is in no organization.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func service(name string) caller {
	return caller{principal: name, known: map[string][]string{"aws:PrincipalOrgID": nil, "aws:PrincipalOrgPaths": nil}}
}

// anyOf returns callers that stand for every principal of an account.
func anyOf(partition, account string, unknown ...string) []caller {
	unknown = append(unknown, "aws:PrincipalArn", "aws:userid", "aws:username")
	var all []caller
	for _, arn := range []string{"iam::" + account + ":role/" + anyName, "iam::" + account + ":user/" + anyName, "iam::" + account + ":root", "sts::" + account + ":federated-user/" + anyName} {
		all = append(all, caller{principal: "arn:" + partition + ":" + arn, unknown: unknown})
	}
	return all
}

// callersOf returns callers that stand for all whom a grantee means. The Deny statements may
// treat those that they name in another way than the rest.
func (j *judge) callersOf(g *grantee) []caller {
	partition := awsname.Partition(j.in.Snapshot.Region)
	switch g.kind {
	case Role, RoleSession, User, FederatedUser:
		return []caller{{principal: g.id}}
	case Service:
		return []caller{service(g.id)}
	case Account:
		all := anyOf(partition, g.account)
		for _, arn := range j.deniedARNs {
			if p, err := awsname.ParsePrincipal(arn); err == nil && p.Account == g.account && p.Kind != awsname.AccountRoot {
				all = append(all, caller{principal: arn})
			}
		}
		return all
	case Everyone, Organization, IdentityProvider, CanonicalUser, Unknown:
	}
	all := anyOf(partition, nobody, "aws:PrincipalAccount")
	for _, account := range j.deniedAccounts {
		all = append(all, anyOf(partition, account)...)
	}
	for _, arn := range j.deniedARNs {
		all = append(all, caller{principal: arn})
	}
	if g.kind != Organization {
		for _, name := range append(slices.Clone(j.deniedServices), anyService) {
			all = append(all, service(name))
		}
		return all
	}
	id, _, _ := strings.Cut(g.id, "/")
	for i := range all {
		all[i].known = map[string][]string{"aws:PrincipalOrgID": {id}}
	}
	return all
}

// callersStated is callersOf for all whom the principal alone means, without conditions.
func (j *judge) callersStated(g *grantee) []caller {
	switch p, err := awsname.ParsePrincipal(g.stated); {
	case g.stated == "*":
		return j.callersOf(&grantee{kind: Everyone})
	case awsname.IsAccountID(g.stated):
		return j.callersOf(&grantee{kind: Account, account: g.stated})
	case err == nil && p.Kind == awsname.AccountRoot:
		return j.callersOf(&grantee{kind: Account, account: p.Account})
	}
	return j.callersOf(g)
}

// nobody is the ID of an account that no policy names.
const nobody = "000000000000"

// elsewhere is the account in which each request is judged: none that may call.
const elsewhere = "000000000001"

var everything = authz.PolicySet{Present: true, Policies: []*authz.Policy{authz.AllowsAll(nil)}}

// decide decides a request of a caller under policies of the resource side, whose own policies
// allow everything.
func (j *judge) decide(c caller, action string, at place, policies authz.Policies) authz.Verdict {
	policies.Identity = everything
	if !policies.Session.Present {
		policies.Session = everything // of a federated user
	}
	known := maps.Clone(at.known)
	maps.Copy(known, c.known)
	return authz.Decide(authz.Request{
		Principal: c.principal, Action: action, Resource: at.repository.ARN(), ResourceAccount: elsewhere,
		Context:         authz.Context{Known: known, Unknown: c.unknown, CompleteBelow: at.complete},
		PoliciesAsShown: true, Budget: j.budget,
	}, policies)
}
