// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"maps"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// principals is the Principal or NotPrincipal element of a statement.
type principals struct {
	present  bool
	negated  bool // NotPrincipal
	values   []principalValue
	services []string
	// others: principals that a caller's ARN does not show, as federated identity
	// providers and canonical users.
	others  []string
	foreign bool // there are others, or it is not known who is meant
	denies  bool // they are of a Deny
}

// A principalValue is one value of type AWS.
type principalValue struct {
	text  string
	any   bool   // *
	id    string // unique ID of a role or user
	arn   awsname.Principal
	known bool // arn is set
	loose pattern.Pattern
}

// grants says to whom the resource-based policies give access, since in the
// caller's own account that decides which other policies still limit it.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html
type grants struct {
	direct truth // to the user, the session or everyone: nothing limits it
	role   truth // to the role: permissions boundary and session policies limit it
	whole  truth // to the account: identity-based policies must allow as well
}

func (g grants) or(h grants) grants {
	return grants{or(g.direct, h.direct), or(g.role, h.role), or(g.whole, h.whole)}
}

func (g grants) and(t truth) grants {
	return grants{and(g.direct, t), and(g.role, t), and(g.whole, t)}
}

// open reports whether it is not certain to whom access is given.
func (g grants) open() bool { return g.direct == maybe || g.role == maybe || g.whole == maybe }

func (g grants) any() truth { return or(or(g.direct, g.role), g.whole) }

func compilePrincipals(values map[string][]string, negated bool) principals {
	p := principals{present: true, negated: negated}
	for _, kind := range slices.Sorted(maps.Keys(values)) {
		switch kind {
		case "AWS":
			for _, text := range values[kind] {
				p.values = append(p.values, compilePrincipal(text))
			}
		case "Service":
			p.services = values[kind]
		default:
			p.foreign = p.foreign || len(values[kind]) > 0
			p.others = append(p.others, values[kind]...)
		}
	}
	return p
}

// compilePrincipal reads one principal of type AWS. One that AWS would refuse has
// a problem and a loose reading, which shows whether it could concern a caller at all.
func compilePrincipal(text string) principalValue {
	v := principalValue{text: text}
	switch arn, err := awsname.ParsePrincipal(text); {
	case text == "*":
		v.any = true
	case awsname.IsAccountID(text):
		v.arn, v.known = awsname.Principal{Kind: awsname.AccountRoot, Account: text}, true
	case awsname.IsUniqueID(text):
		v.id = text
	case err == nil:
		v.arn, v.known = arn, true
	default:
		v.loose = pattern.Like(text)
	}
	return v
}

// problem says why AWS would refuse the value; empty when it would not.
func (v *principalValue) problem() string {
	_, err := awsname.ParsePrincipal(v.text)
	switch {
	case v.any || v.known || v.id != "":
		return ""
	case strings.ContainsAny(v.text, "*?"):
		return "AWS does not accept a wildcard in part of a principal: " + printed.Value(v.text)
	case err != nil && strings.HasPrefix(v.text, "arn:"):
		return "AWS does not accept this principal: " + err.Error()
	default:
		return "this is not an account ID or the ARN of a role, role session, user, federated user or account root: " + printed.Value(v.text)
	}
}

// match reports to whom among the principals the caller belongs. Of NotPrincipal, it
// is the caller itself.
func (p *principals) match(e *evaluation) grants {
	if p.negated {
		return grants{direct: p.excludes(e)}
	}
	var g grants
	for i := range p.values {
		e.left--
		g = g.or(p.values[i].match(e))
		if p.denies {
			g = g.or(p.values[i].refused(e))
		}
	}
	if e.caller.serviceCall && slices.Contains(p.services, e.req.Principal) {
		g.direct = yes
	}
	if e.caller.unknown && len(p.services) > 0 {
		g = g.or(grants{direct: maybe})
	}
	if p.foreign && e.caller.Kind != awsname.User && e.caller.Kind != awsname.AccountRoot {
		g = g.or(grants{direct: maybe})
	}
	return g
}

// match reports whether the value means the caller, and how.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
func (v *principalValue) match(e *evaluation) grants {
	c := &e.caller
	switch {
	case v.any:
		return grants{direct: yes}
	case c.unknown:
		return grants{direct: maybe}
	case v.id != "":
		return grants{role: e.matchUniqueID(v.id)}
	case !v.known:
		// AWS refuses it, or compares it as text.
		return grants{}
	case c.serviceCall || v.arn.Account != c.Account || v.arn.Partition != "" && v.arn.Partition != c.Partition:
		return grants{}
	}
	return e.matchPrincipal(v.arn)
}

// refused reports to whom a value belongs that AWS refuses with its document: what that document
// allows to the caller would not hold either, so that a Deny and a NotPrincipal are a possibility.
func (v *principalValue) refused(e *evaluation) grants {
	if v.problem() == "" || e.caller.unknown {
		return grants{}
	}
	return grants{role: and(maybe, truthOf(v.mayMean(e)))}
}

