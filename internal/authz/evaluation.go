// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// A KeyState says what is known of a condition key in the request.
type KeyState uint8

// The states of a condition key.
const (
	KeyAbsent  KeyState = iota // known not to be there
	KeyKnown                   // there, with values
	KeyPresent                 // there, values not known
	KeyUnknown                 // not even that is known
)

// An evaluation is one request against its policies, under assumptions about
// condition keys that are not known.
type evaluation struct {
	req    Request
	pol    Policies
	caller caller
	// The principal that was read last, and what it means: evaluations that follow each
	// other are mostly of one caller.
	lastPrincipal string
	lastCaller    caller

	action    string        // lower-cased
	resource  string        // an ARN, or * for an action without resource type
	partition string        // of the resource; empty when it has none
	region    [1]string     // of the resource; empty when it has none
	owner     [1]string     // account of the resource
	own       bool          // the resource is the caller's account
	oneOrg    bool          // resource and caller are in one account, and so in one organization
	usual     [8]contextKey // the context of most requests, as many as usualKeys
	usualKeys int
	more      map[string]*contextKey // what does not fit there, by name in lower case

	left      int // steps
	granted   int // steps that there were in the beginning
	costliest costliest
	cut       bool // the steps did not suffice

	assumed   []assumption
	dependsOn []string    // keys, lower-cased, that something undecided depends on
	sets      []setResult // by number, as numbered by judge
	tracing   bool        // matched is wanted
	matched   []matchedStatement
}

// An assumption is a case of what an unknown key may be in the request.
type assumption struct {
	key    string // in lower case
	state  KeyState
	values []string
	place  int // in unknownKey.texts, from 1, of the one value; 0 when it is not there
	// holds says, for a value that no policy names, which of the comparisons that
	// such a value may satisfy it does satisfy.
	holds map[comparison]bool
}

// otherValue stands for a value that no policy names.
const otherValue = "\x00 other"

// A contextKey is what the request's context says of a key.
type contextKey struct {
	name   string // as given
	state  KeyState
	values []string
}

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

// grant gives the evaluation steps of its budget.
func (e *evaluation) grant(steps int) {
	if e.req.Budget != nil {
		steps = min(steps, e.req.Budget.left)
	}
	e.left, e.granted = steps, steps
}

// settle takes the steps that were spent from the budget.
func (e *evaluation) settle() {
	if b := e.req.Budget; b != nil {
		spent := e.granted - max(e.left, 0)
		b.left -= spent
		b.spent += spent
	}
}

// grantReasons gives the reasons of a decision steps of their own.
func (e *evaluation) grantReasons() {
	e.settle()
	e.grant(reasonSteps)
}

// spend takes steps from the budget, and reports whether it suffices.
func (e *evaluation) spend(steps int) bool {
	e.left -= steps
	return e.left >= 0
}

// exhausted reports whether the budget is spent, so that nothing that was found out
// last counts.
func (e *evaluation) exhausted() bool { return e.left < 0 }

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

// depend notes that an answer depends on a key. The key is in lower case.
func (e *evaluation) depend(key string) { e.dependsOn = append(e.dependsOn, e.keyOf(key)) }

// keyOf returns the key that has the value of another: where both are in one account, the
// organization of the resource is the caller's.
func (e *evaluation) keyOf(key string) string {
	if e.oneOrg {
		return ofCaller(key)
	}
	return key
}

// isVariable reports whether a pattern is nothing but the value of a key.
func (e *evaluation) isVariable(p pattern.Pattern, key string) bool {
	variable, ok := p.Variable()
	return ok && e.keyOf(variable) == e.keyOf(key)
}

// lookup returns what is known of a condition key; the key is in lower case.
func (e *evaluation) lookup(key string) (KeyState, []string) {
	key = e.keyOf(key)
	for i := range e.assumed {
		if e.assumed[i].key == key {
			return e.assumed[i].state, e.assumed[i].values
		}
	}
	if k := e.contextKey(key); k != nil {
		return k.state, k.values
	}
	return e.derive(key)
}

