// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// maxFree bounds how many comparisons are tried in all combinations for a value that
// no policy names.
const maxFree = 6

// keySteps is what it takes to take up a key.
const keySteps = 512

// unknownKeys collects the keys that undecided statements depend on.
func (e *evaluation) unknownKeys() []*unknownKey {
	var keys []*unknownKey
	byName := map[string]*unknownKey{}
	for _, key := range e.dependsOn {
		if byName[key] != nil {
			continue
		}
		state, _ := e.lookup(key)
		k := &unknownKey{
			key: key, mayBeAbsent: state == KeyUnknown, several: Multivalued(key),
			// Known, it has several values, and is used as a policy variable.
			impossible: state == KeyKnown,
			typed:      true,
		}
		if e.own {
			k.written = callerKeys[key]
		}
		k.setDomain(e)
		e.left -= keySteps
		byName[key] = k
		keys = append(keys, k)
	}
	for i := range e.matched {
		if m := &e.matched[i]; m.open() {
			for j := range m.statement.conditions {
				c := &m.statement.conditions[j]
				if k := byName[e.keyOf(c.key)]; k != nil {
					k.values += len(c.values)
				}
			}
		}
	}
	for _, k := range keys {
		k.texts = make([]keyText, 0, k.values)
		if k.values > maxTexts {
			k.places = make(map[string]int, k.values)
		}
	}
	for i := range e.matched {
		if m := &e.matched[i]; m.open() && e.spend(statementSteps) {
			e.addUses(byName, m.statement)
		}
	}
	return keys
}

// setDomain notes the values that the key can have, when it cannot be any text.
func (k *unknownKey) setDomain(e *evaluation) {
	switch {
	case hasType(k.key, boolean):
		k.domain = []pattern.Language{{Pattern: pattern.Literal("true")}, {Pattern: pattern.Literal("false")}}
	case k.key == "aws:principalarn" && e.contextKey(k.key) == nil && e.caller.pathLost:
		beforePath, name := strings.TrimSuffix(e.caller.arn[0], "/"+e.caller.Name), "/"+e.caller.Name
		if e.caller.IsOfIdentityCenter() {
			beforePath += strings.TrimSuffix(awsname.IdentityCenterPath, "/")
		}
		k.domain = []pattern.Language{
			{Pattern: pattern.Literal(beforePath + name)},
			{Pattern: pattern.Concat(pattern.Literal(beforePath+"/"), pattern.Like("?*"), pattern.Literal(name))},
		}
	case k.key == "aws:userid" && e.caller.Kind == awsname.AccountRoot && e.contextKey(k.key) != nil:
		// The account stands for any principal in it.
	case k.key == "aws:userid" && e.caller.Kind != "":
		k.domain = []pattern.Language{{Pattern: e.caller.userID(e.req.RoleID)}}
	default:
		k.domain = e.organizationPaths(k.key)
	}
}

// addUses takes up where a statement uses unknown keys.
func (e *evaluation) addUses(byName map[string]*unknownKey, s *statement) {
	arn, id, session := byName["aws:principalarn"], byName["aws:userid"], byName[sessionKey]
	for i := 0; i < len(s.principals.values) && (arn != nil || id != nil || session != nil); i++ {
		e.left--
		v := &s.principals.values[i]
		switch {
		case arn != nil && v.known && v.arn.Kind == awsname.Role && v.arn.Account == e.caller.Account && v.arn.Name == e.caller.Name:
			arn.name("aws:PrincipalArn", v.text)
			arn.addExact(arn.place(v.text))
		case session != nil && v.known && v.arn.Kind == awsname.RoleSession:
			session.addExact(session.place(v.arn.Session))
		case id != nil && v.id != "" && e.caller.mayHaveID(v.id):
			id.addUniqueID(v.id, e)
		}
	}
	for i := range s.resources {
		if v := &s.resources[i]; v.open {
			e.addResource(byName, v)
		}
	}
	for i := range s.conditions {
		e.addCondition(byName, &s.conditions[i])
	}
}

// addUniqueID takes up a principal that aws:userid distinguishes from others. Of a
// role it is ID:SESSION.
func (k *unknownKey) addUniqueID(id string, e *evaluation) {
	if e.caller.Kind == awsname.User {
		k.name("aws:userid", id)
		k.addExact(k.place(id))
		return
	}
	k.name("aws:userid", id+":*")
	k.texts[k.place(id+":*")-1].kinds[AsPattern] = true
	k.languages = append(k.languages, pattern.Language{Pattern: pattern.Like(id + ":*")})
	k.addLiteral(k.place(id + ":session"))
}

