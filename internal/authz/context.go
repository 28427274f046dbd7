package authz

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// A keyState says what is known of a condition key in the request.
type keyState uint8

const (
	absent  keyState = iota // known not to be there
	known                   // there, with values
	present                 // there, values not known
	unknown                 // not even that is known
)

// An evaluation is one request against its policies, under assumptions about
// keys that are not known.
type evaluation struct {
	req       *Request
	pol       *Policies
	caller    caller
	action    string // lower-cased
	resource  string // an ARN, or * for an action without resource type
	partition string // of the resource; empty when it has none
	region    string // of the resource; empty when it has none
	owner     string // account of the resource
	assumed   []assumption
	touched   []string // keys, lower-cased, that something undecided hangs on
}

// touch notes that an answer hangs on a key. The key is in lower case.
func (e *evaluation) touch(key string) { e.touched = append(e.touched, key) }

// lookup returns what is known of a condition key; the key is in lower case.
func (e *evaluation) lookup(key string) (keyState, []string) {
	for i := range e.assumed {
		if e.assumed[i].key == key {
			return e.assumed[i].state, e.assumed[i].values
		}
	}
	c := &e.req.Context
	for _, k := range c.Unknown {
		if equalFold(k, key) {
			return unknown, nil
		}
	}
	for _, k := range c.Present {
		if equalFold(k, key) {
			return present, nil
		}
	}
	found, values := false, []string(nil)
	for k, v := range c.Known {
		if equalFold(k, key) {
			if found {
				return unknown, nil // written twice, in different case
			}
			found, values = true, v
		}
	}
	switch {
	case !found:
		return e.derive(key)
	case len(values) == 0:
		return absent, nil
	default:
		return known, values
	}
}

// derive returns what follows from the request itself.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func (e *evaluation) derive(key string) (keyState, []string) {
	c := &e.caller
	switch key {
	case "aws:principalarn":
		return c.arnState, c.arn
	case "aws:principalaccount":
		return c.accountState, c.account
	case "aws:principaltype":
		return c.typeState, c.principalType
	case "aws:username":
		return c.nameState, c.name
	case "aws:principalisawsservice":
		return known, c.isService
	case "aws:principalservicename":
		return c.serviceState, c.service
	case "aws:resourceaccount":
		if e.owner != "" {
			return known, []string{e.owner}
		}
	case "aws:requestedregion":
		if e.region != "" {
			return known, []string{e.region}
		}
	case "aws:sourcearn", "aws:sourceaccount", "aws:sourceowner", "aws:sourceorgid", "aws:sourceorgpaths", "aws:principalservicenameslist":
		// Only in calls that a service makes by itself.
		if !c.serviceCall {
			return absent, nil
		}
	}
	if e.req.Context.Complete {
		return absent, nil
	}
	if slices.Contains(alwaysPresent, key) || key == "aws:tokenissuetime" && c.temporary {
		return present, nil
	}
	return unknown, nil
}

// alwaysPresent lists the keys that the page above calls always included.
var alwaysPresent = []string{
	"aws:currenttime", "aws:epochtime", "aws:requestedregion", "aws:securetransport",
	"aws:useragent", "aws:userid", "aws:viaawsservice",
}

// multivalued lists the keys that can have several values in one request.
var multivalued = []string{
	"aws:calledvia", "aws:principalorgpaths", "aws:principalservicenameslist",
	"aws:resourceorgpaths", "aws:sourceorgpaths", "aws:tagkeys",
}

// A caller is the principal of a request with the condition keys that follow
// from it, each as state and values.
type caller struct {
	awsname.Principal
	serviceCall   bool // an AWS service, not an IAM principal
	temporary     bool // always signs with temporary credentials
	pathLost      bool // a session: the path of its role is not in its ARN
	arnState      keyState
	arn           []string
	accountState  keyState
	account       []string
	typeState     keyState
	principalType []string
	nameState     keyState
	name          []string
	isService     []string
	serviceState  keyState
	service       []string
}

