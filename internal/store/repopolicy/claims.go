package repopolicy

import (
	"sync"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/ownership"
)

// Claims are what the resources of one configuration have told of the statements of
// repository policies during a walk of Terraform.
type Claims struct {
	mu       sync.Mutex
	applying bool                                     // a resource was applied: this is no plan
	known    map[awsname.Repository]map[string]*Claim // by Sid
}

// A Claim is what was told of one statement, what is planned of it and what was
// done with it.
type Claim struct {
	ownership.Claim

	mu      sync.Mutex
	planned bool              // what becomes of it is known
	next    *policy.Statement // what is planned; nil for nothing
	created *policy.Statement // by a resource that had it not in its state, or about to be
	updated bool              // by one that had, or about to be
}

// NewClaims returns Claims that know nothing yet.
func NewClaims() *Claims { return &Claims{known: map[awsname.Repository]map[string]*Claim{}} }

// Of returns the claim on the statement of a Sid.
func (c *Claims) Of(repo awsname.Repository, sid string) *Claim {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known[repo] == nil {
		c.known[repo] = map[string]*Claim{}
	}
	if c.known[repo][sid] == nil {
		c.known[repo][sid] = &Claim{}
	}
	return c.known[repo][sid]
}

// Apply notes that resources are being applied.
func (c *Claims) Apply() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.applying = true
}

// Applying reports whether a resource was applied in this walk, which is then no plan.
func (c *Claims) Applying() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.applying
}

// Planned returns a document as it would be after all that is planned so far, and
// whether the plans of all resources that are known to be in the state are in it.
func (c *Claims) Planned(repo awsname.Repository, doc *policy.Document) (planned *policy.Document, complete bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	complete = true
	next := map[string]*policy.Statement{}
	for sid, k := range c.known[repo] {
		if s, told := k.plan(); told {
			next[sid] = s
		} else {
			complete = complete && k.Holders() == 0
		}
	}
	return doc.Overlay(next), complete
}

// Plan notes what the statement will be: nil for removed, unless another resource
// takes it over.
func (c *Claim) Plan(next *policy.Statement) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.planned = true
	if next != nil {
		c.next = next
	}
}

func (c *Claim) plan() (next *policy.Statement, told bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.next, c.planned
}

// Create notes that a resource that has not the statement in its state is about to
// write it. It reports false when another one has done so.
func (c *Claim) Create(s *policy.Statement) (first bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.created != nil {
		return false
	}
	c.created = s
	return true
}

// Abandon takes Create back: nothing was written.
func (c *Claim) Abandon() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.created = nil
}

// Created reports whether Create was called.
func (c *Claim) Created() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.created != nil
}

// Update notes that a resource that has the statement in its state is about to write
// it. Whatever becomes of that, the resource stays.
func (c *Claim) Update() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.updated = true
}

// HasHeir reports whether what stands is another resource's than that of one which
// goes: it updates the statement, or has created it as it stands.
func (c *Claim) HasHeir(live *policy.Statement) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.updated || c.created != nil && c.created.Canonical() == live.Canonical()
}
