// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// An unknownKey is a condition key that the verdict may depend on, and what the
// statements that depend on it compare it with.
type unknownKey struct {
	key      string // in lower case
	values   int    // that it is compared with
	written  string
	texts    []keyText      // that the policies compare it with, or that otherwise make a difference
	places   map[string]int // of these, from 1; nil where they are few
	shown    []string       // those that the policies have, for people
	literals []int          // places of those that it may have in full
	exact    []int          // of these, places of those that no other text is like

	languages []pattern.Language // of the comparisons with texts, apart from the literals
	domain    []pattern.Language // that its values are in; nil for any text
	ranges    []rangeTest        // the comparisons with numbers, dates and IP addresses
	line      *rangeLine         // of these, where all are of one family
	asked     []*condition       // the first that compare with ranges, each once
	free      []comparison       // that a value which no policy names may satisfy

	several     bool // it can have several values
	mayBeAbsent bool
	mixed       bool // not all comparisons are with texts, or all of one family of ranges
	typed       bool // all comparisons are of the type that the key's values have
	impossible  bool // its cases cannot be listed
	variable    bool // its value becomes part of patterns
	many        bool // it has too many cases to try

	requirements
}

// A keyText is a text that a key is compared with.
type keyText struct {
	text     string
	shown    int // place in unknownKey.shown, from 1; 0: the policies have it in no value
	compared int // see exactIndex
	literal  bool
	exact    bool
	kinds    [AsPattern + 1]bool // of the comparisons
	decides  bool                // whether a condition is met is whether this pattern matches
}

// requirements are what the request must have as a key to be allowed; see UnknownKey.
type requirements struct {
	allowing, denying           []KeyValue
	matching                    []string
	within                      []KeyRange
	mustBePresent, mustBeAbsent bool
}

// A rangeTest is a comparison with a number, a date or an IP address.
type rangeTest struct {
	value *value
	op    operator
}

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

// maxAsked is how many comparisons with ranges are reported.
const maxAsked = 8

// ask notes a condition that compares with ranges.
func (k *unknownKey) ask(c *condition) {
	isSame := func(other *condition) bool {
		return other.operatorWritten == c.operatorWritten && slices.Equal(other.texts, c.texts)
	}
	if c.op.family.isRange() && len(k.asked) < maxAsked && !slices.ContainsFunc(k.asked, isSame) {
		k.asked = append(k.asked, c)
	}
}

// name notes how the key is written and what it is compared with.
func (k *unknownKey) name(written string, texts ...string) {
	if k.written == "" {
		k.written = written
	}
	for _, text := range texts {
		k.show(k.place(text))
	}
}

// maxTexts is how many texts of a key are found without a map.
const maxTexts = 8

// find returns the place of a text, from 1, or 0.
func (k *unknownKey) find(text string) int {
	if k.places != nil {
		return k.places[text]
	}
	return 1 + slices.IndexFunc(k.texts, func(t keyText) bool { return t.text == text })
}

// place returns the place of a text, which it takes up.
func (k *unknownKey) place(text string) int {
	if place := k.find(text); place > 0 {
		return place
	}
	k.texts = append(k.texts, keyText{text: text})
	if len(k.texts) == maxTexts+1 && k.places == nil {
		k.places = map[string]int{}
		for i := range k.texts {
			k.places[k.texts[i].text] = i + 1
		}
	}
	if k.places != nil {
		k.places[text] = len(k.texts)
	}
	return len(k.texts)
}

// placeOf returns the place of the one value that a case has, or 0.
func (k *unknownKey) placeOf(a *assumption) int {
	if a.place > 0 {
		return a.place
	}
	return k.find(a.values[0])
}

// show notes that the policies have a text.
func (k *unknownKey) show(place int) {
	if t := &k.texts[place-1]; t.shown == 0 {
		k.shown = append(k.shown, t.text)
		t.shown = len(k.shown)
	}
}

// valueOf returns a text that the policies have, by its place in shown, with the strictest or
// else the least strict of its kinds.
func (k *unknownKey) valueOf(shown int, isStrict bool) KeyValue {
	text := k.shown[shown-1]
	v := KeyValue{text, Exactly}
	for kind, has := range k.texts[k.find(text)-1].kinds {
		if has {
			v.Kind = ValueKind(kind)
		}
		if has && isStrict {
			break
		}
	}
	return v
}

// addLiteral takes up a text that makes a difference.
func (k *unknownKey) addLiteral(place int) {
	if t := &k.texts[place-1]; !t.literal {
		k.literals = append(k.literals, place)
		t.literal = true
	}
}

// addExact takes up a text that makes a difference, and no other does.
func (k *unknownKey) addExact(place int) {
	k.addLiteral(place)
	if t := &k.texts[place-1]; !t.exact {
		k.exact = append(k.exact, place)
		t.exact = true
	}
}

