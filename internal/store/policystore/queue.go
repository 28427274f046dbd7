// SPDX-License-Identifier: MPL-2.0

package policystore

import (
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// A queue holds the changes of one policy that wait for the next round.
type queue struct {
	waiting []*pending    // guarded by Store.mu
	working bool          // a goroutine serves the queue; guarded by Store.mu
	wake    chan struct{} // a change was submitted

	// What follows belongs to the goroutine that serves the queue.
	repo        awsname.Repository
	observed    observed
	verifyDelay time.Duration // before a read that verifies
	pause       time.Duration // before the next round
	disturbed   bool          // another writer seems to be active
	lastEnded   int           // how many changes the last round ended: their callers may come back with others
}

// mayReturn reports whether the caller of a change need not wait: there is no sign of another
// writer in its way, and the next plan would show that it is missing. No plan would show a
// removed statement that is back.
func (q *queue) mayReturn(c *pending) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.effect.after != nil && !q.disturbed && c.accepted && c.writes == 1 && !c.behind && !c.abandoned
}

// notBefore returns before when no read verifies a change: a single read comes as late as the
// second one of a caller that waits. It is zero for a change that is verified like any other.
func (q *queue) notBefore(c *pending) time.Time {
	if !c.isQuiet() {
		return time.Time{}
	}
	return c.sentAt.Add(confirmations * q.verifyDelay)
}

// backOff sets how long other writers have to finish before a read that may be stale is
// repeated: longer each time that one of our changes was overwritten, and each time that
// ECR has shown an older document or not all statements.
func (q *queue) backOff(base *policy.Document, batch []*pending) {
	tries := 1
	if q.observed.isOlder(base) || len(q.observed.lost(base, batch)) > 0 {
		tries = q.observed.rereads
	}
	for _, c := range batch {
		if c.sent() > 0 && c.effect.missingFrom(base) {
			tries = max(tries, c.sent())
		}
	}
	q.pause = min(q.verifyDelay<<min(tries-1, 10), maxBackOff)
}
