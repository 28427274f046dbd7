package pullevents

import (
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullerror"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
)

// An identity is what an event always says of a principal of another account.
type identity struct{ account, id string }

// Named returns the calls with the callers of which the events say the ID alone, as far as
// something else says who they are: a snapshot has a role of this ID, or AWS's message of a
// denial names the caller.
func Named(calls []Calls, consumers []*snapshot.Consumer) []Calls {
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
	for _, consumer := range consumers {
		for i := range consumer.Roles {
			role := &consumer.Roles[i]
			if named, err := awsname.ParsePrincipal(consumer.ARNOf(role)); err == nil && awsname.IsUniqueID(role.ID) {
				names[identity{consumer.Account, role.ID}] = named
			}
		}
	}
	named := make([]Calls, len(calls))
	for i, c := range calls {
		if name, found := names[identity{c.Caller.Account, c.Caller.ID}]; found && c.Caller.ARN == "" && c.hasIdentity() {
			c.Caller.set(name)
		}
		named[i] = c
	}
	return named
}

func (c *Calls) hasIdentity() bool { return c.Caller.Account != "" && awsname.IsUniqueID(c.Caller.ID) }
