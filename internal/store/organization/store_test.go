// SPDX-License-Identifier: MPL-2.0

package organization

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

const account = "111122223333"

// fakeOrganizations returns what the test says.
type fakeOrganizations struct {
	awsapi.Organizations
	organization *types.Organization
	roots        func(token string) *organizations.ListRootsOutput
	parents      map[string][]types.Parent
	attached     func(token string) *organizations.ListPoliciesForTargetOutput
	policy       *types.Policy
}

// clients hand out one client.
type clients struct{ api awsapi.Organizations }

func (c clients) Organizations(context.Context) (awsapi.Organizations, error) { return c.api, nil }

func (f *fakeOrganizations) DescribeOrganization(context.Context, *organizations.DescribeOrganizationInput, ...func(*organizations.Options)) (*organizations.DescribeOrganizationOutput, error) {
	return &organizations.DescribeOrganizationOutput{Organization: f.organization}, nil
}

func (f *fakeOrganizations) ListRoots(_ context.Context, in *organizations.ListRootsInput, _ ...func(*organizations.Options)) (*organizations.ListRootsOutput, error) {
	return f.roots(aws.ToString(in.NextToken)), nil
}

func (f *fakeOrganizations) ListParents(_ context.Context, in *organizations.ListParentsInput, _ ...func(*organizations.Options)) (*organizations.ListParentsOutput, error) {
	return &organizations.ListParentsOutput{Parents: f.parents[*in.ChildId]}, nil
}

func (f *fakeOrganizations) ListPoliciesForTarget(_ context.Context, in *organizations.ListPoliciesForTargetInput, _ ...func(*organizations.Options)) (*organizations.ListPoliciesForTargetOutput, error) {
	return f.attached(aws.ToString(in.NextToken)), nil
}

func (f *fakeOrganizations) DescribePolicy(context.Context, *organizations.DescribePolicyInput, ...func(*organizations.Options)) (*organizations.DescribePolicyOutput, error) {
	return &organizations.DescribePolicyOutput{Policy: f.policy}, nil
}

func TestListsHaveAllPages(t *testing.T) {
	t.Parallel()
	s := New(clients{&fakeOrganizations{
		roots: func(token string) *organizations.ListRootsOutput {
			if token == "" {
				return &organizations.ListRootsOutput{NextToken: aws.String("second")}
			}
			return &organizations.ListRootsOutput{Roots: []types.Root{{PolicyTypes: []types.PolicyTypeSummary{
				{Type: types.PolicyTypeServiceControlPolicy, Status: types.PolicyTypeStatusEnabled},
				{Type: types.PolicyTypeResourceControlPolicy, Status: types.PolicyTypeStatusPendingEnable},
			}}}}
		},
		attached: func(token string) *organizations.ListPoliciesForTargetOutput {
			if token == "" { // AWS can return a page without entries that is not the last one.
				return &organizations.ListPoliciesForTargetOutput{NextToken: aws.String("second")}
			}
			return &organizations.ListPoliciesForTargetOutput{Policies: []types.PolicySummary{{Id: aws.String("p-2")}, {Id: aws.String("p-1"), Name: aws.String("one")}}}
		},
	}})
	enabled, err := s.EnabledTypes(t.Context())
	if !slices.Equal(enabled, []PolicyType{ServiceControl}) || err != nil {
		t.Errorf("enabled are %v, error = %v", enabled, err)
	}
	attached, err := s.Attached(t.Context(), account, ServiceControl)
	if !slices.Equal(attached, []Policy{{"p-1", "one"}, {"p-2", ""}}) || err != nil {
		t.Errorf("attached are %v, error = %v", attached, err)
	}
}

// What AWS does not say is not known: a response that does not answer is an error, and not a
// policy that does not exist.
func TestUnreadableResponses(t *testing.T) {
	t.Parallel()
	same := aws.String("same")
	for name, test := range map[string]struct {
		fake fakeOrganizations
		read func(s *Store) error
	}{
		"no organization": {fakeOrganizations{}, func(s *Store) error { _, err := s.Describe(t.Context()); return err }},
		"roots without an end": {
			fakeOrganizations{roots: func(string) *organizations.ListRootsOutput { return &organizations.ListRootsOutput{NextToken: same} }},
			func(s *Store) error { _, err := s.EnabledTypes(t.Context()); return err },
		},
		"no parent": {fakeOrganizations{}, func(s *Store) error { _, err := s.Targets(t.Context(), account); return err }},
		"two parents": {
			fakeOrganizations{parents: map[string][]types.Parent{account: {{Id: aws.String("r-1")}, {Id: aws.String("r-2")}}}},
			func(s *Store) error { _, err := s.Targets(t.Context(), account); return err },
		},
		"a circle": {
			fakeOrganizations{parents: map[string][]types.Parent{account: {{Id: aws.String("ou-1")}}, "ou-1": {{Id: aws.String("ou-1")}}}},
			func(s *Store) error { _, err := s.Targets(t.Context(), account); return err },
		},
		"policies without an end": {
			fakeOrganizations{attached: func(string) *organizations.ListPoliciesForTargetOutput {
				return &organizations.ListPoliciesForTargetOutput{NextToken: same}
			}},
			func(s *Store) error { _, err := s.Attached(t.Context(), account, ServiceControl); return err },
		},
		"a policy without an ID": {
			fakeOrganizations{attached: func(string) *organizations.ListPoliciesForTargetOutput {
				return &organizations.ListPoliciesForTargetOutput{Policies: []types.PolicySummary{{}}}
			}},
			func(s *Store) error { _, err := s.Attached(t.Context(), account, ServiceControl); return err },
		},
		"no document": {
			fakeOrganizations{policy: &types.Policy{}},
			func(s *Store) error { _, err := s.Document(t.Context(), "p-1"); return err },
		},
		"another policy": {
			fakeOrganizations{policy: &types.Policy{Content: aws.String("{}"), PolicySummary: &types.PolicySummary{Id: aws.String("p-2")}}},
			func(s *Store) error { _, err := s.Document(t.Context(), "p-1"); return err },
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := test.read(New(clients{&test.fake}))
			if explained, ok := errors.AsType[*awserr.Error](err); !ok || explained.Kind != awserr.Unreadable {
				t.Errorf("error = %v, want an unreadable response", err)
			}
		})
	}
}
