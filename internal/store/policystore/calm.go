// SPDX-License-Identifier: MPL-2.0

package policystore

import (
	"context"
	"sync"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// A process that writes many policies returns from a change when ECR has confirmed it, and
// verifies it behind the caller. See internal/decisions/032-verification-behind.md.
const (
	manyPolicies = 10               // a process that changes so many policies writes many
	calmPolicies = 3                // of them are verified before
	disturbance  = 30 * time.Second // for so long all callers wait after a change was missing
	maxBehind    = 200              // changes whose verification is open
	promptDelay  = verifyDelay / 8  // before "no policy" is read again, if reads show writes at once
)

// A calm is what a Store knows about other writers, and the changes that nobody waits for.
type calm struct {
	// always says that every caller waits.
	always bool
	// reached ends when many policies are changed, and some of them were verified without a
	// sign of another writer; ending, when Terraform ends the process.
	reached, ending context.Context //nolint:containedctx // They are events that interrupt waits.
	reach, end      context.CancelFunc

	mu        sync.Mutex
	ended     sync.Cond                   // one of behind has ended
	changed   map[awsname.Repository]bool // has the policies; those that were verified without a sign of another writer are true
	disturbed time.Time                   // when a change was last missing
	prompt    int                         // reads right after a write that showed it
	lags      bool                        // one of them did not
	behind    map[*pending]Key
	late      []Late
}

func newCalm() *calm {
	c := &calm{changed: map[awsname.Repository]bool{}, behind: map[*pending]Key{}}
	c.ended.L = &c.mu
	c.ending, c.end = context.WithCancel(context.Background())
	c.reached, c.reach = context.WithCancel(context.Background())
	return c
}

// isReached reports whether callers need not wait now.
func (c *calm) isReached(now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.reached.Err() != nil && !c.always && (c.disturbed.IsZero() || now.Sub(c.disturbed) > disturbance)
}

// change notes that a policy is changed.
func (c *calm) change(repo awsname.Repository) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set(repo, c.changed[repo])
}

// saw notes that a read has shown a policy as this process wrote it.
func (c *calm) saw(repo awsname.Repository) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.set(repo, true)
}

func (c *calm) set(repo awsname.Repository, verified bool) {
	if c.changed[repo] = verified; len(c.changed) < manyPolicies || c.reached.Err() != nil {
		return
	}
	calm := 0
	for _, verified := range c.changed {
		if verified {
			calm++
		}
	}
	if calm >= calmPolicies {
		c.reach()
	}
}

// wantsLook reports whether a read right after a write tells something new: whether reads show
// writes at once.
func (c *calm) wantsLook() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !c.always && len(c.changed) >= manyPolicies && c.prompt < calmPolicies && !c.lags
}

// looked notes whether a read right after a write showed it.
func (c *calm) looked(shown bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if shown {
		c.prompt++
	} else {
		c.lags = true
	}
}

// noneDelay returns how long to wait before "no policy" is read again.
func (c *calm) noneDelay() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reached.Err() != nil && c.prompt >= calmPolicies && !c.lags {
		return promptDelay
	}
	return verifyDelay
}

// disturb notes that a change was missing.
func (c *calm) disturb(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.disturbed = now
}

// add adds a change that nobody waits for, unless there are too many.
func (c *calm) add(key Key, change *pending) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.behind) >= maxBehind {
		return false
	}
	c.behind[change] = key
	return true
}

// supersede ends the changes of a statement for which nobody waits: a caller's change leaves
// another one, or none.
func (c *calm) supersede(key Key, left *policy.Statement) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for change, of := range c.behind {
		if of == key && !sameMeaning(change.effect.after, left) {
			change.superseded.Store(true)
		}
	}
}

// finish takes Late out of a change that nobody has waited for.
func (c *calm) finish(change *pending, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	defer c.ended.Broadcast()
	late := Late{Key: c.behind[change], Outcome: change.report(), Err: err}
	delete(c.behind, change)
	if awserr.KindOf(err) == awserr.RepositoryNotFound {
		late.Err = nil // The policy was deleted with it.
	}
	if o := late.Outcome; late.Err != nil || o.Overwritten+len(o.Lost)+len(o.Disappeared)+len(o.Restored) > 0 {
		c.late = append(c.late, late)
	}
}

func (c *calm) takeLate() []Late {
	c.mu.Lock()
	defer c.mu.Unlock()
	late := c.late
	c.late = nil
	return late
}
