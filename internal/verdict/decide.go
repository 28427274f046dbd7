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

// The scopes of a registry policy. AWS has removed V1: SDKs and documentation know V2 only.
// Sources: https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions.html and
// https://github.com/aws/aws-sdk-go-v2/blob/main/service/ecr/CHANGELOG.md (v1.57.2)
const (
	ScopeV1 = "V1" // covers scopeV1Actions only
	ScopeV2 = "V2" // covers every action; the default
)

var scopeV1Actions = []string{"ecr:ReplicateImage", "ecr:BatchImportUpstreamImage", createAction}

// decide judges a pull.
func decide(a *arguments) *Judgement {
	j := &Judgement{arguments: a, compiled: a.compile(), faults: a.faults(), requests: a.allRequests(), left: authz.NewBudget()}
	j.locate()
	j.decisions = make([]Decision, 0, len(j.requests))
	for _, request := range j.requests {
		request.Budget = j.left
		j.decisions = append(j.decisions, a.decide(request, j.compiled))
	}
	return j
}

// allRequests returns the requests of a pull, the login first.
func (a *arguments) allRequests() []authz.Request {
	actions := a.actions()
	requests := make([]authz.Request, 0, 2+len(actions)) // a login before, and layers after
	if !a.isService() && !a.creator {                    // these do not log in
		requests = append(requests, a.request(actionset.TokenAction))
	}
	onRepository := a.request("") // those on the repository differ in the action alone
	for _, action := range actions {
		onRepository.Action = action
		requests = append(requests, onRepository)
	}
	if a.readsLayers() {
		requests = append(requests, a.layerRequest())
	}
	return requests
}

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

// createAction creates the repository with the first pull through a cache. Only identity-based
// policies and the registry policy can allow it.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-iam.html
const createAction = "ecr:CreateRepository"

// actions returns what is judged beside the login: for a pull through a cache also what creates
// the repository, unless the repository exists or a plan grants on it.
func (a *arguments) actions() []string {
	if a.in.RepositoryExists == Exists || len(a.in.PlannedStatements) > 0 {
		return a.use.actions
	}
	return a.use.identity
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

// obstacles returns what denies an action regardless of the policies. What is planned
// counts as existing.
func (a *arguments) obstacles(action string) []Obstacle {
	if !a.target.SamePartition() {
		return []Obstacle{PartitionMismatch}
	}
	if action == LayerAction {
		return nil
	}
	found := a.pullerObstacles()
	if a.roleMissing() && len(a.in.PlannedRolePolicies) == 0 {
		found = append(found, RoleMissing)
	}
	willExist := len(a.in.PlannedStatements) > 0 || a.pullCreatesRepository()
	switch isOfRepository := action != actionset.TokenAction && action != createAction; {
	case !isOfRepository:
	case a.repositoryMissing():
		if !willExist {
			found = append(found, RepositoryMissing)
		}
	default:
		found = append(found, a.imageObstacles()...)
	}
	return found
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

// registryPolicyCovers reports whether the registry policy covers an action.
func (a *arguments) registryPolicyCovers(action string) bool {
	return a.in.RegistryPolicyScope != ScopeV1 || slices.Contains(scopeV1Actions, action)
}

func (a *arguments) resource(action string) string {
	if action == actionset.TokenAction {
		return "*"
	}
	return a.target.Repository.ARN()
}

func (a *arguments) request(action string) authz.Request {
	request := authz.Request{
		Principal:       a.target.Principal.ARN(),
		Action:          action,
		Resource:        a.resource(action),
		ResourceAccount: a.target.Repository.Account,
		Context:         authz.Context{Known: a.context(action), CompleteBelow: a.completeBelow()},
		PoliciesAsShown: true,
		RoleID:          a.roleID(),
		AssumeNoPath:    !a.target.Principal.IsOfIdentityCenter(), // and the report says so
	}
	if a.isAnyCreator() {
		request.Context.Unknown = unknownOfAnyCreator
	}
	if action == actionset.TokenAction {
		request.ResourceAccount = a.target.Principal.Account
	}
	return request
}

// role returns the principal as policies name it, a session as its role; and whether its
// path is known. The path of a session's role is not in the session's ARN: IAM or
// aws:PrincipalArn gives it.
func (a *arguments) role() (role awsname.Principal, isPathKnown bool) {
	principal := a.target.Principal
	if principal.Kind != awsname.RoleSession {
		return principal, true
	}
	for _, arn := range append(a.contextValues("aws:PrincipalArn"), a.in.ActualRoleARN) {
		role, err := awsname.ParsePrincipal(arn)
		if err == nil && isRoleOf(principal, role) {
			return role, true
		}
	}
	principal.Kind, principal.Session = awsname.Role, ""
	return principal, false
}

// isRoleOf reports whether a principal is a role, or a session of it, whatever its path.
func isRoleOf(principal, role awsname.Principal) bool {
	return role.Kind == awsname.Role && role.Account == principal.Account && role.Name == principal.Name
}

// contextValues returns the values of a condition key in the argument context.
func (a *arguments) contextValues(key string) []string {
	for name, values := range a.in.Context {
		if strings.EqualFold(name, key) {
			return slices.Clone(values)
		}
	}
	return nil
}

// context returns the known condition keys: ECR answers HTTPS only, a login is valid
// for its own Region only, and only IAM knows the path of a session's role. The login
// is no call to the repository: what is set of the repository does not hold for it.
func (a *arguments) context(action string) map[string][]string {
	known := map[string][]string{}
	for key, values := range a.in.Context {
		if action != actionset.TokenAction || !authz.IsOfResource(key) {
			known[key] = values
		}
	}
	setDefault(known, "aws:SecureTransport", "true")
	setDefault(known, "aws:RequestedRegion", a.target.Repository.Region)
	if a.target.Principal.Kind == awsname.RoleSession && a.in.ActualRoleARN != "" {
		setDefault(known, "aws:PrincipalArn", a.in.ActualRoleARN)
	}
	if id := a.userID(); id != "" {
		setDefault(known, "aws:userid", id)
	}
	return a.ofCaller(known)
}

func setDefault(known map[string][]string, key, value string) {
	for name := range known {
		if strings.EqualFold(name, key) {
			return
		}
	}
	known[key] = []string{value}
}
