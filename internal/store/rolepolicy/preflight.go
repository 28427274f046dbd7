package rolepolicy

import (
	"context"
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// Existing returns the policy that a Create would find. It reports false also if the
// policy cannot be read now: that is left to the Create. If the last read of a role or
// its policies could not reach IAM, it does not try, because that may take seconds for
// each policy of a plan.
func (s *Store) Existing(ctx context.Context, key Key) (document string, found bool) {
	if s.unavailable.Load() {
		return "", false
	}
	document, found, _ = s.Read(ctx, key.Role, key.Name)
	return document, found
}

// unavailable reports whether an error concerns all calls to IAM, not only the one
// that returned it.
func unavailable(err error) bool {
	ofAllCalls := []awserr.Kind{awserr.Configuration, awserr.NoCredentials, awserr.InvalidCredentials, awserr.Expired, awserr.Unreachable}
	return slices.Contains(ofAllCalls, awserr.KindOf(err))
}

// preflightSize is the size from which on ExceedsQuota reads a role's other inline
// policies, which takes one call and one more for each of them: a quarter of the quota.
const preflightSize = MaxSize / 4

// ExceedsQuota reports whether a policy would exceed the quota together with the
// role's other inline policies as they are now, and returns the Detail of the
// QuotaError. It reports false for a small policy, and if the others cannot be read
// now: that is left to the write.
func (s *Store) ExceedsQuota(ctx context.Context, role string, planned Policy) (detail string, exceeded bool) {
	size := Size(planned.Document)
	if size < preflightSize {
		return "", false
	}
	others, err := s.others(ctx, role, planned.Name)
	for _, p := range others {
		size += Size(p.Document)
	}
	if err != nil || size <= MaxSize {
		return "", false
	}
	e := &QuotaError{Role: role, Account: s.account(ctx), Policy: planned, Others: others}
	return e.Detail(), true
}
