package rolepolicy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
)

// propagation is how long Create waits for IAM to know a role that was created a
// moment ago, and to show the policy. IAM publishes no bound; it is nearly
// always a matter of seconds.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
const propagation = 30 * time.Second

// A Clock is the time that Create waits by.
type Clock struct {
	Now  func() time.Time
	Wait func(ctx context.Context, d time.Duration) error // for about d, or until ctx ends
}

// Create writes an inline policy, and refuses with an *ExistsError to replace one
// of the same name. IAM has no call for that: one that somebody else writes
// between the read and the write is replaced. It returns when the policy can be
// read back. With an error, written says whether the policy may stand all the same.
func (s *Store) Create(ctx context.Context, role, name, document string) (written bool, err error) {
	existing, found, err := s.Get(ctx, role, name)
	if err != nil {
		return false, err
	}
	if found {
		return false, &ExistsError{Role: role, Policy: Policy{name, existing}, Account: s.account(ctx)}
	}
	start := s.Clock.Now()
	err = s.untilKnown(ctx, start, func() error { return s.Put(ctx, role, name, document) })
	if err != nil {
		return awsapi.MayHaveTakenEffect(err), err
	}
	return true, s.untilKnown(ctx, start, func() error { return s.readBack(ctx, role, name) })
}

// readBack returns an error when IAM does not show a policy yet. Any other
// failure says nothing about the policy, which IAM has accepted.
func (s *Store) readBack(ctx context.Context, role, name string) error {
	client, err := s.clients.IAM(ctx)
	if err == nil {
		_, err = get(ctx, client, role, name)
	}
	if awsapi.KindOf(err) != awsapi.NoSuchEntity {
		return nil
	}
	return s.explain(ctx, err, fmt.Sprintf("read back the inline policy %s of the role %s, which was written", name, role))
}

// untilKnown tries again while IAM says that there is no such entity, until the
// time for propagation since start is over.
func (s *Store) untilKnown(ctx context.Context, start time.Time, try func() error) error {
	for delay := time.Second; ; delay = min(2*delay, 5*time.Second) {
		err := try()
		if awsapi.KindOf(err) != awsapi.NoSuchEntity {
			return err
		}
		tried := s.Clock.Now().Sub(start)
		if tried+delay > propagation {
			return &UnknownEntityError{Tried: tried, Cause: err}
		}
		if waitErr := s.Clock.Wait(ctx, delay); waitErr != nil {
			return errors.Join(err, waitErr)
		}
	}
}

// An UnknownEntityError says that IAM did not know a role or policy for all the
// time that a new one may need to become known.
type UnknownEntityError struct {
	Tried time.Duration
	Cause error // an *awsapi.Error
}

// Error returns the cause and how long it was tried.
func (e *UnknownEntityError) Error() string {
	return fmt.Sprintf("%v (tried for %s)", e.Cause, e.Tried.Round(time.Second))
}

// Unwrap returns the *awsapi.Error.
func (e *UnknownEntityError) Unwrap() error { return e.Cause }

// An ExistsError says that a role already has an inline policy of that name.
type ExistsError struct {
	Role    string
	Policy  Policy // the one that exists
	Account string // empty when it could not be found out
}

// Error names the policy and the role.
func (e *ExistsError) Error() string {
	return fmt.Sprintf("the role %s already has an inline policy %s", named(e.Role, e.Account), e.Policy.Name)
}
