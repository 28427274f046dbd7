// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"iter"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/puller"
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

// Access returns the set of actions that is judged; empty where no set has exactly these
// actions.
func (j *Judgement) Access() actionset.Name { return j.arguments.use.access }

// Actions returns the actions on the repository that are judged, sorted, without the
// login.
func (j *Judgement) Actions() []string { return slices.Clone(j.arguments.use.actions) }

// IdentityActions returns the actions on the repository that the identity-based policies
// must allow, sorted: to create a repository that exists is not one of them.
func (j *Judgement) IdentityActions() []string { return slices.Clone(j.arguments.actions()) }

// Puller returns what is known of what pulls.
func (j *Judgement) Puller() puller.Puller { return j.arguments.puller }

// PullerRegion returns the Region in which the puller runs; empty if that is not known.
func (j *Judgement) PullerRegion() string { return j.arguments.pullerRegion() }

// Creator returns the judgement on who creates what a service runs; nil if nobody is
// judged beside the principal.
func (j *Judgement) Creator() *Judgement { return j.creator }

// IsCreator reports whether the principal creates what a service runs.
func (j *Judgement) IsCreator() bool { return j.arguments.creator }

// IsAnyCreator reports whether the principal stands for whoever creates what a service
// runs.
func (j *Judgement) IsAnyCreator() bool { return j.arguments.isAnyCreator() }

// RoleTag returns the value of the role's own tag that a condition key is about; none if it
// does not have the tag. It is not known if no snapshot says it.
func (j *Judgement) RoleTag(key string) (values []string, known bool) {
	s := j.arguments.in.ConsumerSnapshot
	tag, isTag := strings.CutPrefix(strings.ToLower(key), "aws:principaltag/")
	if s == nil || s.RoleTags == nil || !isTag {
		return nil, false
	}
	for name, value := range s.RoleTags {
		if strings.EqualFold(name, tag) {
			values = append(values, value)
		}
	}
	return values, len(values) <= 1
}

// RoleMissing reports whether the role is known not to exist. A user is none.
func (j *Judgement) RoleMissing() bool { return j.arguments.roleMissing() }

// RepositoryMissing reports whether the repository is known not to exist.
func (j *Judgement) RepositoryMissing() bool { return j.arguments.repositoryMissing() }

// IsRestoring reports whether ECR was restoring the image when the snapshot was read.
func (j *Judgement) IsRestoring() bool {
	s := j.arguments.in.RegistrySnapshot
	return s != nil && s.Image == ImageIsRestoring && j.Access() == actionset.Pull
}

// PullCreatesRepository reports whether the pull creates the repository.
func (j *Judgement) PullCreatesRepository() bool { return j.arguments.pullCreatesRepository() }

// IsFromTemplate reports whether the repository policy is that of the creation template.
func (j *Judgement) IsFromTemplate() bool { return j.arguments.isFromTemplate() }

// RegistryPolicyCovers reports whether the registry policy covers an action.
func (j *Judgement) RegistryPolicyCovers(action string) bool {
	return j.arguments.registryPolicyCovers(action)
}

// Layers returns the objects that hold the layers of all images in the repository's Region.
func (j *Judgement) Layers() string { return j.arguments.target.layers() }

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

func (j *Judgement) anyDecision(is func(*Decision) bool) bool {
	for i := range j.decisions {
		if is(&j.decisions[i]) {
			return true
		}
	}
	return false
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
