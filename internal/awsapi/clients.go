// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	iamtypes "github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/organizations"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// Clients hands out AWS clients. It is safe for concurrent use.
type Clients struct {
	config   Config
	cfg      aws.Config
	hidden   *secrets
	identity identityCache

	mu            sync.Mutex
	ecr           map[string]ECR        // by Region
	cloudTrail    map[string]CloudTrail // by Region
	iam           IAM
	organizations Organizations
	registry      *http.Client
}

// New prepares clients. It makes no network call. Its errors are a
// *awserr.ConfigError and contain no secrets. If cfg.Unknown is not empty, nothing is
// loaded, and no client is returned until Terraform knows the values.
func New(ctx context.Context, cfg Config) (*Clients, error) {
	c := &Clients{config: cfg, hidden: newSecrets(cfg), ecr: map[string]ECR{}, cloudTrail: map[string]CloudTrail{}}
	c.identity.ask = c.askIdentity
	if len(cfg.Unknown) > 0 {
		if !slices.Contains(cfg.Unknown, "region") {
			c.cfg.Region = cfg.Region
		}
		return c, nil
	}
	var err error
	c.cfg, err = load(ctx, cfg, c.hidden)
	return c, err
}

// Region returns the provider's Region; empty if none is configured or it is
// not known yet.
func (c *Clients) Region() string { return c.cfg.Region }

// Unknown returns the names of the provider attributes whose values Terraform
// does not know yet. If there are any, the methods that return clients, and
// Identity, return a *awserr.ConfigError.
func (c *Clients) Unknown() []string { return slices.Clone(c.config.Unknown) }

// ECR returns the client for a Region; an empty Region means the provider's.
// The account is checked against allowed and forbidden account IDs before the
// first call. An error of the check is a *awserr.ConfigError, an error of the
// identity call an *awserr.Error.
func (c *Clients) ECR(ctx context.Context, region string) (ECR, error) {
	if err := c.ready(ctx); err != nil {
		return nil, err
	}
	if region == "" {
		region = c.cfg.Region
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	client, ok := c.ecr[region]
	if !ok {
		client = ecr.NewFromConfig(c.cfg, func(o *ecr.Options) { o.Region = region })
		c.ecr[region] = client
	}
	return client, nil
}

// CloudTrail returns the client for a Region, with the same check.
func (c *Clients) CloudTrail(ctx context.Context, region string) (CloudTrail, error) {
	if err := c.ready(ctx); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	client, ok := c.cloudTrail[region]
	if !ok {
		client = cloudtrail.NewFromConfig(c.cfg, func(o *cloudtrail.Options) { o.Region = region })
		c.cloudTrail[region] = client
	}
	return client, nil
}

// IAM returns the IAM client, with the same check. IAM has one endpoint for
// each partition; the SDK chooses it by the provider's Region.
func (c *Clients) IAM(ctx context.Context) (IAM, error) {
	if err := c.ready(ctx); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.iam == nil {
		c.iam = iam.NewFromConfig(c.cfg, retryConcurrentModification)
	}
	return c.iam, nil
}

// Organizations returns the client of AWS Organizations, with the same check. Like IAM, it
// has one endpoint for each partition.
func (c *Clients) Organizations(ctx context.Context) (Organizations, error) {
	if err := c.ready(ctx); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.organizations == nil {
		c.organizations = organizations.NewFromConfig(c.cfg)
	}
	return c.organizations, nil
}

// retryConcurrentModification makes the client retry if another caller changed the
// same role at the same moment.
func retryConcurrentModification(o *iam.Options) {
	code := (&iamtypes.ConcurrentModificationException{}).ErrorCode()
	if retryer, ok := o.Retryer.(aws.RetryerV2); ok {
		o.Retryer = retry.AddWithErrorCodes(retryer, code)
	}
}

// Check returns an error if an apply is certain to fail, so that the plan can report
// it: there is no Region, or allowed_account_ids or forbidden_account_ids rules out the
// account of the credentials. The error is a *awserr.ConfigError, or an *awserr.Error
// of the identity call. Check makes no call if neither list is set. It returns nil
// while the configuration is not known.
func (c *Clients) Check(ctx context.Context) error {
	if len(c.config.Unknown) > 0 {
		return nil
	}
	return c.ready(ctx)
}

// ready returns an error if the configuration does not allow any call: it is not
// complete, or the account of the credentials is ruled out.
func (c *Clients) ready(ctx context.Context) error {
	if err := c.usable(); err != nil {
		return err
	}
	if len(c.config.AllowedAccountIDs) == 0 && len(c.config.ForbiddenAccountIDs) == 0 {
		return nil
	}
	id, err := c.Identity(ctx)
	if err != nil {
		return err
	}
	return checkAccount(id.Account, c.config.AllowedAccountIDs, c.config.ForbiddenAccountIDs)
}

// usable returns an error if the configuration is not complete.
func (c *Clients) usable() error {
	if len(c.config.Unknown) > 0 {
		return unknownError(c.config.Unknown)
	}
	if c.cfg.Region == "" {
		return errNoRegion
	}
	return nil
}

// Identity asks STS once and remembers a successful response. Concurrent callers share
// one call, which ends early if the context of each of them ends. A failure is not
// remembered. An error of the call is an *awserr.Error.
func (c *Clients) Identity(ctx context.Context) (Identity, error) {
	if err := c.usable(); err != nil {
		return Identity{}, err
	}
	id, err := c.identity.get(ctx)
	return id, awserr.Explain(err, awserr.Attempt{
		Doing:  "find out which account the credentials belong to",
		Region: c.cfg.Region,
	})
}

func (c *Clients) askIdentity(ctx context.Context) (Identity, error) {
	out, err := sts.NewFromConfig(c.cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return Identity{}, err
	}
	arn, err := awsname.ParseARN(aws.ToString(out.Arn))
	if err != nil {
		return Identity{}, err
	}
	account := aws.ToString(out.Account)
	if !awsname.IsAccountID(account) {
		return Identity{}, fmt.Errorf("GetCallerIdentity returned %s, which is not an account ID", printed.Quoted(account))
	}
	return Identity{Account: account, ARN: arn.String(), Partition: arn.Partition}, nil
}
