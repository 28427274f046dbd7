package authz

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// An assumption is a case of what an unknown key may be in the request.
type assumption struct {
	key    string // in lower case
	state  KeyState
	values []string
	// holds says, for a value that no policy names, which of the comparisons that
	// such a value may satisfy it does satisfy.
	holds map[comparison]bool
}

// A comparison is what a policy compares a key with.
type comparison struct {
	family family
	order  order
	text   string
}

// somethingElse stands for a value that no policy names.
const somethingElse = "\x00 something else"

// maxCases bounds the cases that are tried; beyond it the verdict stays
// Conditional.
const maxCases = 4096

// compareElse tells whether a value that no policy names matches.
func (v *value) compareElse(op operator, e *evaluation) truth {
	if op.family <= arnLike {
		p, resolved := v.pattern.expand(e)
		if resolved != yes {
			return resolved
		}
		if op.family == stringLike && p.matchesAll() {
			return yes
		}
	}
	if v.certainElse(op) {
		return no
	}
	for i := range e.assumed {
		if holds, found := e.assumed[i].holds[comparison{op.family, op.order, v.text}]; found {
			return truthOf(holds)
		}
	}
	return maybe
}

// isElse reports whether the key is assumed to have a value that no policy names.
func (e *evaluation) isElse(key string) bool {
	state, values := e.lookup(key)
	return state == KeyKnown && values[0] == somethingElse
}

// certainElse reports whether a value that no policy names cannot match.
func (v *value) certainElse(op operator) bool {
	switch op.family {
	case stringExact:
		return true
	case stringLike, arnLike:
		_, exact := v.pattern.literalText()
		return exact || v.pattern.hasVariables() && !v.pattern.hasWildcards()
	default:
		return false
	}
}

// hasWildcards reports whether the pattern can match more than one text.
func (p pattern) hasWildcards() bool {
	return slices.ContainsFunc(p, func(t token) bool { return t.kind != literal && t.kind != variable })
}

// An unknownKey is a key that the verdict may hang on, and what the statements
// that hang on it compare it with.
type unknownKey struct {
	key                         string // in lower case
	written                     string
	texts                       []string // as written, for people
	allowing                    []string // see UnknownKey
	denying                     []string
	mustBePresent, mustBeAbsent bool
	several                     bool // it can have several values
	mayBeAbsent                 bool
	impossible                  bool // its cases cannot be listed
	variable                    bool // its value becomes part of patterns

	literals  []string
	free      []comparison // that a value which no policy names may satisfy
	languages []language   // of the comparisons with texts
	ranges    []rangeTest  // the comparisons with numbers, dates and IP addresses
	mixed     bool         // not all comparisons are with texts, or all of one family of ranges
	typed     bool         // all comparisons are of the type that the key's values have
	values    []language   // that its values are in; nil for any text
}

// refine decides by cases what a single pass could not: the same key may make
// one statement apply and another not, with the same verdict. It returns the
// verdict and the keys that can change it.
func (e *evaluation) refine() ruling {
	e.tracing = true
	r := ruling{base: e.judge(), cases: &caseSummary{explicit: true}}
	all := e.unknownKeys()
	e.tracing = false
	var keys []*unknownKey
	var cases [][]assumption
	total := 1
	for i := range all {
		c := all[i].cases()
		if c == nil || total*len(c) > maxCases {
			continue
		}
		total *= len(c)
		keys, cases = append(keys, &all[i]), append(cases, c)
	}
	verdicts := make([]Verdict, total)
	matters := map[string]bool{}
	for i := range verdicts {
		e.assumed = pick(cases, i)
		o := e.judge()
		verdicts[i] = o.verdict(e)
		r.cases.add(o.deniers(e), o.lacking(e), o.denied() == yes)
		if verdicts[i] == Conditional {
			for _, key := range e.touched {
				matters[key] = true
			}
		}
	}
	stride := 1
	for k, c := range cases {
		if flips(verdicts, stride, len(c)) {
			matters[keys[k].key] = true
			e.settle(keys[k], c)
		}
		stride *= len(c)
	}
	e.assumed, e.tracing = nil, true
	e.judge() // find again what applies without assumptions
	for _, k := range keys {
		r.cases.keys = append(r.cases.keys, k.written)
	}
	r.verdict = verdicts[0]
	if slices.ContainsFunc(verdicts, func(v Verdict) bool { return v != r.verdict }) {
		r.verdict = Conditional
	}
	if r.verdict == Conditional {
		r.keys = slices.DeleteFunc(all, func(k unknownKey) bool { return !matters[k.key] })
	}
	return r
}

// allDenials looks by cases for denials that hold whatever the unknown keys are,
// though none of their statements does: beside a layer that denies anyway, they
// are reported too.
func (e *evaluation) allDenials(r ruling) ruling {
	if len(e.touched) == 0 {
		return r
	}
	byCases := e.refine()
	if byCases.cases.explicit == (r.base.denied() == yes) && slices.Equal(byCases.cases.deniedBy(), r.base.deniers(e)) {
		return r
	}
	return byCases
}

