// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"cmp"
	"slices"
	"strings"
)

// A basedVerdict is a verdict with what it is based on.
type basedVerdict struct {
	verdict Verdict
	base    outcomes      // what is certain and what is not, without assumptions
	keys    []*unknownKey // that can change the verdict
	cases   *caseSummary  // set when only cases could decide
}

// maxCases bounds the cases that are tried; beyond it the verdict stays Conditional.
const maxCases = 1 << 14

// decideByCases decides what a single pass could not: the same key may make one
// statement apply and another not, with the same verdict. It tries every case of
// what the unknown keys may be, and returns the verdict and the keys that can change
// it. The policies have been judged, with tracing.
func (e *evaluation) decideByCases(base outcomes) basedVerdict {
	r := basedVerdict{verdict: Conditional, base: base}
	before := e.left
	all := e.unknownKeys()
	if e.cut || e.exhausted() {
		e.cut, r.keys = true, all
		return r
	}
	t := e.newCaseTable(all)
	finished := t.try(&r)
	open := e.heaviest()
	e.costliest.take(before-e.left, open.policyType, open.policy)
	if !finished {
		e.cut, r = true, basedVerdict{verdict: Conditional, base: base, keys: all}
	}
	if slices.ContainsFunc(r.keys, func(k *unknownKey) bool { return k.many }) {
		e.cut, e.costliest = true, open
	}
	return r
}

// choose returns the keys of which all combinations of classes are tried, and how
// many there are. Others stay unknown.
func (t *caseTable) choose() (chosen []*caseKey, total int) {
	total = 1
	for i := range t.keys {
		k := &t.keys[i]
		if 2*total > maxCases {
			k.many = true
			continue
		}
		t.classify(k)
		switch n := len(k.classes); {
		case n == 0:
		case total*n > maxCases, t.stepsOf(append(chosen, k), total*n) > t.e.left:
			k.many = true
		default:
			chosen = append(chosen, k)
			total *= n
		}
	}
	return chosen, total
}

// classify lists the cases of a key, puts those in which all elements are alike into
// classes, and finds what changes from class to class. A key without classes stays
// unknown.
func (t *caseTable) classify(k *caseKey) {
	k.cases = k.list(t.e)
	if k.cases == nil || t.e.exhausted() {
		return
	}
	if k.line != nil && !k.several {
		t.classifyRanges(k)
	} else {
		t.classifyCases(k)
	}
	for i := range k.classes {
		k.size += len(k.classes[i].changes)
	}
}

// try goes through all cases, and reports whether the steps sufficed.
func (t *caseTable) try(r *basedVerdict) bool {
	e := t.e
	chosen, total := t.choose()
	if e.exhausted() {
		return false
	}
	r.cases = newCaseSummary()
	verdicts := make([]Verdict, total)
	t.start(chosen)
	for i := range verdicts {
		if !isImpossible(chosen) {
			o := t.outcomes()
			verdicts[i] = o.verdict(e)
			r.cases.add(o.deniers(e), o.lacking(e), o.denied() == yes)
		}
		if verdicts[i] == Conditional {
			t.noteWhatMatters()
		}
		t.next(chosen)
		if e.exhausted() {
			return false
		}
	}
	t.end(chosen)
	stride := 1
	for _, k := range chosen {
		if flips(verdicts, stride, len(k.classes)) {
			t.matters[k.number] = true
			t.findRequirements(k)
		}
		stride *= len(k.classes)
		if k.key != sessionKey {
			r.cases.keys = append(r.cases.keys, k.written)
		}
	}
	r.verdict = same(verdicts)
	for i := range t.keys {
		if r.verdict == Conditional && t.matters[i] {
			r.keys = append(r.keys, t.keys[i].unknownKey)
		}
	}
	return !e.exhausted()
}

// same returns the verdict of all cases that are possible, Conditional when they differ.
func same(verdicts []Verdict) Verdict {
	var first Verdict
	for _, v := range verdicts {
		switch {
		case v == "" || v == first:
		case first != "":
			return Conditional
		default:
			first = v
		}
	}
	return cmp.Or(first, Conditional) // the context contradicts itself
}

