package authz

import "slices"

// An effect is what a statement does.
type effect uint8

const (
	allow effect = iota
	deny
	eitherEffect // the statement does not say
)

// A statement is a compiled statement.
type statement struct {
	ref        StatementRef // without the layer
	effect     effect
	principals principals
	actions    []actionValue
	notAction  bool
	resources  []resourceValue
	hasRes     bool // Resource or NotResource is there
	notRes     bool
	conditions []condition
	// broken: the statement has a fault, so that AWS would refuse it. What it says
	// is then no more than a possibility.
	broken   bool
	problems []problem
	// opaque: nothing of the statement can be relied on.
	opaque bool
}

// An actionValue is one value of Action or NotAction.
type actionValue struct {
	text    string
	lowered string
	pattern pattern // of the lower-cased text, when it has wildcards
}

// match reports whether the value covers an action, which is in lower case.
func (v *actionValue) match(action string) bool {
	if v.pattern == nil {
		return v.lowered == action
	}
	return v.pattern.match(action)
}

// element returns the name under which a statement has an element.
func (s *statement) element(name string) string {
	if name == "Principal" && s.principals.negated || name == "Action" && s.notAction || name == "Resource" && s.notRes {
		return "Not" + name
	}
	return name
}

// A layerKind says how the statements of a layer are read.
type layerKind uint8

const (
	callerPolicy   layerKind = iota // no Principal; Resource is needed
	resourcePolicy                  // Principal and Resource are needed
	ownPolicy                       // as resourcePolicy; without Resource this repository is meant
)

// match tells whether the statement applies to the request, and to whom it
// grants. Cheap and certain answers come first.
func (s *statement) match(e *evaluation, kind layerKind) (truth, grants) {
	if s.opaque {
		return maybe, grants{direct: maybe}
	}
	if !s.covers(e.action) {
		return no, grants{}
	}
	result := yes
	if s.broken || s.effect == eitherEffect || s.misplaced(kind) {
		result = maybe
	}
	mark := len(e.touched)
	g := grants{direct: yes}
	if kind != callerPolicy && s.principals.present {
		var t truth
		t, g = s.principals.match(e)
		result = and(result, t)
	}
	if result != no {
		result = and(result, s.matchResource(e))
	}
	for i := 0; i < len(s.conditions) && result != no; i++ {
		result = and(result, s.conditions[i].match(e))
	}
	g = g.and(result)
	if result != maybe && !g.open() {
		e.touched = e.touched[:mark]
	}
	return result, g
}

// misplaced reports whether AWS would refuse the statement in a policy of this
// kind.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html#policies-grammar-notes
func (s *statement) misplaced(kind layerKind) bool {
	if kind == callerPolicy {
		return s.principals.present || !s.hasRes
	}
	return !s.principals.present || !s.hasRes && kind != ownPolicy
}

// covers reports whether Action or NotAction let the statement apply to an
// action, which is in lower case.
func (s *statement) covers(action string) bool {
	listed := slices.ContainsFunc(s.actions, func(v actionValue) bool { return v.match(action) })
	return listed != s.notAction
}

// coversUnnamed reports whether the statement may cover an action that it does
// not name in full.
func (s *statement) coversUnnamed() bool {
	return s.opaque || s.notAction || slices.ContainsFunc(s.actions, func(v actionValue) bool { return v.pattern != nil })
}

func (s *statement) matchResource(e *evaluation) truth {
	if len(s.resources) == 0 {
		return yes // the resource that the policy is attached to
	}
	covered := no
	for i := range s.resources {
		v := &s.resources[i]
		t := v.match(e, e.resource)
		if s.notRes && t == no && v.pattern.hasVariables() {
			if _, resolved := v.pattern.expand(e); resolved == no {
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
