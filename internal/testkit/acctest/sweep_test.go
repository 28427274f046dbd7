// SPDX-License-Identifier: MPL-2.0

package acctest_test

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/acctest"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
)

const anyPolicy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:BatchGetImage","Resource":"*"}]}`

func TestSweepDeletesOnlyWhatTestsCreate(t *testing.T) {
	t.Parallel()
	const account, region = "123456789012", "us-east-1"
	server, err := emulator.Start(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	accessKey, secretKey := server.Credentials(account)
	cfg := aws.Config{
		Region: region, BaseEndpoint: aws.String(server.URL()),
		Credentials: credentials.NewStaticCredentialsProvider(accessKey, secretKey, ""),
	}
	client := iam.NewFromConfig(cfg)
	for _, name := range []string{"precious", acctest.NamePrefix + "left"} {
		server.CreateRepository(account, region, name)
		server.CreateRole(account, "/", name)
		server.PutRolePolicy(account, name, "inline", anyPolicy)
		policy, err := client.CreatePolicy(t.Context(), &iam.CreatePolicyInput{PolicyName: aws.String(name), PolicyDocument: aws.String(anyPolicy)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.AttachRolePolicy(t.Context(), &iam.AttachRolePolicyInput{RoleName: aws.String(name), PolicyArn: policy.Policy.Arn}); err != nil {
			t.Fatal(err)
		}
		if _, err := client.CreateUser(t.Context(), &iam.CreateUserInput{UserName: aws.String(name)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := acctest.Sweep(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	want := []string{"policy precious", "repository precious", "role precious", "user admin", "user precious"}
	if got := inventory(t, cfg); !slices.Equal(got, want) {
		t.Errorf("after the sweep there are %q, want %q", got, want)
	}
}

// inventory lists what an account has, sorted.
func inventory(t *testing.T, cfg aws.Config) []string {
	t.Helper()
	client := iam.NewFromConfig(cfg)
	repositories, err := ecr.NewFromConfig(cfg).DescribeRepositories(t.Context(), &ecr.DescribeRepositoriesInput{})
	if err != nil {
		t.Fatal(err)
	}
	roles, err := client.ListRoles(t.Context(), &iam.ListRolesInput{})
	if err != nil {
		t.Fatal(err)
	}
	users, err := client.ListUsers(t.Context(), &iam.ListUsersInput{})
	if err != nil {
		t.Fatal(err)
	}
	policies, err := client.ListPolicies(t.Context(), &iam.ListPoliciesInput{})
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, repository := range repositories.Repositories {
		all = append(all, "repository "+*repository.RepositoryName)
	}
	for _, role := range roles.Roles {
		all = append(all, "role "+*role.RoleName)
	}
	for _, user := range users.Users {
		all = append(all, "user "+*user.UserName)
	}
	for _, policy := range policies.Policies {
		all = append(all, "policy "+*policy.PolicyName)
	}
	slices.Sort(all)
	return all
}
