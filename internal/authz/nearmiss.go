package authz

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// A miss is an element of a statement that does not fit the request. The cost
// says how far off it is.
type miss struct {
	element  string
	mismatch Mismatch
	cost     int
}

// nearMisses finds, for each policy type that denies without a Deny statement, the
// Allow statement that came closest.
func (e *evaluation) nearMisses(d *Decision) []NearMiss {
	var found []NearMiss
	for _, policyType := range d.DeniedBy {
		if slices.ContainsFunc(d.Statements, func(r StatementRef) bool { return r.PolicyType == policyType }) {
			continue
		}
		if n, ok := e.nearest(policyType); ok {
			found = append(found, n)
		}
	}
	return found
}

// nearest returns the closest Allow statement of a policy type. The registry policy
// counts with the repository policy, since either may allow; of an organization's
// levels those count that lack an Allow.
func (e *evaluation) nearest(policyType PolicyType) (nearest NearMiss, ok bool) {
	types := []PolicyType{policyType}
	if policyType == RepositoryPolicy {
		types = append(types, RegistryPolicy)
	}
	least := 0
	for _, of := range types {
		for _, c := range e.candidates(of) {
			misses := e.misses(c.statement, kindOf(of))
			cost := 0
			for _, m := range misses {
				cost += m.cost
			}
			if len(misses) == 0 || ok && cost >= least {
				continue
			}
			least, ok = cost, true
			f := finding{policyType: of, statement: c.statement}
			nearest = NearMiss{StatementRef: f.ref(), Level: c.level, Element: misses[0].element, Mismatch: misses[0].mismatch}
		}
	}
	return nearest, ok
}

// A candidate is an Allow statement that may have come close.
type candidate struct {
	statement *statement
	level     int // see NearMiss
}

// candidates lists the Allow statements of a policy type, where it has levels of
// those that allow least.
func (e *evaluation) candidates(policyType PolicyType) []candidate {
	var found []candidate
	levels := e.pol.at(policyType)
	allowed := e.allowedAt(policyType, levels)
	for i := range levels {
		if allowed[i] > slices.Min(allowed) {
			continue
		}
		for _, s := range levels[i].allows() {
			c := candidate{statement: s}
			if len(levels) > 1 {
				c.level = i + 1
			}
			found = append(found, c)
		}
	}
	return found
}

// allowedAt returns for each level whether it allows the request.
func (e *evaluation) allowedAt(policyType PolicyType, levels []PolicySet) []truth {
	tracing, mark := e.tracing, len(e.touched)
	e.tracing = false
	var allowed []truth
	for i := range levels {
		o, _ := e.set(policyType, &levels[i])
		allowed = append(allowed, o.allow)
	}
	e.tracing, e.touched = tracing, e.touched[:mark]
	return allowed
}

// allows lists the Allow statements of a set.
func (l *PolicySet) allows() []*statement {
	var found []*statement
	for _, p := range l.Policies {
		for i := range p.statements {
			if s := &p.statements[i]; s.effect == allow && !s.opaque {
				found = append(found, s)
			}
		}
	}
	return found
}

// misses lists the elements of a statement that do not fit, in AWS's order.
func (e *evaluation) misses(s *statement, kind layerKind) []miss {
	var misses []miss
	if kind != callerPolicy {
		if t, _ := s.principals.match(e); t == no {
			misses = append(misses, e.missPrincipal(s))
		}
	}
	if kind != callerPolicy && !s.principals.negated {
		if t, g := s.principals.match(e); t != no && g == (grants{whole: t}) && !e.crossAccount() {
			misses = append(misses, miss{"Principal", DelegatedToAccount{e.caller.Account}, 1})
		}
	}
	if !s.covers(e.action) {
		misses = append(misses, e.missAction(s))
	}
	if s.matchResource(e) == no {
		misses = append(misses, e.missResource(s))
	}
	for i := range s.conditions {
		if c := &s.conditions[i]; c.match(e) == no {
			misses = append(misses, miss{"Condition", e.unmet(c), MaxDistance / 4})
		}
	}
	return misses
}

func (e *evaluation) missAction(s *statement) miss {
	m := miss{element: s.element("Action"), cost: MaxDistance / 2}
	if s.notAction {
		m.mismatch = Excluded{e.req.Action}
		return m
	}
	var texts []string
	for _, a := range s.actions {
		texts = append(texts, a.text)
	}
	m.mismatch = NotListed{e.req.Action, texts}
	return m
}

