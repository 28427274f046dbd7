// SPDX-License-Identifier: MPL-2.0

package rolepolicy

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// MaxSize is the number of characters that all inline policies of one role may
// have together, white space not counted. It cannot be raised.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const MaxSize = 10_240

// Size returns the number of characters that IAM counts in a policy document:
// all but white space.
func Size(document string) int {
	size := 0
	for _, r := range document {
		if !strings.ContainsRune(" \t\r\n", r) {
			size++
		}
	}
	return size
}

// A QuotaError says that a policy did not fit beside the role's other inline
// policies, and how much of the quota each of them uses.
type QuotaError struct {
	Role    string
	Account string   // empty when it could not be found out
	Policy  Policy   // the one that did not fit
	Others  []Policy // the role's other inline policies, the largest first
	Unread  error    // why Others are not known; nil when they are
	Cause   error    // an *awserr.Error; nil for an error of the preflight
}

// Error returns what AWS refused.
func (e *QuotaError) Error() string { return e.Cause.Error() }

// Unwrap returns the *awserr.Error.
func (e *QuotaError) Unwrap() error { return e.Cause }

// Detail says how the quota is used and what to do.
func (e *QuotaError) Detail() string {
	detail := fmt.Sprintf("All inline policies of the role %s together may have %d characters, white space not counted. %s\n\n"+
		"What the consumer side must do: name fewer repositories, or several by one ARN with a wildcard, "+
		"such as arn:aws:ecr:us-east-1:111122223333:repository/team/*; or move another inline policy of the role "+
		"into a managed policy, which has a quota of its own.", named(e.Role, e.Account), MaxSize, e.use())
	if e.Cause != nil {
		detail += "\n\nThe error: " + printed.Message(e.Cause.Error())
	}
	return detail
}

func (e *QuotaError) use() string {
	size := Size(e.Policy.Document)
	text := fmt.Sprintf("The policy %s needs %d. ", e.Policy.Name, size)
	if e.Unread != nil {
		return text + fmt.Sprintf("How much the role's other inline policies use could not be found out: %s.", printed.Message(e.Unread.Error()))
	}
	if len(e.Others) == 0 {
		return text + "The role has no other inline policy."
	}
	total := 0
	uses := make([]string, len(e.Others))
	for i, p := range e.Others {
		total += Size(p.Document)
		uses[i] = fmt.Sprintf("%s (%d)", printed.Name(p.Name), Size(p.Document))
	}
	text += fmt.Sprintf("The role's other inline policies use %d: %s.", total, strings.Join(wording.Capped(uses, ""), ", "))
	if excess := size + total - MaxSize; excess > 0 {
		text += fmt.Sprintf(" That is %d too many.", excess)
	}
	return text
}

func (s *Store) quotaError(ctx context.Context, role string, refused Policy, cause error) error {
	others, err := s.others(ctx, role, refused.Name)
	return &QuotaError{Role: role, Account: s.account(ctx), Policy: refused, Others: others, Unread: err, Cause: cause}
}

// others returns all inline policies of a role but one, the largest first.
func (s *Store) others(ctx context.Context, role, except string) ([]Policy, error) {
	names, err := s.InlinePolicies(ctx, role)
	if err != nil {
		return nil, err
	}
	var others []Policy
	for _, name := range names {
		if name == except {
			continue
		}
		document, found, err := s.Read(ctx, role, name)
		if err != nil {
			return nil, err
		}
		if found {
			others = append(others, Policy{name, document})
		}
	}
	slices.SortStableFunc(others, func(a, b Policy) int { return cmp.Compare(Size(b.Document), Size(a.Document)) })
	return others, nil
}
