package authz

import (
	"slices"
	"strings"
	"sync"

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
// keys that are not known.
type evaluation struct {
	req       Request
	pol       Policies
	caller    caller
	action    string        // lower-cased
	resource  string        // an ARN, or * for an action without resource type
	partition string        // of the resource; empty when it has none
	region    [1]string     // of the resource; empty when it has none
	owner     [1]string     // account of the resource
	usual     [8]contextKey // the context of most requests, as many as usualKeys
	usualKeys int
	more      map[string]*contextKey // what does not fit there, by name in lower case
	assumed   []assumption
	touched   []string // keys, lower-cased, that something undecided hangs on
	tracing   bool     // findings are wanted
	findings  []finding
}

// A contextKey is what the request's context says of a key.
type contextKey struct {
	name   string // as given
	state  KeyState
	values []string
}

// touch notes that an answer hangs on a key. The key is in lower case.
func (e *evaluation) touch(key string) { e.touched = append(e.touched, key) }

// lookup returns what is known of a condition key; the key is in lower case.
func (e *evaluation) lookup(key string) (KeyState, []string) {
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
	return slices.ContainsFunc(e.assumed, func(a assumption) bool { return a.key == key })
}

// contextKey finds a key in the request's context.
func (e *evaluation) contextKey(key string) *contextKey {
	for i := range e.usualKeys {
		if equalFold(e.usual[i].name, key) {
			return &e.usual[i]
		}
	}
	if e.more == nil {
		return nil
	}
	return e.more[lower(key)]
}

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
	if name := lower(k.name); e.more[name] == nil {
		e.more[name] = &k
	}
}

// takeContext lists what the request's context says, the least certain first.
func (e *evaluation) takeContext() {
	c := &e.req.Context
	for _, name := range c.Unknown {
		e.addContextKey(contextKey{name: name, state: KeyUnknown})
	}
	for _, name := range c.Present {
		e.addContextKey(contextKey{name: name, state: KeyPresent})
	}
	for name, values := range c.Known {
		k := contextKey{name: name, state: KeyKnown, values: values}
		if len(values) == 0 {
			k.state = KeyAbsent
		}
		if twin := e.contextKey(name); twin != nil {
			twin.state = KeyUnknown // written twice, in different case
			continue
		}
		e.addContextKey(k)
	}
}

// derive returns what follows from the request itself.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func (e *evaluation) derive(key string) (KeyState, []string) {
	c := &e.caller
	if values := e.derived(key); values != nil {
		if values[0] == "" {
			return KeyAbsent, nil
		}
		return KeyKnown, values
	}
	switch {
	case e.req.Context.Complete, !c.serviceCall && onlyOfServices(key):
		return KeyAbsent, nil
	case alwaysPresent(key), key == "aws:tokenissuetime" && c.temporary:
		return KeyPresent, nil
	default:
		return KeyUnknown, nil
	}
}

// derived returns the value of a key that follows from the request, empty for one
// that cannot be there, or nil for any other key.
func (e *evaluation) derived(key string) []string {
	c := &e.caller
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
	if e.callerOnly() && (strings.HasPrefix(key, "aws:resourcetag/") || strings.HasPrefix(key, "ecr:resourcetag/")) {
		return noValue // A call without a resource has no tags of one.
	}
	return nil
}

var (
	isTrue  = []string{"true"}
	isFalse = []string{"false"}
	noValue = []string{""}
)

// onlyOfServices reports whether a key is only in calls that a service makes by
// itself.
func onlyOfServices(key string) bool {
	switch key {
	case "aws:sourcearn", "aws:sourceaccount", "aws:sourceowner", "aws:sourceorgid", "aws:sourceorgpaths", "aws:principalservicenameslist":
		return true
	}
	return false
}

// alwaysPresent reports whether a key is in every request.
func alwaysPresent(key string) bool {
	switch key {
	case "aws:currenttime", "aws:epochtime", "aws:principalarn", "aws:requestedregion", "aws:securetransport", "aws:useragent", "aws:userid", "aws:viaawsservice":
		return true
	}
	return false
}

// Multivalued reports whether a global condition key, in lower case, can have
// several values in one request.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func Multivalued(key string) bool {
	switch key {
	case "aws:calledvia", "aws:principalorgpaths", "aws:principalservicenameslist", "aws:resourceorgpaths", "aws:sourceorgpaths", "aws:tagkeys",
		"aws:vpceorgpaths":
		return true
	}
	return false
}

