// SPDX-License-Identifier: MPL-2.0

package live_test

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	ecrtypes "github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/smithy-go"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullcheck/live"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/registrypolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/repopolicy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/rolepolicy"
)

// fakeAWS is one account with a repository and a role. It counts the calls.
type fakeAWS struct {
	account          string
	partition        string // empty: aws
	repositoryPolicy string // empty: none
	noRepository     bool
	lets             bool // other accounts read the repository policy
	registryPolicy   string
	roleARN          string // empty: no such role
	boundary         string // ARN of a managed policy
	inline           map[string]string
	attached         []string          // ARNs
	managed          map[string]string // documents by ARN
	refused          map[string]error  // by operation

	identity sync.Once // as clients keep their answer
	mu       sync.Mutex
	calls    map[string]int
}

func (f *fakeAWS) call(operation string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.calls == nil {
		f.calls = map[string]int{}
	}
	f.calls[operation]++
	return f.refused[operation]
}

func denied(action string) error {
	return &smithy.GenericAPIError{Code: "AccessDeniedException", Message: "User: arn:aws:iam::123456789012:user/tf is not authorized to perform: " + action}
}

// sources are new, so that nothing has been read yet.
func (f *fakeAWS) sources() live.Sources {
	return live.Sources{
		Identity:           f.Identity,
		RepositoryPolicies: repopolicy.New(f),
		RegistryPolicies:   registrypolicy.New(f),
		Roles:              rolepolicy.New(f),
	}
}

func (f *fakeAWS) ECR(context.Context, string) (awsapi.ECR, error) { return fakeECR{nil, f}, nil }
func (f *fakeAWS) IAM(context.Context) (awsapi.IAM, error)         { return fakeIAM{nil, f}, nil }

func (f *fakeAWS) Identity(context.Context) (awsapi.Identity, error) {
	var err error
	f.identity.Do(func() { err = f.call("GetCallerIdentity") })
	return awsapi.Identity{Account: f.account, Partition: cmp.Or(f.partition, "aws")}, err
}

// fakeECR panics, by its nil interface, at any call that the check has no
// business to make.
type fakeECR struct {
	awsapi.ECR
	*fakeAWS
}

func (f fakeECR) GetRepositoryPolicy(_ context.Context, in *ecr.GetRepositoryPolicyInput, _ ...func(*ecr.Options)) (*ecr.GetRepositoryPolicyOutput, error) {
	switch err := f.call("GetRepositoryPolicy"); {
	case err != nil:
		return nil, err
	case *in.RegistryId != f.account && !f.lets:
		return nil, denied("ecr:GetRepositoryPolicy")
	case f.noRepository:
		return nil, &ecrtypes.RepositoryNotFoundException{}
	case f.repositoryPolicy == "":
		return nil, &ecrtypes.RepositoryPolicyNotFoundException{}
	}
	return &ecr.GetRepositoryPolicyOutput{RepositoryName: in.RepositoryName, PolicyText: &f.repositoryPolicy}, nil
}

func (f fakeECR) GetRegistryPolicy(context.Context, *ecr.GetRegistryPolicyInput, ...func(*ecr.Options)) (*ecr.GetRegistryPolicyOutput, error) {
	switch err := f.call("GetRegistryPolicy"); {
	case err != nil:
		return nil, err
	case f.registryPolicy == "":
		return nil, &ecrtypes.RegistryPolicyNotFoundException{}
	}
	return &ecr.GetRegistryPolicyOutput{PolicyText: &f.registryPolicy}, nil
}

// fakeIAM answers lists one entry a page.
type fakeIAM struct {
	awsapi.IAM
	*fakeAWS
}

func (f fakeIAM) roleCall(operation string) error {
	if err := f.call(operation); err != nil {
		return err
	}
	if f.roleARN == "" {
		return &iamtypes.NoSuchEntityException{}
	}
	return nil
}

func (f fakeIAM) GetRole(_ context.Context, in *iam.GetRoleInput, _ ...func(*iam.Options)) (*iam.GetRoleOutput, error) {
	if err := f.roleCall("GetRole"); err != nil {
		return nil, err
	}
	role := &iamtypes.Role{RoleName: in.RoleName, Arn: &f.roleARN}
	if f.boundary != "" {
		role.PermissionsBoundary = &iamtypes.AttachedPermissionsBoundary{PermissionsBoundaryArn: &f.boundary}
	}
	return &iam.GetRoleOutput{Role: role}, nil
}

// page returns the entry after the marker, and the next marker.
func page(all []string, marker *string) (entries []string, next *string) {
	start, err := strconv.Atoi(aws.ToString(marker))
	if marker != nil && err != nil {
		panic(err)
	}
	if start >= len(all) {
		return nil, nil
	}
	if start+1 < len(all) {
		next = aws.String(strconv.Itoa(start + 1))
	}
	return all[start : start+1], next
}

func (f fakeIAM) ListRolePolicies(_ context.Context, in *iam.ListRolePoliciesInput, _ ...func(*iam.Options)) (*iam.ListRolePoliciesOutput, error) {
	if err := f.roleCall("ListRolePolicies"); err != nil {
		return nil, err
	}
	names, next := page(slices.Sorted(maps.Keys(f.inline)), in.Marker)
	return &iam.ListRolePoliciesOutput{PolicyNames: names, Marker: next, IsTruncated: next != nil}, nil
}

func (f fakeIAM) GetRolePolicy(_ context.Context, in *iam.GetRolePolicyInput, _ ...func(*iam.Options)) (*iam.GetRolePolicyOutput, error) {
	if err := f.roleCall("GetRolePolicy"); err != nil {
		return nil, err
	}
	return &iam.GetRolePolicyOutput{PolicyDocument: aws.String(url.PathEscape(f.inline[*in.PolicyName]))}, nil
}

func (f fakeIAM) ListAttachedRolePolicies(_ context.Context, in *iam.ListAttachedRolePoliciesInput, _ ...func(*iam.Options)) (*iam.ListAttachedRolePoliciesOutput, error) {
	if err := f.roleCall("ListAttachedRolePolicies"); err != nil {
		return nil, err
	}
	arns, next := page(f.attached, in.Marker)
	out := &iam.ListAttachedRolePoliciesOutput{Marker: next, IsTruncated: next != nil}
	for _, arn := range arns {
		out.AttachedPolicies = append(out.AttachedPolicies, iamtypes.AttachedPolicy{PolicyArn: &arn})
	}
	return out, nil
}

func (f fakeIAM) GetPolicy(_ context.Context, in *iam.GetPolicyInput, _ ...func(*iam.Options)) (*iam.GetPolicyOutput, error) {
	if err := f.call("GetPolicy"); err != nil {
		return nil, err
	}
	return &iam.GetPolicyOutput{Policy: &iamtypes.Policy{Arn: in.PolicyArn, DefaultVersionId: aws.String("v3")}}, nil
}

func (f fakeIAM) GetPolicyVersion(_ context.Context, in *iam.GetPolicyVersionInput, _ ...func(*iam.Options)) (*iam.GetPolicyVersionOutput, error) {
	if err := f.call("GetPolicyVersion"); err != nil {
		return nil, err
	}
	text, found := f.managed[*in.PolicyArn]
	if !found || *in.VersionId != "v3" {
		return nil, fmt.Errorf("no version %s of %s", *in.VersionId, *in.PolicyArn)
	}
	return &iam.GetPolicyVersionOutput{PolicyVersion: &iamtypes.PolicyVersion{Document: aws.String(url.PathEscape(text))}}, nil
}
