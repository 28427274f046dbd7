// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
)

// explain turns a verdict into a decision with its reasons.
func (e *evaluation) explain(r *basedVerdict) Decision {
	e.grantReasons()
	d := Decision{Principal: e.req.Principal, Action: e.req.Action, Resource: e.resource, Verdict: r.verdict}
	switch r.verdict {
	case Allowed:
		d.Statements, d.Cases = e.deciding(allow, r), e.casesOf(r)
	case Denied:
		deniers := r.base.deniers(e)
		d.Explicit = r.base.denied() == yes
		if r.cases != nil {
			deniers, d.Explicit = r.cases.deniedBy(), r.cases.explicit
		}
		d.DeniedBy = deniers.types()
		d.Statements, d.Cases = e.deciding(deny, r), e.casesOf(r)
		d.NearMisses = e.nearMisses(&d)
		if len(e.pol.SCP) > 1 && slices.Contains(d.DeniedBy, ServiceControlPolicy) {
			d.LackingLevels = e.lackingLevels()
		}
	case Conditional:
		d.UndecidedBy = r.base.undecided(e).types()
		d.Statements = e.deciding(eitherEffect, r)
		d.UnknownKeys = slices.Grow(d.UnknownKeys, len(r.keys))
		for _, k := range r.keys {
			if k.key == sessionKey {
				continue // the statements that name sessions are among those that are uncertain
			}
			d.UnknownKeys = append(d.UnknownKeys, UnknownKey{k.written, k.shown, k.allowing, k.matching, k.within, k.denying, k.mustBePresent, k.mustBeAbsent, k.mayBeAbsent})
		}
		if e.isExemptionOpen(&d) {
			d.UnknownKeys = append(d.UnknownKeys, UnknownKey{Key: "aws:PrincipalArn"})
		}
		d.Uncertainties = e.uncertainties(d.UndecidedBy)
	}
	return d
}

// isExemptionOpen reports whether control policies decide only if the caller is no
// service-linked role, and that is not among the unknown keys.
func (e *evaluation) isExemptionOpen(d *Decision) bool {
	isControl := func(t PolicyType) bool { return t == ServiceControlPolicy || t == ResourceControlPolicy }
	isNamed := func(k UnknownKey) bool { return pattern.EqualFold(k.Key, "aws:PrincipalArn") }
	return e.caller.serviceLinked() == maybe && slices.ContainsFunc(d.UndecidedBy, isControl) && !slices.ContainsFunc(d.UnknownKeys, isNamed)
}

// casesOf says on what it depends which reasons hold.
func (e *evaluation) casesOf(r *basedVerdict) Cases {
	if r.cases == nil {
		return Cases{}
	}
	lacking := r.cases.deniedBy() & r.cases.lacking
	return Cases{Keys: r.cases.keys, Statements: e.deciding(eitherEffect, r), Lacking: lacking.types(), Sometimes: r.cases.sometimes().types()}
}

// deciding lists the statements that decide: those of the effect that apply, or
// for eitherEffect those that may apply. Where only cases could decide, those
// that may apply are in it too.
func (e *evaluation) deciding(wanted effect, r *basedVerdict) []StatementRef {
	count := 0
	for i := range e.matched {
		if e.matched[i].decides(wanted, r) {
			count++
		}
	}
	if count == 0 {
		return nil
	}
	refs := make([]StatementRef, 0, count)
	for i := range e.matched {
		if m := &e.matched[i]; m.decides(wanted, r) {
			refs = append(refs, m.ref())
		}
	}
	return refs
}

func (m *matchedStatement) decides(wanted effect, r *basedVerdict) bool {
	if wanted == eitherEffect {
		return m.applies == maybe || m.open() && r.verdict == Conditional
	}
	return m.statement.effect == wanted && (m.applies == yes || r.cases != nil)
}

// maxUncertainties bounds how many statements a decision lists as uncertain.
const maxUncertainties = 1000

// uncertainties lists what makes a verdict Conditional apart from unknown keys.
func (e *evaluation) uncertainties(undecided []PolicyType) []Uncertainty {
	var found []Uncertainty
	for _, policyType := range undecided {
		sets := e.pol.of(policyType)
		if slices.ContainsFunc(sets, isIncomplete) {
			found = append(found, MorePolicies{policyType, slices.ContainsFunc(sets, isGiven)})
		}
	}
	for i := range e.matched {
		m := &e.matched[i]
		if m.applies != maybe {
			continue
		}
		of := e.uncertaintiesOf(m)
		if e.exhausted() || len(found)+len(of) > maxUncertainties {
			break
		}
		found = append(found, of...)
	}
	if e.differentPartitions() {
		found = append(found, DifferentPartitions{e.caller.Partition, e.partition})
	}
	if e.needsResource() {
		found = append(found, ActionNeedsResource{e.req.Action})
	}
	if e.serviceWithoutResource() {
		found = append(found, ServiceWithoutResource{e.req.Action})
	}
	if e.cut {
		found = append(found, TooComplex{e.costliest.policyType, e.costliest.policy})
	}
	return found
}

// uncertaintiesOf says why it is not certain that a statement applies, unknown keys
// apart.
func (e *evaluation) uncertaintiesOf(m *matchedStatement) []Uncertainty {
	var found []Uncertainty
	s, g, ref := m.statement, m.policyType.grammar(), m.ref()
	isFaulty := len(s.faults)+len(s.ofDocument) > 0
	if problems := m.problemsOfDocument(); len(s.faults)+len(problems) > 0 {
		f := FaultyStatement{Statement: ref, OfDocument: problems}
		for _, fault := range s.faults {
			f.Problems = append(f.Problems, problemOf(fault))
		}
		found = append(found, f)
	}
	if s.opaque {
		return found
	}
	if m.policyType == ResourceControlPolicy && e.callerOnly() {
		found = append(found, RCPWithoutResource{ref, e.req.Action})
	}
	if s.misplaced(g) {
		found = append(found, MisplacedStatement{ref, g.takesPrincipal()})
	}
	if s.hasPrincipals(g) && !isFaulty && s.principals.match(e).any() == maybe {
		found = append(found, UncertainElement{ref, s.element("Principal"), e.req.Principal})
	}
	mark := len(e.dependsOn)
	if !isFaulty && s.matchResource(e, g) == maybe && len(e.dependsOn) == mark {
		found = append(found, UncertainElement{ref, s.element("Resource"), e.resource})
	}
	for i := range s.conditions {
		c := &s.conditions[i]
		state, values := e.lookup(c.key)
		mark = len(e.dependsOn)
		switch result := c.match(e); {
		case c.problem != "" || result != maybe:
		case state != KeyUnknown && c.lacksSetOperator(values):
			found = append(found, LacksSetOperator{ref, c.operatorWritten, c.keyWritten})
		case state == KeyKnown && len(e.dependsOn) == mark:
			found = append(found, UncertainComparison{ref, c.operatorWritten, c.keyWritten, slices.Clone(values), c.texts})
		}
	}
	return found
}

// problemsOfDocument says what is wrong with the document of a statement apart from the
// statement's own faults.
func (m *matchedStatement) problemsOfDocument() []Problem {
	s := m.statement
	problems := slices.Clone(s.ofDocument)
	for _, fault := range m.policy.refusalsAs(m.policyType) {
		switch {
		case fault.Statement != s.ref.Index:
			problems = append(problems, problemAt(fault))
		case !slices.Contains(s.faults, fault) && !s.misplaced(m.policyType.grammar()):
			problems = append(problems, problemOf(fault))
		}
	}
	return problems
}
