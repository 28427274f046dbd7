// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// nearMisses finds, for each policy type that denies without a Deny statement, the
// Allow statement that came closest.
func (e *evaluation) nearMisses(d *Decision) []NearMiss {
	var found []NearMiss
	for _, policyType := range d.DeniedBy {
		if slices.ContainsFunc(d.Statements, func(r StatementRef) bool { return r.PolicyType == policyType }) {
			continue
		}
		s := nearestSearch{e: e, least: farthest}
		s.search(policyType)
		if policyType == RepositoryPolicy {
			s.search(RegistryPolicy) // either may allow
		}
		if m, ok := s.nearMiss(); ok && !e.exhausted() {
			found = append(found, m)
		}
	}
	return found
}

// What elements that do not fit cost: how far they are from fitting. A text costs its
// distance from what the request has.
const (
	slipCost      = 1 // what is easily corrected
	placeCost     = 3
	conditionCost = MaxDistance / 4
	otherCost     = MaxDistance / 2
	unlikeCost    = MaxDistance // nothing in common with the request
	excludedCost  = 2 * MaxDistance
	// A statement that is not about the action is farther away than any that is.
	actionCost = 1 << 20
	farthest   = 1 << 30
)

// A nearestSearch looks for the Allow statement that costs least.
type nearestSearch struct {
	e       *evaluation
	nearest *statement
	of      PolicyType
	level   int // see NearMiss
	least   int
}

// search looks among the Allow statements of a policy type; of an organization's
// levels, among those that allow least.
func (s *nearestSearch) search(policyType PolicyType) {
	sets := s.e.pol.of(policyType)
	allowed := s.e.allowedAt(policyType, sets)
	for i := range sets {
		if allowed[i] > slices.Min(allowed) {
			continue
		}
		level := 0
		if len(sets) > 1 {
			level = i + 1
		}
		for _, p := range sets[i].Policies {
			s.searchPolicy(p, policyType, level)
		}
	}
}

func (s *nearestSearch) searchPolicy(p *Policy, policyType PolicyType, level int) {
	for i := range p.statements {
		st := &p.statements[i]
		if st.effect != allow || st.opaque || s.least <= slipCost {
			continue
		}
		cost := s.e.costOf(st, policyType.grammar(), s.least)
		if !s.e.spend(statementSteps) {
			return
		}
		if cost > 0 && cost < s.least {
			s.nearest, s.of, s.level, s.least = st, policyType, level, cost
		}
	}
}

// allowedAt returns for each set whether it allows the request.
func (e *evaluation) allowedAt(policyType PolicyType, sets []PolicySet) []truth {
	tracing, mark := e.tracing, len(e.dependsOn)
	e.tracing = false
	allowed := make([]truth, len(sets))
	for i := range sets {
		var r setResult
		e.judgeStatements(&r, policyType, 0, &sets[i])
		allowed[i] = r.outcome.allow
	}
	e.tracing, e.dependsOn = tracing, e.dependsOn[:mark]
	return allowed
}

// lackingLevels returns the levels of the service control policies that do not allow the
// request, from 1 in the order given.
func (e *evaluation) lackingLevels() []int {
	var levels []int
	for i, allowed := range e.allowedAt(ServiceControlPolicy, e.pol.SCP) {
		if allowed == no {
			levels = append(levels, i+1)
		}
	}
	return levels
}

// costOf returns what the elements of a statement cost that do not fit, or at least
// the limit. What is found out fast comes first.
func (e *evaluation) costOf(s *statement, g grammar, limit int) int {
	cost := 0
	switch {
	case s.covers(e):
	case e.ofOtherService(s) != "":
		cost += slipCost
	default:
		cost += actionCost
	}
	for i := 0; i < len(s.conditions) && cost < limit; i++ {
		if s.conditions[i].match(e) == no {
			cost += conditionCost
		}
	}
	if cost < limit && s.hasPrincipals(g) {
		granted := s.principals.match(e)
		switch {
		case granted.any() == no:
			_, c := e.comparePrincipals(s, limit-cost)
			cost += c
		case e.isDelegated(s, granted):
			cost += slipCost
		}
	}
	if cost < limit && s.matchResource(e, g) == no {
		_, c := e.compareResources(s, limit-cost)
		cost += c
	}
	return cost
}

// isDelegated reports whether a statement gives access to the caller's own account
// alone, which leaves it to identity-based policies.
func (e *evaluation) isDelegated(s *statement, granted grants) bool {
	return !s.principals.negated && granted == (grants{whole: granted.any()}) && !e.crossAccount()
}