// flips reports whether the verdict changes with the key whose n classes are a
// stride apart while all other keys stay as they are.
func flips(verdicts []Verdict, stride, n int) bool {
	for i := range verdicts {
		if i/stride%n > 0 {
			continue
		}
		var last Verdict
		for class := range n {
			v := verdicts[i+class*stride]
			if v != "" && last != "" && v != last {
				return true
			}
			if v != "" {
				last = v
			}
		}
	}
	return false
}

// isImpossible reports whether no request is as the classes have it that hold now: one through a
// VPC endpoint that has an IP address, or lacks a key that each of these has; or one with an
// organization and paths of another.
func isImpossible(keys []*caseKey) bool {
	var isDirect, isThroughEndpoint bool
	for i, k := range keys {
		class := &k.classes[k.class]
		if class.absent {
			isDirect = isDirect || len(class.texts) == 0 && slices.Contains(endpointKeys[:inEach], k.key)
			continue
		}
		isDirect = isDirect || k.key == "aws:sourceip"
		isThroughEndpoint = isThroughEndpoint || throughEndpoint(k.key)
		for _, other := range keys[:i] {
			if areOfOne(k.key, other.key) && class.of.excludes(&other.classes[other.class]) {
				return true
			}
		}
	}
	return isDirect && isThroughEndpoint
}

// areOfOne reports whether two keys are about the organization of one account.
func areOfOne(key, other string) bool {
	of := func(key string) string { return strings.TrimSuffix(strings.TrimSuffix(key, "orgid"), "orgpaths") }
	return of(key) != key && of(key) == of(other)
}

// excludes reports whether no value of a class is of one of the organizations.
func (o *organizations) excludes(class *caseClass) bool {
	isOf := func(id string) bool { return slices.Contains(o.ids, id) }
	return !class.absent && !o.any && !class.of.any && !slices.ContainsFunc(class.of.ids, isOf)
}

// heaviest returns the policy whose open statements have the most to compare with.
func (e *evaluation) heaviest() costliest {
	var heaviest, policy costliest
	for i := range e.matched {
		m := &e.matched[i]
		if !m.open() {
			continue
		}
		if ref := &m.statement.ref; m.policyType != policy.policyType || ref.Policy != policy.policy {
			policy = costliest{policyType: m.policyType, policy: ref.Policy}
		}
		policy.steps++
		for j := range m.statement.conditions {
			policy.steps += len(m.statement.conditions[j].values)
		}
		heaviest.take(policy.steps, policy.policyType, policy.policy)
	}
	return heaviest
}

// addAllDenials looks by cases for denials that hold for every value of the unknown
// keys, though none of their statements does: beside a policy type that denies
// anyway, they are reported too.
func (e *evaluation) addAllDenials(r basedVerdict) basedVerdict {
	if len(e.dependsOn) == 0 || e.cut {
		return r
	}
	byCases := e.decideByCases(r.base)
	e.cut = false // the verdict is certain without cases
	if byCases.cases == nil || byCases.verdict != Denied {
		return r
	}
	if byCases.cases.explicit == (r.base.denied() == yes) && byCases.cases.deniedBy() == r.base.deniers(e) {
		return r
	}
	return byCases
}

// A caseSummary says what cases that all have the same verdict have in common.
type caseSummary struct {
	keys     []string     // that differ from case to case, as written
	explicit bool         // a Deny statement applies in every case
	always   typeSet      // that deny in every case
	ever     typeSet      // that deny in some case
	seen     [1 << 9]bool // by set of types: that it denies in some case
	lacking  typeSet      // those that lack an Allow in some case
}

func newCaseSummary() *caseSummary { return &caseSummary{explicit: true, always: ^typeSet(0)} }

func (c *caseSummary) add(deniers, lacking typeSet, explicit bool) {
	c.explicit = c.explicit && explicit
	c.always &= deniers
	c.ever |= deniers
	c.seen[deniers] = true
	c.lacking |= lacking
}

// sometimes returns the policy types that deny in some cases, when in every case one
// of them does.
func (c *caseSummary) sometimes() typeSet {
	if c.seen[c.always] {
		return 0
	}
	return c.ever &^ c.always
}

// deniedBy returns the policy types of which each denies in every case, or one or
// another.
func (c *caseSummary) deniedBy() typeSet { return c.always | c.sometimes() }
