// SPDX-License-Identifier: MPL-2.0

package pullevents

import (
	"cmp"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// A Kind says what kind of principal called.
type Kind string

// The kinds.
const (
	Role          Kind = "role"
	User          Kind = "user"
	Root          Kind = "root"
	FederatedUser Kind = "federated_user"
	WebIdentity   Kind = "web_identity" // or SAML
	Service       Kind = "service"
	Account       Kind = "account" // a principal of another account, of which only the ID is known
	Unknown       Kind = "unknown"
)

// A Caller is who called. Sessions of one role are one caller. What the event does not say is
// empty.
type Caller struct {
	Kind    Kind
	ARN     string // of the role or user; empty for a role whose path is not known
	ID      string // the unique ID of the role or user, as in AROAEXAMPLEID
	Account string // 12 digits
	Name    string // the service principal of a service; otherwise set only without ARN
}

// kinds are the kinds by the type of userIdentity.
// Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
var kinds = map[string]Kind{
	"AssumedRole": Role, "Role": Role, "IAMUser": User, "Root": Root, "FederatedUser": FederatedUser,
	"WebIdentityUser": WebIdentity, "SAMLUser": WebIdentity, "AWSService": Service, "AWSAccount": Account,
}

func callerOf(identity object, from string) Caller {
	c := Caller{Kind: cmp.Or(kinds[identity.text("type")], Unknown), Name: identity.text("userName")}
	if account := identity.text("accountId"); awsname.IsAccountID(account) {
		c.Account = account
	}
	// Behind the ID of a role there is the name of the session.
	c.ID, _, _ = strings.Cut(identity.text("principalId"), ":")
	if c.ID == c.Account { // of the root user and of federated users, who have no unique ID
		c.ID = ""
	}
	principal, err := awsname.ParsePrincipal(identity.text("arn"))
	if issuer := identity.object("sessionContext").object("sessionIssuer"); c.Kind == Role {
		role, errOfRole := awsname.ParsePrincipal(issuer.text("arn"))
		if errOfRole == nil && role.Kind == awsname.Role {
			principal, err = role, nil
		}
		c.Name = cmp.Or(c.Name, issuer.text("userName"))
	}
	switch {
	case c.Kind == Service:
		c.Name, c.ID = serviceOf(identity.text("invokedBy"), from), ""
	case err == nil && (c.Account == "" || c.Account == principal.Account):
		c.set(principal)
	}
	return c
}

// set sets who called.
func (c *Caller) set(p awsname.Principal) {
	c.ARN, c.Account, c.Name = p.ARN(), p.Account, ""
	switch p.Kind {
	case awsname.RoleSession: // Its ARN does not have the path of the role.
		c.Kind, c.ARN, c.Name = Role, "", p.Name
	case awsname.Role:
		c.Kind = Role
	case awsname.User:
		c.Kind = User
	case awsname.AccountRoot:
		c.Kind = Root
	case awsname.FederatedUser:
		c.Kind = FederatedUser
	case awsname.Service:
		c.Kind = Service
	}
}

// roleID returns the unique ID of a role; empty if it is not known, or of something else.
func (c *Caller) roleID() string {
	if awsname.IsUniqueID(c.ID) && strings.HasPrefix(c.ID, "AROA") {
		return c.ID
	}
	return ""
}

// serviceOf returns the first that is a service principal.
func serviceOf(names ...string) string {
	for _, name := range names {
		if awsname.CheckServicePrincipal(name) == nil {
			return name
		}
	}
	return ""
}

func (c *Caller) compare(other *Caller) int {
	return cmp.Or(cmp.Compare(c.Account, other.Account), cmp.Compare(c.Kind, other.Kind), cmp.Compare(c.ARN, other.ARN),
		cmp.Compare(c.ID, other.ID), cmp.Compare(c.Name, other.Name))
}

// String names the caller within a sentence.
func (c *Caller) String() string {
	switch {
	case c.Kind == Service && c.Name != "":
		return "the service " + printed.Value(c.Name)
	case c.Kind == Service:
		return "an AWS service"
	case c.ARN != "":
		return printed.Value(c.ARN)
	}
	if c.Kind == Role && c.Name != "" && c.Account != "" {
		return "a session of the role " + printed.Value(c.Name) + " of account " + c.Account
	}
	what := map[Kind]string{Role: "a role", User: "a user", Root: "the root user", WebIdentity: "a federated user", FederatedUser: "a federated user"}[c.Kind]
	text := cmp.Or(what, "a principal")
	if c.Name != "" {
		text += " " + printed.Value(c.Name)
	}
	if c.ID != "" {
		text += " with the ID " + printed.Value(c.ID)
	}
	if c.Account != "" {
		text += " of account " + c.Account
	}
	return text
}
