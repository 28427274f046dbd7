// SPDX-License-Identifier: MPL-2.0

package rolepolicy

import (
	"context"
	"fmt"
	"slices"
)

// unchanged checks before a write that the policy is one of the documents, or does not
// exist. Any other policy is a *ChangedError. The read may be stale, so it is repeated
// until the time for propagation is over.
func (s *Store) unchanged(ctx context.Context, key Key, documents ...string) error {
	start := s.Clock.Now()
	for delay := firstDelay; ; delay = min(2*delay, longestDelay) {
		live, found, err := s.get(ctx, key)
		if err != nil {
			return err
		}
		expected := func(document string) bool { return live == document || Same(live, document) }
		if !found || slices.ContainsFunc(documents, expected) {
			return nil
		}
		if s.Clock.Now().Sub(start)+delay > propagation {
			return &ChangedError{Role: key.Role, Account: s.account(ctx), Policy: Policy{key.Name, live}}
		}
		if err := s.Clock.Wait(ctx, delay); err != nil {
			return s.explain(ctx, err, doing("read", key))
		}
	}
}

// A ChangedError says that the existing policy is not the one that the caller expects,
// so that it was not replaced or deleted.
type ChangedError struct {
	Role    string
	Account string // empty when it could not be found out
	Policy  Policy // the existing one
}

// Error names the policy and the role.
func (e *ChangedError) Error() string {
	return fmt.Sprintf("the inline policy %s of the role %s has changed since the plan", e.Policy.Name, named(e.Role, e.Account))
}
