// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"cmp"
	"iter"
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// A Judgement is one pull, parsed, compiled and decided. It is immutable: what its
// methods return is a copy, or must not be changed.
type Judgement struct {
	arguments  *arguments
	compiled   authz.Policies
	creator    *Judgement // see Creator
	faults     []Fault
	decisions  []Decision
	requests   []authz.Request   // of the decisions
	statements []Statement       // of all policies, in the order of their types
	plannedAt  map[plannedKey]At // of the planned statements
	sids       map[sidKey]int    // how many statements have the Sid
	left       *authz.Budget     // what the decisions have left of the budget of one verdict
	shared     *authz.Budget     // of all requests; nil if each has a budget of its own
}

// Bounded returns the judgement with requests that share what the decisions have left
// of the budget of one verdict. Further evaluations for the same verdict use it, so that
// the work for one pull is bounded as a whole. It is not safe for concurrent use.
func (j *Judgement) Bounded() *Judgement {
	bounded := *j
	bounded.shared = j.left.Clone()
	return &bounded
}

// Input returns what the judgement was made of.
func (j *Judgement) Input() Input { return j.arguments.in }

// Target returns who pulls from where.
func (j *Judgement) Target() Target { return j.arguments.target }

// Repository returns what is pulled from.
func (j *Judgement) Repository() awsname.Repository { return j.arguments.target.Repository }

// Principal returns who pulls. The ARN of a role has the path that IAM gives, where
// that is known.
func (j *Judgement) Principal() awsname.Principal { return j.arguments.target.Principal }

// Role returns the principal as a policy names it: a session as its role, with the path if that
// is known.
func (j *Judgement) Role() awsname.Principal {
	role, _ := j.arguments.role()
	return role
}

// RoleARN returns the ARN of Role.
func (j *Judgement) RoleARN() string { return j.Role().ARN() }

// IsPathUnknown reports whether a session pulls, and the path of its role is not known.
func (j *Judgement) IsPathUnknown() bool {
	_, known := j.arguments.role()
	return !known
}

// RoleMissing reports whether the role is known not to exist. A user is none.
func (j *Judgement) RoleMissing() bool { return j.arguments.roleMissing() }

// RepositoryMissing reports whether the repository is known not to exist.
func (j *Judgement) RepositoryMissing() bool { return j.arguments.repositoryMissing() }

// Verdict is Denied when one action is denied, and Allowed when all are allowed.
func (j *Judgement) Verdict() authz.Verdict {
	verdict := authz.Allowed
	for i := range j.decisions {
		switch j.decisions[i].Verdict {
		case authz.Denied:
			return authz.Denied
		case authz.Conditional:
			verdict = authz.Conditional
		case authz.Allowed:
		}
	}
	return verdict
}

// Decisions returns the decision on each action, the login first. The caller must not change
// them.
func (j *Judgement) Decisions() []Decision { return j.decisions }

// Obstacles returns what denies some action regardless of the policies.
func (j *Judgement) Obstacles() []Obstacle {
	var found []Obstacle
	for _, o := range obstacles {
		if j.anyDecision(func(d *Decision) bool { return slices.Contains(d.Obstacles, o) }) {
			found = append(found, o)
		}
	}
	return found
}

// DeniedBy returns the policy types that deny some action.
func (j *Judgement) DeniedBy() []authz.PolicyType {
	return typesThat(func(t authz.PolicyType) bool {
		return j.anyDecision(func(d *Decision) bool { return slices.Contains(d.Engine.DeniedBy, t) })
	})
}

// DeniedSide returns the side of everything that denies; empty where nothing does.
func (j *Judgement) DeniedSide() Side {
	var side Side
	for _, o := range j.Obstacles() {
		side = side.add(o.Side())
	}
	for _, t := range j.DeniedBy() {
		side = side.add(SideOf(t))
	}
	return side
}

// Denies reports whether a policy type denies some action on the repository.
func (j *Judgement) Denies(t authz.PolicyType) bool {
	return j.anyDecision(func(d *Decision) bool {
		return d.Action != actionset.TokenAction && slices.Contains(d.Engine.DeniedBy, t)
	})
}

