// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

func (r *reading) checkContext() {
	seen := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(r.in.Context)) {
		at := At{Attribute: "context", Key: key}
		if other, twice := seen[strings.ToLower(key)]; twice {
			r.fault(at, fmt.Sprintf("is the same key as %s: case does not count in the name of a condition key", printed.Quoted(other)), nil)
		}
		seen[strings.ToLower(key)] = key
		values := r.in.Context[key]
		r.checkTag(at, seen)
		if n := len(values); n > 1 && strings.HasPrefix(strings.ToLower(key), "aws:") && !authz.Multivalued(strings.ToLower(key)) {
			r.fault(at, fmt.Sprintf("has %d values, but a request has one value of this key; set the one that the policy statement is about", n), nil)
		}
		for _, value := range values {
			if err := authz.CheckValue(key, value); err != nil {
				r.fault(at, err.Error(), nil)
			}
		}
		if fact := r.contradicted(key, values); fact != "" {
			r.fault(at, "cannot be so: "+fact+" Remove it", nil)
		}
	}
}

// checkRelations notes the first condition key that cannot be so because of another key of the
// context, or because of the policies that there are.
func (r *reading) checkRelations() {
	if len(r.in.Context) == 0 || r.target.Principal.Kind == "" || r.target.Repository.Account == "" || r.service.Kind == awsname.Service {
		return
	}
	request := r.request("ecr:BatchGetImage")
	request.Context.Known = r.in.Context
	given := r.areGiven()
	for _, key := range slices.Sorted(maps.Keys(r.in.Context)) {
		values := r.in.Context[key]
		state, fact := request.Related(key, given)
		if why := related(strings.ToLower(key), len(values) > 0, state); state == authz.KeyKnown && !slices.Equal(values, fact) || why != "" {
			if state == authz.KeyKnown {
				why = "it follows from the paths of the organization that it is " + printed.Quoted(fact[0]) + "."
			}
			r.fault(At{Attribute: "context", Key: key}, "cannot be so: "+why+" Remove it", nil)
			return
		}
	}
}

// areGiven returns policies, of which only counts that they are there, of the types that say
// what the context is.
func (r *reading) areGiven() (given authz.Policies) {
	isGiven := func(levels [][]Policy) authz.PolicySet {
		set := authz.PolicySet{}
		if slices.ContainsFunc(levels, func(level []Policy) bool { return len(level) > 0 }) {
			set.Policies = []*authz.Policy{nil}
		}
		return set
	}
	rcps := r.policies[authz.ResourceControlPolicy]
	given.VPCEndpoint = isGiven(r.policies[authz.VPCEndpointPolicy])
	given.SCP = []authz.PolicySet{isGiven(r.policies[authz.ServiceControlPolicy])}
	given.RCP = []authz.PolicySet{isGiven(rcps[:r.registryRCPs])}
	return given
}

// related says why a condition key, in lower case, cannot be present, or absent, as it is set;
// empty if it can. The state is what follows for it.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func related(key string, isPresent bool, state authz.KeyState) string {
	isOfOrganization := strings.HasSuffix(key, "orgid") || strings.HasSuffix(key, "orgpaths")
	switch {
	case state == authz.KeyUnknown, state == authz.KeyAbsent && !isPresent, state != authz.KeyAbsent && isPresent:
		return ""
	case key == "aws:sourceip":
		return "a request through a VPC endpoint, as the other arguments have it, does not have this key."
	case isOfOrganization && !strings.HasPrefix(key, "aws:vpce") && isPresent:
		return "the account is in no organization, as the other arguments have it."
	case isOfOrganization && !strings.HasPrefix(key, "aws:vpce"):
		return "the account is in an organization, as the other arguments have it."
	case isPresent:
		return "only a request through a VPC endpoint has this key, and as the other arguments have it, this one comes through none."
	}
	return "every request through a VPC endpoint, as the other arguments have it, has this key."
}

// checkTag notes a tag of the repository that has two values: it has two condition keys.
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
func (r *reading) checkTag(at At, seen map[string]string) {
	tag, isECR := strings.CutPrefix(strings.ToLower(at.Key), "ecr:resourcetag/")
	if other, twice := seen["aws:resourcetag/"+tag]; isECR && twice && !slices.Equal(r.in.Context[at.Key], r.in.Context[other]) {
		r.fault(at, fmt.Sprintf("is the same tag as %s, and has another value; set one of the two", printed.Quoted(other)), nil)
	}
}

// contradicted returns what follows from the other arguments and contradicts the values of a
// condition key; empty if nothing does. Beside a service it may be a key of who creates what
// the service runs.
func (r *reading) contradicted(key string, values []string) string {
	if r.target.Principal.Kind == "" || r.target.Repository.Account == "" {
		return ""
	}
	name := strings.ToLower(key)
	if r.service.Kind != awsname.Service {
		return r.contradictedOf(r.target.Principal, name, values)
	}
	if !slices.Contains(keysOfPrincipals, name) {
		return r.contradictedOf(r.service, name, values)
	}
	if r.in.RoleARN != "" {
		return r.contradictedOf(r.target.Principal, name, values)
	}
	return ""
}

// contradictedOf is contradicted for one who calls.
func (r *reading) contradictedOf(caller awsname.Principal, key string, values []string) string {
	of := *r.arguments
	of.target.Principal = caller
	state, fact := of.request("ecr:BatchGetImage").Follows(key)
	switch isService := caller.Kind == awsname.Service; {
	case isService && key == "aws:sourcearn":
		state, fact = authz.KeyKnown, []string{r.in.SourceARN}
	case isService && key == "aws:sourceaccount":
		state, fact = authz.KeyKnown, []string{caller.Account}
	}
	session := ":" + caller.Session
	switch {
	case key == "aws:principalarn" && len(values) == 1 && caller.Kind != awsname.Service:
		return r.contradictedARN(values[0])
	case key == "aws:userid" && len(values) == 1 && caller.Kind == awsname.RoleSession && !strings.HasSuffix(values[0], session):
		return fmt.Sprintf("it ends with %s, the name of the session.", printed.Name(session))
	case key == "aws:securetransport" && !slices.EqualFunc(values, []string{"true"}, strings.EqualFold):
		return "ECR takes HTTPS requests only."
	case state == authz.KeyAbsent && len(values) > 0:
		return fmt.Sprintf("a request of %s does not have this key.", wording.Article(string(caller.Kind)))
	case state == authz.KeyPresent && len(values) == 0:
		return fmt.Sprintf("every request of %s has this key.", wording.Article(string(caller.Kind)))
	case state == authz.KeyKnown && !slices.EqualFunc(values, fact, strings.EqualFold):
		return fmt.Sprintf("it follows from the other arguments that it is %s.", printed.Quoted(fact[0]))
	}
	return ""
}

// contradictedARN is contradicted for aws:PrincipalArn, which of a session is the ARN of its
// role, with the path that the session's ARN does not have.
func (r *reading) contradictedARN(value string) string {
	principal := r.target.Principal
	named, err := awsname.ParsePrincipal(value)
	isSession := principal.Kind == awsname.RoleSession
	switch {
	case err == nil && isSession && isRoleOf(principal, named):
		return ""
	case isSession:
		return fmt.Sprintf("it is the ARN of the role %s in account %s.", printed.Name(principal.Name), principal.Account)
	case value != principal.ARN():
		return fmt.Sprintf("it follows from role_arn that it is %s.", printed.Quoted(principal.ARN()))
	}
	return ""
}
