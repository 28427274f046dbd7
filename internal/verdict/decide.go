// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// decide returns the decision on one action.
func (a *arguments) decide(request authz.Request, policies authz.Policies) Decision {
	d := a.byPolicies(request, policies)
	if d.Obstacles = a.obstacles(request.Action); len(d.Obstacles) > 0 {
		d.Verdict = authz.Denied
	}
	return d
}

// byPolicies returns what the policies alone decide on one action.
func (a *arguments) byPolicies(request authz.Request, policies authz.Policies) Decision {
	d := Decision{Action: request.Action, Resource: request.Resource, Engine: a.evaluate(request, policies)}
	switch d.Action {
	case createAction:
		d.Engine = ofRegistryPolicy(d.Engine)
	case LayerAction:
		d.Engine, d.OfECR = withoutKeysOfECR(d.Engine)
	}
	lacksGrant := slices.Equal(d.Engine.DeniedBy, []authz.PolicyType{authz.RepositoryPolicy}) && !d.Engine.Explicit
	switch {
	case d.Engine.Verdict != authz.Denied:
	case d.Action == createAction && a.use.createsRepository() && a.in.RepositoryExists == ExistenceUnknown:
		d.IfMissing = d.open()
	case lacksGrant && a.mayComeFromTemplate():
		d.IfExists = d.open()
	case lacksGrant && a.addsStatement && slices.Contains(actionsOfLambda, d.Action):
		d.IfNotAdded = d.open()
	}
	d.Verdict = d.Engine.Verdict
	sortBySid(d.Engine.Statements)
	sortBySid(d.Engine.Cases.Statements)
	return d
}

// sortBySid puts the statements of the repository policy in the order of their Sids, which a
// plan and the policy after its apply have in common: several grants of one plan are written in
// any order.
func sortBySid(refs []authz.StatementRef) {
	slices.SortStableFunc(refs, func(a, b authz.StatementRef) int {
		if a.PolicyType != authz.RepositoryPolicy || b.PolicyType != authz.RepositoryPolicy {
			return cmp.Compare(slices.Index(authz.PolicyTypes(), a.PolicyType), slices.Index(authz.PolicyTypes(), b.PolicyType))
		}
		return cmp.Or(strings.Compare(a.Sid, b.Sid), cmp.Compare(a.Index, b.Index))
	})
}

// ofRegistryPolicy is a decision for which no repository policy counts. The engine reports a
// missing Allow of the registry side as one of the repository policy.
func ofRegistryPolicy(d authz.Decision) authz.Decision {
	for _, types := range []*[]authz.PolicyType{&d.DeniedBy, &d.UndecidedBy, &d.Cases.Lacking, &d.Cases.Sometimes} {
		mapped := slices.Clone(*types)
		for i := range mapped {
			if mapped[i] == authz.RepositoryPolicy {
				mapped[i] = authz.RegistryPolicy
			}
		}
		*types = slices.Compact(mapped)
	}
	return d
}

// evaluate asks the engine.
func (a *arguments) evaluate(request authz.Request, policies authz.Policies) authz.Decision {
	if !a.target.SamePartition() {
		return authz.Decision{Action: request.Action, Verdict: authz.Denied}
	}
	d := authz.Evaluate(request, a.applicable(policies, request.Action))
	if a.isAnyCreator() {
		return a.ofAnyCreator(d)
	}
	return d
}

// applicable returns the policies that apply to an action. The login is a call to the
// caller's account: of the registry side none can apply to it, but resource control policies
// of the caller's organization may.
func (a *arguments) applicable(policies authz.Policies, action string) authz.Policies {
	if action == LayerAction {
		return authz.Policies{S3Endpoint: policies.S3Endpoint}
	}
	policies.S3Endpoint = authz.PolicySet{}
	if action == actionset.TokenAction {
		policies.Repository, policies.Registry = authz.PolicySet{}, authz.PolicySet{}
		policies.RCP = a.rcps(action)
	}
	if action == createAction {
		policies.Repository = authz.PolicySet{}
	}
	if !a.registryPolicyCovers(action) {
		policies.Registry = authz.PolicySet{}
	}
	return policies
}

var scopeV1Actions = []string{"ecr:ReplicateImage", "ecr:BatchImportUpstreamImage", createAction}

// registryPolicyCovers reports whether the registry policy covers an action.
func (a *arguments) registryPolicyCovers(action string) bool {
	return a.in.RegistryPolicyScope != ScopeV1 || slices.Contains(scopeV1Actions, action)
}

// actionsOfLambda are those that Lambda's own statement allows it.
var actionsOfLambda = []string{"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}

// ofAnyCreator is a decision on the account, for whoever creates a function there. A
// statement for a role or a user of the account may be about who does.
func (a *arguments) ofAnyCreator(d authz.Decision) authz.Decision {
	d.UnknownKeys = slices.DeleteFunc(d.UnknownKeys, func(k authz.UnknownKey) bool { return slices.Contains(unknownOfAnyCreator, k.Key) })
	if d.Verdict != authz.Denied || d.Explicit || !slices.Equal(d.DeniedBy, []authz.PolicyType{authz.RepositoryPolicy}) {
		return d
	}
	var refs []authz.StatementRef
	for _, t := range []authz.PolicyType{authz.RepositoryPolicy, authz.RegistryPolicy} {
		for _, p := range flat(a.policies[t]) {
			for _, s := range p.statements {
				if s.Effect() == "Allow" && slices.ContainsFunc(s.Principals()["AWS"], a.isInAccount) {
					refs = append(refs, (&Statement{Type: t, Policy: p.Name, Statement: s}).Ref())
				}
			}
		}
	}
	if len(refs) == 0 {
		return d
	}
	return authz.Decision{Principal: d.Principal, Action: d.Action, Resource: d.Resource, Verdict: authz.Conditional, UndecidedBy: d.DeniedBy, Statements: refs}
}

// isInAccount reports whether a principal is in the account of the caller.
func (a *arguments) isInAccount(principal string) bool {
	p, err := awsname.ParsePrincipal(principal)
	return awsname.IsUniqueID(principal) || err == nil && p.Account == a.target.Principal.Account && p.Kind != awsname.AccountRoot
}
