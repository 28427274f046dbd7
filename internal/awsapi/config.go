// Package awsapi turns the provider's configuration into AWS clients, one set
// for each region, and AWS's errors into ours. No call is made before a
// resource needs one.
package awsapi

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// Config is what the provider block says, with the AWS provider's names.
type Config struct {
	Region, Profile                           string
	AccessKey, SecretKey, Token               string
	SharedConfigFiles, SharedCredentialsFiles []string
	AssumeRole                                []AssumeRole // chained, in order
	AssumeRoleWithWebIdentity                 *AssumeRoleWithWebIdentity
	Endpoints                                 Endpoints
	MaxRetries                                int    // 0: the SDK's default
	RetryMode                                 string // "standard", "adaptive" or empty
	CustomCABundle                            string
	UseFIPSEndpoint, UseDualStackEndpoint     bool
	AllowedAccountIDs, ForbiddenAccountIDs    []string
	ProviderVersion, TerraformVersion         string // for the user agent
}

// AssumeRole is one hop of a role chain.
type AssumeRole struct {
	RoleARN, SessionName, ExternalID, Policy string
	Duration                                 time.Duration
	Tags                                     map[string]string
}

// AssumeRoleWithWebIdentity exchanges a web identity token for a role's credentials.
type AssumeRoleWithWebIdentity struct {
	RoleARN, SessionName, Policy           string
	WebIdentityToken, WebIdentityTokenFile string
	Duration                               time.Duration
}

// Endpoints override the services' addresses.
type Endpoints struct{ ECR, IAM, STS string }

// ECR is the part of the ECR API that the provider uses.
type ECR interface {
	GetRepositoryPolicy(context.Context, *ecr.GetRepositoryPolicyInput, ...func(*ecr.Options)) (*ecr.GetRepositoryPolicyOutput, error)
	SetRepositoryPolicy(context.Context, *ecr.SetRepositoryPolicyInput, ...func(*ecr.Options)) (*ecr.SetRepositoryPolicyOutput, error)
	DeleteRepositoryPolicy(context.Context, *ecr.DeleteRepositoryPolicyInput, ...func(*ecr.Options)) (*ecr.DeleteRepositoryPolicyOutput, error)
	GetRegistryPolicy(context.Context, *ecr.GetRegistryPolicyInput, ...func(*ecr.Options)) (*ecr.GetRegistryPolicyOutput, error)
	GetAccountSetting(context.Context, *ecr.GetAccountSettingInput, ...func(*ecr.Options)) (*ecr.GetAccountSettingOutput, error)
}

// IAM is the part of the IAM API that the provider uses.
type IAM interface {
	GetRole(context.Context, *iam.GetRoleInput, ...func(*iam.Options)) (*iam.GetRoleOutput, error)
	GetRolePolicy(context.Context, *iam.GetRolePolicyInput, ...func(*iam.Options)) (*iam.GetRolePolicyOutput, error)
	PutRolePolicy(context.Context, *iam.PutRolePolicyInput, ...func(*iam.Options)) (*iam.PutRolePolicyOutput, error)
	DeleteRolePolicy(context.Context, *iam.DeleteRolePolicyInput, ...func(*iam.Options)) (*iam.DeleteRolePolicyOutput, error)
	ListRolePolicies(context.Context, *iam.ListRolePoliciesInput, ...func(*iam.Options)) (*iam.ListRolePoliciesOutput, error)
	ListAttachedRolePolicies(context.Context, *iam.ListAttachedRolePoliciesInput, ...func(*iam.Options)) (*iam.ListAttachedRolePoliciesOutput, error)
	GetPolicy(context.Context, *iam.GetPolicyInput, ...func(*iam.Options)) (*iam.GetPolicyOutput, error)
	GetPolicyVersion(context.Context, *iam.GetPolicyVersionInput, ...func(*iam.Options)) (*iam.GetPolicyVersionOutput, error)
}

// Clients hands out AWS clients. It is safe for concurrent use.
type Clients struct{ cfg aws.Config }

// New prepares clients. It makes no network call.
func New(ctx context.Context, cfg Config) (*Clients, error) { panic("todo") }

// Region returns the provider's region; empty when none is configured.
func (c *Clients) Region() string { panic("todo") }

// ECR returns the client for a region. The account is checked against
// allowed and forbidden account IDs before the first call.
func (c *Clients) ECR(ctx context.Context, region string) (ECR, error) { panic("todo") }

// IAM returns the IAM client, with the same check.
func (c *Clients) IAM(ctx context.Context) (IAM, error) { panic("todo") }

// Identity is who the credentials belong to.
type Identity struct{ Account, ARN, Partition string }

// Identity asks STS once and remembers a successful answer.
func (c *Clients) Identity(ctx context.Context) (Identity, error) { panic("todo") }
