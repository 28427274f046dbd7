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

// A Change is what one caller wants of the statement of one Sid.
type Change struct {
	Sid  string // of the one statement that Edit adds, replaces or removes
	Edit Edit
	// Retry says of an error whether it may pass, so that the change is tried again
	// until its time is up; nil for never. Throttling, AWS's own failures and lost
	// connections are tried again as often as the provider is configured to, whatever
	// it says.
	Retry func(error) bool
}

// An Edit returns the document as it should be. It must be idempotent: applied
// to its own result it changes nothing. It is called again on a fresh read after
// each write, and written says whether this change has been sent before, so that
// an edit can tell its own statement from a stranger's. Calls of one Edit do not
// overlap, and none comes after Change has returned.
type Edit func(current *policy.Document, written bool) (*policy.Document, error)

// An Outcome says what became of a change.
type Outcome struct {
	// Writes is how often the change was sent and may have taken effect. Above zero
	// it may stand, also where Change returns an error.
	Writes int
	// Overwritten is how often it had stood for AWS's answer and was then gone from
	// reads: another writer overwrote it.
	Overwritten int
	// Vanished has other writers' statements that a read showed after this process
	// had written the policy, and the next one did not: that write may have
	// overwritten them.
	Vanished []*policy.Statement
}

// Change applies an edit and returns when later reads show that it stands. It
// writes nothing when the edit changes nothing. It ends with ctx; the last error
// of AWS is then part of the answer.
func (s *Store) Change(ctx context.Context, repo awsname.Repository, wanted Change) (Outcome, error) {
	c := &change{ctx: ctx, edit: wanted.Edit, trace: trace{sid: wanted.Sid}}
	var refused error
	for delay := firstDelay; ; delay = min(2*delay, maxDelay) {
		err := c.outcome(s.submit(repo, c)) //nolint:contextcheck // The queue is served for all its callers, not for one.
		if ctx.Err() != nil && err != nil {
			return c.report(), c.timeUp(repo, refused, err)
		}
		if err == nil || wanted.Retry == nil || !wanted.Retry(err) {
			return c.report(), err
		}
		refused = err
		if waitErr := s.wait(ctx, delay); waitErr != nil {
			return c.report(), c.timeUp(repo, refused, waitErr)
		}
	}
}

// sightings is how many reads in a row must show a write standing. One that was
// overwritten must be seen more often: others are at it, and answers may be old.
const (
	sightings     = 2
	moreSightings = 2 // at most
	patience      = 2 // reads more, for the company of younger changes
)

// A change is one caller's edit on its way through a queue. The goroutine that
// serves the queue owns what mu does not guard.
type change struct {
	ctx   context.Context //nolint:containedctx // The caller's, whose end takes the change out of its batch.
	edit  Edit
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
}

// outcome waits for the end of a submitted change or of its caller's context.
func (c *change) outcome(done <-chan error) error {
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
func (c *change) timeUp(repo awsname.Repository, refused, ended error) error {
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

func (c *change) report() Outcome {
	c.mu.Lock()
	defer c.mu.Unlock()
	return Outcome{Writes: c.writes, Overwritten: c.overwritten, Vanished: slices.Clone(c.vanished)}
}

func (c *change) sent() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.writes
}

// apply edits a document, unless the caller has gone.
func (c *change) apply(doc *policy.Document) (*policy.Document, error) {
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

// wrote notes that the change was sent, and may stand; accepted says that AWS has
// confirmed it.
func (c *change) wrote(accepted bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.accepted {
		c.overwritten++ // Else it would not have been sent again.
	}
	c.writes++
	c.seen, c.suspect, c.accepted = 0, false, accepted
}

// tell notes that statements of others have vanished.
func (c *change) tell(vanished []*policy.Statement) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.vanished = append(c.vanished, vanished...)
}

// stands notes a read that shows the change standing, and reports whether that is
// enough. While younger changes are on their way, it is seen some more with them:
// their callers go on together, so that what these do next is one write again.
func (c *change) stands(younger bool) bool {
	c.seen++
	enough := c.enough()
	if younger {
		enough += patience
	}
	return c.sent() == 0 || c.seen >= enough
}

// young reports whether one read more is not enough.
func (c *change) young() bool { return c.sent() == 0 || c.seen+1 < c.enough() }

// enough is how many reads must show the change standing.
func (c *change) enough() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return sightings + min(c.overwritten, moreSightings)
}

// A LostError says that other writers kept overwriting the change until its time
// was up.
type LostError struct {
	Repository awsname.Repository
	Writes     int // how often the change was sent
}

func (e *LostError) Error() string {
	return fmt.Sprintf("the policy of the repository %s was changed by another writer after our writes, of which there were %d", e.Repository.ARN(), e.Writes)
}

// How long things wait; waits are jittered to between half of it and all of it.
const (
	gatherTime   = 60 * time.Millisecond // for company, before the first write of a batch
	gatherSteps  = 6                     // as often at most, while company keeps coming
	settleTime   = time.Second           // before each read that verifies
	slowSettle   = 5 * time.Second       // at most, where AWS answers slowly
	maxSettle    = 20 * time.Second      // at most, before a write that was overwritten is made again
	firstDelay   = time.Second           // before a refused change is tried again
	maxDelay     = 15 * time.Second
	roundTimeout = 2 * time.Minute // for the calls of one read-modify-write
)
