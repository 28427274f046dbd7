// SPDX-License-Identifier: MPL-2.0

package rolepolicy

import (
	"context"
	"errors"
	"fmt"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// A Creation says what became of a Create.
type Creation struct {
	Written bool // the policy was written for the object; with an error, perhaps
	Adopted bool // an identical policy existed before
}

// Create writes an inline policy for an object that has none in its state, and
// returns when the policy can be read back. An identical policy that exists is
// adopted, as an earlier Create may have been interrupted. A different one is an
// *ExistsError, and so is a policy that another object of the configuration manages.
// IAM has no call for that: a policy that somebody else writes between the read and
// the write is replaced.
func (s *Store) Create(ctx context.Context, key Key, token, document string) (Creation, error) {
	turn, done, err := s.turns.take(ctx, key)
	if err != nil {
		return Creation{}, s.explain(ctx, err, doing("create", key))
	}
	defer done()
	if !s.Owners.Create(key, token, Canonical(document)) {
		return Creation{}, &ExistsError{Role: key.Role, Policy: Policy{Name: key.Name}, Account: s.account(ctx), Own: true}
	}
	creation, err := s.create(ctx, turn, key, document)
	if creation.Written {
		turn.deleted = false
	} else {
		s.Owners.AbandonCreate(key, token)
	}
	return creation, err
}

func (s *Store) create(ctx context.Context, turn *turn, key Key, document string) (Creation, error) {
	if turn.deleted { // IAM may still show the deleted policy.
		return s.write(ctx, key, document)
	}
	existing, found, err := s.get(ctx, key)
	if err != nil {
		return Creation{}, err
	}
	if found && !Same(existing, document) {
		return Creation{}, &ExistsError{Role: key.Role, Policy: Policy{key.Name, existing}, Account: s.account(ctx)}
	}
	// It is written even if it exists: somebody may have deleted it a moment ago.
	creation, err := s.write(ctx, key, document)
	creation.Adopted = found
	return creation, err
}

// write writes a policy to a role that may be new, and waits until it can be read.
func (s *Store) write(ctx context.Context, key Key, document string) (Creation, error) {
	start := s.Clock.Now()
	err := s.untilKnown(ctx, start, func() error { return s.put(ctx, key, document) })
	if err != nil {
		return Creation{Written: awserr.MayHaveTakenEffect(err)}, err
	}
	err = s.untilShown(ctx, start, key, document)
	_, overwritten := errors.AsType[*OverwrittenError](err)
	return Creation{Written: !overwritten}, err
}

// An ExistsError says that a role already has an inline policy of that name.
type ExistsError struct {
	Role    string
	Policy  Policy // the one that exists; Document is empty when Own
	Account string // empty when it could not be found out
	Own     bool   // another resource of this configuration has it
}

// Error names the policy and the role.
func (e *ExistsError) Error() string {
	return fmt.Sprintf("the role %s already has an inline policy %s", named(e.Role, e.Account), e.Policy.Name)
}
