// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

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
