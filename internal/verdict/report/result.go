// SPDX-License-Identifier: MPL-2.0

package report

import (
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// A Result is a verdict with its reasons, in words. Its lists are never nil: the tags
// are the names of the result's attributes, which are never null.
type Result struct {
	Verdict            authz.Verdict `tfsdk:"verdict"`
	Allowed            bool          `tfsdk:"allowed"`
	DeniedBy           []string      `tfsdk:"denied_by"`   // policy types and obstacles
	DeniedSide         verdict.Side  `tfsdk:"denied_side"` // empty unless the verdict is denied
	Decisions          []Decision    `tfsdk:"decisions"`
	UnknownContextKeys []string      `tfsdk:"unknown_context_keys"`
	UnknownDocuments   []string      `tfsdk:"unknown_documents"` // argument names
	Summary            string        `tfsdk:"summary"`           // the first line of the Explanation
	Explanation        string        `tfsdk:"explanation"`
	Remedies           []Remedy      `tfsdk:"remedies"`
	// Messages are texts for the teams of the sides, by side. It is never nil.
	Messages    map[string]string `tfsdk:"messages"`
	Mismatches  []string          `tfsdk:"mismatches"`
	Assumptions []string          `tfsdk:"assumptions"`
	Documents   []Document        `tfsdk:"documents"`
	Snapshots   []Snapshot        `tfsdk:"snapshots"`

	Rejected []Notice `tfsdk:"-"` // what AWS would reject in the documents; among the Mismatches, too
	Unlikely []Notice `tfsdk:"-"` // what is valid and probably not meant; among the Mismatches, too
}

// A Document says where a document that was judged comes from.
type Document struct {
	Argument string         `tfsdk:"argument"`
	Name     string         `tfsdk:"name"` // of the policy, or the Sid of a planned statement; empty if there is none
	Source   verdict.Source `tfsdk:"source"`
	ReadAt   string         `tfsdk:"read_at"` // for a snapshot; else empty
}

// A Snapshot is one that the check was given.
type Snapshot struct {
	Argument string `tfsdk:"argument"`
	Account  string `tfsdk:"account_id"`
	Region   string `tfsdk:"region"` // of a registry; else empty
	ReadAt   string `tfsdk:"read_at"`
}

// A Decision is the verdict on one action.
type Decision struct {
	Action     string        `tfsdk:"action"`
	Principal  string        `tfsdk:"principal"` // empty where it is not known, as of the download of layers
	Resource   string        `tfsdk:"resource"`
	Verdict    authz.Verdict `tfsdk:"verdict"`
	DeniedBy   []string      `tfsdk:"denied_by"` // policy types and obstacles
	Reason     string        `tfsdk:"reason"`
	Statements []Statement   `tfsdk:"statements"`
}

// A Statement points at a statement that decided.
type Statement struct {
	Document authz.PolicyType `tfsdk:"document"`
	Policy   string           `tfsdk:"policy"` // the policy's name
	Sid      string           `tfsdk:"sid"`
	Index    int              `tfsdk:"index"` // from 0
	Line     int              `tfsdk:"line"`  // from 1, in the text that was set or read; a planned statement has its own
	Effect   string           `tfsdk:"effect"`
}

// A Remedy is one change that one side can make, or for a conditional verdict one
// thing to supply.
type Remedy struct {
	Side     verdict.Side `tfsdk:"side"`
	Sentence string       `tfsdk:"sentence"`
	HCL      string       `tfsdk:"hcl"`  // a resource of this provider; empty when none helps
	JSON     string       `tfsdk:"json"` // the statement or document to add; empty when none helps
}

// A Notice says what is wrong with an argument.
type Notice struct {
	At       verdict.At
	Sentence string // begins with the argument and ends with a full stop
}
