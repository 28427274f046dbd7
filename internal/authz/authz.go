// SPDX-License-Identifier: MPL-2.0

// Package authz decides what AWS would decide: whether a principal may perform
// an action on a resource, given every policy that applies to the request. It is
// pure, and three-valued: what cannot be known makes the verdict Conditional.
//
// The rules are those of the IAM User Guide; where a rule is not obvious, the
// code names its page. Where AWS does not say, the answer is Conditional;
// internal/decisions/007-undocumented-aws-behaviour.md lists those cases.
//
// It returns verdicts and reasons as data; package verdict/report words them. Its work
// is bounded: see Budget.
//
// The package is larger than others, since its parts share one evaluation: what an
// element, a statement or a set of policies says always depends on the same request
// and the same assumptions. What does not is in package pattern.
package authz

import (
	"maps"
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
)

// Decide returns the verdict alone, much faster than Evaluate.
func Decide(req Request, pol Policies) Verdict {
	e, err := begin(&req, &pol)
	if err != nil {
		return Conditional
	}
	defer e.end()
	return e.decide().verdict
}

// Evaluate decides one request and says why. A principal that cannot be read
// makes the verdict Conditional, with the reason.
func Evaluate(req Request, pol Policies) Decision {
	e, err := begin(&req, &pol)
	if err != nil {
		return Decision{
			Principal: req.Principal, Action: req.Action, Resource: req.Resource, Verdict: Conditional,
			Uncertainties: []Uncertainty{UnreadablePrincipal{err}},
		}
	}
	defer e.end()
	e.tracing = true
	r := e.decide()
	if r.verdict == Denied && r.cases == nil {
		r = e.addAllDenials(r)
	}
	return e.explain(&r)
}

// Follows returns what of a condition key follows from the request alone, whatever its context
// says: KeyUnknown if nothing does, KeyPresent if only that every such request has the key.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func (r Request) Follows(key string) (state KeyState, values []string) {
	r.Context = Context{}
	return r.Lookup(key)
}

// Lookup returns what the request has of a condition key: what its context says, or else what
// follows from the request.
func (r Request) Lookup(key string) (state KeyState, values []string) {
	r.Budget = nil
	e, err := begin(&r, &Policies{})
	if err != nil {
		return KeyUnknown, nil
	}
	defer e.end()
	state, values = e.lookup(keyAlias(pattern.Lower(key)))
	return state, slices.Clone(values)
}

// Related returns what follows for a condition key from the rest of the request's context and
// from the policies that there are: KeyUnknown if nothing does.
func (r Request) Related(key string, pol Policies) (state KeyState, values []string) {
	r.Budget = nil
	r.Context.Known = maps.Clone(r.Context.Known)
	maps.DeleteFunc(r.Context.Known, func(other string, _ []string) bool { return pattern.EqualFold(other, key) })
	e, err := begin(&r, &pol)
	if err != nil {
		return KeyUnknown, nil
	}
	defer e.end()
	return e.related(pattern.Lower(key))
}

// decide judges the request, by cases when a single pass does not suffice.
func (e *evaluation) decide() basedVerdict {
	left := e.left
	o := e.judge()
	v := o.verdict(e)
	if v != Conditional {
		return basedVerdict{verdict: v, base: o}
	}
	if !e.tracing {
		e.left, e.tracing = left, true // the same steps again
		o = e.judge()
	}
	return e.decideByCases(o)
}
