// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"net/netip"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
)

// compareTyped reports whether a value of the request matches a policy value that is not
// a text.
func (v *value) compareTyped(op operator, e *evaluation, r *requestValue) (t truth) {
	e.left--
	switch {
	case v.problem != "":
		return maybe
	case r.text == otherValue:
		return v.compareOther(op, e)
	case !r.readable:
		return maybe
	}
	switch op.family {
	case numeric:
		t = truthOf(op.order.accepts(r.number.compare(v.typed.number)))
	case date:
		t = truthOf(op.order.accepts(r.time.Compare(v.typed.time)))
		if other := v.typed.other; !other.IsZero() && t != truthOf(op.order.accepts(r.time.Compare(other))) {
			t = maybe
		}
	case boolean:
		t = truthOf(r.isTrue == v.typed.flag)
	case binary:
		t = v.typed.compareBytes(r)
	case ipAddress:
		t = v.typed.compareAddr(r.addr)
	case stringExact, stringFold, stringLike, arnLike, null: // no typed values
	}
	return t
}

// compareText reports whether a value of the request matches a policy value that is a
// text.
func (v *value) compareText(op operator, e *evaluation, s string) truth {
	e.left--
	switch {
	case v.problem != "":
		return maybe
	case s == otherValue:
		return v.compareOther(op, e)
	}
	f := op.family
	p, filled := e.fill(v.pattern)
	switch {
	case filled == maybe && f == stringFold:
		e.left -= len(v.text) + len(s) // to put both in lower case
		return and(maybe, truthOf(mayMatchFold(e.open(v.pattern), e, s)))
	case filled == maybe:
		return and(maybe, truthOf(e.matches(e.open(v.pattern), s)))
	case filled == no:
		return no
	case f == stringFold:
		text, _ := p.Text()
		e.left -= copySteps*len(p) + len(text)/copySteps
		return compareFold(s, text)
	case f.isARN():
		parts := v.parts
		if parts == nil {
			parts = p.SplitARN()
			e.left -= splitSteps + 2*copySteps*len(p)
		}
		if parts == nil {
			return and(maybe, truthOf(v.matchShortARN(p, e, s)))
		}
		return truthOf(matchARN(parts, e, s))
	default:
		return truthOf(e.matches(p, s))
	}
}

// compareFold compares texts, letters without case. AWS does not say how letters
// beyond ASCII compare.
func compareFold(s, text string) truth {
	switch {
	case pattern.EqualFold(s, text):
		return yes
	case strings.EqualFold(s, text):
		return maybe
	default:
		return no
	}
}

// mayMatchFold reports whether s may match the pattern, letters without case. It
// may where there are letters beyond ASCII, of which AWS does not say.
func mayMatchFold(p pattern.Pattern, e *evaluation, s string) bool {
	return !p.IsASCII() || !pattern.IsASCII(s) || e.matches(p.Lower(), pattern.Lower(s))
}

// matchARN matches an ARN part by part.
func matchARN(parts []pattern.Pattern, e *evaluation, s string) bool {
	for i, part := range parts {
		segment, rest, found := s, "", true
		if i < 5 {
			segment, rest, found = strings.Cut(s, ":")
		}
		if !found || !e.matches(part, segment) {
			return false
		}
		s = rest
	}
	return true
}

// matchShortARN reports whether a text matches a pattern with fewer than six parts in
// any reading: as it is, or completed as AWS completes a Resource. AWS documents none
// for ARN operators, which compare the six parts of ARNs. What a policy variable makes
// short matches ARNs only.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
func (v *value) matchShortARN(p pattern.Pattern, e *evaluation, s string) bool {
	return (v.short || e.matches(anyARN, s)) && (e.matches(p, s) || e.matches(completedARN(p), s))
}

// anyARN matches all ARNs.
var anyARN = pattern.Like("arn:*:*:*:*:*")

// completedARN returns the pattern of what begins with the parts of an ARN.
func completedARN(p pattern.Pattern) pattern.Pattern { return pattern.Concat(p, pattern.Like(":*")) }

// matchSession reports whether the value may match the role ARN of a session whose
// path is not known.
func (v *value) matchSession(e *evaluation) truth {
	p, filled := e.fill(v.pattern)
	if filled != yes {
		return no
	}
	anyPath := pattern.Concat(pattern.Literal(strings.TrimSuffix(e.caller.arn[0], e.caller.Name)), pattern.Like("*"), pattern.Literal("/"+e.caller.Name))
	return and(maybe, truthOf(e.overlap(p, anyPath)))
}

// compareOther reports whether a value that no policy names matches.
func (v *value) compareOther(op operator, e *evaluation) truth {
	if op.family.isText() {
		p, filled := e.fill(v.pattern)
		if filled != yes {
			return filled
		}
		if op.family == stringLike && p.MatchesAll() {
			return yes
		}
		if op.family.isARN() && p.SplitARN() == nil {
			return maybe
		}
	}
	if v.neverOther(op) {
		return no
	}
	for i := range e.assumed {
		if holds, found := e.assumed[i].holds[comparison{op.family, op.order, v.text}]; found {
			return truthOf(holds)
		}
	}
	return maybe
}

// neverOther reports whether a value that no policy names cannot match.
func (v *value) neverOther(op operator) (never bool) {
	switch op.family {
	case stringExact:
		never = true
	case stringLike, arnLike:
		_, exact := v.pattern.Text()
		never = exact || v.pattern.HasVariables() && !v.pattern.HasWildcards()
	case stringFold, numeric, date, boolean, binary, ipAddress, null:
	}
	return never
}

// compareBytes compares bytes. Those that are given as they are, not as base64, may be
// meant, too.
func (v *typedValue) compareBytes(r *requestValue) truth {
	if r.bytes != v.bytes && r.text == v.bytes {
		return maybe
	}
	return truthOf(r.bytes == v.bytes)
}

func (v *typedValue) compareAddr(addr netip.Addr) truth {
	within := v.prefix.Contains(addr)
	if addr.Is4In6() && v.prefix.Contains(addr.Unmap()) != within {
		return maybe // AWS does not say whether ::ffff:10.0.0.1 is 10.0.0.1
	}
	if within && v.single && addr != v.prefix.Addr() {
		return maybe
	}
	return truthOf(within)
}
