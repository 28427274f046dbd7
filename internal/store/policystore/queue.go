// SPDX-License-Identifier: MPL-2.0

package policystore

import (
	"context"
	"slices"
	"sync/atomic"
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

// submit puts a change into its policy's queue.
func (s *Store) submit(repo awsname.Repository, c *pending) <-chan error {
	s.calm.change(repo)
	c.done = make(chan error, 1)
	done := c.done
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queues[repo]
	if q == nil {
		q = &queue{repo: repo, verifyDelay: verifyDelay, wake: make(chan struct{}, 1)}
		s.queues[repo] = q
	}
	q.waiting = append(q.waiting, c)
	if !q.working {
		q.working = true
		go s.serve(q)
	}
	select {
	case q.wake <- struct{}{}:
	default:
	}
	return done
}

// serve makes rounds until no change waits and every change that was written is
// verified.
func (s *Store) serve(q *queue) {
	var open []*pending
	for {
		open = s.release(q, open)
		if !s.await(q, open) {
			continue
		}
		var taken []*pending
		if !slices.ContainsFunc(open, (*pending).almostVerified) {
			taken = s.take(q, len(open) == 0)
		} // Else those who wait go with those who come back after this round, as one write.
		if len(open)+len(taken) == 0 {
			return
		}
		changes := len(open) + len(taken)
		open = s.round(q, append(open, taken...))
		if ended := changes - len(open); ended > 0 {
			q.lastEnded = ended
		}
	}
}

// collect waits while changes keep arriving, and until as many have arrived as the last
// round has ended: their callers may come back. It stops waiting for them after a
// fraction of a second in which nothing arrives.
func (s *Store) collect(q *queue) {
	if s.calm.isReached(s.now()) || q.observed.last == nil && s.sawNone(q.repo) {
		return // What arrives during the read, or before the next one, goes with the next write.
	}
	seen, expected := 0, s.waiting(q)+q.lastEnded
	for quiet := 0; quiet < collectSteps && (quiet == 0 || seen < expected); {
		s.pause(collectTime)
		waiting := s.waiting(q)
		if waiting == seen {
			quiet++
		} else {
			quiet = 0
		}
		seen = waiting
	}
}

func (s *Store) waiting(q *queue) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(q.waiting)
}

// pause waits for all callers together: the end of one must not end it.
func (s *Store) pause(d time.Duration) { _ = s.wait(context.Background(), d) }

// take empties the queue. With nothing in it, the goroutine that serves it ends,
// if it may.
func (s *Store) take(q *queue, mayEnd bool) []*pending {
	s.mu.Lock()
	defer s.mu.Unlock()
	taken := q.waiting
	q.waiting = nil
	if q.working = len(taken) > 0 || !mayEnd; !q.working {
		q.lastEnded = 0
	}
	return taken
}

// round takes a batch one step further and returns the changes that are not done.
// Those that AWS has refused are sent apart, so that they fail without the others.
func (s *Store) round(q *queue, batch []*pending) (open []*pending) {
	q.pause = q.verifyDelay
	var refused []*pending
	batch = slices.DeleteFunc(batch, func(c *pending) bool {
		if c.refused {
			refused = append(refused, c)
		}
		return c.refused
	})
	open = s.step(q, batch)
	if len(batch) > 0 && q.observed.rereads > 0 {
		return append(open, refused...) // Their read could be stale too.
	}
	return append(open, s.step(q, refused)...)
}

// step does one read-modify-write for a batch. Changes that are verified
// are done. It returns the others.
func (s *Store) step(q *queue, batch []*pending) (open []*pending) {
	if len(batch) == 0 {
		return nil
	}
	ctx, cancel := whileWanted(batch)
	defer cancel()
	started := s.now()
	base, err := s.document(ctx, q.repo)
	if err != nil {
		finish(batch, err)
		return nil
	}
	q.observed.expect(s.takeExpected(q.repo).fingerprints)
	s.observeOthers(q, base, batch)
	if q.observed.needsReread(base, batch) {
		q.backOff(base, batch)
		if q.observed.isNew(base) {
			q.pause = min(q.pause, s.calm.noneDelay())
		}
		return batch
	}
	again := s.restore(q, base)
	lost := slices.DeleteFunc(q.observed.lost(base, batch), func(sid string) bool { return slices.Contains(sids(batch), sid) })
	disappeared, restored := q.observed.disappeared(base, batch), sids(again)
	for _, c := range batch {
		c.note(lost, disappeared, restored)
	}
	q.observed.observe(base)
	next, changing, open := s.edit(q, base, append(again, batch...))
	if !q.disturbed && slices.ContainsFunc(batch, func(c *pending) bool { return c.confirmed > 0 && c.sent() > 0 }) {
		s.calm.saw(q.repo)
	}
	if next.Canonical() == base.Canonical() {
		return append(open, changing...) // Changes that cancel each other out must be verified too.
	}
	open = append(open, s.send(ctx, q, next, changing)...)
	for _, c := range changing {
		c.missed = c.behind // Even if it could not be sent again.
	}
	q.verifyDelay = min(max(verifyDelay, 2*s.now().Sub(started)), slowVerifyDelay) // A writer like us may take as long from its read to its write.
	s.look(ctx, q, changing)
	return open
}

