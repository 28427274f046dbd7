// SPDX-License-Identifier: MPL-2.0

package policystore

import (
	"context"
	"slices"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

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

// await waits for the next round. It returns false if what it waited for has changed.
func (s *Store) await(q *queue, open []*pending) (ready bool) {
	if len(open) == 0 {
		s.collect(q)
		return true
	}
	if q.observed.rereads == 0 && !slices.ContainsFunc(open, func(c *pending) bool { return !c.isQuiet() }) {
		return s.awaitLook(q, open)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	if s.calm.reached.Err() == nil && !slices.ContainsFunc(open, func(c *pending) bool { return !q.mayReturn(c) }) {
		defer context.AfterFunc(s.calm.reached, cancel)()
	}
	return s.wait(ctx, q.pause) == nil
}

// awaitLook waits until the last of the changes that nobody waits for is to be verified, or
// until another change is submitted.
func (s *Store) awaitLook(q *queue, open []*pending) (ready bool) {
	var next time.Time
	for _, c := range open {
		if at := q.notBefore(c); at.After(next) {
			next = at
		}
	}
	timer := time.NewTimer(next.Sub(s.now()))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-q.wake:
		return s.waiting(q) > 0
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

// release lets the callers of changes return that ECR has confirmed, if nothing speaks
// against it, and keeps the changes to verify them behind the callers.
func (s *Store) release(q *queue, open []*pending) []*pending {
	if !s.calm.isReached(s.now()) || s.calm.ending.Err() != nil {
		return open
	}
	for i, c := range open {
		if !q.mayReturn(c) {
			continue
		}
		left := s.leaveBehind(c, q.repo)
		if !s.calm.add(Key{q.repo, c.effect.sid}, left) {
			break
		}
		go s.follow(q.repo, left)
		open[i] = left
		c.done <- nil
	}
	return open
}

// restore returns changes that restore statements of this process: see restorations. Finish waits
// for them.
func (s *Store) restore(q *queue, doc *policy.Document) []*pending {
	again := q.observed.restorations(q.repo, doc, s.now())
	for _, c := range again {
		if s.calm.add(Key{q.repo, c.effect.sid}, c) {
			c.behind, c.missed = true, true
			go s.follow(q.repo, c)
		}
	}
	return again
}

// follow waits for the end of a change that nobody else waits for. A failure that may pass is
// no end: it is tried again, as long as a verified change is restored, and for the last time when
// the process ends.
func (s *Store) follow(repo awsname.Repository, c *pending) {
	since := s.now()
	err := <-c.done
	for delay, last := firstRetryDelay, false; mayPass(err) && !last && s.now().Sub(since) < restorePeriod; delay = min(2*delay, maxRetryDelay) {
		_ = s.wait(s.calm.ending, delay)
		last = s.calm.ending.Err() != nil
		err = <-s.submit(repo, c) // Which does nothing if it is superseded.
	}
	s.calm.finish(c, err)
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
