package acctest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

// The sweepers delete from the two real accounts what interrupted tests left
// behind: go test ./internal/acctest -sweep=us-east-1.
func init() {
	resource.AddTestSweepers("repositories", &resource.Sweeper{Name: "repositories", F: sweepBoth(sweepRepositories)})
	resource.AddTestSweepers("roles", &resource.Sweeper{Name: "roles", F: sweepBoth(sweepRoles)})
}

// sweepBoth runs a sweeper in both accounts.
func sweepBoth(sweep func(context.Context, aws.Config) error) resource.SweeperFunc {
	return func(region string) error {
		ctx := context.Background()
		var failures []error
		for _, variable := range []string{registryProfile, consumerProfile} {
			cfg, id, err := awsAccount(ctx, variable, region)
			if err == nil {
				err = sweep(ctx, cfg)
			}
			if err != nil {
				failures = append(failures, fmt.Errorf("account %s: %w", id, err))
			}
		}
		return errors.Join(failures...)
	}
}

func sweepRepositories(ctx context.Context, cfg aws.Config) error {
	client := ecr.NewFromConfig(cfg)
	var failures []error
	for pages := ecr.NewDescribeRepositoriesPaginator(client, &ecr.DescribeRepositoriesInput{}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, repository := range page.Repositories {
			if !strings.HasPrefix(*repository.RepositoryName, NamePrefix) {
				continue
			}
			_, err := client.DeleteRepository(ctx, &ecr.DeleteRepositoryInput{RepositoryName: repository.RepositoryName, Force: true})
			failures = append(failures, err)
		}
	}
	return errors.Join(failures...)
}

func sweepRoles(ctx context.Context, cfg aws.Config) error {
	client := iam.NewFromConfig(cfg)
	var failures []error
	for pages := iam.NewListRolesPaginator(client, &iam.ListRolesInput{}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, role := range page.Roles {
			if strings.HasPrefix(*role.RoleName, NamePrefix) {
				failures = append(failures, deleteRole(ctx, client, *role.RoleName))
			}
		}
	}
	return errors.Join(failures...)
}

// deleteRole deletes a role with its policies.
func deleteRole(ctx context.Context, client *iam.Client, name string) error {
	inline, err := client.ListRolePolicies(ctx, &iam.ListRolePoliciesInput{RoleName: aws.String(name)})
	if err != nil {
		return err
	}
	for _, policy := range inline.PolicyNames {
		if _, err := client.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: aws.String(name), PolicyName: aws.String(policy)}); err != nil {
			return err
		}
	}
	attached, err := client.ListAttachedRolePolicies(ctx, &iam.ListAttachedRolePoliciesInput{RoleName: aws.String(name)})
	if err != nil {
		return err
	}
	for _, policy := range attached.AttachedPolicies {
		if _, err := client.DetachRolePolicy(ctx, &iam.DetachRolePolicyInput{RoleName: aws.String(name), PolicyArn: policy.PolicyArn}); err != nil {
			return err
		}
	}
	_, err = client.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: aws.String(name)})
	return err
}
