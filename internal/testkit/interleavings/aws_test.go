// SPDX-License-Identifier: MPL-2.0

package interleavings_test

import (
	"context"
	"maps"
	"net/url"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
)

// account is an AWS account with one repository and one role. Calls that the
// resources do not make panic.
type account struct {
	ecrClient
	iamClient

	mu               sync.Mutex
	repositoryPolicy string            // empty for none
	registryPolicy   string            // empty for none
	rolePolicies     map[string]string // by name
	falseRead        func() bool       // reports whether this read of an ECR policy says that there is none
}

// The embedded interfaces keep their own names.
type (
	ecrClient = awsapi.ECR
	iamClient = awsapi.IAM
)

func (a *account) clone() *account {
	return &account{repositoryPolicy: a.repositoryPolicy, registryPolicy: a.registryPolicy, rolePolicies: maps.Clone(a.rolePolicies)}
}

func (a *account) ECR(context.Context, string) (awsapi.ECR, error) { return a, nil }

func (a *account) IAM(context.Context) (awsapi.IAM, error) { return a, nil }

func (a *account) Identity(context.Context) (awsapi.Identity, error) {
	return awsapi.Identity{Account: "123456789012", Partition: "aws"}, nil
}

func (a *account) GetRepositoryPolicy(context.Context, *ecr.GetRepositoryPolicyInput, ...func(*ecr.Options)) (*ecr.GetRepositoryPolicyOutput, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.repositoryPolicy == "" || a.falseRead != nil && a.falseRead() {
		return nil, &ecrtypes.RepositoryPolicyNotFoundException{}
	}
	return &ecr.GetRepositoryPolicyOutput{PolicyText: aws.String(a.repositoryPolicy)}, nil
}

func (a *account) SetRepositoryPolicy(_ context.Context, in *ecr.SetRepositoryPolicyInput, _ ...func(*ecr.Options)) (*ecr.SetRepositoryPolicyOutput, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.repositoryPolicy = aws.ToString(in.PolicyText)
	return &ecr.SetRepositoryPolicyOutput{}, nil
}

func (a *account) DeleteRepositoryPolicy(context.Context, *ecr.DeleteRepositoryPolicyInput, ...func(*ecr.Options)) (*ecr.DeleteRepositoryPolicyOutput, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.repositoryPolicy = ""
	return &ecr.DeleteRepositoryPolicyOutput{}, nil
}

func (a *account) GetRegistryPolicy(context.Context, *ecr.GetRegistryPolicyInput, ...func(*ecr.Options)) (*ecr.GetRegistryPolicyOutput, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.registryPolicy == "" || a.falseRead != nil && a.falseRead() {
		return nil, &ecrtypes.RegistryPolicyNotFoundException{}
	}
	return &ecr.GetRegistryPolicyOutput{PolicyText: aws.String(a.registryPolicy)}, nil
}

func (a *account) PutRegistryPolicy(_ context.Context, in *ecr.PutRegistryPolicyInput, _ ...func(*ecr.Options)) (*ecr.PutRegistryPolicyOutput, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.registryPolicy = aws.ToString(in.PolicyText)
	return &ecr.PutRegistryPolicyOutput{}, nil
}

func (a *account) DeleteRegistryPolicy(context.Context, *ecr.DeleteRegistryPolicyInput, ...func(*ecr.Options)) (*ecr.DeleteRegistryPolicyOutput, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.registryPolicy = ""
	return &ecr.DeleteRegistryPolicyOutput{}, nil
}

func (a *account) GetRolePolicy(_ context.Context, in *iam.GetRolePolicyInput, _ ...func(*iam.Options)) (*iam.GetRolePolicyOutput, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	text, found := a.rolePolicies[aws.ToString(in.PolicyName)]
	if !found {
		return nil, &iamtypes.NoSuchEntityException{}
	}
	return &iam.GetRolePolicyOutput{PolicyDocument: aws.String(url.PathEscape(text))}, nil
}

func (a *account) PutRolePolicy(_ context.Context, in *iam.PutRolePolicyInput, _ ...func(*iam.Options)) (*iam.PutRolePolicyOutput, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.rolePolicies[aws.ToString(in.PolicyName)] = aws.ToString(in.PolicyDocument)
	return &iam.PutRolePolicyOutput{}, nil
}

func (a *account) DeleteRolePolicy(_ context.Context, in *iam.DeleteRolePolicyInput, _ ...func(*iam.Options)) (*iam.DeleteRolePolicyOutput, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	name := aws.ToString(in.PolicyName)
	if _, found := a.rolePolicies[name]; !found {
		return nil, &iamtypes.NoSuchEntityException{}
	}
	delete(a.rolePolicies, name)
	return &iam.DeleteRolePolicyOutput{}, nil
}

func (a *account) ListRolePolicies(context.Context, *iam.ListRolePoliciesInput, ...func(*iam.Options)) (*iam.ListRolePoliciesOutput, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return &iam.ListRolePoliciesOutput{PolicyNames: slices.Sorted(maps.Keys(a.rolePolicies))}, nil
}