// whileWanted returns a context that ends with the last of the callers: the end of one
// must not end the calls for the others.
func whileWanted(batch []*pending) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(batch[0].ctx))
	var callers atomic.Int64
	callers.Store(int64(len(batch)))
	stops := make([]func() bool, len(batch))
	for i, c := range batch {
		stops[i] = context.AfterFunc(c.ctx, func() {
			if callers.Add(-1) == 0 {
				cancel()
			}
		})
	}
	return ctx, func() {
		cancel()
		for _, stop := range stops {
			stop()
		}
	}
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

// edit edits a document by the changes of a batch, in their order; those of callers come after
// those that nobody waits for. A change that changes nothing is done if it is verified, else it
// needs another read.
func (s *Store) edit(q *queue, doc *policy.Document, batch []*pending) (next *policy.Document, changing, open []*pending) {
	next = doc
	now := s.now()
	ofNobody := slices.DeleteFunc(slices.Clone(batch), func(c *pending) bool { return !c.behind })
	ofCallers := slices.DeleteFunc(slices.Clone(batch), func(c *pending) bool { return c.behind })
	for _, c := range append(ofNobody, ofCallers...) {
		if c.superseded.Load() {
			c.done <- nil
			continue
		}
		edited, err := c.apply(next)
		isEdit := err == nil && edited.Canonical() != next.Canonical()
		if err == nil && !isEdit && !c.behind {
			s.calm.supersede(Key{q.repo, c.effect.sid}, first(edited.Find(c.effect.sid)))
		}
		switch {
		case err != nil:
			c.done <- err
		case isEdit:
			delete(q.observed.verified, c.effect.sid)
			q.observed.settle(c.effect.sid)
			changing, open = supersede(changing, c), supersede(open, c)
			next, changing = edited, append(changing, c)
		case now.Before(q.notBefore(c)):
			open = append(open, c)
		case c.confirm():
			if c.sent() > 0 {
				q.observed.remember(c.effect, now)
			}
			c.done <- nil
		default:
			open = append(open, c)
		}
	}
	return next, changing, open
}

// supersede ends earlier changes of the Sid of c, which has seen their result.
func supersede(earlier []*pending, c *pending) []*pending {
	return slices.DeleteFunc(earlier, func(e *pending) bool {
		if e.effect.sid != c.effect.sid {
			return false
		}
		e.done <- nil
		return true
	})
}

// send writes a document for the changes that it holds, and returns those of
// them that are not done.
func (s *Store) send(ctx context.Context, q *queue, doc *policy.Document, changing []*pending) (open []*pending) {
	for _, c := range changing {
		c.sending()
	}
	sent := s.write(ctx, q.repo, doc)
	for _, c := range changing {
		c.wrote(sent.mayExist(), sent.err == nil, s.now())
		if sent.mayExist() && !c.behind {
			s.calm.supersede(Key{q.repo, c.effect.sid}, c.effect.after)
		}
	}
	if sent.mayExist() {
		q.observed.written = doc
	}
	if sent.err == nil {
		q.observed.observe(doc)
		for _, c := range changing {
			c.failures = 0
		}
		return changing
	}
	failures := 0
	for _, c := range changing {
		c.failures++
		failures = max(failures, c.failures)
	}
	if delay, passes := sent.retryDelay(failures); passes {
		q.pause = max(q.pause, delay)
		return changing
	}
	if len(changing) > 1 && !sent.mayExist() {
		return s.alone(q, changing) //nolint:contextcheck // Each of them has its own time.
	}
	for _, c := range changing {
		c.refused = true
	}
	finish(changing, sent.err)
	return nil
}

// alone tries the changes of a refused batch one by one, so that the one that is
// to blame fails alone.
func (s *Store) alone(q *queue, batch []*pending) (open []*pending) {
	for _, c := range batch {
		open = append(open, s.step(q, []*pending{c})...)
	}
	return open
}

func sids(changes []*pending) []string {
	var all []string
	for _, c := range changes {
		all = append(all, c.effect.sid)
	}
	return all
}

func finish(batch []*pending, err error) {
	for _, c := range batch {
		c.failures = 0
		c.done <- err
	}
}
