// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/puller"
)

// Obstacles returns what denies some action regardless of the policies.
func (j *Judgement) Obstacles() []Obstacle {
	var found []Obstacle
	for _, o := range obstacles {
		if j.anyDecision(func(d *Decision) bool { return slices.Contains(d.Obstacles, o) }) {
			found = append(found, o)
		}
	}
	return found
}

// DeniedBy returns the policy types that deny some action.
func (j *Judgement) DeniedBy() []authz.PolicyType {
	return typesThat(func(t authz.PolicyType) bool {
		return j.anyDecision(func(d *Decision) bool { return slices.Contains(d.Engine.DeniedBy, t) })
	})
}

// DeniedSide returns the side of everything that denies; empty where nothing does.
func (j *Judgement) DeniedSide() Side {
	var side Side
	for _, o := range j.Obstacles() {
		side = side.add(o.Side())
	}
	for _, t := range j.DeniedBy() {
		side = side.add(SideOf(t))
	}
	return side
}

// Denies reports whether a policy type denies some action on the repository.
func (j *Judgement) Denies(t authz.PolicyType) bool {
	return j.anyDecision(func(d *Decision) bool {
		return d.Action != actionset.TokenAction && slices.Contains(d.Engine.DeniedBy, t)
	})
}

// MissingAllows returns the actions that a policy type denies because it lacks an
// Allow.
func (j *Judgement) MissingAllows(t authz.PolicyType) []string {
	var actions []string
	for i := range j.decisions {
		if d := &j.decisions[i]; slices.Contains(d.Engine.DeniedBy, t) && d.Lacks(t) {
			actions = append(actions, d.Action)
		}
	}
	return actions
}

// IsTrustDenied reports whether a Deny statement of the role's trust policy keeps the puller from
// assuming the role.
func (j *Judgement) IsTrustDenied() bool {
	a := j.arguments
	principals := a.puller.Trusted
	if a.puller.WebIdentity {
		principals = []string{authz.UnknownPrincipal}
	}
	return a.trust != nil && slices.ContainsFunc(principals, func(principal string) bool {
		return authz.Evaluate(a.assuming(principal), a.trusting()).Explicit
	})
}

// IsTrustOfOtherAccount reports whether the trust policy lets the puller assume the role, but only
// for another account than the role's.
func (j *Judgement) IsTrustOfOtherAccount() bool {
	a := j.arguments
	return a.trust != nil && slices.ContainsFunc(a.puller.Trusted, func(principal string) bool {
		request := a.assuming(principal)
		request.Context.Known = nil
		return authz.Decide(request, a.trusting()) != authz.Denied
	})
}

// TrustedBy returns the service principals, or the kind of principal, that must be able to
// assume the role, in words.
func TrustedBy(p *puller.Puller) string {
	if p.WebIdentity {
		return "a token of the cluster's identity provider"
	}
	return strings.Join(p.Trusted, " or ")
}
