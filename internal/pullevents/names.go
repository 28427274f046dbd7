// SPDX-License-Identifier: MPL-2.0

package pullevents

import (
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullerror"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
)

// An identity is what an event always says of a principal of another account.
type identity struct{ account, id string }

// withNames returns the calls with the callers of which the events say the ID alone, as far as
// something else says who they are: a snapshot has a role of this ID, or AWS's message of a
// denial names the caller. Such a message names one session of a role, and other calls may be
// of others: it says the name of the role alone.
func withNames(calls []Calls, consumers []*snapshot.Consumer) []Calls {
	names := map[identity]awsname.Principal{}
	for i := range calls {
		c := &calls[i]
		of := identity{c.Caller.Account, c.Caller.ID}
		if c.Caller.ARN != "" || !c.Denied || !c.hasIdentity() {
			continue
		}
		named, err := awsname.ParsePrincipal(pullerror.Explain(c.Message).Principal)
		if before, found := names[of]; err == nil && named.Account == of.account && (!found || named.ARN() < before.ARN()) {
			names[of] = named
		}
	}
	named := make([]Calls, len(calls))
	for i, c := range calls {
		if name, found := names[identity{c.Caller.Account, c.Caller.ID}]; found && c.Caller.ARN == "" && c.hasIdentity() {
			c.Caller.set(name)
		}
		for _, consumer := range consumers {
			c.Caller.find(consumer)
		}
		named[i] = c
	}
	return named
}

// find sets the ARN of a role that a snapshot has.
func (c *Caller) find(consumer *snapshot.Consumer) {
	if c.ARN != "" || c.Account == "" || c.Account != consumer.Account {
		return
	}
	for i := range consumer.Roles {
		role := &consumer.Roles[i]
		isOne := role.ID != "" && role.ID == c.roleID() ||
			c.Kind == Role && c.Name == role.Name && role.ARN != "" && (role.ID == "" || c.roleID() == "")
		if found, err := awsname.ParsePrincipal(consumer.ARNOf(role)); err == nil && isOne {
			c.set(found)
			return
		}
	}
}

func (c *Calls) hasIdentity() bool { return c.Caller.Account != "" && awsname.IsUniqueID(c.Caller.ID) }
