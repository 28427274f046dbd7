// SPDX-License-Identifier: MPL-2.0

package authz

import (
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz/pattern"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// A caller is the principal of a request with the condition keys that follow
// from it, empty where the caller has none.
type caller struct {
	awsname.Principal
	serviceCall bool // an AWS service, not an IAM principal
	unknown     bool // UnknownPrincipal
	temporary   bool // always signs with temporary credentials
	pathLost    bool // a session, or a role that lacks its path: the path is not in its ARN, and not given

	arn, account, principalType, userName, service [1]string
}

// read reads the principal of a request into an empty caller.
func (c *caller) read(principal string) error {
	if principal == UnknownPrincipal {
		c.unknown = true
		return nil
	}
	if !strings.HasPrefix(principal, "arn:") && awsname.CheckServicePrincipal(principal) == nil {
		c.serviceCall, c.service[0] = true, principal
		return nil
	}
	p, err := awsname.ParsePrincipal(principal)
	if err != nil {
		return err
	}
	c.Principal, c.temporary = p, p.Kind != awsname.User && p.Kind != awsname.AccountRoot
	c.arn[0], c.account[0], c.principalType[0] = principal, p.Account, principalType(p.Kind)
	if p.Kind == awsname.User {
		c.userName[0] = p.Name
	}
	c.pathLost = p.Kind == awsname.RoleSession || p.LacksPath()
	if p.Kind == awsname.RoleSession {
		role := p
		role.Kind = awsname.Role
		c.arn[0] = role.ARN()
	}
	return nil
}

// hasAccount reports whether the caller is a principal of an account, which has policies
// and keys of its own.
func (c *caller) hasAccount() bool { return !c.serviceCall && !c.unknown }

// as returns the caller in the form in which a principal of a kind names it: a session as
// its role, with the role's path, or as itself, without.
func (c *caller) as(kind awsname.PrincipalKind) awsname.Principal {
	p := c.Principal
	switch {
	case p.Kind != awsname.RoleSession:
	case kind == awsname.Role:
		p.Kind, p.Session = awsname.Role, ""
	default:
		p.Path = "/"
	}
	return p
}

// principalType returns the value of aws:PrincipalType.
// Source: the table of principal key values on
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
func principalType(kind awsname.PrincipalKind) (value string) {
	switch kind {
	case awsname.AccountRoot:
		value = "Account"
	case awsname.User:
		value = "User"
	case awsname.FederatedUser:
		value = "FederatedUser"
	case awsname.Role, awsname.RoleSession:
		value = "AssumedRole"
	case awsname.Service:
	}
	return value
}

// isSession reports whether the caller is the session. Of a role it is not known
// under which session name it calls.
func (c *caller) isSession(session awsname.Principal) truth {
	switch {
	case c.Name != session.Name:
		return no
	case c.Kind == awsname.Role:
		return maybe
	default:
		return truthOf(c.Kind == awsname.RoleSession && c.Session == session.Session)
	}
}

// mayHaveID reports whether a unique ID has the prefix of the caller's kind. Which
// user a federated user stands for is not in its ARN.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
func (c *caller) mayHaveID(id string) (may bool) {
	switch c.Kind {
	case awsname.Role, awsname.RoleSession:
		may = strings.HasPrefix(id, "AROA")
	case awsname.User, awsname.FederatedUser:
		may = strings.HasPrefix(id, "AIDA")
	case awsname.AccountRoot, awsname.Service:
	}
	return may
}

// userID returns what the value of aws:userid is like. The unique ID of a role or user is
// not in its ARN; that of the role may be known.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
// (Principal key values) and
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
func (c *caller) userID(roleID string) (id pattern.Pattern) {
	role := pattern.Like("AROA?*:")
	if roleID != "" {
		role = pattern.Literal(roleID + ":")
	}
	switch c.Kind {
	case awsname.Role:
		id = pattern.Concat(role, pattern.Like("?*"))
	case awsname.RoleSession:
		id = pattern.Concat(role, pattern.Literal(c.Session))
	case awsname.User:
		id = pattern.Like("AIDA?*")
	case awsname.FederatedUser:
		id = pattern.Literal(c.Account + ":" + c.Name)
	case awsname.AccountRoot:
		id = pattern.Literal(c.Account)
	case awsname.Service: // it has none
	}
	return id
}

// colons returns how many colons aws:userid has at most: none is in a unique ID or in the name of
// a session, the RoleSessionName.
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
func (c *caller) colons() int {
	if c.Kind == awsname.User {
		return 0
	}
	return 1
}

// serviceLinked reports whether the caller is a service-linked role, which SCPs and
// RCPs do not bind.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
func (c *caller) serviceLinked() truth {
	switch {
	case c.Kind != awsname.Role && c.Kind != awsname.RoleSession:
		return no
	case c.pathLost && c.MayBeServiceLinked():
		return maybe
	default:
		return truthOf(!c.pathLost && strings.HasPrefix(c.Path, awsname.ServiceLinkedPath))
	}
}
