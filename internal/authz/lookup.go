// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
)

// lookup returns what is known of a condition key; the key is in lower case.
func (e *evaluation) lookup(key string) (KeyState, []string) {
	key = e.keyOf(key)
	for i := range e.assumed {
		if e.assumed[i].key == key {
			return e.assumed[i].state, e.assumed[i].values
		}
	}
	if k := e.contextKey(key); k != nil {
		return k.state, k.values
	}
	return e.derive(key)
}

// derive returns what follows from the request itself.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func (e *evaluation) derive(key string) (KeyState, []string) {
	c := &e.caller
	if key == sessionKey {
		return e.session()
	}
	if values := e.derived(key); values != nil {
		if values[0] == "" {
			return KeyAbsent, nil
		}
		return KeyKnown, values
	}
	switch {
	case e.req.Context.isComplete(key), c.hasAccount() && onlyOfServices(key):
		return KeyAbsent, nil
	case c.unknown && (key == "aws:principalarn" || key == "aws:userid"):
		return KeyUnknown, nil // a request that is not signed has none
	case alwaysPresent(key), key == "aws:tokenissuetime" && c.temporary:
		return KeyPresent, nil
	default:
		return e.related(key)
	}
}

// derived returns the value of a key that follows from the request, empty for one
// that cannot be there, or nil for any other key.
func (e *evaluation) derived(key string) []string {
	c := &e.caller
	if c.unknown && ofPrincipal(key) {
		return nil
	}
	switch key {
	case "aws:principalarn":
		if c.pathLost && !e.req.Context.Complete && !e.req.AssumeNoPath {
			return nil
		}
		return c.arn[:]
	case "aws:principalaccount":
		return c.account[:]
	case "aws:principaltype":
		return c.principalType[:]
	case "aws:username":
		return c.userName[:]
	case "aws:principalservicename":
		return c.service[:]
	case "aws:principalisawsservice":
		if c.serviceCall {
			return isTrue
		}
		return isFalse
	case "aws:resourceaccount":
		if e.owner[0] != "" {
			return e.owner[:]
		}
	case "aws:requestedregion":
		if e.region[0] != "" {
			return e.region[:]
		}
	}
	if e.callerOnly() && strings.HasPrefix(key, "aws:resourcetag/") {
		return noValue // A call without a resource has no tags of one.
	}
	return nil
}

var (
	isTrue  = []string{"true"}
	isFalse = []string{"false"}
	noValue = []string{""}
)

// session returns what is known of the name of the session: it ends aws:userid.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func (e *evaluation) session() (KeyState, []string) {
	state, values := e.lookup("aws:userid")
	if state != KeyKnown || values[0] == otherValue {
		return KeyPresent, nil
	}
	_, name, _ := strings.Cut(values[0], ":")
	return KeyKnown, []string{name}
}

// isOther reports whether the key is assumed to have a value that no policy names.
func (e *evaluation) isOther(key string) bool {
	state, values := e.lookup(key)
	return state == KeyKnown && values[0] == otherValue
}

// isVariable reports whether a pattern is nothing but the value of a key.
func (e *evaluation) isVariable(p pattern.Pattern, key string) bool {
	variable, ok := p.Variable()
	return ok && e.keyOf(variable) == e.keyOf(key)
}

// fill puts values in the place of a pattern's policy variables. The answer is no
// when one has no value, maybe when its value is not known.
func (e *evaluation) fill(p pattern.Pattern) (pattern.Pattern, truth) {
	if !p.HasVariables() {
		return p, yes
	}
	outcome := yes
	filled, ok := p.Fill(func(v *pattern.Variable) (string, bool) {
		var text string
		text, outcome = e.variable(v)
		e.left -= copySteps
		return text, outcome == yes
	})
	e.left -= fillSteps
	if ok {
		e.left -= copySteps * len(p)
	}
	return filled, outcome
}

// open puts * in the place of a pattern's policy variables.
func (e *evaluation) open(p pattern.Pattern) pattern.Pattern {
	e.left -= fillSteps + copySteps*len(p)
	return p.Open()
}

// variable returns the value of a policy variable. The answer is no when it has none,
// maybe when it is not known.
func (e *evaluation) variable(v *pattern.Variable) (string, truth) {
	state, values := e.lookup(v.Key)
	switch {
	case state == KeyKnown && len(values) == 1 && values[0] != otherValue:
		return values[0], yes
	case state == KeyAbsent && v.Wildcards:
		return "", maybe // AWS does not say whether they are wildcards there
	case state == KeyAbsent && v.HasFallback:
		return v.Fallback, yes
	case state == KeyAbsent:
		return "", no
	default: // also several values: such a key cannot be used as a variable
		e.depend(v.Key)
		return "", maybe
	}
}