// A caseSummary says what cases that all have the same verdict have in common.
type caseSummary struct {
	keys     []string   // that differ from case to case, as written
	explicit bool       // a Deny statement applies in every case
	denying  []layerSet // by case
	lacking  layerSet   // those that lack an Allow in some case
}

func (c *caseSummary) add(deniers, lacking []PolicyType, explicit bool) {
	c.explicit = c.explicit && explicit
	c.denying = append(c.denying, setOf(deniers))
	c.lacking |= setOf(lacking)
}

// deniers returns the layers that deny in every case; and those that deny in some
// cases, when in every case one of them does.
func (c *caseSummary) deniers() (always, sometimes layerSet) {
	always = ^always
	for _, s := range c.denying {
		always &= s
	}
	for _, s := range c.denying {
		if s == always {
			return always, 0
		}
		sometimes |= s &^ always
	}
	return always, sometimes
}

// deniedBy lists the layers of which each denies in every case, or one or another.
func (c *caseSummary) deniedBy() []PolicyType {
	always, sometimes := c.deniers()
	return (always | sometimes).types()
}

// A layerSet has a bit for each layer, in the order in which they are reported.
type layerSet uint8

func setOf(names []PolicyType) (s layerSet) {
	for _, name := range names {
		s |= 1 << slices.Index(layerOrder, name)
	}
	return s
}

func (s layerSet) types() []PolicyType {
	var names []PolicyType
	for i, name := range layerOrder {
		if s>>i&1 == 1 {
			names = append(names, name)
		}
	}
	return names
}

// pick returns the i-th combination of cases.
func pick(cases [][]assumption, i int) []assumption {
	picked := make([]assumption, len(cases))
	for k, c := range cases {
		picked[k] = c[i%len(c)]
		i /= len(c)
	}
	return picked
}

// flips reports whether the verdict changes with the key whose n cases are a
// stride apart while all other keys stay as they are.
func flips(verdicts []Verdict, stride, n int) bool {
	for i := range verdicts {
		if i/stride%n > 0 && verdicts[i] != verdicts[i-stride] {
			return true
		}
	}
	return false
}

// unknownKeys collects the keys that undecided statements hang on.
func (e *evaluation) unknownKeys() []unknownKey {
	var keys []unknownKey
	for _, key := range e.touched {
		if slices.ContainsFunc(keys, func(k unknownKey) bool { return k.key == key }) {
			continue
		}
		state, _ := e.lookup(key)
		keys = append(keys, unknownKey{
			key: key, mayBeAbsent: state == KeyUnknown, several: Multivalued(key),
			// Known, it has several values; then it stands for a variable.
			impossible: state == KeyKnown,
			typed:      true,
		})
	}
	for i := range e.findings {
		if f := &e.findings[i]; f.open {
			for k := range keys {
				keys[k].addStatement(f.statement, e)
			}
		}
	}
	for i := range keys {
		keys[i].values = keys[i].domain(e)
	}
	return keys
}

// addStatement takes up where a statement uses the key.
func (k *unknownKey) addStatement(s *statement, e *evaluation) {
	for i := range s.principals.values {
		k.addPrincipal(&s.principals.values[i], e)
	}
	for _, v := range s.resources {
		if key, text, ok := v.pattern.solve(e.resource); ok && key == k.key {
			k.nameVariable(v.pattern)
			k.addText(text)
		} else if k.nameVariable(v.pattern) {
			k.variable = true
		}
	}
	for i := range s.conditions {
		c := &s.conditions[i]
		for _, v := range c.values {
			k.variable = k.nameVariable(v.pattern) || k.variable
		}
		switch {
		case c.key != k.key:
		case c.op.family == null || c.problem != "":
			k.name(c.written) // there is no value to compare with
		default:
			k.name(c.written, c.texts...)
			k.add(c, e)
		}
	}
}

// addPrincipal takes up a principal that the key tells from others.
func (k *unknownKey) addPrincipal(v *principalValue, e *evaluation) {
	switch {
	case k.key == "aws:principalarn" && v.known && v.arn.Kind == awsname.Role && v.arn.Account == e.caller.Account && v.arn.Name == e.caller.Name:
		k.name("aws:PrincipalArn", v.text)
		k.addText(v.text)
	case k.key == "aws:userid" && v.id != "" && e.caller.mayHaveID(v.id):
		// Of a role it is ID:SESSION.
		text := v.id
		if e.caller.Kind != awsname.User {
			text += ":*"
		}
		k.name("aws:userid", text)
		p, _ := parsePattern(text, syntax{wildcards: true})
		k.addLanguage(language{pattern: p})
		k.addLiteral(strings.Replace(text, "*", "session", 1))
	}
}

