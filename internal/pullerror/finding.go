// SPDX-License-Identifier: MPL-2.0

package pullerror

import "github.com/ecrxa/terraform-provider-ecrxa/internal/authz"

// A Kind says what kind of failure a text is about.
type Kind string

// The kinds. Documentation says what each of them is.
const (
	Policy        Kind = "policy"
	Existence     Kind = "existence"
	Region        Kind = "region"
	Token         Kind = "token"
	Credentials   Kind = "credentials"
	Network       Kind = "network"
	Archived      Kind = "archived"
	Throttled     Kind = "throttled"
	Upstream      Kind = "upstream"
	KMS           Kind = "kms"
	Service       Kind = "service"
	Platform      Kind = "platform"
	Reference     Kind = "reference"
	Storage       Kind = "storage"
	OtherRegistry Kind = "other_registry"
	NotAPull      Kind = "not_a_pull"
	Unknown       Kind = "unknown"
)

// A Certainty says how far a text settles the kind and the side.
type Certainty string

// The certainties.
const (
	Certain   Certainty = "certain"   // the text says it
	Likely    Certainty = "likely"    // other causes are known, and rare
	Ambiguous Certainty = "ambiguous" // several causes give this text
	NotKnown  Certainty = "unknown"   // the text says nothing of it
)

// A Side says who must act.
type Side string

// The sides.
const (
	Consumer    Side = "consumer"
	Registry    Side = "registry"
	Both        Side = "both"    // either side can be the cause: both must be checked
	Neither     Side = "none"    // neither account
	UnknownSide Side = "unknown" // the text does not say
)

// A Finding is one error of a text. What the text does not say is empty. Its lists are
// never nil. Names in it have only characters that are printed.
type Finding struct {
	Pattern         string             `tfsdk:"pattern"` // the name of the pattern that the text matches
	Source          string             `tfsdk:"source"`  // the page or the issue with a text of this form
	Kind            Kind               `tfsdk:"kind"`
	Candidates      []Kind             `tfsdk:"candidates"` // all kinds that give this text, Kind first
	Certainty       Certainty          `tfsdk:"certainty"`
	Side            Side               `tfsdk:"side"`
	PolicyTypes     []authz.PolicyType `tfsdk:"policy_types"` // the one that denies is among them
	ExplicitDeny    bool               `tfsdk:"explicit_deny"`
	PolicyARN       string             `tfsdk:"policy_arn"` // of the policy with the explicit deny
	Action          string             `tfsdk:"action"`
	Principal       string             `tfsdk:"principal"`
	Resource        string             `tfsdk:"resource"`   // the ARN of the repository, or what AWS's message names
	Account         string             `tfsdk:"account"`    // of the registry
	Region          string             `tfsdk:"region"`     // of the registry
	Repository      string             `tfsdk:"repository"` // its name
	Image           string             `tfsdk:"image"`
	Host            string             `tfsdk:"host"` // that was not reached
	AuthorizationID string             `tfsdk:"authorization_id"`
	Meaning         string             `tfsdk:"meaning"`
	Checks          []string           `tfsdk:"checks"` // what to check next, in order

	at, end  int // where it is in the text
	strength int
	denial   bool // an access denied message
	complete bool // such a message with its reason
}

// An Explanation is what a text means: its most telling error, and the others.
type Explanation struct {
	Finding
	Others      []Finding // other errors in the text, most telling first
	Summary     string    // one sentence
	Explanation string    // everything, to be read
	HCL         string    // a check of this pull; empty if the text does not name a repository
	Cut         bool      // the text was too long, and its middle was not read
}

// kinds are all kinds with their documentation, in the order of the documentation.
var kinds = []struct {
	kind          Kind
	documentation string
}{
	{Policy, "a policy denies"},
	{Existence, "the repository, the tag or the digest does not exist"},
	{Region, "the wrong Region, or none"},
	{Token, "no ECR token, an expired one, or one that ECR does not accept"},
	{Credentials, "no AWS credentials, expired ones, or a role that cannot be assumed"},
	{Network, "no connection"},
	{Archived, "the image is archived"},
	{Throttled, "too many requests"},
	{Upstream, "the upstream registry of a pull through cache failed"},
	{KMS, "an encryption key cannot be used"},
	{Service, "the server failed"},
	{Platform, "the image is not for this platform or this service"},
	{Reference, "the URI of the image is malformed or incomplete"},
	{Storage, "the disk of what pulls is full, or a layer is broken"},
	{OtherRegistry, "the image is not in a private registry of Amazon ECR"},
	{NotAPull, "something else than the pull failed"},
	{Unknown, "the text does not say, or is not known"},
}

// Kinds returns all kinds.
func Kinds() []Kind {
	var list []Kind
	for _, k := range kinds {
		list = append(list, k.kind)
	}
	return list
}

// Documentation says in a few words what a kind is.
func Documentation(kind Kind) string {
	for _, k := range kinds {
		if k.kind == kind {
			return k.documentation
		}
	}
	return ""
}
