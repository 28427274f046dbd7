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

// Change applies an edit and returns when a later read shows that it stands. It
// writes nothing when the edit changes nothing. While retry says that an error
// may pass, it tries again until ctx ends; the last error of AWS is then part of
// the answer. With an error, written says whether the policy was written all the
// same, so that the change may stand.
func (s *Store) Change(ctx context.Context, repo awsname.Repository, retry func(error) bool, edit Edit) (written bool, err error) {
	c := &change{ctx: ctx, edit: edit}
	var refused error
	for delay := firstDelay; ; delay = min(2*delay, maxDelay) {
		err := c.outcome(s.submit(repo, c)) //nolint:contextcheck // The queue is served for all its callers, not for one.
		if ctx.Err() != nil && err != nil {
			return c.sent(), c.timeUp(repo, refused, err)
		}
		if err == nil || !retry(err) {
			return c.sent(), err
		}
		refused = err
		if waitErr := s.wait(ctx, delay); waitErr != nil {
			return c.sent(), c.timeUp(repo, refused, waitErr)
		}
	}
}

// A change is one caller's edit on its way through a queue.
type change struct {
	ctx  context.Context //nolint:containedctx // The caller's, whose end takes the change out of its batch.
	edit Edit
	done chan error // one for each time that the change is submitted

	mu     sync.Mutex
	left   bool // the caller has gone
	writes int  // how often it was sent
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
	case c.writes > 1:
		return errors.Join(&LostError{Repository: repo, Writes: c.writes}, ended)
	case c.writes == 1:
		return fmt.Errorf("the policy of the repository %s was written, but there was no time left to see the change standing: %w", repo.ARN(), ended)
	}
	return fmt.Errorf("waited for other changes of the repository %s: %w", repo.ARN(), ended)
}

func (c *change) sent() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.writes > 0
}

// apply edits a document, unless the caller has gone.
func (c *change) apply(doc *policy.Document) (edited *policy.Document, err error) {
	c.mu.Lock() // Until the edit has ended: its caller may look at what it has noted.
	defer c.mu.Unlock()
	if c.left {
		return nil, c.ctx.Err()
	}
	return c.edit(doc, c.writes > 0)
}

// sentAgain reports whether the change was sent more than once, as another writer
// had overwritten it.
func (c *change) sentAgain() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.writes > 1
}

// count notes that the change was sent.
func (c *change) count() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.writes++
}

// A queue holds the changes of one repository that wait for the next round.
// Store.mu guards it.
type queue struct {
	waiting []*change
	working bool // a goroutine serves the queue
}

// submit puts a change into its repository's queue.
func (s *Store) submit(repo awsname.Repository, c *change) <-chan error {
	c.done = make(chan error, 1)
	done := c.done
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queues[repo]
	if q == nil {
		q = &queue{}
		s.queues[repo] = q
	}
	q.waiting = append(q.waiting, c)
	if !q.working {
		q.working = true
		go s.serve(repo, q)
	}
	return done
}

// serve makes rounds until no change waits and every change that was written has
// been seen standing.
func (s *Store) serve(repo awsname.Repository, q *queue) {
	pause := settleTime
	var unverified []*change
	for {
		if len(unverified) == 0 {
			s.gather(q)
		} else {
			s.pause(pause)
		}
		batch := slices.Concat(unverified, s.take(q, len(unverified) == 0))
		if len(batch) == 0 {
			return
		}
		unverified = s.round(repo, batch)
		if slices.ContainsFunc(unverified, (*change).sentAgain) {
			pause = min(2*pause, maxSettle) // Other writers are at it: give way.
		} else {
			pause = settleTime
		}
	}
}

// gather waits while changes keep arriving, but no longer than a fraction of a second.
func (s *Store) gather(q *queue) {
	seen := 0
	for range gatherSteps {
		s.pause(gatherTime)
		s.mu.Lock()
		waiting := len(q.waiting)
		s.mu.Unlock()
		if waiting == seen {
			return
		}
		seen = waiting
	}
}

// pause waits for all callers together: the end of one must not end it.
func (s *Store) pause(d time.Duration) { _ = s.wait(context.Background(), d) }

// take empties the queue. With nothing in it, the goroutine that serves it ends,
// if it may.
func (s *Store) take(q *queue, mayEnd bool) []*change {
	s.mu.Lock()
	defer s.mu.Unlock()
	taken := q.waiting
	q.waiting = nil
	q.working = len(taken) > 0 || !mayEnd
	return taken
}

// round does one read-modify-write for a batch. Changes that the read shows
// standing are done. It returns those that were written and must be seen in the
// next round's read.
func (s *Store) round(repo awsname.Repository, batch []*change) (unverified []*change) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(batch[0].ctx), roundTimeout)
	defer cancel()
	current, err := s.Get(ctx, repo)
	if err != nil {
		finish(batch, err)
		return nil
	}
	next := current
	var changing []*change
	for _, c := range batch {
		edited, err := c.apply(next)
		if err != nil || edited.Canonical() == next.Canonical() {
			c.done <- err
			continue
		}
		next, changing = edited, append(changing, c)
	}
	if len(changing) == 0 {
		return nil
	}
	stands, err := s.write(ctx, repo, next)
	if stands {
		for _, c := range changing {
			c.count()
		}
	}
	switch {
	case err == nil:
		return changing
	case len(changing) > 1 && !stands:
		return s.alone(repo, changing)
	}
	finish(changing, err)
	return nil
}

// alone tries the changes of a refused batch one by one, so that the one that is
// to blame fails alone.
func (s *Store) alone(repo awsname.Repository, batch []*change) (unverified []*change) {
	for _, c := range batch {
		unverified = append(unverified, s.round(repo, []*change{c})...)
	}
	return unverified
}

func finish(batch []*change, err error) {
	for _, c := range batch {
		c.done <- err
	}
}
