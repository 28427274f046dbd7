// SPDX-License-Identifier: MPL-2.0

// Package organization reads an account's place in AWS Organizations and the control
// policies there, once for all who ask at about the same time. Most of it can be read only
// with credentials of the management account or of a delegated administrator.
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/action-reference.html
package organization

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/organizations/types"
	"github.com/aws/smithy-go"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/readcache"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// Clients hands out the client of AWS Organizations.
type Clients interface {
	Organizations(ctx context.Context) (awsapi.Organizations, error)
}

// A PolicyType is a type of control policy.
type PolicyType string

// The types of control policies.
const (
	ServiceControl  = PolicyType(types.PolicyTypeServiceControlPolicy)
	ResourceControl = PolicyType(types.PolicyTypeResourceControlPolicy)
)

// A Store reads the organization of the credentials' account. It is safe for concurrent
// use. Its errors are of type *awserr.Error.
type Store struct {
	clients       Clients
	organizations *readcache.Reads[struct{}, Organization]
	enabled       *readcache.Reads[struct{}, []PolicyType]
	parents       *readcache.Reads[string, string]
	attached      *readcache.Reads[attachments, []Policy]
	documents     *readcache.Reads[string, string] // by the policy's ID
}

// attachments are the policies of a type at a target.
type attachments struct {
	target string
	of     PolicyType
}

// New returns a Store that calls AWS through clients.
func New(clients Clients) *Store {
	return &Store{
		clients:       clients,
		organizations: readcache.New[struct{}, Organization](time.Now),
		enabled:       readcache.New[struct{}, []PolicyType](time.Now),
		parents:       readcache.New[string, string](time.Now),
		attached:      readcache.New[attachments, []Policy](time.Now),
		documents:     readcache.New[string, string](time.Now),
	}
}

// share is a read of Organizations that all who want the same thing share.
func share[K comparable, V any](ctx context.Context, s *Store, among *readcache.Reads[K, V], key K, doing string, call func(context.Context, awsapi.Organizations) (V, error)) (V, error) {
	answer, err := among.Read(ctx, key, func(ctx context.Context) (answer V, err error) {
		client, err := s.clients.Organizations(ctx)
		if err != nil {
			return answer, err
		}
		return call(ctx, client)
	})
	return answer, awserr.Explain(err, awserr.Attempt{Doing: doing})
}

// unexpected returns the error of a response that does not answer the call. Of the response it
// has only what was printed.
func unexpected(response string, args ...any) error {
	return &smithy.DeserializationError{Err: fmt.Errorf("AWS Organizations did not return what was asked for, but "+response, args...)}
}

// An Organization is what every member account can read of its organization.
type Organization struct {
	ID         string // as in o-a1b2c3d4e5; empty if the account is in no organization
	Management string // the management account
	Policies   bool   // control policies can be enabled
}

// Describe reads the organization of the account.
func (s *Store) Describe(ctx context.Context) (Organization, error) {
	return share(ctx, s, s.organizations, struct{}{}, "describe the organization of the account", func(ctx context.Context, client awsapi.Organizations) (Organization, error) {
		out, err := client.DescribeOrganization(ctx, &organizations.DescribeOrganizationInput{})
		if awserr.Code(err) == (&types.AWSOrganizationsNotInUseException{}).ErrorCode() {
			return Organization{}, nil
		}
		if err != nil {
			return Organization{}, err
		}
		if out.Organization == nil || aws.ToString(out.Organization.Id) == "" {
			return Organization{}, unexpected("no organization")
		}
		return Organization{
			ID: *out.Organization.Id, Management: aws.ToString(out.Organization.MasterAccountId),
			Policies: out.Organization.FeatureSet == types.OrganizationFeatureSetAll,
		}, nil
	})
}

