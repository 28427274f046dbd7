package repopolicy

import (
	"context"
	"sync"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// Claims notes what the resources of one configuration want of the statements of
// repository policies, as far as Terraform has told during this walk. Terraform
// tells each resource by itself and in any order, so that nothing here is ever
// known to be complete.
type Claims struct {
	mu       sync.Mutex
	applying bool                                     // a resource was applied: this is no plan
	known    map[awsname.Repository]map[string]*claim // by Sid
}

type claim struct {
	inState int               // resources that have the statement in their state and keep it
	added   int               // resources that will have it, and have not yet
	company chan struct{}     // closed when another resource than one that leaves has it
	met     bool              // company is closed
	read    int               // resources of the state that have it, if Terraform has refreshed
	leaving int               // resources of the state that are planned to be destroyed
	removed bool              // one of them will remove it
	keeps   string            // canonical form of what the first that keeps it wants
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
		c.known[repo][sid] = &claim{company: make(chan struct{})}
	}
	return c.known[repo][sid]
}

// Read notes that a resource of the state has the statement.
func (c *Claims) Read(repo awsname.Repository, sid string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.of(repo, sid)
	k.read++
	k.meet()
}

// InState reports whether a resource of the state is known to have the statement.
func (c *Claims) InState(repo awsname.Repository, sid string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.of(repo, sid)
	return k.read+k.inState+k.leaving > 0
}

// Keep notes that a resource of the state keeps the statement, which will have the
// given canonical form ("" for not known yet). It returns how many do so far, and
// whether they agree on it.
func (c *Claims) Keep(repo awsname.Repository, sid, form string) (resources int, agree bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k := c.of(repo, sid)
	if k.inState == 0 {
		k.keeps = form
	}
	k.inState++
	k.meet()
	return k.inState, form == k.keeps
}

// others is how many resources of the state, beside one that leaves, are known to
// have the statement.
func (k *claim) others() int { return max(k.read-1, k.inState) }

// meet tells one that waits in Leave that it is not alone.
func (k *claim) meet() {
	if k.others() > 0 && !k.met {
		k.met = true
		close(k.company)
	}
}

// How long the plan of a destroy waits to hear of another resource that has the
// same statement. Terraform comes to all of them when it begins, ten at a time;
// without a refresh, as in terraform destroy, there is less to wait for.
const (
	patienceRefreshed = 300 * time.Millisecond
	patienceElse      = 100 * time.Millisecond
)

// Leave notes that a resource of the state is planned to be destroyed. It reports
// whether another one has the statement too, and is not the one to remove it: of
// several that leave, the last does.
func (c *Claims) Leave(ctx context.Context, repo awsname.Repository, sid string) (heir bool) {
	c.mu.Lock()
	k := c.of(repo, sid)
	patience := patienceElse
	if k.read > 0 {
		patience = patienceRefreshed
	}
	c.mu.Unlock()
	select {
	case <-k.company:
	case <-time.After(patience):
	case <-ctx.Done():
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	k.leaving++
	k.planned = true
	heir = k.inState > 0 || k.leaving < k.read
	k.removed = k.removed || !heir
	return heir
}

// Removed reports whether a resource of the state is planned to remove the statement.
func (c *Claims) Removed(repo awsname.Repository, sid string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.of(repo, sid).removed
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

// Apply notes that resources are being applied.
func (c *Claims) Apply() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.applying = true
}

// Planned returns a document as it would be after all that is planned so far, and
// whether the plans of all resources that are known to be in the state are in it.
// During an apply that is never so: Terraform plans each resource once more, and
// tells of no other.
func (c *Claims) Planned(repo awsname.Repository, doc *policy.Document) (planned *policy.Document, complete bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	complete = !c.applying
	next := map[string]*policy.Statement{}
	for sid, k := range c.known[repo] {
		if k.planned {
			next[sid] = k.next
		} else {
			complete = complete && k.read+k.inState == 0
		}
	}
	return doc.Overlay(next), complete
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
