package rolepolicy

import (
	"context"
	"sync"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/ownership"
)

// inlineClaims are what the resources of one configuration have told of inline
// policies.
type inlineClaims struct {
	mu    sync.Mutex
	known map[inlineKey]*claim
}

// A claim is what was told of one inline policy, and what was done with it.
type claim struct {
	ownership.Claim

	turn chan struct{} // holds a token while nobody changes the policy
	mu   sync.Mutex
	last deed
}

// A deed is what a resource has done with a policy.
type deed int

const (
	nothing deed = iota
	written      // by a resource that stays; or taken over
	deleted
)

func (c *inlineClaims) of(role, name string) *claim {
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
func (c *claim) taken() bool { return c.lastDeed() == written || c.Kept() }

// strange reports whether nothing is known of the policy: what stands there is no
// resource's.
func (c *claim) strange() bool { return c.lastDeed() == nothing && c.Holders() == 0 }

// Claim returns what the resources of this configuration have told of an inline
// policy.
func (s *Store) Claim(role, name string) *ownership.Claim { return &s.claims.of(role, name).Claim }

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
