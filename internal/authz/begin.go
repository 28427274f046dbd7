// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"cmp"
	"slices"
	"sync"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// evaluations keeps evaluations for use again: a decision allocates nothing.
var evaluations = sync.Pool{New: func() any { return new(evaluation) }}

// begin prepares a request for evaluation. The evaluation must be ended.
func begin(req *Request, pol *Policies) (*evaluation, error) {
	e, _ := evaluations.Get().(*evaluation)
	if err := e.readCaller(req.Principal); err != nil {
		evaluations.Put(e)
		return nil, err
	}
	e.req, e.pol = *req, *pol
	e.grant(evaluationSteps)
	if req.Budget != nil {
		e.costliest = req.Budget.costliest
	}
	e.action, e.resource, e.owner[0] = lowerAction(req.Action), req.Resource, req.ResourceAccount
	if withoutResource(e.action) {
		e.resource = "*"
		// Such a call is one to the caller's own account.
		if e.own = e.caller.hasAccount(); e.own {
			e.owner[0] = e.caller.Account
		}
	}
	if e.resource != "*" {
		arn, _ := awsname.ParseARN(e.resource) // empty if it is none
		e.partition, e.region[0] = arn.Partition, arn.Region
		e.owner[0] = cmp.Or(e.owner[0], arn.Account)
	}
	if e.owner[0] == "" {
		e.owner[0] = e.caller.Account
	}
	e.oneOrg = e.caller.hasAccount() && !e.crossAccount()
	e.takeContext()
	e.takeRoleARN()
	return e, nil
}

// readCaller reads the principal of the request, unless it is the last one.
func (e *evaluation) readCaller(principal string) error {
	if principal != e.lastPrincipal || principal == "" {
		e.lastPrincipal, e.lastCaller = "", caller{}
		if err := e.lastCaller.read(principal); err != nil {
			return err
		}
		e.lastPrincipal = principal
	}
	e.caller = e.lastCaller
	return nil
}

// end gives the evaluation back.
func (e *evaluation) end() {
	e.settle()
	if e.req.Budget != nil {
		e.req.Budget.costliest = e.costliest
	}
	*e = evaluation{lastCaller: e.lastCaller, lastPrincipal: e.lastPrincipal, dependsOn: e.dependsOn[:0], matched: e.matched[:0], sets: e.sets[:0]}
	evaluations.Put(e)
}

// takeContext lists what the request's context says, the least certain first.
func (e *evaluation) takeContext() {
	c := &e.req.Context
	for _, name := range c.Unknown {
		if e.counts(name) {
			e.addContextKey(contextKey{name: e.nameOf(name), state: KeyUnknown})
		}
	}
	for _, name := range c.Present {
		if e.counts(name) {
			e.addContextKey(contextKey{name: e.nameOf(name), state: KeyPresent})
		}
	}
	for name, values := range c.Known {
		if !e.counts(name) {
			continue
		}
		k := contextKey{name: e.nameOf(name), state: KeyKnown, values: values}
		if len(values) == 0 {
			k.state = KeyAbsent
		}
		twin := e.contextKey(k.name)
		switch {
		case twin == nil:
			e.addContextKey(k)
		case twin.state != k.state || !slices.Equal(twin.values, k.values):
			twin.state = KeyUnknown // a key written twice: in different case, or one value under two keys
		}
	}
}

// counts reports whether a key of the context holds for the request: what is known of a
// repository says nothing about the caller's account.
func (e *evaluation) counts(name string) bool { return !e.own || !IsOfResource(name) }

// nameOf returns the name under which the engine knows a key of the context.
func (e *evaluation) nameOf(name string) string { return e.keyOf(keyAlias(name)) }

// addContextKey takes up a key of the request's context.
func (e *evaluation) addContextKey(k contextKey) {
	if e.usualKeys < len(e.usual) {
		e.usual[e.usualKeys] = k
		e.usualKeys++
		return
	}
	if e.more == nil {
		e.more = map[string]*contextKey{}
	}
	if name := pattern.Lower(k.name); e.more[name] == nil {
		kept := k
		e.more[name] = &kept
	}
}

// takeRoleARN learns the path of a session's role from aws:PrincipalArn when the
// request has it.
func (e *evaluation) takeRoleARN() {
	if !e.caller.pathLost {
		return
	}
	state, values := e.lookup("aws:principalarn")
	if state != KeyKnown || &values[0] == &e.caller.arn[0] {
		return // not given
	}
	role, err := awsname.ParsePrincipal(values[0])
	if err == nil && role.Kind == awsname.Role && role.Account == e.caller.Account && role.Name == e.caller.Name {
		e.caller.Path, e.caller.pathLost = role.Path, false
	}
}
