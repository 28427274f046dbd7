// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// An effect is what a statement does.
type effect uint8

const (
	allow effect = iota
	deny
	eitherEffect // the statement does not say
)

// A statement is a compiled statement.
type statement struct {
	ref        StatementRef // without the policy type
	effect     effect
	principals principals
	actions    []actionValue
	notAction  bool
	resources  []resourceValue
	hasRes     bool // Resource or NotResource is there
	notRes     bool
	noRes      bool // Resource is an empty list
	conditions []condition
	// broken: the statement has a fault, so that AWS would refuse it. What it says
	// is then no more than a possibility.
	broken bool
	faults []*policy.Error
	// ofDocument: what is wrong with all of the document.
	ofDocument []Problem
	// opaque: nothing of the statement can be relied on.
	opaque bool
}

// An actionValue is one value of Action or NotAction.
type actionValue struct {
	text    string
	lowered string
	pattern pattern.Pattern // of the lower-cased text, when it has wildcards
}

// element returns the name under which a statement has an element.
func (s *statement) element(name string) string {
	if name == "Principal" && s.principals.negated || name == "Action" && s.notAction || name == "Resource" && s.notRes {
		return "Not" + name
	}
	return name
}

// reliable reports whether AWS would accept the statement in a policy of a type.
func (s *statement) reliable(g grammar) truth {
	if s.broken || s.effect == eitherEffect || s.misplaced(g) {
		return maybe
	}
	return yes
}

// hasPrincipals reports whether the statement says for whom it is, in a policy that
// is not for its caller.
func (s *statement) hasPrincipals(g grammar) bool { return g.takesPrincipal() && s.principals.present }

// misplaced reports whether AWS would refuse the statement in a policy of a type.
func (s *statement) misplaced(g grammar) bool {
	if !g.takesPrincipal() {
		return s.principals.present || !s.hasRes
	}
	return !s.principals.present || !s.hasRes && g != repositoryGrammar
}

// coversUnnamed reports whether the statement may cover an action that it does
// not name in full.
func (s *statement) coversUnnamed() bool {
	if s.opaque || s.notAction {
		return true
	}
	for i := range s.actions {
		if s.actions[i].pattern != nil {
			return true
		}
	}
	return false
}
