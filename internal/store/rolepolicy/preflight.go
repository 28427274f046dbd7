// SPDX-License-Identifier: MPL-2.0

package rolepolicy

import (
	"context"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// Existing returns the policy that a Create would find. That there is no such role is a
// *MissingRoleError. If the last read of a role or its policies could not reach IAM, it does not
// try and reports false, because that may take seconds for each policy of a plan.
func (s *Store) Existing(ctx context.Context, key Key) (document string, found bool, err error) {
	if s.unavailable.Load() {
		return "", false, nil
	}
	document, err = s.shared(ctx, key)
	if isMissingRole(err) {
		err = s.explain(ctx, err, doing("read", key))
		return "", false, &MissingRoleError{Role: key.Role, Policy: key.Name, Account: s.account(ctx), Cause: err}
	}
	return s.found(ctx, key, document, err)
}

// isMissingRole reports whether IAM says that there is no such role, not only no such policy. It
// has one error code for both, so this depends on the text. Of any other text, it reports false.
func isMissingRole(err error) bool {
	return awserr.KindOf(err) == awserr.NoSuchEntity && strings.Contains(awserr.Message(err), "The role with name ")
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