// singleValued reports whether a global condition key, in lower case, is one of
// those that have at most one value in a request, whatever the operator.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func singleValued(key string) bool {
	switch key {
	case "aws:principalaccount", "aws:principalarn", "aws:principalorgid", "aws:principalservicename", "aws:principaltype",
		"aws:requestedregion", "aws:resourceaccount", "aws:resourceorgid", "aws:sourceaccount", "aws:sourcearn",
		"aws:sourceidentity", "aws:sourceorgid", "aws:sourcevpc", "aws:sourcevpce", "aws:useragent", "aws:userid", "aws:username":
		return true
	}
	kind, _, _ := strings.Cut(key, "/")
	switch kind {
	case "aws:principaltag", "aws:requesttag", "aws:resourcetag":
		return true
	}
	return hasType(key, date) || hasType(key, numeric) || hasType(key, boolean) || hasType(key, ipAddress)
}

// A caller is the principal of a request with the condition keys that follow
// from it, empty where the caller has none.
type caller struct {
	awsname.Principal
	serviceCall bool // an AWS service, not an IAM principal
	temporary   bool // always signs with temporary credentials
	pathLost    bool // a session: the path of its role is not in its ARN, and not given

	arn, account, principalType, userName, service [1]string
}

// principalType returns the value of aws:PrincipalType.
// Source: the table of principal key values on
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func principalType(kind awsname.PrincipalKind) string {
	switch kind {
	case awsname.AccountRoot:
		return "Account"
	case awsname.User:
		return "User"
	case awsname.FederatedUser:
		return "FederatedUser"
	default:
		return "AssumedRole"
	}
}

// newCaller reads the principal of a request.
func newCaller(principal string) (caller, error) {
	if !strings.HasPrefix(principal, "arn:") && awsname.CheckServicePrincipal(principal) == nil {
		return caller{serviceCall: true, service: [1]string{principal}}, nil
	}
	p, err := awsname.ParsePrincipal(principal)
	if err != nil {
		return caller{}, err
	}
	c := caller{
		Principal: p, temporary: p.Kind != awsname.User && p.Kind != awsname.AccountRoot,
		arn: [1]string{principal}, account: [1]string{p.Account}, principalType: [1]string{principalType(p.Kind)},
	}
	if p.Kind == awsname.User {
		c.userName[0] = p.Name
	}
	if p.Kind == awsname.RoleSession {
		c.pathLost = true
		role := p
		role.Kind = awsname.Role
		c.arn[0] = role.ARN()
	}
	return c, nil
}

// evaluations keeps evaluations for use again: a decision allocates nothing.
var evaluations = sync.Pool{New: func() any { return new(evaluation) }}

// begin prepares a request for evaluation. The evaluation must be ended.
func begin(req *Request, pol *Policies) (*evaluation, error) {
	c, err := newCaller(req.Principal)
	if err != nil {
		return nil, err
	}
	e, _ := evaluations.Get().(*evaluation)
	e.req, e.pol, e.caller = *req, *pol, c
	e.action, e.resource, e.owner[0] = lowerAction(req.Action), req.Resource, req.ResourceAccount
	if withoutResource(e.action) {
		e.resource = "*"
	}
	if arn, err := awsname.ParseARN(e.resource); e.resource != "*" && err == nil {
		e.partition, e.region[0] = arn.Partition, arn.Region
		if e.owner[0] == "" {
			e.owner[0] = arn.Account
		}
	}
	if e.owner[0] == "" {
		e.owner[0] = e.caller.Account
	}
	e.takeContext()
	e.takeRoleARN()
	return e, nil
}

// end gives the evaluation back.
func (e *evaluation) end() {
	*e = evaluation{touched: e.touched[:0], findings: e.findings[:0]}
	evaluations.Put(e)
}

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
	return lower(action)
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

// crossAccount reports whether caller and resource are in different accounts.
func (e *evaluation) crossAccount() bool { return e.caller.Account != e.owner[0] }

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

// callerOnly reports whether the caller's side decides alone: the action has no
// resource type, so neither resource-based policies nor RCPs apply to it.
func (e *evaluation) callerOnly() bool { return e.resource == "*" }

// noSuchCall reports whether the request asks for all resources of an action
// that is for one.
func (e *evaluation) noSuchCall() bool {
	return e.resource == "*" && !withoutResource(e.action)
}

// serviceWithoutResource reports whether a service makes a call that no
// resource-based policy could allow it. AWS does not say what does.
func (e *evaluation) serviceWithoutResource() bool { return e.caller.serviceCall && e.callerOnly() }

// serviceLinked reports whether the caller is a service-linked role, which SCPs
// and RCPs do not bind.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
func (e *evaluation) serviceLinked() truth {
	switch c := &e.caller; {
	case c.Kind != awsname.Role && c.Kind != awsname.RoleSession:
		return no
	case c.pathLost && strings.HasPrefix(c.Name, "AWSServiceRoleFor"):
		return maybe
	default:
		return truthOf(!c.pathLost && strings.HasPrefix(c.Path, "/aws-service-role/"))
	}
}
