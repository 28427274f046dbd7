package rolepolicy

import (
	"context"
	"slices"
	"sync"
)

// claims are what the resources of one configuration have told of inline
// policies. Terraform tells each resource by itself and in any order, so that
// nothing here is known to be complete.
type claims struct {
	mu    sync.Mutex
	known map[inlineKey]*claim
}

// A claim is what was told of one inline policy. A holder is an object of the
// state that has the policy: two resources of one name, or a resource and its
// deposed former self.
type claim struct {
	turn chan struct{} // holds a token while nobody changes the policy

	mu      sync.Mutex
	read    int      // holders that were read
	least   int      // the least number of holders that one of them has recorded
	keepers []string // what the holders that stay plan to write; empty where it is not known
	leavers int      // holders that are to go
	fewest  int      // the least number of holders that a leaver was told of
	wanted  bool     // a resource that is no holder is about to create the policy
	deleted int      // leavers that have gone
	last    deed
}

// A deed is what a resource has done with a policy.
type deed int

const (
	nothing deed = iota
	written      // by a resource that stays; or taken over
	deleted
)

func (c *claims) of(role, name string) *claim {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := inlineKey{role, name}
	known := c.known[key]
	if known == nil {
		known = &claim{turn: make(chan struct{}, 1)}
		known.turn <- struct{}{}
		c.known[key] = known
	}
	return known
}

// wait waits until nobody else changes the policy.
func (c *claim) wait(ctx context.Context) (done func(), err error) {
	select {
	case <-c.turn:
		return func() { c.turn <- struct{}{} }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (c *claim) did(d deed) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last = d
}

func (c *claim) lastDeed() deed {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last
}

// taken reports whether another resource than one that is about to be created has
// the policy, and will have it still.
func (c *claim) taken() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last == written || len(c.keepers) > 0
}

// strange reports whether nothing is known of the policy: what stands there is no
// resource's.
func (c *claim) strange() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last == nothing && c.holders() == 0
}

// holders returns how many holders were told of. The mutex must be held.
func (c *claim) holders() int { return max(c.read, len(c.keepers)+c.leavers) }

// goes notes that one of several holders goes, and reports whether others stay.
func (c *claim) goes(holders int) (othersStay bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deleted++
	return c.deleted < holders
}

// Hold notes that an object of the state has a policy. It is to be called once for
// each, before it is read.
func (s *Store) Hold(role, name string) {
	c := s.claims.of(role, name)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.read++
}

// Held is Hold's counterpart after the read. It returns how many objects of the
// state are known to have the policy, which the object is to record; and whether
// another one that does not know of this one may take the policy along when it
// goes. Only an object that took over a policy has to fear that of one that is
// not known to go: its deposed former self.
func (s *Store) Held(role, name string, tookOver bool) (holders int, endangered bool) {
	c := s.claims.of(role, name)
	c.mu.Lock()
	defer c.mu.Unlock()
	holders = c.holders()
	endangered = c.removed() || tookOver && c.least > 0 && c.least < holders
	if c.least == 0 || holders < c.least {
		c.least = holders
	}
	return holders, endangered
}

// removed reports whether leavers will take the policy along, since not all of
// them know of all holders. The mutex must be held.
func (c *claim) removed() bool { return c.leavers > 0 && c.leavers >= c.fewest }

// Leave notes that an object of the state is to be removed. It returns how many
// have the policy, for its Delete. Where none was read in this walk, as when
// Terraform plans again the removal of a deposed object, it is the number that
// the last Read of this object has recorded.
func (s *Store) Leave(role, name string, recorded int) (holders int) {
	c := s.claims.of(role, name)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.leavers++
	holders = c.holders()
	if c.read == 0 {
		holders = max(holders, recorded)
	}
	if c.leavers == 1 || holders < c.fewest {
		c.fewest = holders
	}
	return holders
}

// Company is what is known of the other resources that have or want a policy.
type Company struct {
	Keepers bool // others of the state keep it too
	Differ  bool // and one of them is to say something else
	Removed bool // others are to be removed, and were planned before this one was known of
	Wanted  bool // a new resource wants it too
}

// Keep notes that a resource of the state has a policy and is not to be removed.
// The document is what it is to say, empty when that is not known.
func (s *Store) Keep(role, name, document string) Company {
	c := s.claims.of(role, name)
	c.mu.Lock()
	defer c.mu.Unlock()
	company := Company{
		Keepers: len(c.keepers) > 0,
		Differ: document != "" && slices.ContainsFunc(c.keepers, func(other string) bool {
			return other != "" && !Same(other, document)
		}),
		Removed: c.removed(),
		Wanted:  c.wanted,
	}
	c.keepers = append(c.keepers, document)
	return company
}

// Want notes that a resource is about to create a policy. It reports whether one
// of the state is known to keep it.
func (s *Store) Want(role, name string) (kept bool) {
	c := s.claims.of(role, name)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.wanted = true
	return len(c.keepers) > 0
}

// Foresee returns the policy that a Create would meet, unless a resource of the
// state is known to have it. It reports false also when the policy cannot be read
// now: that is left to the Create.
func (s *Store) Foresee(ctx context.Context, role, name string) (document string, found bool) {
	if s.blind.Load() || !s.claims.of(role, name).strange() {
		return "", false
	}
	document, found, err := s.Read(ctx, role, name)
	if err != nil {
		s.blind.Store(true) // Without credentials each look may take seconds.
	}
	return document, found
}