var (
	isTrue         = []string{"true"}
	isFalse        = []string{"false"}
	principalTypes = map[awsname.PrincipalKind][]string{
		// Source: the table of principal key values on
		// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
		awsname.AccountRoot:   {"Account"},
		awsname.Role:          {"AssumedRole"},
		awsname.RoleSession:   {"AssumedRole"},
		awsname.User:          {"User"},
		awsname.FederatedUser: {"FederatedUser"},
	}
)

// newCaller reads the principal of a request.
func newCaller(principal string) (caller, error) {
	if awsname.CheckServicePrincipal(principal) == nil {
		return caller{
			serviceCall: true, isService: isTrue,
			serviceState: known, service: []string{principal},
		}, nil
	}
	p, err := awsname.ParsePrincipal(principal)
	if err != nil {
		return caller{}, err
	}
	c := caller{
		Principal: p, isService: isFalse,
		arnState: known, arn: []string{principal},
		accountState: known, account: []string{p.Account},
		typeState: known, principalType: principalTypes[p.Kind],
	}
	switch p.Kind {
	case awsname.User:
		c.nameState, c.name = known, []string{p.Name}
	case awsname.Role, awsname.FederatedUser:
		c.temporary = true
	case awsname.RoleSession:
		c.temporary = true
		c.pathLost = true
		role := p
		role.Kind = awsname.Role
		c.arn = []string{role.ARN()}
	}
	return c, nil
}

// newEvaluation prepares a request for evaluation.
func newEvaluation(req *Request, pol *Policies) (*evaluation, error) {
	c, err := newCaller(req.Principal)
	if err != nil {
		return nil, err
	}
	e := &evaluation{
		req: req, pol: pol, caller: c,
		action: lower(req.Action), resource: req.Resource, owner: req.ResourceAccount,
	}
	if slices.Contains(withoutResource, e.action) {
		e.resource = "*"
	}
	if arn, err := awsname.ParseARN(e.resource); err == nil {
		e.partition, e.region = arn.Partition, arn.Region
		if e.owner == "" {
			e.owner = arn.Account
		}
	}
	if e.owner == "" {
		e.owner = c.Account
	}
	e.takeRoleARN()
	return e, nil
}

// takeRoleARN learns the path of a session's role from aws:PrincipalArn when the
// request has it.
func (e *evaluation) takeRoleARN() {
	if !e.caller.pathLost || !e.given("aws:principalarn") {
		return
	}
	state, values := e.lookup("aws:principalarn")
	if state != known {
		return
	}
	role, err := awsname.ParsePrincipal(values[0])
	if err == nil && role.Kind == awsname.Role && role.Account == e.caller.Account && role.Name == e.caller.Name {
		e.caller.Path, e.caller.pathLost = role.Path, false
	}
}

// given reports whether the request's context says something about a key.
func (e *evaluation) given(key string) bool {
	for k := range e.req.Context.Known {
		if equalFold(k, key) {
			return true
		}
	}
	return false
}

// crossAccount reports whether caller and resource are in different accounts.
func (e *evaluation) crossAccount() bool { return e.caller.Account != e.owner }

// withoutResource lists the actions that have no resource type, in lower case.
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
var withoutResource = []string{
	"ecr:createpullthroughcacherule", "ecr:createrepositorycreationtemplate", "ecr:deletepullthroughcacherule",
	"ecr:deleteregistrypolicy", "ecr:deleterepositorycreationtemplate", "ecr:describepullthroughcacherules",
	"ecr:describeregistry", "ecr:describerepositorycreationtemplates", "ecr:getaccountsetting",
	"ecr:getauthorizationtoken", "ecr:getregistrypolicy", "ecr:getregistryscanningconfiguration",
	"ecr:putaccountsetting", "ecr:putregistrypolicy", "ecr:putregistryscanningconfiguration",
	"ecr:putreplicationconfiguration", "ecr:updatepullthroughcacherule",
	"ecr:updaterepositorycreationtemplate", "ecr:validatepullthroughcacherule",
}

// callerOnly reports whether the caller's side decides alone: the action has no
// resource type, so neither resource-based policies nor RCPs apply to it.
func (e *evaluation) callerOnly() bool { return e.resource == "*" }

// noSuchCall reports whether the request asks for all resources of an action
// that is for one.
func (e *evaluation) noSuchCall() bool {
	return e.resource == "*" && !slices.Contains(withoutResource, e.action)
}

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
