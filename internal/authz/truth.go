// SPDX-License-Identifier: MPL-2.0

package authz

// A truth is the answer to a question that may depend on something unknown.
type truth uint8

const (
	no truth = iota
	maybe
	yes
)

func and(a, b truth) truth { return min(a, b) }

func or(a, b truth) truth { return max(a, b) }

func not(a truth) truth { return yes - a }

func truthOf(b bool) truth {
	if b {
		return yes
	}
	return no
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