// EnabledTypes returns the types of policies that are enabled in the organization. A policy
// of another type has no effect.
func (s *Store) EnabledTypes(ctx context.Context) ([]PolicyType, error) {
	return share(ctx, s, s.enabled, struct{}{}, "list the policy types of the organization", func(ctx context.Context, client awsapi.Organizations) (enabled []PolicyType, err error) {
		for pages := (awsapi.Pages{}); pages.More(); {
			out, err := client.ListRoots(ctx, &organizations.ListRootsInput{NextToken: pages.Token})
			if err != nil {
				return nil, err
			}
			for _, root := range out.Roots {
				for _, summary := range root.PolicyTypes {
					if summary.Status == types.PolicyTypeStatusEnabled {
						enabled = append(enabled, PolicyType(summary.Type))
					}
				}
			}
			if err := pages.Read(out.NextToken); err != nil {
				return nil, err
			}
		}
		return enabled, nil
	})
}

// maxDepth is far above the depth of an organization: a root, five levels of OUs, and the
// account.
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_reference_limits.html
const maxDepth = 20

// Targets returns the IDs of what a policy that applies to an account can be attached to:
// the root, the organizational units, and the account.
func (s *Store) Targets(ctx context.Context, account string) ([]string, error) {
	targets := []string{account}
	for !strings.HasPrefix(targets[0], "r-") {
		parent, err := s.parent(ctx, targets[0])
		if err != nil {
			return nil, err
		}
		targets = slices.Insert(targets, 0, parent)
		if len(targets) > maxDepth {
			return nil, awserr.Explain(unexpected("more levels than an organization can have"), awserr.Attempt{Doing: "find the account's place in its organization"})
		}
	}
	return targets, nil
}

func (s *Store) parent(ctx context.Context, child string) (string, error) {
	return share(ctx, s, s.parents, child, "find the parent of "+child+" in the organization", func(ctx context.Context, client awsapi.Organizations) (string, error) {
		out, err := client.ListParents(ctx, &organizations.ListParentsInput{ChildId: aws.String(child)})
		if err != nil {
			return "", err
		}
		if len(out.Parents) != 1 || aws.ToString(out.Parents[0].Id) == "" { // AWS: a child has one parent.
			return "", unexpected("%d parents", len(out.Parents))
		}
		return *out.Parents[0].Id, nil
	})
}

// A Policy is a control policy without its document.
type Policy struct{ ID, Name string }

// Attached returns the policies of a type that are attached to a target itself, sorted by
// ID.
func (s *Store) Attached(ctx context.Context, target string, of PolicyType) ([]Policy, error) {
	return share(ctx, s, s.attached, attachments{target, of}, "list the control policies of "+target, func(ctx context.Context, client awsapi.Organizations) (attached []Policy, err error) {
		for pages := (awsapi.Pages{}); pages.More(); {
			out, err := client.ListPoliciesForTarget(ctx, &organizations.ListPoliciesForTargetInput{TargetId: aws.String(target), Filter: types.PolicyType(of), NextToken: pages.Token})
			if err != nil {
				return nil, err
			}
			for _, p := range out.Policies {
				if aws.ToString(p.Id) == "" {
					return nil, unexpected("a policy without an ID")
				}
				attached = append(attached, Policy{*p.Id, aws.ToString(p.Name)})
			}
			if err := pages.Read(out.NextToken); err != nil {
				return nil, err
			}
		}
		slices.SortFunc(attached, func(a, b Policy) int { return cmp.Compare(a.ID, b.ID) })
		return attached, nil
	})
}

// Document returns the document of a control policy.
func (s *Store) Document(ctx context.Context, id string) (string, error) {
	return share(ctx, s, s.documents, id, "read the control policy "+id, func(ctx context.Context, client awsapi.Organizations) (string, error) {
		out, err := client.DescribePolicy(ctx, &organizations.DescribePolicyInput{PolicyId: aws.String(id)})
		if err != nil {
			return "", err
		}
		if out.Policy == nil || aws.ToString(out.Policy.Content) == "" {
			return "", unexpected("a policy without a document")
		}
		if summary := out.Policy.PolicySummary; summary != nil && aws.ToString(summary.Id) != id {
			return "", unexpected("the policy %s", printed.Value(aws.ToString(summary.Id)))
		}
		return *out.Policy.Content, nil
	})
}
