// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// A condition is one operator and key of a Condition element with its values,
// ready to be evaluated.
type condition struct {
	key             string // in lower case
	keyWritten      string
	op              operator
	operatorWritten string
	quantifier      quantifier
	ifExists        bool
	values          []value
	texts           []string // the values as written
	problem         string   // why it cannot be evaluated; empty when it can
}

func compileCondition(c policy.Condition, variables bool) condition {
	compiled := condition{key: keyAlias(pattern.Lower(c.Variable)), keyWritten: c.Variable, operatorWritten: c.Test, texts: c.Values}
	var ok bool
	compiled.op, compiled.quantifier, compiled.ifExists, ok = parseOperator(c.Test)
	if !ok {
		compiled.problem = "AWS has no condition operator of this name"
		return compiled
	}
	compiled.values = make([]value, len(c.Values))
	for i, text := range c.Values {
		compiled.values[i] = compileValue(text, compiled.op.family, variables)
	}
	return compiled
}

// lacksSetOperator reports whether a condition on several values, or on a key that can have
// several, is without the set operator that AWS asks for. AWS does not say what happens then.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
func (c *condition) lacksSetOperator(values []string) bool {
	return c.quantifier == single && (len(values) > 1 || Multivalued(c.key))
}

// keys returns the condition keys that decide whether the condition is met: its own,
// and those that its values have as policy variables.
func (c *condition) keys() []string {
	keys := []string{c.key}
	for i := range c.values {
		keys = appendVariables(keys, c.values[i].pattern)
	}
	return keys
}

// appendVariables appends the keys of a pattern's policy variables.
func appendVariables(keys []string, p pattern.Pattern) []string {
	for _, v := range p.Variables() {
		keys = append(keys, v.Key)
	}
	return keys
}
