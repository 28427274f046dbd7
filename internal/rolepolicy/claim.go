package rolepolicy

import (
	"context"
	"sync"
)

// claims are what the resources of one configuration have told of inline
// policies. Terraform tells each resource by itself and in any order, so that
// nothing here is known to be complete.
type claims struct {
	mu    sync.Mutex
	known map[inlineKey]*claim
}

// A claim is what was told of one inline policy.
type claim struct {
	turn chan struct{} // holds a token while nobody creates or deletes the policy

	mu      sync.Mutex
	inState bool // a resource of the state has the policy
	keepers int  // resources of the state that have it and keep it
	last    deed
}

// A deed is what a resource has done with a policy.
type deed int

const (
	nothing deed = iota
	created      // by a resource that was not in the state: written or taken over
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

// wait waits until nobody else creates or deletes the policy.
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
	return c.last == created || c.keepers > 0
}

// strange reports whether nothing is known of the policy: what stands there is no
// resource's.
func (c *claim) strange() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.last == nothing && !c.inState
}

// InState notes that a resource of the state has a policy.
func (s *Store) InState(role, name string) {
	c := s.claims.of(role, name)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inState = true
}

// Keep notes that a resource of the state has a policy and is not to be removed.
// It returns how many do so far: two would undo what the other does.
func (s *Store) Keep(role, name string) int {
	c := s.claims.of(role, name)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inState = true
	c.keepers++
	return c.keepers
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
