// SPDX-License-Identifier: MPL-2.0

package registry

import (
	"context"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
)

// Names returns the names of all repositories of a registry, a page at a time as they are
// needed. An error is the last.
func (s *Store) Names(ctx context.Context, account, region string) iter.Seq2[string, error] {
	fail := func(err error) error { return explain(err, "list the repositories", account, region) }
	return func(yield func(string, error) bool) {
		client, err := s.clients.ECR(ctx, region)
		if err != nil {
			yield("", fail(err))
			return
		}
		for pages := (awsapi.Pages{}); pages.More(); {
			out, err := client.DescribeRepositories(ctx, &ecr.DescribeRepositoriesInput{RegistryId: aws.String(account), NextToken: pages.Token})
			if err == nil {
				err = pages.Read(out.NextToken)
			}
			if err != nil {
				yield("", fail(err))
				return
			}
			for _, r := range out.Repositories {
				if !yield(aws.ToString(r.RepositoryName), nil) {
					return
				}
			}
		}
	}
}
