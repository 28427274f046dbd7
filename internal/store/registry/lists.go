// SPDX-License-Identifier: MPL-2.0

package registry

import (
	"cmp"
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
)

// PullThroughCacheRules returns the rules of a registry, sorted by prefix.
func (s *Store) PullThroughCacheRules(ctx context.Context, account, region string) ([]snapshot.PullThroughCacheRule, error) {
	rules, err := share(ctx, s, s.rules, region, region, func(ctx context.Context, client awsapi.ECR) (rules []snapshot.PullThroughCacheRule, err error) {
		for pages := (awsapi.Pages{}); pages.More(); {
			out, err := client.DescribePullThroughCacheRules(ctx, &ecr.DescribePullThroughCacheRulesInput{RegistryId: aws.String(account), NextToken: pages.Token})
			if err != nil {
				return nil, err
			}
			for _, r := range out.PullThroughCacheRules {
				rules = append(rules, snapshot.PullThroughCacheRule{
					Prefix: aws.ToString(r.EcrRepositoryPrefix), Upstream: aws.ToString(r.UpstreamRegistryUrl),
					UpstreamPrefix: aws.ToString(r.UpstreamRepositoryPrefix), RoleARN: aws.ToString(r.CustomRoleArn),
				})
			}
			if err := pages.Read(out.NextToken); err != nil {
				return nil, err
			}
		}
		slices.SortFunc(rules, func(a, b snapshot.PullThroughCacheRule) int { return cmp.Compare(a.Prefix, b.Prefix) })
		return rules, nil
	})
	return rules, explain(err, "list the pull through cache rules", account, region)
}

// CreationTemplates returns the repository creation templates of a registry, sorted by
// prefix.
func (s *Store) CreationTemplates(ctx context.Context, account, region string) ([]snapshot.CreationTemplate, error) {
	templates, err := share(ctx, s, s.templates, region, region, func(ctx context.Context, client awsapi.ECR) (templates []snapshot.CreationTemplate, err error) {
		for pages := (awsapi.Pages{}); pages.More(); {
			out, err := client.DescribeRepositoryCreationTemplates(ctx, &ecr.DescribeRepositoryCreationTemplatesInput{NextToken: pages.Token})
			if err == nil {
				err = checkAccount(out.RegistryId, account)
			}
			if err != nil {
				return nil, err
			}
			for _, t := range out.RepositoryCreationTemplates {
				template := snapshot.CreationTemplate{Prefix: aws.ToString(t.Prefix), Policy: snapshot.DocumentOf(aws.ToString(t.RepositoryPolicy))}
				for _, scenario := range t.AppliedFor {
					template.AppliedFor = append(template.AppliedFor, string(scenario))
				}
				slices.Sort(template.AppliedFor)
				templates = append(templates, template)
			}
			if err := pages.Read(out.NextToken); err != nil {
				return nil, err
			}
		}
		slices.SortFunc(templates, func(a, b snapshot.CreationTemplate) int { return cmp.Compare(a.Prefix, b.Prefix) })
		return templates, nil
	})
	return templates, explain(err, "list the repository creation templates", account, region)
}

// ReplicationRules returns the rules by which a registry copies its images to others.
func (s *Store) ReplicationRules(ctx context.Context, account, region string) ([]snapshot.ReplicationRule, error) {
	rules, err := share(ctx, s, s.replication, region, region, func(ctx context.Context, client awsapi.ECR) ([]snapshot.ReplicationRule, error) {
		out, err := client.DescribeRegistry(ctx, &ecr.DescribeRegistryInput{})
		if err == nil {
			err = checkAccount(out.RegistryId, account)
		}
		if err != nil || out.ReplicationConfiguration == nil {
			return nil, err
		}
		var rules []snapshot.ReplicationRule
		for _, r := range out.ReplicationConfiguration.Rules {
			rule := snapshot.ReplicationRule{Prefixes: []string{}, Destinations: []snapshot.Destination{}}
			for _, filter := range r.RepositoryFilters {
				rule.Prefixes = append(rule.Prefixes, aws.ToString(filter.Filter))
			}
			for _, d := range r.Destinations {
				rule.Destinations = append(rule.Destinations, snapshot.Destination{Account: aws.ToString(d.RegistryId), Region: aws.ToString(d.Region)})
			}
			rules = append(rules, rule)
		}
		return rules, nil
	})
	return rules, explain(err, "read the replication rules of the registry", account, region)
}
