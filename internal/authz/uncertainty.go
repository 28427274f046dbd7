// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"strconv"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// An Uncertainty is a cause of a Conditional verdict that is not an unknown
// condition key.
//
//sumtype:decl
type Uncertainty interface{ isUncertainty() }

// UnreadablePrincipal says that the request's principal cannot be read.
type UnreadablePrincipal struct{ Err error }

// MorePolicies says that there may be more policies of the type than were given.
type MorePolicies struct {
	PolicyType PolicyType
	Given      bool // some were given
}

// FaultyStatement says that AWS would refuse the statement, or its document, so that what
// it says is no more than a possibility.
type FaultyStatement struct {
	Statement  StatementRef
	Problems   []Problem // of the statement
	OfDocument []Problem // of all of its document, such as an element that AWS does not know
}

// A Problem is what is wrong with a statement or document.
type Problem struct {
	Element string // path of the element, as in Condition.Bool; empty for the statement or document
	Text    string // as in policy.Error, or the error with which the document could not be read
}

func problemOf(f *policy.Error) Problem { return Problem{f.Element, f.Problem} }

// problemAt is the problem that a fault is, with its place in the document.
func problemAt(f *policy.Error) Problem {
	p := problemOf(f)
	if f.Statement >= 0 {
		p.Element = strings.TrimSuffix("Statement["+strconv.Itoa(f.Statement)+"]."+p.Element, ".")
	}
	return p
}

// MisplacedStatement says that the statement has a Principal where policies of the type
// have none, or lacks an element that they need.
type MisplacedStatement struct {
	Statement StatementRef
	// TakesPrincipal: policies of the type need Principal and Resource; otherwise
	// they need Resource and have no Principal.
	TakesPrincipal bool
}

// UncertainElement says that it is not certain whether an element of the statement
// means the request's principal or resource.
type UncertainElement struct {
	Statement StatementRef
	Element   string // Principal, NotPrincipal, Resource or NotResource
	Asked     string // the request's principal or resource
}

// UncertainComparison says that AWS does not say for certain how the operator compares the
// request's values with the policy's.
type UncertainComparison struct {
	Statement StatementRef
	Operator  string // as written
	Key       string // as written
	Asked     []string
	Values    []string // as written
}

// LacksSetOperator says that the operator is without ForAllValues and ForAnyValue, and the
// request has or may have several values of the key.
type LacksSetOperator struct {
	Statement StatementRef
	Operator  string // as written
	Key       string // as written
}

// DifferentPartitions says that principal and resource are in different partitions, as aws
// and aws-cn, which share no credentials.
type DifferentPartitions struct{ Principal, Resource string }

// ActionNeedsResource says that the request names no resource, and the action is for one.
type ActionNeedsResource struct{ Action string }

// ServiceWithoutResource says that a service performs an action without resource, which no
// resource-based policy can allow. AWS does not say what does.
type ServiceWithoutResource struct{ Action string }

// RCPWithoutResource says that the statement is one of an RCP, and the action has no
// resource: AWS's pages contradict each other on whether RCPs apply to it.
type RCPWithoutResource struct {
	Statement StatementRef
	Action    string
}

// TooComplex says that to decide takes more steps than a Budget has. The policy is
// the one that took the most of them.
type TooComplex struct {
	PolicyType PolicyType
	Policy     string // the policy's name
}

func (UnreadablePrincipal) isUncertainty()    {}
func (MorePolicies) isUncertainty()           {}
func (FaultyStatement) isUncertainty()        {}
func (MisplacedStatement) isUncertainty()     {}
func (UncertainElement) isUncertainty()       {}
func (UncertainComparison) isUncertainty()    {}
func (LacksSetOperator) isUncertainty()       {}
func (DifferentPartitions) isUncertainty()    {}
func (ActionNeedsResource) isUncertainty()    {}
func (ServiceWithoutResource) isUncertainty() {}
func (RCPWithoutResource) isUncertainty()     {}
func (TooComplex) isUncertainty()             {}
