// SPDX-License-Identifier: MPL-2.0

package rolepolicy

import (
	"context"
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// endless is an IAM whose lists do not end. The page after page N is next(N).
type endless struct {
	*fakeIAM
	next  func(page int) int
	pages int
}

func (e *endless) IAM(context.Context) (awsapi.IAM, error) { return e, nil }

func (e *endless) marker() *string {
	e.pages++
	return aws.String(strconv.Itoa(e.next(e.pages)))
}

func (e *endless) ListRolePolicies(context.Context, *iam.ListRolePoliciesInput, ...func(*iam.Options)) (*iam.ListRolePoliciesOutput, error) {
	return &iam.ListRolePoliciesOutput{PolicyNames: []string{"pull"}, IsTruncated: true, Marker: e.marker()}, nil
}

func (e *endless) ListAttachedRolePolicies(context.Context, *iam.ListAttachedRolePoliciesInput, ...func(*iam.Options)) (*iam.ListAttachedRolePoliciesOutput, error) {
	policy := iamtypes.AttachedPolicy{PolicyArn: aws.String("arn:aws:iam::aws:policy/ReadOnlyAccess")}
	return &iam.ListAttachedRolePoliciesOutput{AttachedPolicies: []iamtypes.AttachedPolicy{policy}, IsTruncated: true, Marker: e.marker()}, nil
}

func TestListsThatDoNotEndAreErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		next  func(int) int
		pages int // that are read
	}{
		"the same page":   {func(int) int { return 7 }, 2},
		"two pages":       {func(page int) int { return page % 2 }, 3},
		"always new ones": {func(page int) int { return page }, maxEntries + 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for list, read := range map[string]func(*Store) ([]string, error){
				"inline":   func(s *Store) ([]string, error) { return s.InlinePolicies(t.Context(), "app") },
				"attached": func(s *Store) ([]string, error) { return s.AttachedPolicies(t.Context(), "app") },
			} {
				fake := &endless{fakeIAM: &fakeIAM{}, next: test.next}
				got, err := read(New(fake))
				if awserr.KindOf(err) != awserr.Unreadable || got != nil {
					t.Errorf("%s policies: %v, error = %v, want an unreadable response", list, got, err)
				}
				if fake.pages != test.pages {
					t.Errorf("%s policies: %d pages were read, want %d", list, fake.pages, test.pages)
				}
			}
		})
	}
}
