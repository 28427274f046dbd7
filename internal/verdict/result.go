package verdict

import "github.com/ecrxa/terraform-provider-ecrxa/internal/authz"

// A Side is the account that a policy belongs to.
type Side string

// The sides. In a pull within one account they still tell whose documents are
// meant: those of the role or those of the registry.
const (
	Consumer Side = "consumer"
	Registry Side = "registry"
	Both     Side = "both"
)

// What can deny a pull besides a policy. They stand in Result.DeniedBy among the
// layer names of package authz.
const (
	// PartitionMismatch: the credentials of one partition are not valid in another.
	PartitionMismatch authz.PolicyType = "partition_mismatch"
	// RepositoryMissing: the repository does not exist.
	RepositoryMissing authz.PolicyType = "repository_missing"
	// RoleMissing: the role does not exist.
	RoleMissing authz.PolicyType = "role_missing"
)

// A Result is the verdict with all that led to it. Its lists are never nil: the
// tags give the names that both doors show, and there nothing is null.
type Result struct {
	Verdict            authz.Verdict      `tfsdk:"verdict"`
	Allowed            bool               `tfsdk:"allowed"`
	DeniedBy           []authz.PolicyType `tfsdk:"denied_by"`
	DeniedSide         Side               `tfsdk:"denied_side"` // empty unless the verdict is denied
	Decisions          []Decision         `tfsdk:"decisions"`
	UnknownContextKeys []string           `tfsdk:"unknown_context_keys"`
	UnknownDocuments   []string           `tfsdk:"unknown_documents"` // argument names
	Explanation        string             `tfsdk:"explanation"`
	Remedies           []Remedy           `tfsdk:"remedies"`
	Mismatches         []string           `tfsdk:"mismatches"`
	Assumptions        []string           `tfsdk:"assumptions"`
}

// A Decision is the verdict on one action.
type Decision struct {
	Action     string             `tfsdk:"action"`
	Resource   string             `tfsdk:"resource"`
	Verdict    authz.Verdict      `tfsdk:"verdict"`
	DeniedBy   []authz.PolicyType `tfsdk:"denied_by"`
	Reason     string             `tfsdk:"reason"`
	Statements []Statement        `tfsdk:"statements"`
}

// A Statement points at a statement that decided.
type Statement struct {
	Document authz.PolicyType `tfsdk:"document"`
	Policy   string           `tfsdk:"policy"` // the document's name
	Sid      string           `tfsdk:"sid"`
	Index    int              `tfsdk:"index"` // from 0
	Line     int              `tfsdk:"line"`  // from 1, in the text that was given or read; a planned statement has its own
	Effect   string           `tfsdk:"effect"`
}

// A Remedy is one change that one side can make, or for a conditional verdict
// one thing to supply.
type Remedy struct {
	Side     Side   `tfsdk:"side"`
	Sentence string `tfsdk:"sentence"`
	HCL      string `tfsdk:"hcl"`  // a resource of this provider; empty when none helps
	JSON     string `tfsdk:"json"` // the statement or document to add; empty when none helps
}

// sideOf maps what denies to the side that must act.
func sideOf(layer authz.PolicyType) Side {
	switch layer {
	case authz.RepositoryPolicy, authz.RegistryPolicy, authz.ResourceControlPolicy, RepositoryMissing:
		return Registry
	default:
		return Consumer
	}
}
