// SPDX-License-Identifier: MPL-2.0

package policystore

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
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

// VerifyBeforeReturn makes every Create, Update and Delete wait for its verification. It
// must be called before them.
func (s *Store) VerifyBeforeReturn() { s.calm.always = true }

// Finish verifies the changes whose callers have returned, and repairs what other writers
// have overwritten. It returns what no caller can report any more, at the latest when ctx
// ends. After it, no change may be made.
func (s *Store) Finish(ctx context.Context) []Late {
	s.calm.end()
	verified := make(chan struct{})
	go func() {
		defer close(verified)
		s.calm.mu.Lock()
		defer s.calm.mu.Unlock()
		for len(s.calm.behind) > 0 {
			s.calm.ended.Wait()
		}
	}()
	select {
	case <-verified:
	case <-ctx.Done():
	}
	late := s.calm.takeLate()
	s.calm.mu.Lock()
	defer s.calm.mu.Unlock()
	for _, key := range s.calm.behind {
		late = append(late, Late{Key: key, Err: ctx.Err()})
	}
	return late
}

// Finish is Store.Finish for several stores at the same time.
func Finish(ctx context.Context, stores ...*Store) []Late {
	all := make([][]Late, len(stores))
	var group sync.WaitGroup
	for i, s := range stores {
		group.Go(func() { all[i] = s.Finish(ctx) })
	}
	group.Wait()
	return slices.Concat(all...)
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

// look reads the policy right after changes were sent. What it shows is only noted for noneDelay:
// the reads that verify the changes come later.
func (s *Store) look(ctx context.Context, q *queue, sent []*pending) {
	isPut := func(c *pending) bool { return c.accepted && c.effect.after != nil }
	if !slices.ContainsFunc(sent, isPut) || !s.calm.wantsLook() {
		return
	}
	doc, err := s.document(ctx, q.repo)
	s.calm.looked(err == nil && !slices.ContainsFunc(sent, func(c *pending) bool { return c.effect.missingFrom(doc) }))
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

// observeOthers notes what a read says of other writers.
func (s *Store) observeOthers(q *queue, base *policy.Document, batch []*pending) {
	for _, c := range batch {
		if c.missedAt.IsZero() && c.sent() > 0 && c.effect.missingFrom(base) {
			c.missedAt = s.now()
		}
	}
	missing := q.observed.lacksChange(base, batch)
	q.disturbed = q.disturbed || missing || q.observed.disturbed(base, batch)
	if missing {
		s.calm.disturb(s.now())
	}
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

// mayPass reports whether a change that failed may be made later, without a plan. ECR may also
// refuse it because of a new role that it does not know everywhere.
func mayPass(err error) bool {
	_, changed := errors.AsType[*ChangedError](err)
	_, duplicate := errors.AsType[*DuplicateSidError](err)
	_, version := errors.AsType[*VersionError](err)
	_, late := errors.AsType[*MissingError](err)
	return err != nil && awserr.KindOf(err) != awserr.RepositoryNotFound && !changed && !duplicate && !version && !late
}

// mayReturn reports whether the caller of a change need not wait: there is no sign of another
// writer in its way, and the next plan would show that it is missing. No plan would show a
// removed statement that is back.
func (q *queue) mayReturn(c *pending) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.effect.after != nil && !q.disturbed && c.accepted && c.writes == 1 && !c.behind && !c.abandoned
}

// leaveBehind returns a change that puts what c put, for which nobody waits.
func (s *Store) leaveBehind(c *pending, repo awsname.Repository) *pending {
	e, key := c.effect, Key{repo, c.effect.sid}
	left := &pending{
		ctx: context.Background(), effect: e, done: make(chan error, 1),
		writes: 1, accepted: true, confirmed: confirmations - 1, behind: true, sentAt: c.sentAt,
	}
	left.edit = func(doc *policy.Document, _ bool) (*policy.Document, error) {
		live, err := Find(doc, key)
		switch {
		case err != nil:
			return nil, err
		case !e.missingFrom(doc) && live != nil && live.Canonical() != e.after.Canonical():
			return nil, &ChangedError{Key: key, Statement: live}
		case e.missingFrom(doc) && left.missedAt.Sub(left.sentAt) > restorePeriod:
			return nil, &MissingError{Key: key, After: left.missedAt.Sub(left.sentAt)}
		}
		return e.redo(repo, doc)
	}
	return left
}

// notBefore returns before when no read verifies a change: a single read comes as late as the
// second one of a caller that waits. It is zero for a change that is verified like any other.
func (q *queue) notBefore(c *pending) time.Time {
	if !c.isQuiet() {
		return time.Time{}
	}
	return c.sentAt.Add(confirmations * q.verifyDelay)
}

// isQuiet reports whether nobody waits for a change, and no read has missed it.
func (c *pending) isQuiet() bool { return c.behind && !c.missed }

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
