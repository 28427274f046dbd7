// SPDX-License-Identifier: MPL-2.0

package lint

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// registryMismatches compares the policies of the registry side with image and role.
func registryMismatches(j *verdict.Judgement, deleted []DeletedPrincipal) []Finding {
	var found []Finding
	if accounts := otherAccountsOnly(j); len(accounts) > 0 {
		found = append(found, OtherAccountsOnly{accounts})
	}
	for _, d := range deleted {
		if d.Statement.Effect == "Allow" {
			found = append(found, d)
		}
	}
	found = append(found, misspelt(j, authz.RepositoryPolicy)...)
	for _, place := range places(j, authz.RepositoryPolicy, authz.RegistryPolicy) {
		if registryAllows(j, place) {
			found = append(found, GrantedElsewhere{place})
		}
	}
	if isScopeTooNarrow(j) {
		found = append(found, ScopeTooNarrow{})
	}
	return found
}

func elsewhere(places []awsname.Repository) []Finding {
	found := make([]Finding, len(places))
	for i, place := range places {
		found[i] = AllowedElsewhere{place}
	}
	return found
}

// intended returns the repositories on which the identity policies allow what they
// deny on this one, and which a slip of the image may have missed: those of the same
// name in other places, and the one of a similar name in this place.
func intended(j *verdict.Judgement, allowed []awsname.Repository) []awsname.Repository {
	found := slices.Clone(allowed)
	if similar, ok := similarRepository(j); ok && identityAllows(j, similar) {
		found = append(found, similar)
	}
	return slices.DeleteFunc(found, func(r awsname.Repository) bool { return r.Partition != j.Repository().Partition })
}

// similarRepository returns the repository of this account and Region that an Allow
// statement of the identity policies names and whose name is most like this one's.
func similarRepository(j *verdict.Judgement) (awsname.Repository, bool) {
	similar := j.Repository()
	var names []string
	for s := range allows(j, authz.IdentityPolicy) {
		for _, resource := range s.Resources() {
			named, err := awsname.ParseRepositoryARN(resource)
			isHere := named.Partition == similar.Partition && named.Region == similar.Region && named.Account == similar.Account
			if err == nil && isHere && named.Name != similar.Name {
				names = append(names, named.Name)
			}
		}
	}
	similar.Name = awsname.Nearest(similar.Name, names)
	return similar, similar.Name != ""
}

// allows yields the Allow statements of policies.
func allows(j *verdict.Judgement, types ...authz.PolicyType) func(yield func(verdict.Statement) bool) {
	return func(yield func(verdict.Statement) bool) {
		for s := range j.Statements(types...) {
			if s.Effect() == "Allow" && !yield(s) {
				return
			}
		}
	}
}

// allowedPlaces returns where the identity policies allow on the repository of this
// name what they deny on this one.
func allowedPlaces(j *verdict.Judgement) []awsname.Repository {
	var allowed []awsname.Repository
	for _, place := range places(j, authz.IdentityPolicy) {
		if identityAllows(j, place) {
			allowed = append(allowed, place)
		}
	}
	return allowed
}

// maxPlaces is how many places are looked at. To judge each costs as much as all
// statements, and a slip in one of so many would not be found by reading.
const maxPlaces = 50

// places returns this repository moved to each account and Region that the resources
// of Allow statements name, this place not among them.
func places(j *verdict.Judgement, types ...authz.PolicyType) []awsname.Repository {
	var found []awsname.Repository
	seen := map[awsname.Repository]bool{j.Repository(): true}
	for s := range allows(j, types...) {
		for _, resource := range s.Resources() {
			repository, ok := moved(j.Repository(), resource)
			if ok && !seen[repository] && len(found) < maxPlaces {
				seen[repository] = true
				found = append(found, repository)
			}
		}
	}
	return found
}

// moved returns a repository in the place that a resource names; parts with wildcards
// stay as they are.
func moved(repository awsname.Repository, resource string) (awsname.Repository, bool) {
	arn, err := awsname.ParseARN(resource)
	if err != nil || arn.Service != "ecr" {
		return awsname.Repository{}, false
	}
	for _, part := range []struct {
		of *string
		to string
	}{{&repository.Partition, arn.Partition}, {&repository.Region, arn.Region}, {&repository.Account, arn.Account}} {
		if part.to != "" && !awsname.HasWildcard(part.to) {
			*part.of = part.to
		}
	}
	return repository, true
}

// identityAllows asks the engine whether the identity policies alone allow everything
// on a repository.
func identityAllows(j *verdict.Judgement, repository awsname.Repository) bool {
	return allowAllActions(j, repository, j.Principal().Account, authz.Policies{Identity: j.Compiled().Identity})
}

// registryAllows asks the engine whether the policies of the registry side alone allow
// everything on a repository, if they were those of its registry, too.
func registryAllows(j *verdict.Judgement, repository awsname.Repository) bool {
	compiled := j.Compiled()
	policies := authz.Policies{Repository: compiled.Repository, Registry: compiled.Registry}
	if !j.Target().SameAccount() {
		policies.Identity = authz.PolicySet{Present: true, Policies: []*authz.Policy{allowAll}}
	}
	return allowAllActions(j, repository, j.Repository().Account, policies)
}

