package repopolicy

import (
	"sync"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// Claims notes what the resources of one configuration want of the statements of
// repository policies, as far as Terraform has told during this walk. Terraform
// tells each resource by itself and in any order, so that nothing here is ever
// known to be complete.
type Claims struct {
	mu    sync.Mutex
	known map[awsname.Repository]map[string]*claim // by Sid
}

type claim struct {
	inState int               // resources that have the statement in their state and keep it
	added   int               // resources that will have it, and have not yet
	read    bool              // a resource of the state has it
	planned bool              // what becomes of it is known
	next    *policy.Statement // what is planned; nil for nothing
	created *policy.Statement // written or being written by a resource that was not in the state
}

// NewClaims returns Claims that know nothing yet.
func NewClaims() *Claims { return &Claims{known: map[awsname.Repository]map[string]*claim{}} }

// of returns the claim on a statement. Its caller holds mu.
func (c *Claims) of(repo awsname.Repository, sid string) *claim {
	if c.known[repo] == nil {
		c.known[repo] = map[string]*claim{}
	}
	if c.known[repo][sid] == nil {
		c.known[repo][sid] = &claim{}
	}
	return c.known[repo][sid]
}

// Read notes that a resource of the state has the statement.
func (c *Claims) Read(repo awsname.Repository, sid string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.of(repo, sid).read = true
}

// InState reports whether a resource of the state is known to have the statement.
func (c *Claims) InState(repo awsname.Repository, sid string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.of(repo, sid).read
}

// Keep notes that a resource of the state keeps the statement, and returns how
// many do so far: two would fight.
func (c *Claims) Keep(repo awsname.Repository, sid string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.of(repo, sid)
	k.read = true
	k.inState++
	return k.inState
}

// Add notes that a resource will have a statement that it has not in its state,
// and returns how many will so far.
func (c *Claims) Add(repo awsname.Repository, sid string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.of(repo, sid)
	k.added++
	return k.added
}

// Plan notes what the statement will be: nil for removed, unless another resource
// takes it over.
func (c *Claims) Plan(repo awsname.Repository, sid string, next *policy.Statement) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.of(repo, sid)
	k.planned = true
	if next != nil {
		k.next = next
	}
}

// Planned returns a document as it would be after all that is planned so far, and
// whether the plans of all resources that are known to be in the state are in it.
func (c *Claims) Planned(repo awsname.Repository, doc *policy.Document) (planned *policy.Document, complete bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	complete = true
	for sid, k := range c.known[repo] {
		switch {
		case !k.planned:
			complete = complete && !k.read
		case k.next == nil:
			doc = doc.Remove(sid)
		default:
			doc = doc.Put(k.next)
		}
	}
	return doc, complete
}

// Create notes that a resource is about to write a statement that was not in the
// state. It reports false when another one has done so.
func (c *Claims) Create(repo awsname.Repository, s *policy.Statement) (first bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.of(repo, s.Sid())
	if k.created != nil {
		return false
	}
	k.created = s
	return true
}

// Created returns what a resource that was not in the state has written or is
// writing, or nil.
func (c *Claims) Created(repo awsname.Repository, sid string) *policy.Statement {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.of(repo, sid).created
}

// Abandon takes Create back: nothing was written.
func (c *Claims) Abandon(repo awsname.Repository, sid string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.of(repo, sid).created = nil
}