// textSteps is what it takes to find a text among others, or to keep it.
const textSteps = 24

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

// list lists everything that can make a difference in what the key may be. It lists
// nothing when that is too much, and then sets many, or when it cannot be known.
func (k *unknownKey) list(e *evaluation) []assumption {
	if k.impossible {
		return nil
	}
	literals, texts, complete := k.representatives(e)
	if !complete && (len(k.free) > maxFree || k.several && len(k.free) > 0) {
		k.many = true
		return nil
	}
	if k.several {
		return k.severalCases(literals, texts, complete)
	}
	cases := make([]assumption, 0, 1+len(literals)+len(texts))
	if k.mayBeAbsent {
		cases = append(cases, assumption{key: k.key, state: KeyAbsent})
	}
	values := make([]string, len(literals), len(literals)+len(texts))
	for i, place := range literals {
		values[i] = k.texts[place-1].text
		cases = append(cases, assumption{key: k.key, state: KeyKnown, values: values[i : i+1 : i+1], place: place})
	}
	for i := range texts {
		cases = append(cases, assumption{key: k.key, state: KeyKnown, values: texts[i : i+1 : i+1]})
	}
	e.left -= textSteps * len(cases)
	if !complete {
		cases = append(cases, k.others()...)
	}
	return cases
}

// severalCases lists the cases of a key that can have several values.
func (k *unknownKey) severalCases(literals []int, texts []string, complete bool) []assumption {
	values := append(k.textsAt(literals), texts...)
	if !complete {
		values = append(values, otherValue)
	}
	if len(values) > maxValues {
		k.many = true
		return nil
	}
	cases := k.subsets(values)
	if k.mayBeAbsent {
		cases = append(cases, assumption{key: k.key, state: KeyAbsent})
	}
	return cases
}

// representativeSteps bounds the search for texts that stand for all others.
const representativeSteps = 400_000

// representatives returns values that stand for all others that compare alike with
// what the policies name: literals, as places in texts, and others. When they cannot
// be found it returns the literals, which are not complete.
func (k *unknownKey) representatives(e *evaluation) (literals []int, others []string, complete bool) {
	switch {
	case k.variable || k.mixed || len(k.ranges) > 0 && len(k.literals)+len(k.languages) > 0:
		return k.literals, nil, false
	case len(k.ranges) > 0:
		others, complete = k.samples(e)
		return nil, others, complete
	}
	others, steps, ok := pattern.Representatives(k.languages, k.domain, k.textsAt(k.exact), min(e.left, representativeSteps))
	e.left -= steps
	if !ok {
		return k.literals, nil, false
	}
	return k.exactWithin(e), others, true
}

// textsAt returns the texts at places.
func (k *unknownKey) textsAt(places []int) []string {
	texts := make([]string, len(places))
	for i, place := range places {
		texts[i] = k.texts[place-1].text
	}
	return texts
}

// exactWithin returns the exact texts that the key can have.
func (k *unknownKey) exactWithin(e *evaluation) []int {
	if k.domain == nil {
		return k.exact
	}
	var kept []int
	for _, place := range k.exact {
		within := func(l pattern.Language) bool { return e.matches(l.Pattern, k.texts[place-1].text) }
		if slices.ContainsFunc(k.domain, within) {
			kept = append(kept, place)
		}
	}
	return kept
}

// others lists what a value that no policy names may be: combinations that no real
// value has may be among them, which can leave a verdict Conditional, never make
// it wrong.
func (k *unknownKey) others() []assumption {
	var cases []assumption
	add := func(holds map[comparison]bool) {
		cases = append(cases, assumption{key: k.key, state: KeyKnown, values: []string{otherValue}, holds: holds})
	}
	for bits := range 1 << len(k.free) {
		holds, texts := map[comparison]bool{}, map[comparison]bool{}
		unreadable := !k.typed // by the operators that are not for texts
		for i, c := range k.free {
			holds[c] = bits>>i&1 == 1
			if c.family.isText() {
				texts[c] = holds[c]
			} else {
				unreadable = unreadable && !holds[c]
			}
		}
		add(holds)
		if unreadable && len(texts) < len(holds) {
			add(texts)
		}
	}
	return cases
}

// maxValues bounds the values of which every set is tried.
const maxValues = 7

// subsets lists every set of values that the key may have, and each value twice
// for two that compare alike: how many there are counts where a condition lacks
// a set operator.
func (k *unknownKey) subsets(values []string) []assumption {
	var cases []assumption
	for bits := 1; bits < 1<<len(values); bits++ {
		a := assumption{key: k.key, state: KeyKnown}
		for i, v := range values {
			if bits>>i&1 == 1 {
				a.values = append(a.values, v)
			}
		}
		cases = append(cases, a)
		if len(a.values) == 1 {
			cases = append(cases, assumption{key: k.key, state: KeyKnown, values: []string{a.values[0], a.values[0]}})
		}
	}
	return cases
}
