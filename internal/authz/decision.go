// SPDX-License-Identifier: MPL-2.0

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

// A Decision is the verdict on one request with every reason, as data. Package
// verdict/report words it.
type Decision struct {
	Principal string // as the request has it
	Action    string // as the request has it
	Resource  string // as the request has it; * for an action without resource type
	Verdict   Verdict
	// Explicit: Denied by a Deny statement.
	Explicit bool
	// DeniedBy lists every policy type that denies, in the order of PolicyTypes.
	DeniedBy []PolicyType
	// UndecidedBy lists the policy types that cannot be decided, for a Conditional
	// verdict, in the order of PolicyTypes.
	UndecidedBy []PolicyType
	// Statements that decided: the Denies that matched, or the Allows; and for
	// Conditional those that depend on the unknown.
	Statements []StatementRef
	// NearMisses: for each policy type that denies implicitly, the statement that
	// came closest to an Allow.
	NearMisses []NearMiss
	// LackingLevels are, of several levels, those whose service control policies do not
	// allow the request, if that denies; from 1 in the order given.
	LackingLevels []int
	// UnknownKeys are the condition keys that can change a Conditional verdict.
	UnknownKeys []UnknownKey
	// Uncertainties are the other causes of a Conditional verdict.
	Uncertainties []Uncertainty
	// Cases is set when the reasons of an Allowed or Denied change with what is not
	// known, and the verdict does not.
	Cases Cases
}

// Cases say on what it depends which of a decision's reasons hold.
type Cases struct {
	Keys       []string       // the condition keys, as written in the policies
	Statements []StatementRef // those that apply in some cases only, of either effect
	Lacking    []PolicyType   // those of DeniedBy that lack an Allow in some case
	Sometimes  []PolicyType   // those of DeniedBy that deny in some cases only; in every case one of them does
}

// An UnknownKey is a condition key that can change the verdict.
type UnknownKey struct {
	Key    string   // as written in the policy
	Values []string // what the policies compare it with
	// Allowing are those of Values without which the request is denied: the key
	// must be one of them. Empty when that is not so.
	Allowing []KeyValue
	// Matching are patterns among Values of which the key must match each, beside Allowing.
	Matching []string
	// Ranges are comparisons with numbers, dates and IP addresses that the key must meet, or
	// must not. Of a key that may be absent there are none.
	Ranges []KeyRange
	// Denying are those of Values with which the request is denied, when with any
	// other it need not be.
	Denying []KeyValue
	// MustBePresent and MustBeAbsent: the request is denied otherwise.
	MustBePresent, MustBeAbsent bool
	// MayBeAbsent: there are such requests without the key.
	MayBeAbsent bool
}

// A KeyRange is a comparison of a key with one of several numbers, dates or IP addresses.
type KeyRange struct {
	Operator string   // as in DateLessThan: without IfExists, and not a negated one
	Values   []string // as written
	Not      bool     // the key must not compare so
}

// A KeyValue is a value that the policies compare a key with.
type KeyValue struct {
	Text string // as written
	Kind ValueKind
}

// A Requirement says what a request must have as an unknown key to be allowed.
type Requirement uint8

// The requirements. Which values are meant is in the UnknownKey.
const (
	NoRequirement        Requirement = iota // the policies do not say
	RequireAbsent                           // no such key
	RequireAllowing                         // one of Allowing, and all of Matching
	RequireRanges                           // Ranges
	RequirePresentNoDeny                    // the key, and none of Denying
	RequirePresent                          // the key
	RequireNoDeny                           // none of Denying
	Compared                                // no requirement, but the policies compare the key with Values
)

// Requirement returns what the policies require of the key.
func (k *UnknownKey) Requirement() Requirement {
	switch {
	case k.MustBeAbsent:
		return RequireAbsent
	case len(k.Allowing)+len(k.Matching) > 0:
		return RequireAllowing
	case len(k.Ranges) > 0:
		return RequireRanges
	case k.MustBePresent && len(k.Denying) > 0:
		return RequirePresentNoDeny
	case k.MustBePresent && len(k.Values) == 0:
		return RequirePresent
	case len(k.Denying) > 0:
		return RequireNoDeny
	case len(k.Values) > 0:
		return Compared
	default:
		return NoRequirement
	}
}

// IsRequired reports whether the request is denied unless the key is as the
// policies require.
func (k *UnknownKey) IsRequired() bool {
	return !slices.Contains([]Requirement{NoRequirement, Compared}, k.Requirement())
}