// name notes how the key is written and what it is compared with.
func (k *unknownKey) name(written string, texts ...string) {
	if k.written == "" {
		k.written = written
	}
	for _, text := range texts {
		if !slices.Contains(k.texts, text) {
			k.texts = append(k.texts, text)
		}
	}
}

// nameVariable notes how the key is written as a variable, and reports whether
// the pattern has it.
func (k *unknownKey) nameVariable(p pattern) bool {
	i := slices.IndexFunc(p, func(t token) bool { return t.kind == variable && t.text == k.key })
	if i >= 0 {
		k.name(p[i].written)
	}
	return i >= 0
}

// add takes up what a condition compares the key with.
func (k *unknownKey) add(c *condition, e *evaluation) {
	k.several = k.several || c.quantifier != single && !singleValued(k.key)
	for i := range c.values {
		k.addValue(&c.values[i], c.op, e)
	}
}

func (k *unknownKey) addValue(v *value, op operator, e *evaluation) {
	switch {
	case v.problem != "":
		return
	case op.family <= arnLike:
		k.addPattern(v, op, e)
	case op.family == boolean:
		k.addLanguage(language{pattern{{kind: literal, text: v.text}}, true})
		k.addLiteral(v.text)
	case op.family == binary:
		k.mixed = true
		k.addLiteral(v.text)
	default:
		k.mixed = k.mixed || len(k.ranges) > 0 && k.ranges[0].op.family != op.family
		k.ranges = append(k.ranges, rangeTest{v, op})
	}
	k.typed = k.typed && hasType(k.key, op.family)
	c := comparison{op.family, op.order, v.text}
	if !v.certainElse(op) && !v.pattern.matchesAll() && !slices.Contains(k.free, c) {
		k.free = append(k.free, c)
	}
}

// addPattern takes up a comparison with a text.
func (k *unknownKey) addPattern(v *value, op operator, e *evaluation) {
	p, resolved := v.pattern.expand(e)
	if resolved != yes {
		// Without a value nothing matches; with an unknown one anything may.
		k.impossible = k.impossible || resolved == maybe
		return
	}
	if text, exact := p.literalText(); exact {
		k.addLiteral(text)
	}
	l := language{p, op.family == stringFold}
	if op.family == arnLike {
		parts := p.splitARN()
		if parts == nil {
			return
		}
		l = asLanguage(parts)
	}
	k.addLanguage(l)
}

func (k *unknownKey) addLanguage(l language) { k.languages = append(k.languages, l) }

func (k *unknownKey) addLiteral(text string) {
	if !slices.Contains(k.literals, text) {
		k.literals = append(k.literals, text)
	}
}

// addText takes up one text that makes a difference.
func (k *unknownKey) addText(text string) {
	k.addLiteral(text)
	p, _ := parsePattern(text, syntax{})
	k.addLanguage(language{pattern: p})
}

// cases lists everything that can make a difference in what the key may be, or
// nil when that is too much.
func (k *unknownKey) cases() []assumption {
	if k.impossible {
		return nil
	}
	values, complete := k.classes()
	if !complete && (len(k.free) > 6 || k.several && len(k.free) > 0) {
		return nil
	}
	var cases []assumption
	if k.mayBeAbsent {
		cases = append(cases, assumption{key: k.key, state: KeyAbsent})
	}
	if k.several {
		if !complete {
			values = append(slices.Clone(values), somethingElse)
		}
		if len(values) > 7 {
			return nil
		}
		return append(cases, k.subsets(values)...)
	}
	for _, text := range values {
		cases = append(cases, assumption{key: k.key, state: KeyKnown, values: []string{text}})
	}
	if !complete {
		cases = append(cases, k.elses()...)
	}
	return cases
}

// classes returns values that stand for all others that compare alike with what
// the policies name. When that cannot be done it is the values that the policies
// name, and not complete.
func (k *unknownKey) classes() (values []string, complete bool) {
	if k.variable || k.mixed {
		return k.literals, false
	}
	switch {
	case len(k.ranges) == 0:
		if texts, ok := witnesses(slices.Concat(k.languages, k.values)); ok {
			return within(texts, k.values), true
		}
	case len(k.languages) == 0:
		return samples(k.ranges, k.typed), true
	}
	return k.literals, false
}

// elses lists what a value that no policy names may be: combinations that no real
// value has may be among them, which can leave a verdict Conditional, never make
// it wrong.
func (k *unknownKey) elses() []assumption {
	var cases []assumption
	add := func(holds map[comparison]bool) {
		cases = append(cases, assumption{key: k.key, state: KeyKnown, values: []string{somethingElse}, holds: holds})
	}
	for bits := range 1 << len(k.free) {
		holds, texts := map[comparison]bool{}, map[comparison]bool{}
		unreadable := !k.typed // by the operators that are not for texts
		for i, c := range k.free {
			holds[c] = bits>>i&1 == 1
			if c.family <= arnLike {
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
