// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"reflect"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// A NearMiss says why the statement that came closest to an Allow does not allow.
type NearMiss struct {
	StatementRef
	Level int // of the organization, from 1 in the order given; 0 where there is one level alone
	// Element is the first element that does not fit: Principal, Action, Resource,
	// NotPrincipal, NotAction, NotResource or Condition.
	Element  string
	Mismatch Mismatch
	// Variables are the first policy variables of the element of which it is known what the
	// request has.
	Variables []VariableValue
}

// A VariableValue is what a request has of the condition key in a policy variable.
type VariableValue struct {
	Key    string   // as written
	Values []string // none: the request does not have the key
}

// SameCause reports whether two statements do not allow for the same cause.
func (n *NearMiss) SameCause(other *NearMiss) bool {
	return n.Element == other.Element && reflect.DeepEqual(n.Mismatch, other.Mismatch)
}

// A Mismatch says how an element of a statement does not fit the request. In each
// of them Asked is what the request has, and Stated what the statement has.
//
//sumtype:decl
type Mismatch interface{ isMismatch() }

// Excluded says that a NotPrincipal, NotAction or NotResource lists what the request has.
type Excluded struct{ Asked string }

// NotListed says that the element lists other actions, or other principals.
type NotListed struct {
	Asked  string
	Stated []string
}

// DelegatedToAccount says that the Principal is the caller's own account, so that an
// identity-based policy has to allow the action.
type DelegatedToAccount struct{ Account string }

// DeletedPrincipal says that the Principal is the unique ID of a role or user, which AWS
// shows when it was deleted. A new one of the same name is another principal.
type DeletedPrincipal struct{ ID string }

// OtherAccount says that the Principal is an account that is not the caller's, or is a
// principal of the caller's kind, path and name in another account.
type OtherAccount struct {
	Kind          awsname.PrincipalKind // AccountRoot: the account itself
	Name          string                // empty for the account itself
	Asked, Stated string                // account IDs
}

// OtherPath says that the Principal has the caller's kind and name, and another path.
type OtherPath struct{ Asked, Stated string }

// OtherPrincipal says that the Principal is not of the caller's kind, or cannot be read.
type OtherPrincipal struct{ Asked, Stated string }

// NeedsAllResources says that the action is for no single resource, so that the Resource
// must be *.
type NeedsAllResources struct{ Action, Stated string }

// BelowResource says that the Resource covers what is below the path that the request
// names, and not the path itself.
type BelowResource struct{ Asked, Stated string }

// OtherPart says that the Resource would cover the request's but for one part of the ARN.
type OtherPart struct {
	Resource      string // as the statement has it
	Part          string // partition, region or account
	Asked, Stated string // the part
}

// MissingPath means that the statement names a role of IAM Identity Center without the path that
// every such role has.
type MissingPath struct{ Stated string }

// OtherText says that the texts differ.
type OtherText struct {
	Asked, Stated string
	CaseOnly      bool // they differ in upper and lower case alone
	Distance      int  // in how many characters they differ, at most MaxDistance
}

// MaxDistance is the distance of texts that have little in common.
const MaxDistance = 20

// UnmetCondition says that a condition is not met.
type UnmetCondition struct {
	Operator string // as written
	Key      string // as written
	Values   []string
	Demand   Demand
	State    KeyState // of the key in the request
	Asked    []string // its values, for KeyKnown
	Never    bool     // no request for this action has the key
}

// A Demand is what a condition demands of a key.
type Demand uint8

// The demands.
const (
	DemandValues  Demand = iota // one of the values
	DemandOthers                // none of the values
	DemandPresent               // the key, with any value
	DemandAbsent                // no such key
)

func (Excluded) isMismatch()           {}
func (NotListed) isMismatch()          {}
func (DelegatedToAccount) isMismatch() {}
func (DeletedPrincipal) isMismatch()   {}
func (OtherAccount) isMismatch()       {}
func (OtherPath) isMismatch()          {}
func (MissingPath) isMismatch()        {}
func (OtherPrincipal) isMismatch()     {}
func (NeedsAllResources) isMismatch()  {}
func (BelowResource) isMismatch()      {}
func (OtherPart) isMismatch()          {}
func (OtherText) isMismatch()          {}
func (UnmetCondition) isMismatch()     {}
