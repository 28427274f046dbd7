// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
)

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

// match reports whether the value covers an action, which is in lower case.
func (v *actionValue) match(e *evaluation, action string) bool {
	if v.pattern == nil {
		return v.lowered == action
	}
	return e.matches(v.pattern, action)
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

// match reports whether the value covers a resource, which may be * for actions
// without resource type.
func (v *resourceValue) match(e *evaluation, resource string, g grammar) truth {
	e.left--
	if !strings.Contains(resource, v.needle) {
		return no // which is most often the answer, and found fast
	}
	if v.completed != nil {
		return v.matchIncomplete(e, resource, g)
	}
	if !v.open && v.problem == "" {
		return truthOf(e.matches(v.pattern, resource))
	}
	p, filled := e.fill(v.pattern)
	switch {
	case v.pattern == nil && v.problem != "":
		return maybe
	case filled == no:
		return no
	case filled == maybe:
		if key, _, ok := v.pattern.Solve(resource); ok && e.isOther(key) {
			return no // the value with which it matches is a case of its own
		}
		return and(maybe, truthOf(e.matches(v.opened, resource)))
	case v.problem != "":
		return and(maybe, truthOf(e.matches(p, resource)))
	default:
		return truthOf(e.matches(p, resource))
	}
}

// matchIncomplete reports whether an ARN with fewer than six fields covers a resource.
// AWS completes it in identity-based policies; of other policies it says nothing. Where
// a field ends in *, another page lets that stand for the missing fields.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html and
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
func (v *resourceValue) matchIncomplete(e *evaluation, resource string, g grammar) truth {
	written := v.pattern
	if v.open {
		written = v.opened
	}
	asWritten, completed := e.matches(written, resource), e.matches(v.completed, resource)
	switch {
	case !asWritten && !completed:
		return no
	case v.problem == "" && (asWritten && completed || g == identityGrammar && !v.starred):
		return yes
	default:
		return maybe
	}
}
