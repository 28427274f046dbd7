// SPDX-License-Identifier: MPL-2.0

package authz

import "slices"

// match reports whether the request meets the condition.
func (c *condition) match(e *evaluation) truth {
	e.left--
	if c.problem != "" {
		return maybe
	}
	state, values := e.lookup(c.key)
	switch {
	case len(c.values) == 0:
		return c.matchNothing(e, state)
	case c.op.family == null:
		return c.matchNull(e, state, values)
	}
	switch state {
	case KeyAbsent:
		return c.matchAbsent()
	case KeyKnown:
		return c.matchValues(e, values)
	case KeyPresent:
		if c.matchesAnything(e) {
			return truthOf(!c.op.negated)
		}
	case KeyUnknown:
		if t := c.matchUnknown(e); t != maybe {
			return t
		}
	}
	e.depend(c.key)
	for i := range c.values {
		_, _ = e.fill(c.values[i].pattern) // depends on what is unknown there
	}
	return maybe
}

// matchNothing decides for an empty list of values. With ForAllValues and IfExists it is
// met only if the key is absent, with ForAnyValue never. Of other operators AWS says that
// the condition is true, and that the statement gives no permissions; of negated ones
// nothing.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
// (Suggestion: Empty array condition, … ForAllValues, … ForAnyValue, … IfExists).
func (c *condition) matchNothing(e *evaluation, state KeyState) truth {
	switch {
	case c.op.family == null, c.quantifier == single && !c.ifExists:
		return maybe
	case state == KeyAbsent:
		return c.matchAbsent()
	case state == KeyUnknown && (c.quantifier != forAny || c.ifExists || c.op.negated):
		e.depend(c.key)
		return maybe
	case c.op.negated:
		return maybe
	default:
		return no
	}
}

// matchAbsent decides for a key that is not in the request.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
// and https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
func (c *condition) matchAbsent() truth {
	switch {
	case c.ifExists, c.quantifier == forAll:
		return yes
	case c.quantifier == forAny:
		return no
	default:
		return truthOf(c.op.negated)
	}
}

// matchUnknown decides for a key that may be absent, or have any value.
func (c *condition) matchUnknown(e *evaluation) truth {
	switch {
	case !c.matchesAnything(e):
		return maybe
	case !c.op.negated && (c.ifExists || c.quantifier == forAll):
		return yes
	case c.op.negated && c.quantifier == forAny && !c.ifExists:
		return no
	default:
		return maybe
	}
}

// matchesAnything reports whether a value is * or the key itself, as a variable,
// and so matches every value that the key can have.
func (c *condition) matchesAnything(e *evaluation) bool {
	if c.quantifier == single && Multivalued(c.key) {
		return false
	}
	for i := range c.values {
		e.left--
		p := c.values[i].pattern
		isAll := c.op.family == stringLike && p.MatchesAll()
		isKey := c.op.family.isText() && !c.op.family.isARN() && e.isVariable(p, c.key)
		if isAll || isKey {
			return true
		}
	}
	return false
}

func (c *condition) matchNull(e *evaluation, state KeyState, values []string) truth {
	isNull := no
	switch state {
	case KeyAbsent:
		isNull = yes
	case KeyUnknown:
		e.depend(c.key)
		isNull = maybe
	case KeyKnown:
		if isEmpty(values) {
			isNull = maybe // a key with an empty value: AWS does not say
		}
	case KeyPresent:
	}
	result := no
	for i := range c.values {
		switch {
		case c.values[i].problem != "":
			result = or(result, maybe)
		case c.values[i].typed.flag:
			result = or(result, isNull)
		default:
			result = or(result, not(isNull))
		}
	}
	return result
}

// isEmpty reports whether the values are an empty data set to a set operator.
func isEmpty(values []string) bool {
	return !slices.ContainsFunc(values, isText)
}

func isText(s string) bool { return s != "" }

func (c *condition) matchValues(e *evaluation, values []string) (result truth) {
	switch c.quantifier {
	case forAll:
		result = yes
		if isEmpty(values) {
			return yes
		}
		for _, s := range values {
			result = and(result, c.matchValue(e, s))
		}
	case forAny:
		if isEmpty(values) {
			return no
		}
		for _, s := range values {
			result = or(result, c.matchValue(e, s))
		}
	case single:
		result = no
		for _, s := range values {
			result = or(result, c.matchValue(e, s))
		}
		if c.lacksSetOperator(values) {
			result = and(result, maybe)
			if c.op.negated {
				result = maybe
			}
		}
	}
	return result
}

// compare reports whether any policy value matches one value of the request.
func (c *condition) compare(e *evaluation, s string) truth {
	result := no
	e.left -= len(s) / comparedAtOnce
	if c.op.family.isText() {
		for i := range c.values {
			result = or(result, c.values[i].compareText(c.op, e, s))
		}
		return result
	}
	r := readValue(s, c.op.family) // once for all values
	for i := range c.values {
		result = or(result, c.values[i].compareTyped(c.op, e, &r))
	}
	return result
}

// matchValue reports whether one value of the request satisfies the operator: that
// any policy value matches or, negated, none.
func (c *condition) matchValue(e *evaluation, s string) truth {
	result := c.compare(e, s)
	if result == no && c.key == "aws:principalarn" && e.caller.pathLost && s == e.caller.arn[0] && !e.assumes(c.key) {
		for i := range c.values {
			result = or(result, c.values[i].matchSession(e))
		}
		if result == maybe {
			e.depend(c.key)
		}
	}
	if c.op.negated {
		return not(result)
	}
	return result
}
