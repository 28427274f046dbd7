// SPDX-License-Identifier: MPL-2.0

package rolepolicy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// propagation is how long a write waits for IAM to know a role that was created a
// moment ago, and to show the policy. IAM publishes no bound; it is nearly
// always a matter of seconds.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
const propagation = 30 * time.Second

// Waits within that time grow from the first to the longest. The first is short, because
// Terraform works on nothing else in place of an object that waits.
const firstDelay, longestDelay = 250 * time.Millisecond, 5 * time.Second

// untilShown waits until IAM shows a policy as it was written. Without that, the
// next read could take the policy for deleted, or for changed by somebody else.
func (s *Store) untilShown(ctx context.Context, start time.Time, key Key, document string) error {
	role, name := key.Role, key.Name
	readBack := fmt.Sprintf("read back the inline policy %s of the role %s, which was written", name, role)
	err := s.untilKnown(ctx, start, func() error {
		client, err := s.clients.IAM(ctx)
		shown := ""
		if err == nil {
			shown, err = get(ctx, client, role, name)
		}
		switch {
		case awserr.KindOf(err) == awserr.NoSuchEntity:
			return s.explain(ctx, err, readBack)
		case err != nil:
			return nil //nolint:nilerr // It says nothing about the policy, which IAM has accepted.
		case shown != document && !Same(shown, document):
			return &OverwrittenError{Role: role, Account: s.account(ctx), Policy: Policy{name, shown}}
		}
		return nil
	})
	if _, other := errors.AsType[*OverwrittenError](err); other && ctx.Err() != nil {
		return s.explain(ctx, ctx.Err(), readBack) // What it showed so far may have been an old answer.
	}
	return err
}

// untilKnown tries again while IAM does not know a role or policy or shows an
// older one, until the time for propagation since start is over.
func (s *Store) untilKnown(ctx context.Context, start time.Time, try func() error) error {
	for delay := firstDelay; ; delay = min(2*delay, longestDelay) {
		err := try()
		overwritten, other := errors.AsType[*OverwrittenError](err)
		if !other && awserr.KindOf(err) != awserr.NoSuchEntity {
			return err
		}
		tried := s.Clock.Now().Sub(start)
		switch {
		case tried+delay <= propagation:
		case other:
			overwritten.Tried = tried
			return overwritten
		default:
			return &UnknownEntityError{Tried: tried, Cause: err}
		}
		if waitErr := s.Clock.Wait(ctx, delay); waitErr != nil {
			return errors.Join(err, waitErr)
		}
	}
}

// A MissingRoleError says that IAM rejected a write because the role does not exist.
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
type MissingRoleError struct {
	Role    string
	Policy  string // the name of the one that was to be written
	Account string // empty when it could not be found out
	Cause   error  // an *awserr.Error
}

// Error returns the cause.
func (e *MissingRoleError) Error() string { return e.Cause.Error() }

// Unwrap returns the *awserr.Error.
func (e *MissingRoleError) Unwrap() error { return e.Cause }

// An UnknownEntityError says that IAM did not know a role or policy for all the
// time that a new one may need to become known.
type UnknownEntityError struct {
	Tried time.Duration
	Cause error // a *MissingRoleError, or an *awserr.Error of a read
}

// Error returns the cause and how long it was tried.
func (e *UnknownEntityError) Error() string {
	return fmt.Sprintf("%v (tried for %s)", e.Cause, e.Tried.Round(time.Second))
}

// Unwrap returns the cause.
func (e *UnknownEntityError) Unwrap() error { return e.Cause }

// An OverwrittenError says that IAM accepted a policy and showed another one for
// all the time that the new one may need to become known.
type OverwrittenError struct {
	Role    string
	Account string // empty when it could not be found out
	Policy  Policy // the one that IAM shows
	Tried   time.Duration
}

// Error names the policy and the role.
func (e *OverwrittenError) Error() string {
	return fmt.Sprintf("the inline policy %s of the role %s was written, but after %s IAM still shows a different policy with that name",
		e.Policy.Name, named(e.Role, e.Account), e.Tried.Round(time.Second))
}
