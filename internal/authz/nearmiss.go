package authz

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// A miss is an element of a statement that does not fit the request. The cost
// says how far off it is.
type miss struct {
	element, asked, stands, reason string
	cost                           int
}

// nearMisses finds, for each layer that denies without a Deny statement, the
// Allow statement that came closest.
func (e *evaluation) nearMisses(d *Decision) []NearMiss {
	var found []NearMiss
	for _, name := range d.DeniedBy {
		if slices.ContainsFunc(d.Statements, func(r StatementRef) bool { return r.Layer == name }) {
			continue
		}
		if n, ok := e.nearest(name); ok {
			found = append(found, n)
		}
	}
	return found
}

// nearest returns the closest Allow statement of a layer. The registry policy
// counts with the repository policy, since either may allow; of an organization's
// levels those count that lack an Allow.
func (e *evaluation) nearest(name PolicyType) (nearest NearMiss, ok bool) {
	names := []PolicyType{name}
	if name == RepositoryPolicy {
		names = append(names, RegistryPolicy)
	}
	least := 0
	for _, at := range names {
		for _, c := range e.candidates(at) {
			misses := e.misses(c.statement, kindOf(at))
			cost := 0
			for _, m := range misses {
				cost += m.cost
			}
			if len(misses) == 0 || ok && cost >= least {
				continue
			}
			least, ok = cost, true
			nearest = misses[0].of(finding{name: at, statement: c.statement})
			nearest.Level = c.level
		}
	}
	return nearest, ok
}

// A candidate is an Allow statement that may have come close.
type candidate struct {
	statement *statement
	level     int // see NearMiss
}

// candidates lists the Allow statements of a layer, where it has levels of those
// that allow least.
func (e *evaluation) candidates(name PolicyType) []candidate {
	var found []candidate
	levels := e.pol.at(name)
	allowed := e.allowedAt(name, levels)
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

// allowedAt tells of each level whether it allows the request.
func (e *evaluation) allowedAt(name PolicyType, levels []Layer) []truth {
	tracing, mark := e.tracing, len(e.touched)
	e.tracing = false
	var allowed []truth
	for i := range levels {
		o, _ := e.layer(name, &levels[i])
		allowed = append(allowed, o.allow)
	}
	e.tracing, e.touched = tracing, e.touched[:mark]
	return allowed
}

// of makes the miss a near miss of a statement.
func (m miss) of(f finding) NearMiss {
	return NearMiss{StatementRef: f.ref(), Element: m.element, Asked: m.asked, Stands: m.stands, Reason: m.reason}
}

// allows lists the Allow statements of a layer.
func (l *Layer) allows() []*statement {
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
			misses = append(misses, e.missAccount())
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
			misses = append(misses, e.missCondition(c))
		}
	}
	return misses
}

// farOff is the cost of an element that has nothing in common with the request.
const farOff = 20

func (e *evaluation) missAction(s *statement) miss {
	var texts []string
	for _, a := range s.actions {
		texts = append(texts, a.text)
	}
	m := miss{element: s.element("Action"), asked: e.req.Action, stands: list(texts), cost: farOff / 2}
	if s.notAction {
		m.reason = "its NotAction leaves out " + e.req.Action
		return m
	}
	m.reason = "its Action does not list " + e.req.Action + " but " + m.stands
	return m
}

func (e *evaluation) missPrincipal(s *statement) miss {
	m := miss{element: s.element("Principal"), asked: e.caller.ARN(), cost: 2 * farOff}
	if e.caller.serviceCall {
		m.asked = e.req.Principal
	}
	if s.principals.negated {
		m.stands = "the caller"
		m.reason = "its NotPrincipal leaves out the caller"
		return m
	}
	for i := range s.principals.values {
		v := &s.principals.values[i]
		reason, cost := e.principalReason(v)
		if cost < m.cost {
			m.stands, m.reason, m.cost = v.text, reason, cost
		}
	}
	if m.reason == "" {
		m.stands = list(slices.Concat(s.principals.services, s.principals.others))
		m.reason = "its Principal names " + m.stands + ", not " + m.asked
		m.cost = farOff
	}
	return m
}

// missAccount is the miss of a statement for the caller's own account.
func (e *evaluation) missAccount() miss {
	return miss{
		element: "Principal", asked: e.caller.ARN(), stands: e.caller.Account, cost: 1,
		reason: "its Principal is the account " + e.caller.Account + ", which leaves it to identity-based policies to allow the action",
	}
}

