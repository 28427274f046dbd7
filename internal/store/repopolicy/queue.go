package repopolicy

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// A queue holds the changes of one repository that wait for the next round.
type queue struct {
	waiting []*pending // guarded by Store.mu
	working bool       // a goroutine serves the queue; guarded by Store.mu

	// What follows belongs to the goroutine that serves the queue.
	repo    awsname.Repository
	memory  memory
	settle  time.Duration // before a read that verifies
	pause   time.Duration // before the next round
	company int           // how many changes the last round has ended: their callers may come back
}

// submit puts a change into its repository's queue.
func (s *Store) submit(repo awsname.Repository, c *pending) <-chan error {
	c.done = make(chan error, 1)
	done := c.done
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queues[repo]
	if q == nil {
		q = &queue{repo: repo, settle: settleTime}
		s.queues[repo] = q
	}
	q.waiting = append(q.waiting, c)
	if !q.working {
		q.working = true
		go s.serve(q)
	}
	return done
}

// serve makes rounds until no change waits and every change that was written has
// been seen standing.
func (s *Store) serve(q *queue) {
	var open []*pending
	for {
		if len(open) == 0 {
			s.gather(q)
		} else {
			s.pause(q.pause)
		}
		var taken []*pending
		if !slices.ContainsFunc(open, (*pending).nearlyDone) {
			taken = s.take(q, len(open) == 0)
		} // Else those who wait go with those who come back after this round, as one write.
		if len(open)+len(taken) == 0 {
			return
		}
		changes := len(open) + len(taken)
		open = s.round(q, append(open, taken...))
		if ended := changes - len(open); ended > 0 {
			q.company = ended
		}
	}
}

// gather waits while changes keep arriving, and until as many have come to those
// that wait already as the last round has ended; but no longer than a fraction of a
// second.
func (s *Store) gather(q *queue) {
	seen, expected := 0, s.waiting(q)+q.company
	for range gatherSteps {
		s.pause(gatherTime)
		waiting := s.waiting(q)
		if waiting == seen && waiting >= expected {
			return
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
		q.company = 0
	}
	return taken
}

// round takes a batch one step further and returns the changes that are not done.
// Those that AWS has refused are sent apart, so that they fail without the others.
func (s *Store) round(q *queue, batch []*pending) (open []*pending) {
	q.pause = q.settle
	var suspects []*pending
	batch = slices.DeleteFunc(batch, func(c *pending) bool {
		if c.suspect {
			suspects = append(suspects, c)
		}
		return c.suspect
	})
	open = s.step(q, batch)
	if len(batch) > 0 && q.memory.looks > 0 {
		return append(open, suspects...) // Their read would be in doubt too.
	}
	return append(open, s.step(q, suspects)...)
}

// step does one read-modify-write for a batch. Changes that enough reads have
// shown standing are done. It returns the others.
func (s *Store) step(q *queue, batch []*pending) (open []*pending) {
	if len(batch) == 0 {
		return nil
	}
	ctx, cancel := whileWanted(batch)
	defer cancel()
	started := s.now()
	base, err := s.Get(ctx, q.repo)
	if err != nil {
		finish(batch, err)
		return nil
	}
	if q.memory.doubts(base, batch) {
		q.giveWay(base, batch)
		return batch
	}
	again := q.memory.amends(base, s.now())
	vanished, restored := q.memory.vanished(base, batch), sids(again)
	for _, c := range batch {
		c.tell(vanished, restored)
	}
	q.memory.stood(base)
	next, changing, open := q.apply(base, append(again, batch...), s.now())
	if next.Canonical() == base.Canonical() {
		return append(open, changing...) // What cancels out must be seen standing too.
	}
	open = append(open, s.send(ctx, q, next, changing)...)
	q.settle = min(max(settleTime, 2*s.now().Sub(started)), slowSettle) // A writer like us may take as long from its read to its write.
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

// giveWay sets how long other writers have to finish before a read in doubt is
// looked at again: longer each time that one of our changes was overwritten, and
// each time that ECR has shown the past.
func (q *queue) giveWay(base *policy.Document, batch []*pending) {
	tries := 1
	if q.memory.past(base) {
		tries = q.memory.looks
	}
	for _, c := range batch {
		if c.sent() > 0 && c.trace.lost(base) {
			tries = max(tries, c.sent())
		}
	}
	q.pause = min(q.settle<<min(tries-1, 10), maxSettle)
}

// apply edits a document by the changes of a batch, in their order. What changes
// nothing stands: it is done, or has to be seen again.
func (q *queue) apply(doc *policy.Document, batch []*pending, now time.Time) (next *policy.Document, changing, open []*pending) {
	next = doc
	for _, c := range batch {
		edited, err := c.apply(next)
		switch {
		case err != nil:
			c.done <- err
		case edited.Canonical() != next.Canonical():
			delete(q.memory.made, c.trace.sid)
			changing, open = supersede(changing, c), supersede(open, c)
			next, changing = edited, append(changing, c)
		case c.stands():
			if c.sent() > 0 {
				q.memory.keep(c.trace, now)
			}
			c.done <- nil
		default:
			open = append(open, c)
		}
	}
	return next, changing, open
}

// supersede ends earlier changes of the Sid of c: what they left is c's to judge.
func supersede(earlier []*pending, c *pending) []*pending {
	return slices.DeleteFunc(earlier, func(e *pending) bool {
		if e.trace.sid != c.trace.sid {
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
		c.wrote(sent.stands(), sent.err == nil)
	}
	if sent.stands() {
		q.memory.written = doc
	}
	if sent.err == nil {
		q.memory.stood(doc)
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
	if delay, passes := sent.passes(failures); passes {
		q.pause = max(q.pause, delay)
		return changing
	}
	if len(changing) > 1 && !sent.stands() {
		return s.alone(q, changing) //nolint:contextcheck // Each of them has its own time.
	}
	for _, c := range changing {
		c.suspect = true
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
		all = append(all, c.trace.sid)
	}
	return all
}

func finish(batch []*pending, err error) {
	for _, c := range batch {
		c.failures = 0
		c.done <- err
	}
}
