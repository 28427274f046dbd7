// Package authz decides what AWS would decide: whether a principal may perform
// an action on a resource, given every policy that stands between them. It is
// pure, and three-valued: what cannot be known makes the verdict Conditional.
//
// The rules are those of the IAM User Guide; where a rule is not obvious, the
// code names its page. Where AWS does not say, the answer is Conditional;
// internal/decisions/007-undocumented-aws-behaviour.md lists those cases.
package authz

import "slices"

// A Verdict is the outcome of an evaluation.
type Verdict string

// Allowed and Denied hold for every value of what is unknown.
const (
	Allowed     Verdict = "allowed"
	Denied      Verdict = "denied"
	Conditional Verdict = "conditional"
)

// A PolicyType is a type of policy in AWS's sense; the values are part of the provider's output.
type PolicyType string

// The layers, in the order in which they are reported.
const (
	IdentityPolicy        PolicyType = "identity_policy"
	PermissionsBoundary   PolicyType = "permissions_boundary"
	SessionPolicy         PolicyType = "session_policy"
	ServiceControlPolicy  PolicyType = "service_control_policy"
	ResourceControlPolicy PolicyType = "resource_control_policy"
	VPCEndpointPolicy     PolicyType = "vpc_endpoint_policy"
	RepositoryPolicy      PolicyType = "repository_policy"
	RegistryPolicy        PolicyType = "registry_policy"
)

// layerOrder is the order in which layers are reported.
var layerOrder = []PolicyType{
	IdentityPolicy, PermissionsBoundary, SessionPolicy, ServiceControlPolicy,
	ResourceControlPolicy, VPCEndpointPolicy, RepositoryPolicy, RegistryPolicy,
}

// PolicyTypes returns every policy type, in the order in which they are reported.
func PolicyTypes() []PolicyType { return slices.Clone(layerOrder) }

// Policies holds all layers of one request.
// A layer's Unknown flag says that policies may stand there that were not given.
type Policies struct {
	Identity, Session                           PolicySet
	Boundary, VPCEndpoint, Repository, Registry PolicySet   // Boundary, VPCEndpoint, Session: not Present = none applies
	SCP, RCP                                    []PolicySet // one for each level; none = does not apply
}

// A PolicySet is the policies of one type (and level).
type PolicySet struct {
	Present  bool // false: no such policy applies (a boundary not set). Identity, Repository, Registry: same as no statements.
	Unknown  bool // there may be more than is listed
	Policies []*Policy
}

// applies tells whether there is any policy in the layer.
func (l *PolicySet) applies() truth {
	switch {
	case l.Present || len(l.Policies) > 0:
		return yes
	case l.Unknown:
		return maybe
	default:
		return no
	}
}

// at returns the layers of a name: one, or one for each level.
func (p *Policies) at(name PolicyType) []PolicySet {
	switch name {
	case IdentityPolicy:
		return []PolicySet{p.Identity}
	case PermissionsBoundary:
		return []PolicySet{p.Boundary}
	case SessionPolicy:
		return []PolicySet{p.Session}
	case ServiceControlPolicy:
		return p.SCP
	case ResourceControlPolicy:
		return p.RCP
	case VPCEndpointPolicy:
		return []PolicySet{p.VPCEndpoint}
	case RepositoryPolicy:
		return []PolicySet{p.Repository}
	default:
		return []PolicySet{p.Registry}
	}
}

// A Request is one call to AWS.
type Request struct {
	// Principal is the ARN of a role, role session, IAM user, federated user or
	// account root; or a service principal such as lambda.amazonaws.com.
	Principal       string
	Action          string // as in ecr:BatchGetImage
	Resource        string // repository ARN, or * for ecr:GetAuthorizationToken
	ResourceAccount string // 12 digits; the caller's account for *
	Context         Context
	// PoliciesAsShown: the policies are as AWS shows them. A unique ID among their
	// principals (AROA…, AIDA…) is then of a role or user that was deleted, since
	// of one that exists AWS shows the ARN.
	// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
	PoliciesAsShown bool
	// AssumeNoPath takes the role of a session for one without path, where neither
	// aws:PrincipalArn nor a policy that names a role of that name tells otherwise.
	// So does a complete context.
	AssumeNoPath bool
}

// Context holds what is known of the request's condition keys. Key names are
// case-insensitive. Keys that follow from the request are derived when not given.
type Context struct {
	Known    map[string][]string // an empty list: known to be absent. Binary values are base64
	Unknown  []string            // neither presence nor value known
	Present  []string            // present, value not known
	Complete bool                // true: keys that are not listed are absent; false: unknown
}

// Decide returns the verdict alone, much faster than Evaluate.
func Decide(req Request, pol Policies) Verdict {
	e, err := begin(&req, &pol)
	if err != nil {
		return Conditional
	}
	defer e.end()
	return e.decide().verdict
}

// Evaluate decides one request and says why. A principal that cannot be read
// makes the verdict Conditional, with the reason.
func Evaluate(req Request, pol Policies) Decision {
	e, err := begin(&req, &pol)
	if err != nil {
		return Decision{
			Principal: req.Principal, Action: req.Action, Resource: req.Resource, Verdict: Conditional,
			Uncertainties: []Uncertainty{UnreadablePrincipal{err}},
		}
	}
	defer e.end()
	e.tracing = true
	r := e.decide()
	if r.verdict == Denied && r.cases == nil {
		r = e.allDenials(r)
	}
	return e.explain(r)
}

// A ruling is a verdict with what it rests on.
type ruling struct {
	verdict Verdict
	base    outcomes     // what is certain and what is not, without assumptions
	keys    []unknownKey // that can change the verdict
	cases   *caseSummary // set when only cases could decide
}

// decide judges the request, by cases when a single pass does not suffice.
func (e *evaluation) decide() ruling {
	o := e.judge()
	v := o.verdict(e)
	if v == Conditional {
		return e.refine()
	}
	return ruling{verdict: v, base: o}
}
