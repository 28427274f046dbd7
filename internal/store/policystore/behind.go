// SPDX-License-Identifier: MPL-2.0

package policystore

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

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

// mayPass reports whether a change that failed may be made later, without a plan. ECR may also
// refuse it because of a new role that it does not know everywhere.
func mayPass(err error) bool {
	_, changed := errors.AsType[*ChangedError](err)
	_, duplicate := errors.AsType[*DuplicateSidError](err)
	_, version := errors.AsType[*VersionError](err)
	_, late := errors.AsType[*MissingError](err)
	return err != nil && awserr.KindOf(err) != awserr.RepositoryNotFound && !changed && !duplicate && !version && !late
}
