package authz

import (
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// A condition is one operator and key of a Condition element with its values,
// ready to be evaluated.
type condition struct {
	test       string // as written
	key        string // in lower case
	written    string // the key as written
	op         operator
	quantifier quantifier
	ifExists   bool
	values     []value
	texts      []string // the values as written
	problem    string   // why it cannot be evaluated; empty when it can
}

func compileCondition(c policy.Condition, variables bool) condition {
	compiled := condition{test: c.Test, key: lower(c.Variable), written: c.Variable, texts: c.Values}
	var ok bool
	compiled.op, compiled.quantifier, compiled.ifExists, ok = parseTest(c.Test)
	if !ok {
		compiled.problem = "AWS has no condition operator of this name"
		return compiled
	}
	for _, text := range c.Values {
		compiled.values = append(compiled.values, compileValue(text, compiled.op.family, variables))
	}
	return compiled
}

// match tells whether the request meets the condition.
func (c *condition) match(e *evaluation) truth {
	if c.problem != "" {
		return maybe
	}
	state, values := e.lookup(c.key)
	if c.op.family == null {
		return c.matchNull(e, state, values)
	}
	switch state {
	case KeyAbsent:
		return c.matchAbsent()
	case KeyKnown:
		return c.matchValues(e, values)
	case KeyPresent:
		if c.matchesAnything() {
			return truthOf(!c.op.negated)
		}
	case KeyUnknown:
		if c.matchesAnything() && !c.op.negated && (c.ifExists || c.quantifier == forAll) {
			return yes
		}
		if c.matchesAnything() && c.op.negated && c.quantifier == forAny && !c.ifExists {
			return no
		}
	}
	e.touch(c.key)
	for i := range c.values {
		c.values[i].pattern.expand(e) // touches what is unknown there
	}
	return maybe
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

// matchesAnything reports whether a value is * or the key itself, as a variable,
// and so matches every value that the key can have.
func (c *condition) matchesAnything() bool {
	if c.quantifier == single && Multivalued(c.key) {
		return false
	}
	return slices.ContainsFunc(c.values, func(v value) bool {
		return c.op.family == stringLike && v.pattern.matchesAll() || c.op.family <= stringLike && v.pattern.isVariable(c.key)
	})
}

func (c *condition) matchNull(e *evaluation, state KeyState, values []string) truth {
	isNull := no
	switch {
	case state == KeyAbsent:
		isNull = yes
	case state == KeyUnknown:
		e.touch(c.key)
		isNull = maybe
	case state == KeyKnown && isEmpty(values):
		isNull = maybe // a key with an empty value: AWS does not say
	}
	result := no
	for i := range c.values {
		switch {
		case c.values[i].problem != "":
			result = or(result, maybe)
		case c.values[i].flag:
			result = or(result, isNull)
		default:
			result = or(result, not(isNull))
		}
	}
	return result
}

// isEmpty reports whether the values are an empty data set to a set operator.
func isEmpty(values []string) bool {
	return !slices.ContainsFunc(values, func(s string) bool { return s != "" })
}

func (c *condition) matchValues(e *evaluation, values []string) truth {
	switch c.quantifier {
	case forAll:
		if isEmpty(values) {
			return yes
		}
		result := yes
		for _, s := range values {
			result = and(result, c.matchValue(e, s))
		}
		return result
	case forAny:
		if isEmpty(values) {
			return no
		}
		result := no
		for _, s := range values {
			result = or(result, c.matchValue(e, s))
		}
		return result
	default:
		if len(values) > 1 {
			return maybe // AWS asks for a set operator, and does not say what happens without
		}
		return c.matchValue(e, values[0])
	}
}

// matchValue tells whether one value of the request satisfies the operator: that
// any policy value matches or, negated, none.
func (c *condition) matchValue(e *evaluation, s string) truth {
	result := no
	for i := range c.values {
		result = or(result, c.values[i].compare(c.op, e, s))
	}
	if result == no && c.key == "aws:principalarn" && e.caller.pathLost && s == e.caller.arn[0] && !e.assumes(c.key) {
		for i := range c.values {
			result = or(result, c.values[i].matchSession(e))
		}
		if result == maybe {
			e.touch(c.key)
		}
	}
	if c.op.negated {
		return not(result)
	}
	return result
}
