package repopolicy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// A change is what one caller wants of the statement of one Sid.
type change struct {
	sid  string // of the one statement that edit adds, replaces or removes
	edit editFunc
	// retry says of an error whether it may pass, so that the change is tried again
	// until its time is up; nil for never. Throttling, AWS's own failures and lost
	// connections are tried again as often as the provider is configured to, whatever
	// it says.
	retry func(error) bool
}

// An editFunc returns the document as it should be. It must be idempotent: applied
// to its own result it changes nothing. It is called again on a fresh read after
// each write, and written says whether this change has been sent before, so that
// an edit can tell its own statement from a stranger's. Calls of one editFunc do not
// overlap, and none comes after apply has returned.
type editFunc func(current *policy.Document, written bool) (*policy.Document, error)

// An Outcome says what became of a change.
type Outcome struct {
	// Writes is how often the change was sent and may have taken effect, or may yet.
	// Above zero it may stand, even if apply returns an error.
	Writes int
	// Overwritten is how often it had stood for AWS's answer and was then gone from
	// reads: another writer overwrote it.
	Overwritten int
	// Vanished has other writers' statements that a read showed after this process
	// had written the policy, and the next one did not: that write may have
	// overwritten them.
	Vanished []*policy.Statement
	// Restored has the Sids of this process's own statements that somebody had
	// dropped since they were seen standing, and that were put back beside this change.
	Restored []string
}

// apply applies an edit and returns when later reads show that it stands. It
// writes nothing when the edit changes nothing. It ends with ctx; the last error
// of AWS is then part of the answer.
func (s *Store) apply(ctx context.Context, repo awsname.Repository, wanted change) (Outcome, error) {
	c := &pending{ctx: ctx, edit: wanted.edit, trace: trace{sid: wanted.sid}}
	var refused error
	for delay := firstDelay; ; delay = min(2*delay, maxDelay) {
		err := c.outcome(s.submit(repo, c)) //nolint:contextcheck // The queue is served for all its callers, not for one.
		if ctx.Err() != nil && err != nil {
			return c.report(), c.timeUp(repo, refused, err)
		}
		if err == nil || wanted.retry == nil || !wanted.retry(err) {
			return c.report(), err
		}
		refused = err
		if waitErr := s.wait(ctx, delay); waitErr != nil {
			return c.report(), c.timeUp(repo, refused, waitErr)
		}
	}
}

// sightings is how many reads in a row must show a change standing, also where it
// stood before: somebody else may just be removing it. One that was
// overwritten must be seen more often: others are at it, and answers may be old.
const (
	sightings     = 2
	moreSightings = 2 // at most
)

// A change is one caller's edit on its way through a queue. The goroutine that
// serves the queue owns what mu does not guard.
type pending struct {
	ctx   context.Context //nolint:containedctx // The caller's, whose end takes the change out of its batch.
	edit  editFunc
	done  chan error // one for each time that the change is submitted
	trace trace

	seen     int  // reads in a row that showed it standing since it was sent
	accepted bool // AWS confirmed the last sending
	failures int  // sendings in a row that failed in passing
	suspect  bool // AWS refused it, so it must not spoil the write of others

	mu          sync.Mutex
	left        bool // the caller has gone
	writes      int  // how often it was sent
	overwritten int
	vanished    []*policy.Statement
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
		c.left = true
		return c.ctx.Err()
	}
}

// timeUp says what had kept the change from standing when its context ended.
func (c *pending) timeUp(repo awsname.Repository, refused, ended error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case refused != nil:
		return errors.Join(refused, ended)
	case c.overwritten > 0:
		return errors.Join(&LostError{Repository: repo, Writes: c.writes}, ended)
	case c.writes > 0:
		return fmt.Errorf("the policy of the repository %s was written, but there was no time left to see the change standing: %w", repo.ARN(), ended)
	}
	return fmt.Errorf("waited for other changes of the repository %s: %w", repo.ARN(), ended)
}

func (c *pending) report() Outcome {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Outcome{Writes: c.writes, Overwritten: c.overwritten, Vanished: slices.Clone(c.vanished), Restored: slices.Clone(c.restored)}
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
	if c.left {
		return nil, c.ctx.Err()
	}
	edited, err := c.edit(doc, c.writes > 0)
	if err == nil {
		c.trace.follow(doc, edited)
	}
	return edited, err
}

// sending notes that the change is about to be sent: from now on it may stand.
func (c *pending) sending() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writes++
}

// wrote notes how the sending ended: whether the change may stand, and whether AWS
// has confirmed it.
func (c *pending) wrote(stands, accepted bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !stands {
		c.writes--
		return
	}
	if c.accepted {
		c.overwritten++ // Else it would not have been sent again.
	}
	c.seen, c.suspect, c.accepted = 0, false, accepted
}

// tell notes what a read has shown of others, and what was put back.
func (c *pending) tell(vanished []*policy.Statement, restored []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.vanished = append(c.vanished, vanished...)
	c.restored = append(c.restored, restored...)
}

// stands notes a read that shows the change standing, and reports whether that is
// enough.
func (c *pending) stands() bool {
	c.seen++
	return c.seen >= c.enough()
}

// nearlyDone reports whether one read more is enough.
func (c *pending) nearlyDone() bool { return c.seen+1 >= c.enough() }

// enough is how many reads must show the change standing.
func (c *pending) enough() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return sightings + min(c.overwritten, moreSightings)
}

// How long things wait; waits are jittered to between half of it and all of it.
const (
	gatherTime  = 60 * time.Millisecond // for company, before the first write of a batch
	gatherSteps = 8                     // as often at most, while company keeps coming
	settleTime  = time.Second           // before each read that verifies
	slowSettle  = 5 * time.Second       // at most, where AWS answers slowly
	maxSettle   = 20 * time.Second      // at most, before a write that was overwritten is made again
	firstDelay  = time.Second           // before a refused change is tried again
	maxDelay    = 15 * time.Second
)
