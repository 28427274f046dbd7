// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
)

// An evaluation is one request against its policies, under assumptions about
// condition keys that are not known.
type evaluation struct {
	req    Request
	pol    Policies
	caller caller
	// The principal that was read last, and what it means: evaluations that follow each
	// other are mostly of one caller.
	lastPrincipal string
	lastCaller    caller

	action    string        // lower-cased
	resource  string        // an ARN, or * for an action without resource type
	partition string        // of the resource; empty when it has none
	region    [1]string     // of the resource; empty when it has none
	owner     [1]string     // account of the resource
	own       bool          // the resource is the caller's account
	oneOrg    bool          // resource and caller are in one account, and so in one organization
	usual     [8]contextKey // the context of most requests, as many as usualKeys
	usualKeys int
	more      map[string]*contextKey // what does not fit there, by name in lower case

	left      int // steps
	granted   int // steps that there were in the beginning
	costliest costliest
	cut       bool // the steps did not suffice

	assumed   []assumption
	dependsOn []string    // keys, lower-cased, that something undecided depends on
	sets      []setResult // by number, as numbered by judge
	tracing   bool        // matched is wanted
	matched   []matchedStatement
}

// An assumption is a case of what an unknown key may be in the request.
type assumption struct {
	key    string // in lower case
	state  KeyState
	values []string
	place  int // in unknownKey.texts, from 1, of the one value; 0 when it is not there
	// holds says, for a value that no policy names, which of the comparisons that
	// such a value may satisfy it does satisfy.
	holds map[comparison]bool
}

// otherValue stands for a value that no policy names.
const otherValue = "\x00 other"

// A contextKey is what the request's context says of a key.
type contextKey struct {
	name   string // as given
	state  KeyState
	values []string
}

// grant gives the evaluation steps of its budget.
func (e *evaluation) grant(steps int) {
	if e.req.Budget != nil {
		steps = min(steps, e.req.Budget.left)
	}
	e.left, e.granted = steps, steps
}

// settle takes the steps that were spent from the budget.
func (e *evaluation) settle() {
	if b := e.req.Budget; b != nil {
		spent := e.granted - max(e.left, 0)
		b.left -= spent
		b.spent += spent
	}
}

// grantReasons gives the reasons of a decision steps of their own.
func (e *evaluation) grantReasons() {
	e.settle()
	e.grant(reasonSteps)
}

// spend takes steps from the budget, and reports whether it suffices.
func (e *evaluation) spend(steps int) bool {
	e.left -= steps
	return e.left >= 0
}

// exhausted reports whether the budget is spent, so that nothing that was found out
// last counts.
func (e *evaluation) exhausted() bool { return e.left < 0 }

// keyOf returns the key that has the value of another: where both are in one account, the
// organization of the resource is the caller's.
func (e *evaluation) keyOf(key string) string {
	if e.oneOrg {
		return ofCaller(key)
	}
	return key
}

// contextKey finds a key in the request's context.
func (e *evaluation) contextKey(key string) *contextKey {
	for i := range e.usualKeys {
		if pattern.EqualFold(e.usual[i].name, key) {
			return &e.usual[i]
		}
	}
	if e.more == nil {
		return nil
	}
	return e.more[pattern.Lower(key)]
}

// depend notes that an answer depends on a key. The key is in lower case.
func (e *evaluation) depend(key string) { e.dependsOn = append(e.dependsOn, e.keyOf(key)) }

// assumes reports whether a key, in lower case, is as a case assumes it.
func (e *evaluation) assumes(key string) bool {
	key = e.keyOf(key)
	return slices.ContainsFunc(e.assumed, func(a assumption) bool { return a.key == key })
}

// matches reports whether a text matches a pattern without variables.
func (e *evaluation) matches(p pattern.Pattern, text string) bool {
	matches, steps := p.Match(text, e.left)
	e.left -= steps
	return matches
}

// overlapSteps bounds the work that is put into comparing two patterns.
const overlapSteps = 1 << 20

// overlap reports whether some text may match two patterns without variables.
func (e *evaluation) overlap(p, q pattern.Pattern) bool {
	overlaps, steps := p.Overlaps(q, min(e.left, overlapSteps))
	e.left -= steps
	return overlaps
}

// Steps of putting values into patterns.
const (
	fillSteps  = 16
	copySteps  = 4   // to copy a part of a pattern
	splitSteps = 128 // to split an ARN
)

// comparedAtOnce is how many bytes of two texts are compared in a step.
const comparedAtOnce = 16

// crossAccount reports whether caller and resource are in different accounts.
func (e *evaluation) crossAccount() bool { return e.caller.Account != e.owner[0] }

// differentPartitions reports whether caller and resource are in different
// partitions, as aws and aws-cn, which share no credentials.
func (e *evaluation) differentPartitions() bool {
	return e.partition != "" && e.caller.hasAccount() && e.partition != e.caller.Partition
}

// callerOnly reports whether the caller's side decides alone: the action has no
// resource type, so neither resource-based policies nor RCPs apply to it.
func (e *evaluation) callerOnly() bool { return e.resource == "*" }

// needsResource reports whether the request asks for all resources of an action
// that is for one.
func (e *evaluation) needsResource() bool {
	return e.resource == "*" && !withoutResource(e.action)
}

// serviceWithoutResource reports whether a service makes a call that no
// resource-based policy could allow it. AWS does not say what does.
func (e *evaluation) serviceWithoutResource() bool { return e.caller.serviceCall && e.callerOnly() }