// principalReason says how a principal differs from the caller.
func (e *evaluation) principalReason(v *principalValue) (string, int) {
	c := &e.caller
	switch {
	case v.id != "":
		return "its Principal " + v.id + " is the ID of a role or user that was deleted; one of the same name that was created again is not meant, so write its ARN", farOff / 2
	case !v.known || c.serviceCall:
		return "its Principal names " + v.text + ", not " + e.req.Principal, farOff
	case v.arn.Kind == awsname.AccountRoot:
		return "its Principal is the account " + v.arn.Account + ", the caller is in the account " + c.Account, farOff / 2
	case v.arn.Kind == c.Kind && v.arn.Name == c.Name && v.arn.Path == c.Path && v.arn.Account != c.Account:
		return fmt.Sprintf("its Principal is the %s %s in the account %s, the caller is in the account %s", c.Kind, c.Name, v.arn.Account, c.Account), 3
	case v.arn.Kind == c.Kind && v.arn.Name == c.Name && v.arn.Path != c.Path:
		return "its Principal " + v.text + " has another path than " + c.ARN(), 3
	}
	asked := c.ARN()
	if c.Kind == awsname.RoleSession && v.arn.Kind == awsname.Role {
		asked = c.arn[0]
	}
	return describeDifference("Principal", v.text, asked)
}

func (e *evaluation) missResource(s *statement) miss {
	m := miss{element: s.element("Resource"), asked: e.resource, cost: 2 * farOff}
	if s.notRes {
		m.stands = "the resource"
		m.reason = "its NotResource leaves out " + e.resource
		return m
	}
	for i := range s.resources {
		v := &s.resources[i]
		reason, cost := e.resourceReason(v)
		if cost < m.cost {
			m.stands, m.reason, m.cost = v.text, reason, cost
		}
	}
	return m
}

// resourceReason says how a Resource differs from the one that was asked for.
func (e *evaluation) resourceReason(v *resourceValue) (string, int) {
	asked := e.resource
	if asked == "*" {
		return "its Resource is " + v.text + "; " + e.req.Action + " is for no single resource and needs \"*\"", 1
	}
	if strings.TrimSuffix(v.text, "/*") == asked {
		return "its Resource " + v.text + " stands for repositories below that path, not for the repository itself", 1
	}
	want, err := awsname.ParseARN(asked)
	stands, standsErr := awsname.ParseARN(v.text)
	if err == nil && standsErr == nil {
		for _, part := range []struct {
			name string
			a, b *string
		}{{"partition", &stands.Partition, &want.Partition}, {"region", &stands.Region, &want.Region}, {"account", &stands.Account, &want.Account}} {
			other := *part.a
			*part.a = *part.b
			if p, _ := parsePattern(stands.String(), syntax{wildcards: true, segments: true}); other != *part.b && p.match(asked) {
				return fmt.Sprintf("its Resource %s is in the %s %s, the request is for the %s %s", v.text, part.name, other, part.name, *part.b), 1
			}
			*part.a = other
		}
	}
	return describeDifference("Resource", v.text, asked)
}

func (e *evaluation) missCondition(c *condition) miss {
	m := miss{element: "Condition", stands: list(c.texts), cost: farOff / 4}
	state, values := e.lookup(c.key)
	m.asked = describeValues(c.written, state, values)
	m.reason = fmt.Sprintf("its Condition %s %s %s %s, and the request has %s", c.test, c.written, c.demands(), m.stands, m.asked)
	if c.op.family == null && c.matchNull(e, absent, nil) == yes {
		m.reason = fmt.Sprintf("its Condition %s asks that the key %s be absent, and the request has %s", c.test, c.written, m.asked)
	} else if c.op.family == null {
		m.reason = fmt.Sprintf("its Condition %s asks that the key %s be present, and the request has %s", c.test, c.written, m.asked)
	}
	return m
}

// demands is the verb for what the condition does with its values.
func (c *condition) demands() string {
	if c.op.negated {
		return "rules out"
	}
	return "asks for"
}

// describeValues says what the request has as a key.
func describeValues(key string, state keyState, values []string) string {
	switch {
	case state == absent:
		return "no such key"
	case state != known:
		return key
	case isEmpty(values):
		return "an empty value"
	default:
		return list(values)
	}
}

// describeDifference says how two texts differ when that is little.
func describeDifference(element, stands, asked string) (string, int) {
	d := awsname.Distance(stands, asked)
	switch {
	case strings.EqualFold(stands, asked):
		return fmt.Sprintf("its %s %s differs from %s in upper and lower case, which counts", element, stands, asked), 1
	case d == 1:
		return fmt.Sprintf("its %s %s differs from %s in one character", element, stands, asked), 1
	case d <= 3:
		return fmt.Sprintf("its %s %s differs from %s in %d characters", element, stands, asked, d), d
	default:
		return fmt.Sprintf("its %s is %s, not %s", element, stands, asked), min(d, farOff)
	}
}