// assumes reports whether a key, in lower case, is as a case assumes it.
func (e *evaluation) assumes(key string) bool {
	key = e.keyOf(key)
	return slices.ContainsFunc(e.assumed, func(a assumption) bool { return a.key == key })
}

// isOther reports whether the key is assumed to have a value that no policy names.
func (e *evaluation) isOther(key string) bool {
	state, values := e.lookup(key)
	return state == KeyKnown && values[0] == otherValue
}

// contextKey finds a key in the request's context.
func (e *evaluation) contextKey(key string) *contextKey {
	for i := range e.usualKeys {
		if pattern.EqualFold(e.usual[i].name, key) {
			return &e.usual[i]
		}
	}
	if e.more == nil {
		return nil
	}
	return e.more[pattern.Lower(key)]
}

// derive returns what follows from the request itself.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func (e *evaluation) derive(key string) (KeyState, []string) {
	c := &e.caller
	if key == sessionKey {
		return e.session()
	}
	if values := e.derived(key); values != nil {
		if values[0] == "" {
			return KeyAbsent, nil
		}
		return KeyKnown, values
	}
	switch {
	case e.req.Context.isComplete(key), c.hasAccount() && onlyOfServices(key):
		return KeyAbsent, nil
	case c.unknown && (key == "aws:principalarn" || key == "aws:userid"):
		return KeyUnknown, nil // a request that is not signed has none
	case alwaysPresent(key), key == "aws:tokenissuetime" && c.temporary:
		return KeyPresent, nil
	default:
		return e.related(key)
	}
}

// derived returns the value of a key that follows from the request, empty for one
// that cannot be there, or nil for any other key.
func (e *evaluation) derived(key string) []string {
	c := &e.caller
	if c.unknown && ofPrincipal(key) {
		return nil
	}
	switch key {
	case "aws:principalarn":
		if c.pathLost && !e.req.Context.Complete && !e.req.AssumeNoPath {
			return nil
		}
		return c.arn[:]
	case "aws:principalaccount":
		return c.account[:]
	case "aws:principaltype":
		return c.principalType[:]
	case "aws:username":
		return c.userName[:]
	case "aws:principalservicename":
		return c.service[:]
	case "aws:principalisawsservice":
		if c.serviceCall {
			return isTrue
		}
		return isFalse
	case "aws:resourceaccount":
		if e.owner[0] != "" {
			return e.owner[:]
		}
	case "aws:requestedregion":
		if e.region[0] != "" {
			return e.region[:]
		}
	}
	if e.callerOnly() && strings.HasPrefix(key, "aws:resourcetag/") {
		return noValue // A call without a resource has no tags of one.
	}
	return nil
}

var (
	isTrue  = []string{"true"}
	isFalse = []string{"false"}
	noValue = []string{""}
)

// matches reports whether a text matches a pattern without variables.
func (e *evaluation) matches(p pattern.Pattern, text string) bool {
	matches, steps := p.Match(text, e.left)
	e.left -= steps
	return matches
}

// overlapSteps bounds the work that is put into comparing two patterns.
const overlapSteps = 1 << 20

// overlap reports whether some text may match two patterns without variables.
func (e *evaluation) overlap(p, q pattern.Pattern) bool {
	overlaps, steps := p.Overlaps(q, min(e.left, overlapSteps))
	e.left -= steps
	return overlaps
}

// fill puts values in the place of a pattern's policy variables. The answer is no
// when one has no value, maybe when its value is not known.
func (e *evaluation) fill(p pattern.Pattern) (pattern.Pattern, truth) {
	if !p.HasVariables() {
		return p, yes
	}
	outcome := yes
	filled, ok := p.Fill(func(v *pattern.Variable) (string, bool) {
		var text string
		text, outcome = e.variable(v)
		e.left -= copySteps
		return text, outcome == yes
	})
	e.left -= fillSteps
	if ok {
		e.left -= copySteps * len(p)
	}
	return filled, outcome
}

