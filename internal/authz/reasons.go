package authz

import "slices"

// explain turns a ruling into a decision with its reasons.
func (e *evaluation) explain(r ruling) Decision {
	d := Decision{Principal: e.req.Principal, Action: e.req.Action, Resource: e.resource, Verdict: r.verdict}
	switch r.verdict {
	case Allowed:
		d.Statements, d.Cases = e.matching(allow, r), e.casesOf(r)
	case Denied:
		d.DeniedBy, d.Explicit = r.base.deniers(e), r.base.denied() == yes
		if r.cases != nil {
			d.DeniedBy, d.Explicit = r.cases.deniedBy(), r.cases.explicit
		}
		d.Statements, d.Cases = e.matching(deny, r), e.casesOf(r)
		d.NearMisses = e.nearMisses(&d)
	case Conditional:
		d.UndecidedBy = r.base.undecided(e)
		d.Statements = e.matching(eitherEffect, r)
		for _, k := range r.keys {
			d.UnknownKeys = append(d.UnknownKeys, UnknownKey{k.written, k.texts, k.allowing, k.denying, k.mustBePresent, k.mustBeAbsent})
		}
		d.Uncertainties = e.uncertainties(d.UndecidedBy)
	}
	return d
}

// casesOf says on what it depends which reasons hold.
func (e *evaluation) casesOf(r ruling) Cases {
	if r.cases == nil {
		return Cases{}
	}
	always, sometimes := r.cases.deniers()
	lacking := (always | sometimes) & r.cases.lacking
	return Cases{Keys: r.cases.keys, Statements: e.matching(eitherEffect, r), Lacking: lacking.types(), Sometimes: sometimes.types()}
}

// matching lists the statements that decide: those of the effect that apply, or
// for eitherEffect those that may apply. Where only cases could decide, those
// that may apply are in it too.
func (e *evaluation) matching(wanted effect, r ruling) []StatementRef {
	var refs []StatementRef
	for i := range e.findings {
		f := &e.findings[i]
		applies := f.applies == yes || r.cases != nil
		if wanted == eitherEffect {
			applies = f.applies == maybe || f.open && r.verdict == Conditional
		} else if f.statement.effect != wanted {
			continue
		}
		if applies {
			refs = append(refs, f.ref())
		}
	}
	return refs
}

// uncertainties lists what makes a verdict Conditional apart from unknown keys.
func (e *evaluation) uncertainties(undecided []PolicyType) []Uncertainty {
	var found []Uncertainty
	for _, policyType := range undecided {
		if e.incomplete(policyType) {
			found = append(found, MorePolicies{policyType, e.given(policyType)})
		}
	}
	for i := range e.findings {
		if f := &e.findings[i]; f.applies == maybe {
			found = append(found, e.uncertaintiesOf(f)...)
		}
	}
	if e.foreignPartition() {
		found = append(found, DifferentPartitions{e.caller.Partition, e.partition})
	}
	if e.noSuchCall() {
		found = append(found, ActionNeedsResource{e.req.Action})
	}
	if e.serviceWithoutResource() {
		found = append(found, ServiceWithoutResource{e.req.Action})
	}
	return found
}

// uncertaintiesOf says why it is not certain that a statement applies, unknown keys
// apart.
func (e *evaluation) uncertaintiesOf(f *finding) []Uncertainty {
	var found []Uncertainty
	s, ref := f.statement, f.ref()
	for _, p := range s.problems {
		found = append(found, FaultyStatement{ref, p.element, p.text})
	}
	if s.opaque {
		return found
	}
	if s.misplaced(f.kind) {
		found = append(found, MisplacedStatement{ref, f.kind != callerPolicy})
	}
	if f.kind != callerPolicy && len(s.problems) == 0 {
		if t, _ := s.principals.match(e); t == maybe {
			found = append(found, UncertainElement{ref, s.element("Principal"), e.req.Principal})
		}
	}
	mark := len(e.touched)
	if len(s.problems) == 0 && s.matchResource(e) == maybe && len(e.touched) == mark {
		found = append(found, UncertainElement{ref, s.element("Resource"), e.resource})
	}
	for i := range s.conditions {
		c := &s.conditions[i]
		state, values := e.lookup(c.key)
		mark = len(e.touched)
		if c.problem != "" || state != KeyKnown || c.match(e) != maybe || len(e.touched) > mark {
			continue
		}
		needsSetOperator := c.quantifier == single && len(values) > 1
		found = append(found, UncertainComparison{ref, c.test, c.written, slices.Clone(values), c.texts, needsSetOperator})
	}
	return found
}

// incomplete reports whether there may be policies of a type that were not given.
func (e *evaluation) incomplete(policyType PolicyType) bool {
	return slices.ContainsFunc(e.pol.at(policyType), func(l PolicySet) bool { return l.Unknown })
}

// given reports whether there is any policy of a type.
func (e *evaluation) given(policyType PolicyType) bool {
	return slices.ContainsFunc(e.pol.at(policyType), func(l PolicySet) bool { return len(l.Policies) > 0 })
}
