// SPDX-License-Identifier: MPL-2.0

package policystore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// A change is a caller's edit of the statement with one Sid.
type change struct {
	sid  string // of the one statement that edit adds, replaces or removes
	edit editFunc
	// retry reports whether an error is temporary. Then the change is retried until the
	// caller's time is up. nil means never. Throttling, failures inside AWS and lost
	// connections are retried in any case, as often as the provider is configured to.
	retry func(error) bool
}

// An editFunc returns the document as it should be. It must be idempotent: applied
// to its own result it changes nothing. It is called again on a fresh read after
// each write, and written reports whether this change was already sent, so that
// an edit can distinguish its own statement from another writer's. Calls of one editFunc do not
// overlap, and none comes after apply has returned.
type editFunc func(current *policy.Document, written bool) (*policy.Document, error)

// An Outcome says what became of a change.
type Outcome struct {
	// Writes is how often the change was sent. Above zero, the policy may contain the
	// change even if there is an error.
	Writes int
	// Overwritten is how often AWS confirmed the change and a later read did not show it:
	// another writer overwrote it.
	Overwritten int
	// Lost has the Sids of statements of other writers that the plan or an earlier read
	// showed and that were missing, in several reads, before our write. A statement
	// without a Sid is an empty string.
	Lost []string
	// Disappeared has statements of other writers that one read after our write showed
	// and the next read did not. Our write may have overwritten them.
	Disappeared []*policy.Statement
	// Restored has the Sids of verified statements of this process that another writer
	// overwrote, and that were written again together with this change.
	Restored []string
	// Late has what happened to earlier changes after their callers had returned.
	Late []Late
}

// A Late says what happened to a change after its caller had returned.
type Late struct {
	Key     Key
	Outcome Outcome
	Err     error // why it could not be verified
}

// String says it in one line, for a log.
func (l Late) String() string {
	var all []string
	if l.Outcome.Overwritten > 0 {
		all = append(all, "another writer overwrote it, and it was written again")
	}
	if sids := l.Outcome.Restored; len(sids) > 0 {
		all = append(all, "another writer overwrote statements of this process, and they were written again: "+wording.Some(printed.Values(sids), "and"))
	}
	if sids := l.Outcome.Lost; len(sids) > 0 {
		all = append(all, "these statements of other writers were missing: "+wording.Some(printed.Values(sids), "and"))
	}
	for _, s := range l.Outcome.Disappeared {
		all = append(all, "this statement of another writer disappeared; its owner deleted it, or our write overwrote it: "+printed.Message(s.String()))
	}
	if l.Err != nil {
		all = append(all, "it could not be verified: "+printed.Message(l.Err.Error()))
	}
	return fmt.Sprintf("after %s was written: %s", l.Key, strings.Join(all, "; "))
}

// confirmations is how many consecutive reads must show a change, even if the policy
// already contained it: another writer may be removing it. A change that was overwritten
// needs more, because other writers are active and reads may be stale.
const (
	confirmations     = 2
	moreConfirmations = 2 // at most
)

// A change is one caller's edit on its way through a queue. The goroutine that
// serves the queue owns what mu does not guard.
type pending struct {
	ctx    context.Context //nolint:containedctx // The caller's, whose end takes the change out of its batch.
	edit   editFunc
	done   chan error // one for each time that the change is submitted
	effect effect

	confirmed int  // consecutive reads that showed it since it was sent
	accepted  bool // AWS confirmed the last sending
	failures  int  // sendings in a row that failed in passing
	refused   bool // AWS refused it, so it must not make the write of others fail
	behind    bool // nobody waits for it
	missed    bool // it is sent again, because a read has missed it
	sentAt    time.Time
	missedAt  time.Time // by the first read that has missed it since it was sent

	superseded atomic.Bool // a later change of the statement has taken its place

	mu          sync.Mutex
	abandoned   bool // the caller's context has ended
	writes      int  // how often it was sent
	overwritten int
	lost        []string
	disappeared []*policy.Statement
	restored    []string
}

// outcome waits for the end of a submitted change or of its caller's context.
func (c *pending) outcome(done <-chan error) error {
	select {
	case err := <-done:
		return err
	case <-c.ctx.Done():
		c.mu.Lock()
		defer c.mu.Unlock()
		c.abandoned = true
		return c.ctx.Err()
	}
}

// timeUp returns the reason why the change was not verified before its context ended.
func (c *pending) timeUp(repo awsname.Repository, refused, ended error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case refused != nil:
		return errors.Join(refused, ended)
	case c.overwritten > 0:
		return errors.Join(&LostError{Repository: repo, Writes: c.writes}, ended)
	case c.writes > 0:
		return fmt.Errorf("%s was written, but the time ran out before the change could be verified: %w", Name(repo), ended)
	}
	return fmt.Errorf("timed out while waiting for other changes to %s: %w", Name(repo), ended)
}

func (c *pending) report() Outcome {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Outcome{
		Writes: c.writes, Overwritten: c.overwritten,
		Lost: slices.Clone(c.lost), Disappeared: slices.Clone(c.disappeared), Restored: slices.Clone(c.restored),
	}
}

func (c *pending) sent() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.writes
}

// apply edits a document, unless the caller has gone.
func (c *pending) apply(doc *policy.Document) (*policy.Document, error) {
	c.mu.Lock() // Until the edit has ended: its caller may look at what it has noted.
	defer c.mu.Unlock()
	if c.abandoned {
		return nil, c.ctx.Err()
	}
	edited, err := c.edit(doc, c.writes > 0)
	if err == nil {
		c.effect.record(doc, edited, c.writes > 0)
	}
	return edited, err
}

// sending notes that the change is about to be sent: from now on the policy may contain it.
func (c *pending) sending() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writes++
}

// wrote notes how the sending ended: whether the policy may contain the change, and
// whether AWS has confirmed it.
func (c *pending) wrote(mayExist, accepted bool, at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !mayExist {
		c.writes--
		return
	}
	if c.accepted {
		c.overwritten++ // Else it would not have been sent again.
	}
	c.confirmed, c.refused, c.accepted, c.sentAt, c.missedAt = 0, false, accepted, at, time.Time{}
}

// note records statements of other writers that were lost or disappeared, and statements
// that were restored.
func (c *pending) note(lost []string, disappeared []*policy.Statement, restored []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lost = append(c.lost, lost...)
	c.disappeared = append(c.disappeared, disappeared...)
	c.restored = append(c.restored, restored...)
}

// confirm notes a read that shows the change, and reports whether the change is
// verified.
func (c *pending) confirm() bool {
	c.confirmed++
	return c.confirmed >= c.required()
}

// almostVerified reports whether one more read is enough for a caller who waits.
func (c *pending) almostVerified() bool { return !c.behind && c.confirmed+1 >= c.required() }

// required is how many consecutive reads must show the change.
func (c *pending) required() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return confirmations + min(c.overwritten, moreConfirmations)
}

// isQuiet reports whether nobody waits for a change, and no read has missed it.
func (c *pending) isQuiet() bool { return c.behind && !c.missed }

// How long things wait; waits are jittered to between half of it and all of it.
const (
	collectTime     = 60 * time.Millisecond // wait for more changes, before the first write of a batch
	collectSteps    = 8                     // without a new change, before those who may come back are given up
	verifyDelay     = time.Second           // before each read that verifies
	slowVerifyDelay = 5 * time.Second       // at most, if AWS responds slowly
	maxBackOff      = 20 * time.Second      // at most, before a write that was overwritten is made again
	firstRetryDelay = time.Second           // before a refused change is tried again
	maxRetryDelay   = 15 * time.Second
)