// nearMiss describes the first element that does not fit, in AWS's order.
func (s *nearestSearch) nearMiss() (m NearMiss, found bool) {
	e, st := s.e, s.nearest
	if st == nil {
		return m, false
	}
	m = NearMiss{StatementRef: st.ref, Level: s.level}
	m.PolicyType = s.of
	if st.hasPrincipals(s.of.grammar()) {
		granted := st.principals.match(e)
		switch {
		case granted.any() == no:
			m.Element = st.element("Principal")
			m.Mismatch, _ = e.comparePrincipals(st, farthest)
			return m, true
		case e.isDelegated(st, granted):
			m.Element, m.Mismatch = "Principal", DelegatedToAccount{e.caller.Account}
			return m, true
		}
	}
	if !st.covers(e) {
		m.Element, m.Mismatch = st.element("Action"), e.compareActions(st)
		return m, true
	}
	if st.matchResource(e, s.of.grammar()) == no {
		m.Element = st.element("Resource")
		m.Mismatch, _ = e.compareResources(st, farthest)
		for i := range st.resources {
			m.Variables = e.addVariables(m.Variables, st.resources[i].pattern)
		}
		return m, true
	}
	for i := range st.conditions {
		if c := &st.conditions[i]; m.Element == "" && c.match(e) == no {
			m.Element, m.Mismatch = "Condition", e.unmet(c)
			for k := range c.values {
				m.Variables = e.addVariables(m.Variables, c.values[k].pattern)
			}
		}
	}
	return m, m.Element != ""
}

// maxVariables is how many variables of a near miss are reported.
const maxVariables = 5

// addVariables adds to a list the variables of a pattern of which it is known what the request
// has, each once.
func (e *evaluation) addVariables(list []VariableValue, p pattern.Pattern) []VariableValue {
	for _, v := range p.Variables() {
		state, values := e.lookup(v.Key)
		isListed := slices.ContainsFunc(list, func(other VariableValue) bool { return other.Key == v.Written })
		if len(list) < maxVariables && !isListed && (state == KeyKnown || state == KeyAbsent) {
			list = append(list, VariableValue{v.Written, slices.Clone(values)})
		}
	}
	return list
}

// ofOtherService returns the action of a statement that has the name of the request's and
// another service, such as ecr-public; empty if there is none.
func (e *evaluation) ofOtherService(s *statement) string {
	_, name, _ := strings.Cut(e.action, ":")
	for i := range s.actions {
		if a := &s.actions[i]; !s.notAction && a.lowered != e.action && strings.HasSuffix(a.lowered, ":"+name) {
			return a.text
		}
	}
	return ""
}

func (e *evaluation) compareActions(s *statement) Mismatch {
	if s.notAction {
		return Excluded{e.req.Action}
	}
	if other := e.ofOtherService(s); other != "" {
		return OtherText{Asked: e.req.Action, Stated: other, Distance: MaxDistance}
	}
	texts := make([]string, len(s.actions))
	for i := range s.actions {
		texts[i] = s.actions[i].text
	}
	return NotListed{e.req.Action, texts}
}

// comparePrincipals says how the principals differ from the caller, and what that
// costs. Of what costs as much as the limit it says nothing.
func (e *evaluation) comparePrincipals(s *statement, limit int) (m Mismatch, cost int) {
	cost = min(excludedCost, limit)
	if s.principals.negated {
		return Excluded{e.asked()}, excludedCost
	}
	for _, service := range s.principals.services {
		if e.caller.serviceCall && slipCost < limit && firstLabel(service) == firstLabel(e.req.Principal) {
			return OtherPrincipal{e.req.Principal, service}, slipCost // that of a Region, for example
		}
	}
	for i := range s.principals.values {
		if nearer, c := e.comparePrincipal(&s.principals.values[i], cost); c < cost {
			m, cost = nearer, c
		}
	}
	if m == nil && unlikeCost < limit {
		return NotListed{e.asked(), slices.Concat(s.principals.services, s.principals.others)}, unlikeCost
	}
	return m, cost
}

func firstLabel(service string) string {
	label, _, _ := strings.Cut(service, ".")
	return label
}

// asked returns the ARN of the caller, or the name of the service that calls.
func (e *evaluation) asked() string {
	if !e.caller.hasAccount() {
		return e.req.Principal
	}
	return e.caller.ARN()
}

// comparePrincipal says how a principal differs from the caller. Of what costs as
// much as the limit it says nothing.
func (e *evaluation) comparePrincipal(v *principalValue, limit int) (m Mismatch, cost int) {
	e.left -= statementSteps
	c := &e.caller
	cost = e.principalCost(v)
	switch {
	case cost >= limit:
		return nil, limit
	case v.id != "":
		return DeletedPrincipal{v.id}, cost
	case !v.known || !c.hasAccount():
		return OtherPrincipal{e.req.Principal, v.text}, cost
	case v.arn.Kind == awsname.AccountRoot:
		return OtherAccount{v.arn.Kind, "", c.Account, v.arn.Account}, cost
	}
	own := c.as(v.arn.Kind)
	switch {
	case v.arn.LacksPath() && v.arn.Name == own.Name && v.arn.Account == own.Account:
		return MissingPath{v.text}, slipCost
	case cost == placeCost && v.arn.Path == own.Path:
		return OtherAccount{own.Kind, own.Name, own.Account, v.arn.Account}, cost
	case cost == placeCost:
		return OtherPath{own.ARN(), v.text}, cost
	}
	return e.compareTexts(own.ARN(), v.text, limit)
}

