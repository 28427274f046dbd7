// SPDX-License-Identifier: MPL-2.0

package policystore

import (
	"context"
	"slices"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/ownership"
)

// A Result says what became of a Create, an Update or a Delete.
type Result struct {
	Outcome

	// Adopted is set if an identical statement existed before the Create.
	Adopted bool
	// Left is set if the Delete left the statement to another object of the state.
	Left bool
	// Policy is the last policy that was read; empty if none was.
	Policy *policy.Document
}

// Create adds a statement for an object that has no statement in its state, and
// returns when later reads show it. An identical statement that exists is adopted. A
// different one with the Sid is an *ExistsError, and so is a statement that another
// object of the configuration manages. Other errors are a *DuplicateSidError, a
// *VersionError, a *TooLargeError, a *RefusedError, a *LostError, a *policy.Error or
// an *awserr.Error. With an error, Writes above 0 means that the statement may exist.
func (s *Store) Create(ctx context.Context, repo awsname.Repository, token string, statement *policy.Statement) (Result, error) {
	key := Key{repo, statement.Sid()}
	if !s.Owners.Create(key, token, statement.Canonical()) {
		return Result{Policy: policy.New()}, &ExistsError{Key: key, Statement: statement, Own: true}
	}
	adopted := false
	result, err := s.put(ctx, repo, statement, func(live *policy.Statement, written bool) error {
		if live != nil && live.Canonical() != statement.Canonical() {
			return &ExistsError{Key: key, Statement: live}
		}
		adopted = adopted || live != nil && !written
		return nil
	})
	result.Adopted = adopted
	if err != nil && result.Writes == 0 {
		s.Owners.AbandonCreate(key, token)
	}
	return result, err
}

// Update replaces the statement that an object has in its state; prior is nil if the
// state cannot be understood. It writes nothing if the statement is as planned
// already. A statement that is neither the prior nor the planned one is a
// *ChangedError. Other errors are as for Create.
func (s *Store) Update(ctx context.Context, repo awsname.Repository, token string, prior, statement *policy.Statement) (Result, error) {
	key := Key{repo, statement.Sid()}
	s.Owners.Update(key, token) // Even if AWS refuses the update, the object keeps the statement.
	return s.put(ctx, repo, statement, func(live *policy.Statement, written bool) error {
		if written || live == nil || live.Canonical() == statement.Canonical() || prior != nil && live.Canonical() == prior.Canonical() {
			return nil
		}
		return &ChangedError{Key: key, Statement: live}
	})
}

// put writes a statement. check judges what exists with its Sid, nil for nothing,
// before each write; written says whether this change was sent before.
func (s *Store) put(ctx context.Context, repo awsname.Repository, statement *policy.Statement, check func(live *policy.Statement, written bool) error) (Result, error) {
	key, started, before := Key{repo, statement.Sid()}, s.now(), policy.New()
	change := change{sid: key.Sid, edit: func(doc *policy.Document, written bool) (*policy.Document, error) {
		live, err := Find(doc, key)
		if err != nil {
			return nil, err
		}
		if err := check(live, written); err != nil {
			return nil, err
		}
		next, err := add(repo, doc, statement)
		if err == nil {
			before = doc
		}
		return next, err
	}}
	named := namedPrincipals(statement)
	if len(named) > 0 {
		change.retry = Refused
	}
	outcome, err := s.apply(ctx, repo, change)
	if Refused(err) {
		err = &RefusedError{Key: key, Named: named, Policy: before, Waited: s.now().Sub(started).Round(time.Second), Cause: err}
	}
	return Result{Outcome: outcome, Policy: before}, err
}

// Delete removes the statement that an object has in its state, and the policy with
// the last statement. The statement is nil if the state cannot be understood. It is
// left if another object of the configuration keeps it, or has created it in this
// apply. A different statement with the Sid is a *ChangedError. That there is none,
// or no repository, is no error. Other errors are as for Create.
func (s *Store) Delete(ctx context.Context, key Key, object ownership.Object, statement *policy.Statement) (Result, error) {
	result := Result{Policy: policy.New()}
	if s.Owners.Delete(key, object) {
		result.Left = true
		return result, nil
	}
	outcome, err := s.apply(ctx, key.Repository, change{sid: key.Sid, edit: func(doc *policy.Document, written bool) (*policy.Document, error) {
		live, err := Find(doc, key)
		if err != nil {
			return nil, err
		}
		result.Policy = doc
		if live == nil || s.Owners.Kept(key, object.Token, live.Canonical()) {
			return doc, nil
		}
		if statement == nil || live.Canonical() != statement.Canonical() {
			if written {
				return doc, nil // Ours was deleted, and this is a new one of somebody else.
			}
			return nil, &ChangedError{Key: key, Statement: live}
		}
		return doc.Remove(key.Sid), nil
	}})
	result.Outcome = outcome
	if awserr.KindOf(err) == awserr.RepositoryNotFound {
		return result, nil
	}
	if Refused(err) {
		err = &RefusedError{Key: key, Removing: true, Policy: result.Policy, Cause: err}
	}
	return result, err
}

// namedPrincipals returns the accounts, roles and users that a statement names. AWS
// may not know them yet.
func namedPrincipals(s *policy.Statement) []string {
	return slices.DeleteFunc(s.Principals()["AWS"], func(p string) bool { return p == "*" })
}

// Refused reports whether ECR refused a policy because of its content, which may pass
// when AWS knows a new role everywhere. "Principal not found" is ECR's message since
// 2024; before, it was "Invalid repository policy provided".
func Refused(err error) bool {
	kind := awserr.KindOf(err)
	return kind == awserr.PrincipalNotFound || kind == awserr.InvalidPolicy
}

// apply applies an edit and returns when later reads have verified it. It writes
// nothing if the edit changes nothing. It ends with ctx; the last error
// of AWS is then part of the answer.
func (s *Store) apply(ctx context.Context, repo awsname.Repository, wanted change) (Outcome, error) {
	c := &pending{ctx: ctx, edit: wanted.edit, effect: effect{sid: wanted.sid}}
	var refused error
	for delay := firstRetryDelay; ; delay = min(2*delay, maxRetryDelay) {
		err := c.outcome(s.submit(repo, c)) //nolint:contextcheck // The queue is served for all its callers, not for one.
		if ctx.Err() != nil && err != nil {
			return c.report(), c.timeUp(repo, refused, err)
		}
		if err == nil || wanted.retry == nil || !wanted.retry(err) {
			outcome := c.report()
			outcome.Late = s.calm.takeLate()
			return outcome, err
		}
		refused = err
		if waitErr := s.wait(ctx, delay); waitErr != nil {
			return c.report(), c.timeUp(repo, refused, waitErr)
		}
	}
}
