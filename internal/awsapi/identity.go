package awsapi

import (
	"context"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// Identity is who the credentials belong to: the account ID (12 digits), the
// caller's ARN, and its partition, such as "aws".
type Identity struct{ Account, ARN, Partition string }

// Identity asks STS once and remembers a successful answer. Concurrent callers
// share one call; a failure is not remembered. An error of the call is an
// *awserr.Error.
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
	return Identity{Account: aws.ToString(out.Account), ARN: arn.String(), Partition: arn.Partition}, nil
}

// identityTimeout ends a call that STS never answers: no caller's context does.
const identityTimeout = 2 * time.Minute

// identityCache shares one call among all who ask while it runs, and its
// answer among all who ask later.
type identityCache struct {
	ask func(context.Context) (Identity, error)

	mu   sync.Mutex
	call *identityCall // running or successful; nil: none
}

// identityCall is one call; identity and err are set when done is closed.
type identityCall struct {
	done     chan struct{}
	identity Identity
	err      error
}

func (c *identityCache) get(ctx context.Context) (Identity, error) {
	call := c.join(ctx)
	select {
	case <-call.done:
		return call.identity, call.err
	case <-ctx.Done():
		return Identity{}, ctx.Err()
	}
}

// join returns the call that runs or has succeeded, or starts one. The call
// does not end with ctx: others may wait for it.
func (c *identityCache) join(ctx context.Context) *identityCall {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.call == nil {
		c.call = &identityCall{done: make(chan struct{})}
		go c.run(context.WithoutCancel(ctx), c.call)
	}
	return c.call
}

func (c *identityCache) run(ctx context.Context, call *identityCall) {
	ctx, cancel := context.WithTimeout(ctx, identityTimeout)
	defer cancel()
	call.identity, call.err = c.ask(ctx)
	if call.err != nil {
		c.mu.Lock()
		c.call = nil
		c.mu.Unlock()
	}
	close(call.done)
}