// addResource takes up a Resource with policy variables.
func (e *evaluation) addResource(byName map[string]*unknownKey, v *resourceValue) {
	key, text, solved := v.pattern.Solve(e.resource)
	for _, variable := range v.pattern.Variables() {
		e.left -= len(variable.Key)
		k := byName[e.keyOf(variable.Key)]
		if k == nil {
			continue
		}
		k.name(variable.Written)
		if solved && e.keyOf(key) == k.key {
			k.addExact(k.place(text)) // with which alone it covers the resource
		} else {
			k.variable = true
		}
	}
}

// addCondition takes up what a condition compares its key with, and the policy
// variables in its values.
func (e *evaluation) addCondition(byName map[string]*unknownKey, c *condition) {
	k := byName[e.keyOf(c.key)]
	for i := range c.values {
		e.left--
		for _, variable := range c.values[i].pattern.Variables() {
			e.left -= len(variable.Key)
			if of := byName[e.keyOf(variable.Key)]; of != nil {
				of.name(variable.Written)
				of.variable = true
			}
		}
	}
	switch {
	case k == nil:
	case c.op.family == null || c.problem != "":
		k.name(c.keyWritten) // there is no value to compare with
	default:
		k.name(c.keyWritten)
		k.ask(c)
		k.several = k.several || c.quantifier != single && !singleValued(k.key)
		for i := range c.values {
			v := &c.values[i]
			e.left -= textSteps + len(v.text)/comparedAtOnce
			place := k.place(v.text)
			k.show(place)
			k.texts[place-1].kinds[c.op.family.kind()] = true
			k.texts[place-1].decides = k.texts[place-1].decides || c.op.family == stringLike && len(c.values) == 1 && !v.pattern.HasVariables()
			k.addValue(v, place, c.op, e)
		}
	}
}

// addValue takes up a value that the key is compared with.
func (k *unknownKey) addValue(v *value, place int, op operator, e *evaluation) {
	if v.problem != "" {
		return
	}
	k.typed = k.typed && hasType(k.key, op.family)
	switch op.family {
	case stringExact, stringFold, stringLike, arnLike:
		k.addText(v, place, op.family, e)
	case boolean:
		k.languages = append(k.languages, pattern.Language{Pattern: pattern.Literal(v.text), Fold: true})
		k.addLiteral(place)
	case binary:
		k.mixed = true
		k.addLiteral(place)
	case numeric, date, ipAddress:
		k.mixed = k.mixed || len(k.ranges) > 0 && k.ranges[0].op.family != op.family || !v.typed.other.IsZero()
		k.ranges = append(k.ranges, rangeTest{v, op})
	case null:
	}
	c := comparison{op.family, op.order, v.text}
	if len(k.free) <= maxFree && !v.neverOther(op) && !v.pattern.MatchesAll() && !slices.Contains(k.free, c) {
		k.free = append(k.free, c)
	}
}

// addText takes up a comparison with a text.
func (k *unknownKey) addText(v *value, place int, f family, e *evaluation) {
	p, filled := e.fill(v.pattern)
	if filled != yes {
		// Without a value nothing matches; with an unknown one anything may.
		k.impossible = k.impossible || filled == maybe
		return
	}
	if k.key == "aws:userid" && strings.Count(v.text, ":") > e.caller.colons() && !v.pattern.HasVariables() {
		return
	}
	text, exact := p.Text()
	var parts []pattern.Pattern
	if f.isARN() {
		parts = p.SplitARN()
		exact = exact && parts != nil
	}
	if exact && text != v.text {
		place = k.place(text)
	}
	switch {
	case exact && f == stringExact && strings.ContainsAny(text, "*?") && withoutWildcards(k.key):
		return
	case exact && f == stringFold:
		k.addLiteral(place)
	case exact:
		k.addExact(place)
		return
	}
	switch {
	case parts != nil:
		p = pattern.JoinARN(parts)
	case f.isARN():
		k.languages = append(k.languages, pattern.Language{Pattern: completedARN(p)}, pattern.Language{Pattern: anyARN})
	}
	k.languages = append(k.languages, pattern.Language{Pattern: p, Fold: f == stringFold})
}
