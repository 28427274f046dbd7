// Package authz decides what AWS would decide: whether a principal may perform
// an action on a resource, given every policy that stands between them. It is
// pure, and three-valued: what cannot be known makes the verdict Conditional.
package authz

import "github.com/ecrxa/terraform-provider-ecrxa/internal/policy"

// A Verdict is the outcome of an evaluation.
type Verdict string

// Allowed and Denied hold for every value of what is unknown.
const (
	Allowed     Verdict = "allowed"
	Denied      Verdict = "denied"
	Conditional Verdict = "conditional"
)

// A LayerName names a kind of policy; the values are part of the provider's output.
type LayerName string

const (
	IdentityPolicy        LayerName = "identity_policy"
	PermissionsBoundary   LayerName = "permissions_boundary"
	SessionPolicy         LayerName = "session_policy"
	ServiceControlPolicy  LayerName = "service_control_policy"
	ResourceControlPolicy LayerName = "resource_control_policy"
	VPCEndpointPolicy     LayerName = "vpc_endpoint_policy"
	RepositoryPolicy      LayerName = "repository_policy"
	RegistryPolicy        LayerName = "registry_policy"
)

// A Policy is one compiled, named policy document.
type Policy struct {
	Name string // shown in explanations, as in "inline policy ecrxa-pull"
}

// Compile prepares a document for evaluation. A document the engine cannot
// evaluate faithfully compiles too: the statements it does not understand
// evaluate to "unknown".
func Compile(name string, doc *policy.Document) *Policy { panic("todo") }

// Policies holds all layers of one request.
// A layer's Unknown flag says that policies may stand there that were not given.
type Policies struct {
	Identity, Session                           Layer
	Boundary, VPCEndpoint, Repository, Registry Layer   // Boundary, VPCEndpoint: not Present = none applies
	SCP, RCP                                    []Layer // one for each level; none = does not apply
}

// A Layer is the policies of one kind (and level).
type Layer struct {
	Present  bool // false: no such policy applies (a boundary not set). Identity, Repository, Registry: same as no statements.
	Unknown  bool // there may be more than is listed
	Policies []*Policy
}

// A Request is one call to AWS.
type Request struct {
	Principal       string // ARN of a role, role session, IAM user, federated user or account root
	Action          string // as in ecr:BatchGetImage
	Resource        string // repository ARN, or * for ecr:GetAuthorizationToken
	ResourceAccount string // 12 digits; the caller's account for *
	Context         Context
}

// Context holds what is known of the request's condition keys. Key names are
// case-insensitive. Keys that follow from the request are derived when not given.
type Context struct {
	Known    map[string][]string // an empty list: known to be absent
	Unknown  []string            // neither presence nor value known
	Present  []string            // present, value not known
	Complete bool                // true: keys that are not listed are absent; false: unknown
}

// A Decision is the verdict on one request with every reason.
type Decision struct {
	Action   string
	Verdict  Verdict
	Explicit bool        // Denied by a Deny statement
	DeniedBy []LayerName // every layer that denies, in the order of the constants
	// UndecidedBy: layers that cannot be decided, for a Conditional verdict.
	UndecidedBy []LayerName
	// Statements that decided: the Denies that matched, or the Allows; and for
	// Conditional those that hang on the unknown.
	Statements []StatementRef
	// NearMisses: for each layer that denies implicitly, the statement that came closest.
	NearMisses []NearMiss
	// UnknownKeys are the context keys that can change the verdict.
	UnknownKeys []UnknownKey
	Reason      string // in plain words, with AWS's own phrase in it
}

// A StatementRef points at a statement.
type StatementRef struct {
	Layer  LayerName
	Policy string // the policy's name
	Sid    string
	Index  int // from 0
	Line   int // from 1, in the document as given
	Effect string
}

// A NearMiss says why the statement that came closest did not match.
type NearMiss struct {
	StatementRef
	Element string // "Principal", "Action", "Resource", "Condition"
	Asked   string // what the request has
	Stands  string // what the statement says
	Reason  string // in plain words
}

// An UnknownKey is a context key that can change the verdict.
type UnknownKey struct {
	Key    string   // as written in the policy
	Values []string // what the policies compare it with
}

// Evaluate decides one request.
func Evaluate(req Request, pol Policies) Decision { panic("todo") }
