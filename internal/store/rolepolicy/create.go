package rolepolicy

import (
	"context"
	"errors"
	"fmt"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// A Creation says what became of a Create.
type Creation struct {
	Stands    bool // the policy stands as this Create's; with an error, it may
	TakenOver bool // it stood already and meant the same
}

// Create makes an inline policy stand that no resource of the state has. One of
// the same name that means the same is taken over, as an earlier Create may have
// been interrupted; any other is an *ExistsError. IAM has no call for that: one
// that somebody else writes between the read and the write is replaced. Create
// returns when the policy can be read back.
func (s *Store) Create(ctx context.Context, role, name, document string) (Creation, error) {
	c := s.claims.of(role, name)
	done, err := c.wait(ctx)
	if err != nil {
		return Creation{}, s.explain(ctx, err, doing("create", role, name))
	}
	defer done()
	creation, err := s.create(ctx, c, role, name, document)
	if creation.Stands {
		c.did(written)
	}
	return creation, err
}

func (s *Store) create(ctx context.Context, c *claim, role, name, document string) (Creation, error) {
	if c.taken() {
		return Creation{}, &ExistsError{Role: role, Policy: Policy{Name: name}, Account: s.account(ctx), Own: true}
	}
	if c.lastDeed() == deleted { // What IAM still shows would be an old answer.
		return s.write(ctx, role, name, document)
	}
	existing, found, err := s.Get(ctx, role, name)
	if err != nil {
		return Creation{}, err
	}
	if found && !Same(existing, document) {
		return Creation{}, &ExistsError{Role: role, Policy: Policy{name, existing}, Account: s.account(ctx)}
	}
	// It is written even when it stands: somebody may have deleted it a moment ago.
	creation, err := s.write(ctx, role, name, document)
	creation.TakenOver = found
	return creation, err
}

// write writes a policy to a role that may be new, and waits until it can be read.
func (s *Store) write(ctx context.Context, role, name, document string) (Creation, error) {
	start := s.Clock.Now()
	err := s.untilKnown(ctx, start, func() error { return s.put(ctx, role, name, document) })
	if err != nil {
		return Creation{Stands: awserr.MayHaveTakenEffect(err)}, err
	}
	err = s.untilShown(ctx, start, role, name, document)
	_, overwritten := errors.AsType[*OverwrittenError](err)
	return Creation{Stands: !overwritten}, err
}

// Same reports whether two texts are policies that mean the same.
func Same(a, b string) bool {
	docA, errA := policy.Parse(a)
	docB, errB := policy.Parse(b)
	return errA == nil && errB == nil && docA.Canonical() == docB.Canonical()
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
