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
	Identity, Session                           Layer
	Boundary, VPCEndpoint, Repository, Registry Layer   // Boundary, VPCEndpoint, Session: not Present = none applies
	SCP, RCP                                    []Layer // one for each level; none = does not apply
}

// A Layer is the policies of one kind (and level).
type Layer struct {
	Present  bool // false: no such policy applies (a boundary not set). Identity, Repository, Registry: same as no statements.
	Unknown  bool // there may be more than is listed
	Policies []*Policy
}

// applies tells whether there is any policy in the layer.
func (l *Layer) applies() truth {
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
func (p *Policies) at(name PolicyType) []Layer {
	switch name {
	case IdentityPolicy:
		return []Layer{p.Identity}
	case PermissionsBoundary:
		return []Layer{p.Boundary}
	case SessionPolicy:
		return []Layer{p.Session}
	case ServiceControlPolicy:
		return p.SCP
	case ResourceControlPolicy:
		return p.RCP
	case VPCEndpointPolicy:
		return []Layer{p.VPCEndpoint}
	case RepositoryPolicy:
		return []Layer{p.Repository}
	default:
		return []Layer{p.Registry}
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

// A Decision is the verdict on one request with every reason.
type Decision struct {
	Action   string
	Verdict  Verdict
	Explicit bool         // Denied by a Deny statement
	DeniedBy []PolicyType // every layer that denies, in the order of the constants
	// UndecidedBy: layers that cannot be decided, for a Conditional verdict.
	UndecidedBy []PolicyType
	// Statements that decided: the Denies that matched, or the Allows; and for
	// Conditional those that hang on the unknown.
	Statements []StatementRef
	// NearMisses: for each layer that denies implicitly, the statement that came closest.
	NearMisses []NearMiss
	// UnknownKeys are the context keys that can change the verdict.
	UnknownKeys []UnknownKey
	// Cases is set when the reasons of an Allowed or Denied change with what is not
	// known, and the verdict does not.
	Cases  Cases
	Reason string // in plain words, with AWS's own phrase in it
}

// Cases say on what it depends which of a decision's reasons hold.
type Cases struct {
	Keys       []string       // the context keys, as written in the policies
	Statements []StatementRef // those that apply in some cases only, of either effect
	Lacking    []PolicyType   // those of DeniedBy that lack an Allow in some case
	Sometimes  []PolicyType   // those of DeniedBy that deny in some cases only; in every case one of them does
}

// A StatementRef points at a statement.
type StatementRef struct {
	Layer  PolicyType
	Policy string // the policy's name
	Sid    string
	Index  int // from 0
	Line   int // from 1, in the document as given
	Effect string
}

// A NearMiss says why the statement that came closest did not match.
type NearMiss struct {
	StatementRef
	Level   int    // of the organization, from 1 in the order given; 0 where there is one level alone
	Element string // "Principal", "Action", "Resource", "Condition"
	Asked   string // what the request has
	Stands  string // what the statement says
	Reason  string // in plain words
}

// An UnknownKey is a context key that can change the verdict.
type UnknownKey struct {
	Key    string   // as written in the policy
	Values []string // what the policies compare it with
	// Allowing are those of Values without which the request is denied: the key
	// must be one of them. Empty when that is not so.
	Allowing []string
	// Denying are those of Values with which the request is denied, when with any
	// other it need not be.
	Denying []string
	// MustBePresent and MustBeAbsent: the request is denied otherwise.
	MustBePresent, MustBeAbsent bool
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
			Action: req.Action, Verdict: Conditional,
			Reason: "Conditional: the verdict on " + req.Action + " cannot be given, since the principal " + err.Error() + ".",
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
