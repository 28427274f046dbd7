// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
)

// The sweeper deletes resources of interrupted tests from the two real accounts:
// go test ./internal/testkit/acctest -sweep=us-east-1.
func init() {
	resource.AddTestSweepers("accounts", &resource.Sweeper{Name: "accounts", F: sweepAccounts})
}

func sweepAccounts(region string) error {
	ctx := context.Background()
	var failures []error
	for _, variable := range []string{registryProfile, consumerProfile} {
		cfg, _, err := awsAccount(ctx, variable, region)
		if err == nil {
			err = Sweep(ctx, cfg)
		}
		if err != nil {
			failures = append(failures, fmt.Errorf("sweeping the account of %s: %w", variable, err))
		}
	}
	return errors.Join(failures...)
}

// Sweep deletes the repositories, roles, users and managed policies of an account whose names
// begin with NamePrefix. If one cannot be deleted, Sweep continues. The error has all
// failures.
func Sweep(ctx context.Context, cfg aws.Config) error {
	client := iam.NewFromConfig(cfg)
	return errors.Join(
		sweepRepositories(ctx, ecr.NewFromConfig(cfg)),
		sweepRoles(ctx, client),
		sweepUsers(ctx, client),
		sweepPolicies(ctx, client), // after the roles that they are attached to
	)
}

// leftBehind reports whether the name is that of a test resource.
func leftBehind(name *string) bool { return strings.HasPrefix(aws.ToString(name), NamePrefix) }

func sweepRepositories(ctx context.Context, client *ecr.Client) error {
	var failures []error
	once := func(o *ecr.DescribeRepositoriesPaginatorOptions) { o.StopOnDuplicateToken = true }
	for pages := ecr.NewDescribeRepositoriesPaginator(client, &ecr.DescribeRepositoriesInput{}, once); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return errors.Join(append(failures, err)...)
		}
		for _, repository := range page.Repositories {
			if leftBehind(repository.RepositoryName) {
				_, err := client.DeleteRepository(ctx, &ecr.DeleteRepositoryInput{RepositoryName: repository.RepositoryName, Force: true})
				failures = append(failures, err)
			}
		}
	}
	return errors.Join(failures...)
}

func sweepRoles(ctx context.Context, client *iam.Client) error {
	var failures []error
	once := func(o *iam.ListRolesPaginatorOptions) { o.StopOnDuplicateToken = true }
	for pages := iam.NewListRolesPaginator(client, &iam.ListRolesInput{}, once); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return errors.Join(append(failures, err)...)
		}
		for _, role := range page.Roles {
			if leftBehind(role.RoleName) {
				failures = append(failures, deleteRole(ctx, client, *role.RoleName))
			}
		}
	}
	return errors.Join(failures...)
}

func sweepUsers(ctx context.Context, client *iam.Client) error {
	var failures []error
	once := func(o *iam.ListUsersPaginatorOptions) { o.StopOnDuplicateToken = true }
	for pages := iam.NewListUsersPaginator(client, &iam.ListUsersInput{}, once); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return errors.Join(append(failures, err)...)
		}
		for _, user := range page.Users {
			if leftBehind(user.UserName) {
				_, err := client.DeleteUser(ctx, &iam.DeleteUserInput{UserName: user.UserName})
				failures = append(failures, err)
			}
		}
	}
	return errors.Join(failures...)
}

func sweepPolicies(ctx context.Context, client *iam.Client) error {
	var failures []error
	once := func(o *iam.ListPoliciesPaginatorOptions) { o.StopOnDuplicateToken = true }
	for pages := iam.NewListPoliciesPaginator(client, &iam.ListPoliciesInput{Scope: types.PolicyScopeTypeLocal}, once); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return errors.Join(append(failures, err)...)
		}
		for _, policy := range page.Policies {
			if leftBehind(policy.PolicyName) {
				_, err := client.DeletePolicy(ctx, &iam.DeletePolicyInput{PolicyArn: policy.Arn})
				failures = append(failures, err)
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