// matchPrincipal reports whether a principal of the caller's account means the caller.
func (e *evaluation) matchPrincipal(p awsname.Principal) (g grants) {
	c := &e.caller
	switch p.Kind {
	case awsname.AccountRoot:
		g.whole = yes
	case awsname.Role:
		g.role = e.isRole(p)
	case awsname.RoleSession:
		g.direct = e.isSession(p)
	case awsname.User:
		if c.Kind == awsname.FederatedUser {
			g.role = maybe // which user federated is not in the session's ARN
		} else {
			g.direct = truthOf(p == c.Principal)
		}
	case awsname.FederatedUser:
		g.direct = truthOf(p == c.Principal)
	case awsname.Service: // ParsePrincipal returns none
	}
	return g
}

// namesSteps is what it takes to put together the names of a caller.
const namesSteps = 400

// mayMean reports whether a value that AWS would refuse could be meant for the
// caller: as it is written, or as its role, account, or a session of it.
func (v *principalValue) mayMean(e *evaluation) bool {
	c := &e.caller
	e.left -= namesSteps
	for _, name := range [...]string{e.req.Principal, c.ARN(), c.arn[0], c.Account, "arn:" + c.Partition + ":iam::" + c.Account + ":root"} {
		if e.matches(v.loose, name) {
			return true
		}
	}
	return c.Kind == awsname.Role && e.overlap(v.loose, pattern.Like("arn:"+c.Partition+":sts::"+c.Account+":assumed-role/"+c.Name+"/*"))
}

// isRole reports whether the caller is the role or one of its sessions. The ARN of
// a session lacks the role's path, which aws:PrincipalArn has; as derived, it
// has none, which a policy that names a role of that name elsewhere puts in doubt,
// since there is only one of a name.
func (e *evaluation) isRole(role awsname.Principal) truth {
	c := &e.caller
	switch {
	case c.Kind != awsname.Role && c.Kind != awsname.RoleSession || c.Name != role.Name:
		return no
	case !c.pathLost:
		return truthOf(c.Path == role.Path)
	case role.LacksPath():
		return no
	}
	switch state, values := e.lookup("aws:principalarn"); {
	case state == KeyKnown && e.assumes("aws:principalarn"):
		return truthOf(values[0] == role.ARN())
	case state == KeyKnown && values[0] == c.arn[0] && c.Path == role.Path:
		return yes
	default:
		e.depend("aws:principalarn")
		return maybe
	}
}

// sessionKey stands for the name of the session with which a role calls. It is no condition key
// of AWS: cases try it like one, so that all statements mean the same session.
const sessionKey = "\x00session"

// isSession reports whether the caller is a session, or under the assumptions of a case calls as
// one.
func (e *evaluation) isSession(session awsname.Principal) truth {
	is := e.caller.isSession(session)
	if is != maybe {
		return is
	}
	if state, values := e.lookup(sessionKey); state == KeyKnown {
		return truthOf(values[0] == session.Session)
	}
	e.depend(sessionKey)
	return maybe
}

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

// matchUniqueID reports whether the caller has a unique ID, which aws:userid has.
// AWS shows an ID in place of an ARN only when the role or user is deleted; a new
// one of the same name does not match.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
func (e *evaluation) matchUniqueID(id string) truth {
	state, values := e.lookup("aws:userid")
	switch {
	case !e.caller.mayHaveID(id):
		return no
	case e.caller.Kind == awsname.FederatedUser:
		return and(maybe, truthOf(!e.req.PoliciesAsShown)) // its aws:userid has the account only
	case state == KeyAbsent:
		return no
	case state == KeyKnown:
		own, _, _ := strings.Cut(values[0], ":")
		return truthOf(own == id)
	case e.req.RoleID != "":
		return truthOf(e.req.RoleID == id)
	case e.req.PoliciesAsShown:
		return no
	default:
		e.depend("aws:userid")
		return maybe
	}
}

// excludes reports whether a NotPrincipal leaves the caller out of its list, so
// that the statement applies to it. To be on the list takes the caller itself
// and its account; AWS does not say for certain what happens with one of them.
// A caller with a permissions boundary is never on it.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
func (p *principals) excludes(e *evaluation) truth {
	if e.caller.serviceCall {
		return truthOf(!slices.Contains(p.services, e.req.Principal))
	}
	if e.caller.unknown {
		return maybe
	}
	bounded := e.pol.Boundary.applies()
	if bounded == yes {
		return yes
	}
	return or(not(p.lists(e)), bounded)
}

func (p *principals) lists(e *evaluation) truth {
	var g grants
	for i := range p.values {
		e.left--
		if p.values[i].any {
			return yes
		}
		g = g.or(p.values[i].match(e))
		g = g.or(p.values[i].refused(e))
	}
	if e.caller.Kind == awsname.AccountRoot {
		return g.whole
	}
	self := or(g.direct, g.role)
	if e.caller.Kind == awsname.Role || e.caller.Kind == awsname.RoleSession {
		self = or(and(g.direct, maybe), g.role) // that the session is listed does not do without its role
	}
	listed := and(self, g.whole)
	if p.foreign || or(self, g.whole) != no {
		listed = or(listed, maybe)
	}
	return listed
}

// keys returns the condition keys that decide whether the caller is among the
// principals.
func (p *principals) keys() []string {
	var keys []string
	for i := range p.values {
		switch v := &p.values[i]; {
		case v.id != "":
			keys = append(keys, "aws:userid")
		case v.known && v.arn.Kind == awsname.Role:
			keys = append(keys, "aws:principalarn")
		case v.known && v.arn.Kind == awsname.RoleSession:
			keys = append(keys, sessionKey)
		}
	}
	return keys
}
