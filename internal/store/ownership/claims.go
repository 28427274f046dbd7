// Package ownership counts the objects of one Terraform state that have the same
// thing in AWS: two resources that were given one name, or a resource and the old
// object that an interrupted replacement has left. What several have must stay
// until the last of them goes.
package ownership

import (
	"slices"
	"sync"
)

// A Claim is what the resources of one configuration have told of one thing during
// a walk of Terraform. Terraform tells each resource by itself and in any order, so
// that nothing here is known to be complete. The zero Claim knows nothing yet; it
// is safe for concurrent use.
//
// A holder is an object of the state that has the thing.
type Claim struct {
	mu      sync.Mutex
	read    int      // holders that were read
	least   int      // the least number of holders that one of them has recorded
	keepers []string // what the holders that stay want of it; empty where that is not known
	leavers int      // holders that are to go
	doomed  bool     // the leavers will take the thing along: not all of them know of all holders
	wanted  int      // resources that are no holders and are about to create it
	gone    int      // leavers that have gone
	most    int      // the greatest number of holders that one of them was told of
}

// Hold notes a holder. It is to be called once for each, before it is read.
func (c *Claim) Hold() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read++
}

// Held is Hold's counterpart after the read, and notes what it returns: how many
// holders are known, which the object is to record; and whether another one that
// was told of fewer before, and so not of this one, may take the thing along when it
// goes. Only an object that took the thing over has to fear that of one that is
// neither known to go nor to stay: its former self.
func (c *Claim) Held(tookOver bool) (holders int, endangered bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	holders = c.holders()
	endangered = c.doomed || tookOver && c.least > 0 && c.least < holders && len(c.keepers) < c.read-1
	if c.least == 0 || holders < c.least {
		c.least = holders
	}
	return holders, endangered
}

// Holders returns how many holders were told of.
func (c *Claim) Holders() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.holders()
}

// Kept reports whether a holder is known to stay.
func (c *Claim) Kept() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.keepers) > 0
}

// holders is Holders. The mutex must be held.
func (c *Claim) holders() int { return max(c.read, len(c.keepers)+c.leavers) }

// Leave notes that a holder is to go. It returns how many there are, for Goes.
// Where none was read in this walk, as when Terraform plans once more to destroy an
// old object, it is the number that the last read of this one has recorded.
func (c *Claim) Leave(recorded int) (holders int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.leavers++
	holders = c.holders()
	if c.read == 0 {
		holders = max(holders, recorded)
	}
	c.doomed = c.doomed || holders <= c.leavers
	return holders
}

// Goes notes that a holder goes that was told of so many, and reports whether others
// stay: it must then leave the thing to them.
func (c *Claim) Goes(holders int) (othersStay bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone++
	c.most = max(c.most, holders)
	return c.gone < c.most
}

// Company is what a holder that stays has to know of others.
type Company struct {
	Keepers bool // others of the state keep the thing too
	Differ  bool // and one of them wants something else of it
	Removed bool // others are to go and take it along: they were planned before this one was known of
	Wanted  bool // a new resource wants it too
}

// Keep notes that a holder stays. The form is equal for those that want the same of
// the thing, and empty where that is not known.
func (c *Claim) Keep(form string) Company {
	c.mu.Lock()
	defer c.mu.Unlock()
	company := Company{
		Keepers: len(c.keepers) > 0,
		Differ:  form != "" && slices.ContainsFunc(c.keepers, func(other string) bool { return other != "" && other != form }),
		Removed: c.doomed,
		Wanted:  c.wanted > 0,
	}
	c.keepers = append(c.keepers, form)
	return company
}

// Want notes that a resource that is no holder is about to create the thing, and
// returns how many are.
func (c *Claim) Want() (resources int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wanted++
	return c.wanted
}