// Steps of putting values into patterns.
const (
	fillSteps  = 16
	copySteps  = 4   // to copy a part of a pattern
	splitSteps = 128 // to split an ARN
)

// open puts * in the place of a pattern's policy variables.
func (e *evaluation) open(p pattern.Pattern) pattern.Pattern {
	e.left -= fillSteps + copySteps*len(p)
	return p.Open()
}

// variable returns the value of a policy variable. The answer is no when it has none,
// maybe when it is not known.
func (e *evaluation) variable(v *pattern.Variable) (string, truth) {
	state, values := e.lookup(v.Key)
	switch {
	case state == KeyKnown && len(values) == 1 && values[0] != otherValue:
		return values[0], yes
	case state == KeyAbsent && v.Wildcards:
		return "", maybe // AWS does not say whether they are wildcards there
	case state == KeyAbsent && v.HasFallback:
		return v.Fallback, yes
	case state == KeyAbsent:
		return "", no
	default: // also several values: such a key cannot be used as a variable
		e.depend(v.Key)
		return "", maybe
	}
}

// crossAccount reports whether caller and resource are in different accounts.
func (e *evaluation) crossAccount() bool { return e.caller.Account != e.owner[0] }

// differentPartitions reports whether caller and resource are in different
// partitions, as aws and aws-cn, which share no credentials.
func (e *evaluation) differentPartitions() bool {
	return e.partition != "" && e.caller.hasAccount() && e.partition != e.caller.Partition
}

// callerOnly reports whether the caller's side decides alone: the action has no
// resource type, so neither resource-based policies nor RCPs apply to it.
func (e *evaluation) callerOnly() bool { return e.resource == "*" }

// needsResource reports whether the request asks for all resources of an action
// that is for one.
func (e *evaluation) needsResource() bool {
	return e.resource == "*" && !withoutResource(e.action)
}

// serviceWithoutResource reports whether a service makes a call that no
// resource-based policy could allow it. AWS does not say what does.
func (e *evaluation) serviceWithoutResource() bool { return e.caller.serviceCall && e.callerOnly() }

// lowerAction lowers an action; the usual ones without allocation.
func lowerAction(action string) string {
	switch action {
	case "ecr:BatchGetImage":
		return "ecr:batchgetimage"
	case "ecr:GetDownloadUrlForLayer":
		return "ecr:getdownloadurlforlayer"
	case "ecr:GetAuthorizationToken":
		return "ecr:getauthorizationtoken"
	}
	return pattern.Lower(action)
}

// WithoutResource reports whether an action, in any case, has no resource type: it is a call
// to the caller's own account.
func WithoutResource(action string) bool { return withoutResource(pattern.Lower(action)) }

// withoutResource reports whether an action, in lower case, has no resource type.
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
func withoutResource(action string) bool {
	switch action {
	case "ecr:createpullthroughcacherule", "ecr:createrepositorycreationtemplate", "ecr:deletepullthroughcacherule",
		"ecr:deleteregistrypolicy", "ecr:deleterepositorycreationtemplate", "ecr:describepullthroughcacherules",
		"ecr:describeregistry", "ecr:describerepositorycreationtemplates", "ecr:getaccountsetting",
		"ecr:getauthorizationtoken", "ecr:getregistrypolicy", "ecr:getregistryscanningconfiguration",
		"ecr:putaccountsetting", "ecr:putregistrypolicy", "ecr:putregistryscanningconfiguration",
		"ecr:putreplicationconfiguration", "ecr:updatepullthroughcacherule", "ecr:updaterepositorycreationtemplate",
		"ecr:validatepullthroughcacherule":
		return true
	}
	return false
}