func (j *Judgement) anyDecision(is func(*Decision) bool) bool {
	for i := range j.decisions {
		if is(&j.decisions[i]) {
			return true
		}
	}
	return false
}

// MissingAllows returns the actions that a policy type denies because it lacks an
// Allow.
func (j *Judgement) MissingAllows(t authz.PolicyType) []string {
	var actions []string
	for i := range j.decisions {
		if d := &j.decisions[i]; slices.Contains(d.Engine.DeniedBy, t) && d.Lacks(t) {
			actions = append(actions, d.Action)
		}
	}
	return actions
}

// UnknownKeys returns the condition keys that keep a decision open, sorted.
func (j *Judgement) UnknownKeys() []string {
	var keys []string
	for i := range j.decisions {
		for _, unknown := range j.decisions[i].Engine.UnknownKeys {
			keys = append(keys, unknown.Key)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// Unknown returns the policy types of which there may be policies that are not known.
func (j *Judgement) Unknown() []authz.PolicyType {
	return typesThat(j.arguments.unknown)
}

func typesThat(are func(authz.PolicyType) bool) []authz.PolicyType {
	var types []authz.PolicyType
	for _, t := range authz.PolicyTypes() {
		if are(t) {
			types = append(types, t)
		}
	}
	return types
}

// UnknownArguments returns the arguments for what is not known and not assumed away.
func (j *Judgement) UnknownArguments() []string {
	var names []string
	for _, t := range authz.PolicyTypes() {
		for _, name := range j.UnknownArgumentsOf(t, "") {
			if !slices.Contains(names, name) { // a snapshot may be several policies
				names = append(names, name)
			}
		}
	}
	if j.anyDecision(func(d *Decision) bool { return d.IfMissing != nil || d.IfExists != nil }) {
		names = append(names, RepositoryExists)
	}
	return names
}

// UnknownArgumentsOf returns the arguments for policies of a type that are not known and that
// apply to an action, or to any if that is empty.
func (j *Judgement) UnknownArgumentsOf(t authz.PolicyType, action string) []string {
	a := j.arguments
	all, argument := a.policies[t], wording.Of(t).Argument
	if t == authz.RepositoryPolicy && j.IsFromTemplate() {
		argument = templateArgument
	}
	if t != authz.ResourceControlPolicy {
		return unknownIn(all, a.stateUnknown(t), argument)
	}
	isLogin, isOne := action == actionset.TokenAction, action == "" || j.Target().SameAccount()
	var names []string
	if isOne || !isLogin {
		names = unknownIn(all[:a.registryRCPs], a.stateUnknown(t), argument)
	}
	if isOne || isLogin {
		names = append(names, unknownIn(all[a.registryRCPs:], a.in.ConsumerResourceControlPolicies.State == Unknown, ConsumerRCPs)...)
	}
	return names
}

// unknownIn returns the arguments of the policies that are not known: that of the type, or, of
// what is planned, another.
func unknownIn(levels [][]Policy, stateUnknown bool, argument string) []string {
	var names []string
	if stateUnknown {
		names = append(names, argument)
	}
	for _, p := range flat(levels) {
		if name := cmp.Or(printed.Name(p.At.Attribute), argument); p.Unknown && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// The arguments for what may be unknown beside the policies of a type.
const (
	ConsumerRCPs     = "consumer_resource_control_policies"
	RepositoryExists = "repository_exists"

	templateArgument = "repository_creation_template_policy"
)

// PullCreatesRepository reports whether the pull creates the repository.
func (j *Judgement) PullCreatesRepository() bool { return j.arguments.pullCreatesRepository() }

// IsFromTemplate reports whether the repository policy is that of the creation template.
func (j *Judgement) IsFromTemplate() bool { return j.arguments.isFromTemplate() }

// IdentityPoliciesIncomplete reports whether there may be identity policies beside those
// that are listed.
func (j *Judgement) IdentityPoliciesIncomplete() bool {
	return j.arguments.stateUnknown(authz.IdentityPolicy)
}

// RegistryPolicyCovers reports whether the registry policy covers an action.
func (j *Judgement) RegistryPolicyCovers(action string) bool {
	return j.arguments.registryPolicyCovers(action)
}

// Request returns the request that an action is, one of the judged actions.
func (j *Judgement) Request(action string) (request authz.Request) {
	for i := range j.requests {
		if j.requests[i].Action == action {
			request = j.requests[i]
		}
	}
	request.Budget = j.shared
	return request
}

// Compiled returns all policies, compiled, with the planned ones in them.
func (j *Judgement) Compiled() authz.Policies { return j.compiled }

// CompiledFor returns the compiled policies that apply to an action.
func (j *Judgement) CompiledFor(action string) authz.Policies {
	return j.arguments.applicable(j.compiled, action)
}

// Policies returns the policies of a type, of all its levels. The caller must not change them.
func (j *Judgement) Policies(t authz.PolicyType) []Policy { return flat(j.arguments.policies[t]) }

// Statements yields the statements of the policies of these types, in the order of PolicyTypes.
func (j *Judgement) Statements(types ...authz.PolicyType) iter.Seq[Statement] {
	return func(yield func(Statement) bool) {
		for i := range j.statements {
			if s := &j.statements[i]; slices.Contains(types, s.Type) && !yield(*s) {
				return
			}
		}
	}
}

// Statement returns the statement that a reference points at.
func (j *Judgement) Statement(ref authz.StatementRef) (Statement, bool) {
	for _, level := range j.arguments.policies[ref.PolicyType] {
		for i := range level {
			if p := &level[i]; p.Name == ref.Policy && ref.Index < len(p.statements) {
				return j.located(p, p.statements[ref.Index]), true
			}
		}
	}
	return Statement{}, false
}

// IsRepeated reports whether another statement of the policy has the Sid of the statement
// that a reference points at.
func (j *Judgement) IsRepeated(ref authz.StatementRef) bool {
	return j.sids[sidKey{ref.PolicyType, ref.Policy, ref.Sid}] > 1
}

// locate finds the statements, and where each is from.
func (j *Judgement) locate() {
	j.sids = map[sidKey]int{}
	if planned := j.arguments.planned; len(planned) > 0 {
		j.plannedAt = map[plannedKey]At{}
		for _, s := range planned {
			j.plannedAt[plannedKey{s.Type, s.Sid()}] = s.At
		}
	}
	for _, t := range authz.PolicyTypes() {
		for _, p := range j.Policies(t) {
			for _, s := range p.statements {
				j.statements = append(j.statements, j.located(&p, s))
				j.sids[sidKey{t, p.Name, s.Sid()}]++
			}
		}
	}
}

// A sidKey names the statements of a policy with one Sid.
type sidKey struct {
	in          authz.PolicyType
	policy, sid string
}

// A plannedKey names a planned statement.
type plannedKey struct {
	in  authz.PolicyType
	sid string
}

// located returns a statement with the argument that it is from: a planned one has its own.
func (j *Judgement) located(p *Policy, s *policy.Statement) Statement {
	at := p.At
	if planned, ok := j.plannedAt[plannedKey{p.Type, s.Sid()}]; ok {
		at = planned
	}
	return Statement{p.Type, p.Name, p.Version(), at, s, p.stored}
}

// PlannedStatements returns the statements that a plan puts into the policy of a type: the
// repository policy or the registry policy.
func (j *Judgement) PlannedStatements(t authz.PolicyType) []PlannedStatement {
	return slices.DeleteFunc(slices.Clone(j.arguments.planned), func(s PlannedStatement) bool { return s.Type != t })
}

// PlannedPolicies returns the identity policies that a plan writes.
func (j *Judgement) PlannedPolicies() []Policy { return slices.Clone(j.arguments.plannedPolicies) }

// Before returns the policies of a type without what is planned. The caller must not change
// them.
func (j *Judgement) Before(t authz.PolicyType) []Policy { return j.arguments.before[t] }

// Faults returns what AWS would reject in the documents. It is no reason to reject the
// input: AWS may know more than this provider.
func (j *Judgement) Faults() []Fault { return slices.Clone(j.faults) }
