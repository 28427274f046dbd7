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
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
)

// A Verdict is the outcome of an evaluation.
type Verdict string

// Allowed and Denied hold for every value of what is unknown.
const (
	Allowed     Verdict = "allowed"
	Denied      Verdict = "denied"
	Conditional Verdict = "conditional"
)

// A Request is one call to AWS.
type Request struct {
	// Principal is the ARN of a role, role session, IAM user, federated user or
	// account root; or a service principal such as lambda.amazonaws.com; or
	// UnknownPrincipal.
	Principal       string
	Action          string // as in ecr:BatchGetImage
	Resource        string // repository ARN, or * for ecr:GetAuthorizationToken
	ResourceAccount string // 12 digits; the caller's account for *
	Context         Context
	// PoliciesAsShown: the policies are as AWS shows them. A unique ID among their
	// principals (AROA…, AIDA…) is then of a role or user that was deleted, since
	// of one that exists AWS shows the ARN.
	// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
	PoliciesAsShown bool
	// RoleID is the unique ID of the caller's role (AROA…); empty when it is not known, or
	// the caller has none.
	RoleID string
	// AssumeNoPath takes the role of a session for one without path, unless
	// aws:PrincipalArn or a policy that names a role of that name says otherwise.
	// So does a complete context.
	AssumeNoPath bool
	// Granted takes it for certain that something grants the request, whoever calls: only
	// the policies that limit it are judged.
	Granted bool
	// AnyObject: the Resource ends in /* and stands for each object below it. What covers
	// some of them only is not certain.
	AnyObject bool
	// Budget bounds the work of this evaluation together with others; nil gives this
	// one a budget of its own.
	Budget *Budget
}

// UnknownPrincipal is the principal of a request of which nobody knows who makes it, as the
// owner of a presigned URL. Only a statement for everyone means it for certain.
const UnknownPrincipal = "an unknown principal"

// Context holds what is known of the request's condition keys. Key names are
// case-insensitive. Keys that follow from the request are derived when not given.
type Context struct {
	Known    map[string][]string // an empty list: known to be absent. Binary values are base64
	Unknown  []string            // neither presence nor value known
	Present  []string            // present, value not known
	Complete bool                // true: keys that are not listed are absent; false: unknown
	// CompleteBelow has the beginnings, in lower case, of keys of which those that are not
	// listed are absent, as in aws:resourcetag/.
	CompleteBelow []string
}

// isComplete reports whether a key, in lower case, is absent if it is not listed.
func (c *Context) isComplete(key string) bool {
	return c.Complete || slices.ContainsFunc(c.CompleteBelow, func(prefix string) bool { return strings.HasPrefix(key, prefix) })
}

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

// A basedVerdict is a verdict with what it is based on.
type basedVerdict struct {
	verdict Verdict
	base    outcomes      // what is certain and what is not, without assumptions
	keys    []*unknownKey // that can change the verdict
	cases   *caseSummary  // set when only cases could decide
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