func (e *evaluation) missPrincipal(s *statement) miss {
	m := miss{element: s.element("Principal"), cost: 2 * MaxDistance}
	if s.principals.negated {
		m.mismatch = Excluded{e.asked()}
		return m
	}
	for i := range s.principals.values {
		mismatch, cost := e.comparePrincipal(&s.principals.values[i])
		if cost < m.cost {
			m.mismatch, m.cost = mismatch, cost
		}
	}
	if m.mismatch == nil {
		m.mismatch = NotListed{e.asked(), slices.Concat(s.principals.services, s.principals.others)}
		m.cost = MaxDistance
	}
	return m
}

// asked returns the ARN of the caller, or the name of the service that calls.
func (e *evaluation) asked() string {
	if e.caller.serviceCall {
		return e.req.Principal
	}
	return e.caller.ARN()
}

// comparePrincipal says how a principal differs from the caller.
func (e *evaluation) comparePrincipal(v *principalValue) (Mismatch, int) {
	c := &e.caller
	switch {
	case v.id != "":
		return DeletedPrincipal{v.id}, MaxDistance / 2
	case !v.known || c.serviceCall:
		return OtherPrincipal{e.req.Principal, v.text}, MaxDistance
	case v.arn.Kind == awsname.AccountRoot:
		return OtherAccount{v.arn.Kind, "", c.Account, v.arn.Account}, MaxDistance / 2
	case v.arn.Kind == c.Kind && v.arn.Name == c.Name && v.arn.Path == c.Path && v.arn.Account != c.Account:
		return OtherAccount{c.Kind, c.Name, c.Account, v.arn.Account}, 3
	case v.arn.Kind == c.Kind && v.arn.Name == c.Name && v.arn.Path != c.Path:
		return OtherPath{c.ARN(), v.text}, 3
	}
	asked := c.ARN()
	if c.Kind == awsname.RoleSession && v.arn.Kind == awsname.Role {
		asked = c.arn[0]
	}
	return compareTexts(asked, v.text)
}

func (e *evaluation) missResource(s *statement) miss {
	m := miss{element: s.element("Resource"), cost: 2 * MaxDistance}
	if s.notRes {
		m.mismatch = Excluded{e.resource}
		return m
	}
	for i := range s.resources {
		mismatch, cost := e.compareResource(&s.resources[i])
		if cost < m.cost {
			m.mismatch, m.cost = mismatch, cost
		}
	}
	return m
}

// compareResource says how a Resource differs from the request's.
func (e *evaluation) compareResource(v *resourceValue) (Mismatch, int) {
	asked := e.resource
	if asked == "*" {
		return NeedsAllResources{e.req.Action, v.text}, 1
	}
	if strings.TrimSuffix(v.text, "/*") == asked {
		return BelowResource{asked, v.text}, 1
	}
	want, err := awsname.ParseARN(asked)
	stated, statedErr := awsname.ParseARN(v.text)
	if err == nil && statedErr == nil {
		for _, part := range []struct {
			name string
			a, b *string
		}{{"partition", &stated.Partition, &want.Partition}, {"region", &stated.Region, &want.Region}, {"account", &stated.Account, &want.Account}} {
			other := *part.a
			*part.a = *part.b
			if p, _ := parsePattern(stated.String(), syntax{wildcards: true, segments: true}); other != *part.b && p.match(asked) {
				return OtherPart{v.text, part.name, *part.b, other}, 1
			}
			*part.a = other
		}
	}
	return compareTexts(asked, v.text)
}

// unmet says what a condition demands and the request does not have.
func (e *evaluation) unmet(c *condition) UnmetCondition {
	state, values := e.lookup(c.key)
	u := UnmetCondition{Operator: c.test, Key: c.written, Values: c.texts, State: state, Asked: slices.Clone(values)}
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

// compareTexts says how two texts differ.
func compareTexts(asked, stated string) (Mismatch, int) {
	if strings.EqualFold(stated, asked) {
		return OtherText{Asked: asked, Stated: stated, CaseOnly: true}, 1
	}
	distance := min(awsname.Distance(stated, asked), MaxDistance)
	return OtherText{Asked: asked, Stated: stated, Distance: distance}, distance
}
