// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"maps"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// allRequests returns the requests of a pull, the login first.
func (a *arguments) allRequests() []authz.Request {
	actions := a.actions()
	requests := make([]authz.Request, 0, 2+len(actions)) // a login before, and layers after
	if !a.isService() && !a.creator {                    // these do not log in
		requests = append(requests, a.request(actionset.TokenAction))
	}
	onRepository := a.request("") // those on the repository differ in the action alone
	for _, action := range actions {
		onRepository.Action = action
		requests = append(requests, onRepository)
	}
	if a.readsLayers() {
		requests = append(requests, a.layerRequest())
	}
	return requests
}

func (a *arguments) request(action string) authz.Request {
	request := authz.Request{
		Principal:       a.target.Principal.ARN(),
		Action:          action,
		Resource:        a.resource(action),
		ResourceAccount: a.target.Repository.Account,
		Context:         authz.Context{Known: a.context(action), CompleteBelow: a.completeBelow()},
		PoliciesAsShown: true,
		RoleID:          a.roleID(),
		AssumeNoPath:    !a.target.Principal.IsOfIdentityCenter(), // and the report says so
	}
	if a.isAnyCreator() {
		request.Context.Unknown = unknownOfAnyCreator
	}
	if action == actionset.TokenAction {
		request.ResourceAccount = a.target.Principal.Account
	}
	return request
}

func (a *arguments) resource(action string) string {
	if action == actionset.TokenAction {
		return "*"
	}
	return a.target.Repository.ARN()
}

// context returns the known condition keys: ECR answers HTTPS only, a login is valid
// for its own Region only, and only IAM knows the path of a session's role. The login
// is no call to the repository: what is set of the repository does not hold for it.
func (a *arguments) context(action string) map[string][]string {
	known := map[string][]string{}
	for key, values := range a.in.Context {
		if action != actionset.TokenAction || !authz.IsOfResource(key) {
			known[key] = values
		}
	}
	setDefault(known, "aws:SecureTransport", "true")
	setDefault(known, "aws:RequestedRegion", a.target.Repository.Region)
	if a.target.Principal.Kind == awsname.RoleSession && a.in.ActualRoleARN != "" {
		setDefault(known, "aws:PrincipalArn", a.in.ActualRoleARN)
	}
	if id := a.userID(); id != "" {
		setDefault(known, "aws:userid", id)
	}
	return a.ofCaller(known)
}

func setDefault(known map[string][]string, key, value string) {
	for name := range known {
		if strings.EqualFold(name, key) {
			return
		}
	}
	known[key] = []string{value}
}

// Keys of the context that one of the two callers has, in lower case.
var (
	keysOfServices   = []string{"aws:sourcearn", "aws:sourceaccount", "aws:sourceowner", "aws:sourceorgid", "aws:sourceorgpaths", "aws:principalservicename", "aws:principalservicenameslist", "aws:principalisawsservice"}
	keysOfPrincipals = []string{"aws:principalorgid", "aws:principalorgpaths", "aws:userid", "aws:username", "aws:principalarn", "aws:principalaccount", "aws:principaltype"}
)

// ofCaller leaves in a context what is of the caller, and adds what a service has. It is
// in no organization.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func (a *arguments) ofCaller(known map[string][]string) map[string][]string {
	isOf := func(keys []string) func(string, []string) bool {
		return func(key string, _ []string) bool { return slices.Contains(keys, strings.ToLower(key)) }
	}
	switch {
	case a.isService():
		maps.DeleteFunc(known, isOf(keysOfPrincipals))
		known["aws:PrincipalOrgID"], known["aws:PrincipalOrgPaths"] = nil, nil
		setDefault(known, "aws:SourceArn", a.in.SourceARN)
		setDefault(known, "aws:SourceAccount", a.service.Account)
	case a.creator:
		maps.DeleteFunc(known, isOf(keysOfServices))
	}
	return known
}

// unknownOfAnyCreator are the keys that are not known of whoever creates a function, though
// the account stands for them.
var unknownOfAnyCreator = []string{"aws:PrincipalArn", "aws:PrincipalType", "aws:userid", "aws:username"}

// completeBelow returns the beginnings of the condition keys of which all are known: the
// tags of the repository, and those of the sessions of the role.
func (a *arguments) completeBelow() []string {
	var prefixes []string
	if s := a.in.RegistrySnapshot; s != nil && s.AllTags {
		prefixes = append(prefixes, "aws:resourcetag/")
	}
	if s := a.in.ConsumerSnapshot; s != nil && s.AllTags && a.target.IsRole() {
		prefixes = append(prefixes, "aws:principaltag/")
	}
	return prefixes
}

// roleID returns the unique ID of the role that calls; empty when it is not known, or none
// calls.
func (a *arguments) roleID() string {
	if s := a.in.ConsumerSnapshot; s != nil && a.target.IsRole() {
		return s.RoleID
	}
	return ""
}

// userID returns the value of aws:userid; empty when it is not known.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func (a *arguments) userID() string {
	if id := a.roleID(); id != "" && a.target.Principal.Kind == awsname.RoleSession {
		return id + ":" + a.target.Principal.Session
	}
	return ""
}