func allowAllActions(j *verdict.Judgement, repository awsname.Repository, owner string, policies authz.Policies) bool {
	caller := j.Principal()
	caller.Partition = repository.Partition // or else the engine would say no for that alone
	for _, action := range j.Actions() {
		request := j.Request(action)
		request.Principal = caller.ARN()
		request.Resource = repository.ARN()
		request.ResourceAccount = owner
		if authz.Decide(request, policies) != authz.Allowed {
			return false
		}
	}
	return true
}

// otherAccountsOnly returns the accounts that the repository policy grants some of what is
// judged to, if it grants it to others than the principal's only.
func otherAccountsOnly(j *verdict.Judgement) []string {
	var accounts []string
	seen := map[string]bool{"": true}
	for s := range allows(j, authz.RepositoryPolicy) {
		if !isAbout(&s, j.Actions()) {
			continue
		}
		for _, value := range s.Principals()["AWS"] {
			account := accountOf(value)
			if account == j.Principal().Account || value == "*" {
				return nil
			}
			if !seen[account] {
				seen[account] = true
				accounts = append(accounts, account)
			}
		}
	}
	return accounts
}

// isAbout reports whether a statement has one of some actions.
func isAbout(s *verdict.Statement, actions []string) bool {
	return s.Has("NotAction") || slices.ContainsFunc(s.Actions(), func(stated string) bool {
		p := pattern.Like(pattern.Lower(stated))
		return slices.ContainsFunc(actions, func(action string) bool {
			matches, _ := p.Match(pattern.Lower(action), maxActionSteps)
			return matches
		})
	})
}

// maxActionSteps bounds what it takes to compare a pattern with an action.
const maxActionSteps = 10_000

// accountOf returns the account of a principal: an ARN or an account ID.
func accountOf(principal string) string {
	if awsname.IsAccountID(principal) {
		return principal
	}
	arn, err := awsname.ParseARN(principal)
	if err != nil {
		return ""
	}
	return arn.Account
}

// deletedPrincipals finds the unique IDs of deleted roles and users in the repository
// policy, in statements of either effect.
func deletedPrincipals(j *verdict.Judgement) []DeletedPrincipal {
	var found []DeletedPrincipal
	own := ""
	if snapshot := j.Input().ConsumerSnapshot; snapshot != nil && j.Target().IsRole() {
		own = snapshot.RoleID
	}
	for s := range j.Statements(authz.RepositoryPolicy) {
		for _, value := range slices.Concat(s.Principals()["AWS"], s.NotPrincipals()["AWS"]) {
			if awsname.IsUniqueID(value) && value != own {
				found = append(found, DeletedPrincipal{s.Ref(), value, own})
			}
		}
	}
	return found
}

// isScopeTooNarrow reports whether a registry policy would grant the pull if it had the
// scope to.
func isScopeTooNarrow(j *verdict.Judgement) bool {
	compiled := j.Compiled()
	if j.Input().RegistryPolicyScope != verdict.ScopeV1 || compiled.Registry.Unknown {
		return false
	}
	grants := authz.Policies{Identity: compiled.Identity, Registry: compiled.Registry}
	for _, action := range j.Actions() {
		d := authz.Evaluate(j.Request(action), grants)
		if d.Verdict == authz.Conditional || slices.Contains(d.DeniedBy, authz.RepositoryPolicy) || slices.Contains(d.DeniedBy, authz.RegistryPolicy) {
			return false
		}
	}
	return true
}

// misspelt finds Allow statements of a policy type that denies which name an action or
// this repository wrongly.
func misspelt(j *verdict.Judgement, t authz.PolicyType) []Finding {
	var found []Finding
	for s := range allows(j, t) {
		found = append(found, misspeltActions(j, &s)...)
		found = append(found, misspeltResources(j, &s)...)
	}
	return found
}

// slips is how many letters a misspelt action has wrong: with more of them it may be
// another action, as ecr:BatchDeleteImage is.
const slips = 2

func misspeltActions(j *verdict.Judgement, s *verdict.Statement) []Finding {
	var found []Finding
	for _, d := range j.Decisions() {
		for _, action := range s.Actions() {
			n, _ := awsname.Distance(strings.ToLower(action), strings.ToLower(d.Action), slips+1)
			if n > 0 && n <= slips && actionset.IsAction(d.Action) && !awsname.HasWildcard(action) && slices.Contains(d.Engine.DeniedBy, s.Type) {
				found = append(found, MisspeltAction{s.Ref(), action, d.Action})
			}
		}
	}
	return found
}

func misspeltResources(j *verdict.Judgement, s *verdict.Statement) []Finding {
	name := j.Repository().Name
	var found []Finding
	for _, resource := range s.Resources() {
		arn, err := awsname.ParseARN(resource)
		rest, within := strings.CutPrefix(arn.Resource, "repository/"+name)
		switch {
		case err != nil || arn.Service != "ecr":
		case arn.Resource == name:
			found = append(found, ResourceWithoutType{s.Ref(), resource})
		case within && (strings.HasPrefix(rest, ":") || strings.HasPrefix(rest, "@")):
			found = append(found, ResourceWithTag{s.Ref(), resource})
		}
	}
	return found
}