// principalCost returns what a principal costs that is not the caller; 0 where that is
// the distance of the texts.
func (e *evaluation) principalCost(v *principalValue) int {
	switch {
	case v.id != "":
		return otherCost
	case !v.known || !e.caller.hasAccount():
		return unlikeCost
	case v.arn.Kind == awsname.AccountRoot:
		return otherCost
	}
	own := e.caller.as(v.arn.Kind)
	if v.arn.Kind == own.Kind && v.arn.Name == own.Name && (v.arn.Path != own.Path || v.arn.Account != own.Account) {
		return placeCost
	}
	return 0
}

// compareResources says how the resources differ from the request's, and what that
// costs. Of what costs as much as the limit it says nothing.
func (e *evaluation) compareResources(s *statement, limit int) (m Mismatch, cost int) {
	cost = min(excludedCost, limit)
	if s.notRes {
		return Excluded{e.resource}, excludedCost
	}
	for i := range s.resources {
		if nearer, c := e.compareResource(&s.resources[i], cost); c < cost {
			m, cost = nearer, c
		}
	}
	return m, cost
}

// compareResource says how a Resource differs from the request's. Of what costs as
// much as the limit it says nothing.
func (e *evaluation) compareResource(v *resourceValue, limit int) (m Mismatch, cost int) {
	e.left -= statementSteps
	if limit <= slipCost {
		return nil, limit
	}
	if e.resource == "*" {
		return NeedsAllResources{e.req.Action, v.text}, slipCost
	}
	if strings.TrimSuffix(v.text, "/*") == e.resource {
		return BelowResource{e.resource, v.text}, slipCost
	}
	if part, ok := e.otherPart(v.text); ok {
		return part, slipCost
	}
	return e.compareTexts(e.resource, v.text, limit)
}

// otherPart reports whether a Resource would cover the request's but for one part.
func (e *evaluation) otherPart(text string) (OtherPart, bool) {
	want, err := awsname.ParseARN(e.resource)
	stated, statedErr := awsname.ParseARN(text)
	if err != nil || statedErr != nil || stated.Service != want.Service {
		return OtherPart{}, false
	}
	parts := [...]struct {
		name         string
		stated, want *string
	}{{"partition", &stated.Partition, &want.Partition}, {"region", &stated.Region, &want.Region}, {"account", &stated.Account, &want.Account}}
	differing := 0
	for _, p := range parts {
		if *p.stated != *p.want && !strings.ContainsAny(*p.stated, "*?") {
			differing++
		}
	}
	for _, p := range parts {
		other := *p.stated
		if other == *p.want || differing > 1 {
			continue
		}
		*p.stated = *p.want
		e.left -= statementSteps + len(text)
		likeWanted, _ := pattern.Parse(stated.String(), pattern.Syntax{Wildcards: true, Segments: true})
		if e.matches(likeWanted, e.resource) {
			return OtherPart{Resource: text, Part: p.name, Asked: *p.want, Stated: other}, true
		}
		*p.stated = other
	}
	return OtherPart{}, false
}

// unmet says what a condition demands and the request does not have.
func (e *evaluation) unmet(c *condition) UnmetCondition {
	state, values := e.lookup(c.key)
	u := UnmetCondition{Operator: c.operatorWritten, Key: c.keyWritten, Values: c.texts, State: state, Asked: slices.Clone(values)}
	u.Never = e.callerOnly() && strings.HasPrefix(c.key, "aws:resourcetag/")
	switch {
	case c.op.family == null && c.matchNull(e, KeyAbsent, nil) == yes:
		u.Demand = DemandAbsent
	case c.op.family == null:
		u.Demand = DemandPresent
	case c.op.negated:
		u.Demand = DemandOthers
	default:
		u.Demand = DemandValues
	}
	return u
}

// compareTexts says how two texts differ. Of what costs as much as the limit it says
// nothing.
func (e *evaluation) compareTexts(asked, stated string, limit int) (m Mismatch, cost int) {
	e.left -= len(stated) / comparedAtOnce
	if slipCost < limit && strings.EqualFold(stated, asked) {
		return OtherText{Asked: asked, Stated: stated, CaseOnly: true}, slipCost
	}
	distance, steps := awsname.Distance(stated, asked, min(limit, MaxDistance))
	e.left -= steps
	if distance >= limit {
		return nil, limit
	}
	return OtherText{Asked: asked, Stated: stated, Distance: distance}, distance
}
