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

// match reports whether the value covers an action, which is in lower case.
func (v *actionValue) match(e *evaluation, action string) bool {
	if v.pattern == nil {
		return v.lowered == action
	}
	return e.matches(v.pattern, action)
}

// element returns the name under which a statement has an element.
func (s *statement) element(name string) string {
	if name == "Principal" && s.principals.negated || name == "Action" && s.notAction || name == "Resource" && s.notRes {
		return "Not" + name
	}
	return name
}

// statementSteps is what it takes to look at a statement, apart from its values.
const statementSteps = 16

// match reports whether the statement applies to the request, and to whom it
// grants. Cheap and certain answers come first.
func (s *statement) match(e *evaluation, g grammar) (truth, grants) {
	e.left -= statementSteps
	if s.opaque {
		return maybe, grants{direct: maybe}
	}
	if !s.covers(e) {
		return no, grants{}
	}
	result := s.reliable(g)
	mark := len(e.dependsOn)
	granted := grants{direct: yes}
	if s.hasPrincipals(g) {
		granted = s.principals.match(e)
		result = and(result, granted.any())
	}
	if result != no {
		result = and(result, s.matchResource(e, g))
	}
	for i := 0; i < len(s.conditions) && result != no; i++ {
		result = and(result, s.conditions[i].match(e))
	}
	granted = granted.and(result)
	if result != maybe && !granted.open() {
		e.dependsOn = e.dependsOn[:mark]
	}
	return result, granted
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

// covers reports whether Action or NotAction let the statement apply to the
// request's action.
func (s *statement) covers(e *evaluation) bool {
	listed := false
	for i := 0; i < len(s.actions) && !listed; i++ {
		e.left--
		listed = s.actions[i].match(e, e.action)
	}
	return listed != s.notAction
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

func (s *statement) matchResource(e *evaluation, g grammar) truth {
	if len(s.resources) == 0 {
		return truthOf(!s.noRes) // the resource that the policy is attached to
	}
	covered := no
	for i := range s.resources {
		v := &s.resources[i]
		t := v.match(e, e.resource, g)
		if t == no && e.req.AnyObject {
			t = and(maybe, truthOf(e.overlap(v.pattern.Open(), pattern.Like(e.resource))))
		}
		if s.notRes && t == no && v.open {
			if _, filled := e.fill(v.pattern); filled == no {
				t = maybe // a variable without value may make the statement invalid
			}
		}
		covered = or(covered, t)
	}
	if s.notRes {
		return not(covered)
	}
	return covered
}
