// SPDX-License-Identifier: MPL-2.0

package registry

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/google/go-cmp/cmp"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
)

const (
	account = "111122223333"
	region  = "eu-west-1"
)

var app = awsname.Repository{Partition: "aws", Region: region, Account: account, Name: "app"}

// fakeECR returns what the test says.
type fakeECR struct {
	awsapi.ECR
	rules        func(token string) *ecr.DescribePullThroughCacheRulesOutput
	templates    func(token string) *ecr.DescribeRepositoryCreationTemplatesOutput
	registry     *ecr.DescribeRegistryOutput
	repositories []types.Repository
	images       []types.ImageDetail
}

// clients hand out one client.
type clients struct{ api awsapi.ECR }

func (c clients) ECR(context.Context, string) (awsapi.ECR, error) { return c.api, nil }

func (f *fakeECR) DescribePullThroughCacheRules(_ context.Context, in *ecr.DescribePullThroughCacheRulesInput, _ ...func(*ecr.Options)) (*ecr.DescribePullThroughCacheRulesOutput, error) {
	return f.rules(aws.ToString(in.NextToken)), nil
}

func (f *fakeECR) DescribeRepositoryCreationTemplates(_ context.Context, in *ecr.DescribeRepositoryCreationTemplatesInput, _ ...func(*ecr.Options)) (*ecr.DescribeRepositoryCreationTemplatesOutput, error) {
	return f.templates(aws.ToString(in.NextToken)), nil
}

func (f *fakeECR) DescribeRegistry(context.Context, *ecr.DescribeRegistryInput, ...func(*ecr.Options)) (*ecr.DescribeRegistryOutput, error) {
	return f.registry, nil
}

func (f *fakeECR) DescribeRepositories(context.Context, *ecr.DescribeRepositoriesInput, ...func(*ecr.Options)) (*ecr.DescribeRepositoriesOutput, error) {
	return &ecr.DescribeRepositoriesOutput{Repositories: f.repositories}, nil
}

func (f *fakeECR) DescribeImages(context.Context, *ecr.DescribeImagesInput, ...func(*ecr.Options)) (*ecr.DescribeImagesOutput, error) {
	return &ecr.DescribeImagesOutput{ImageDetails: f.images}, nil
}

func TestListsHaveAllPages(t *testing.T) {
	t.Parallel()
	next := map[string]*string{"": aws.String("second"), "second": nil}
	s := New(clients{&fakeECR{
		rules: func(token string) *ecr.DescribePullThroughCacheRulesOutput {
			prefix := map[string]string{"": "quay", "second": "hub"}[token]
			return &ecr.DescribePullThroughCacheRulesOutput{NextToken: next[token], PullThroughCacheRules: []types.PullThroughCacheRule{{
				EcrRepositoryPrefix: &prefix, UpstreamRegistryUrl: aws.String("registry"), CustomRoleArn: aws.String("arn"), CredentialArn: aws.String("secret"),
			}}}
		},
		templates: func(token string) *ecr.DescribeRepositoryCreationTemplatesOutput {
			prefix := map[string]string{"": "quay", "second": "hub"}[token]
			return &ecr.DescribeRepositoryCreationTemplatesOutput{NextToken: next[token], RepositoryCreationTemplates: []types.RepositoryCreationTemplate{{
				Prefix: &prefix, AppliedFor: []types.RCTAppliedFor{"REPLICATION", "CREATE_ON_PUSH"},
			}}}
		},
	}})
	rules, err := s.PullThroughCacheRules(t.Context(), account, region)
	want := []snapshot.PullThroughCacheRule{{Prefix: "hub", Upstream: "registry", RoleARN: "arn"}, {Prefix: "quay", Upstream: "registry", RoleARN: "arn"}}
	if diff := cmp.Diff(want, rules); diff != "" || err != nil {
		t.Errorf("error = %v, rules (-want +got):\n%s", err, diff)
	}
	templates, err := s.CreationTemplates(t.Context(), account, region)
	var prefixes []string
	for _, template := range templates {
		prefixes = append(prefixes, template.Prefix)
		if !slices.Equal(template.AppliedFor, []string{"CREATE_ON_PUSH", "REPLICATION"}) || !template.Policy.IsKnown() || template.Policy.Text() != "" {
			t.Errorf("the template is %+v", template)
		}
	}
	if !slices.Equal(prefixes, []string{"hub", "quay"}) || err != nil {
		t.Errorf("error = %v, templates %q", err, prefixes)
	}
}

// What ECR does not say is not known: a response that does not answer is an error, and not
// something that does not exist.
func TestUnreadableResponses(t *testing.T) {
	t.Parallel()
	same := aws.String("same")
	other := aws.String("222233334444")
	for name, test := range map[string]struct {
		fake fakeECR
		read func(s *Store) error
	}{
		"rules without an end": {
			fakeECR{rules: func(string) *ecr.DescribePullThroughCacheRulesOutput {
				return &ecr.DescribePullThroughCacheRulesOutput{NextToken: same}
			}},
			func(s *Store) error { _, err := s.PullThroughCacheRules(t.Context(), account, region); return err },
		},
		"templates without an end": {
			fakeECR{templates: func(string) *ecr.DescribeRepositoryCreationTemplatesOutput {
				return &ecr.DescribeRepositoryCreationTemplatesOutput{NextToken: same}
			}},
			func(s *Store) error { _, err := s.CreationTemplates(t.Context(), account, region); return err },
		},
		"templates of another account": {
			fakeECR{templates: func(string) *ecr.DescribeRepositoryCreationTemplatesOutput {
				return &ecr.DescribeRepositoryCreationTemplatesOutput{RegistryId: other}
			}},
			func(s *Store) error { _, err := s.CreationTemplates(t.Context(), account, region); return err },
		},
		"the registry of another account": {
			fakeECR{registry: &ecr.DescribeRegistryOutput{RegistryId: other}},
			func(s *Store) error { _, err := s.ReplicationRules(t.Context(), account, region); return err },
		},
		"another repository": {
			fakeECR{repositories: []types.Repository{{RepositoryName: aws.String("other"), RepositoryArn: aws.String("arn")}}},
			func(s *Store) error {
				_, err := s.Repositories(t.Context(), account, region, []string{"app"})
				return err
			},
		},
		"no image": {
			fakeECR{},
			func(s *Store) error { _, err := s.Image(t.Context(), app, "v1"); return err },
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
