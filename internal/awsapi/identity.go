// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// Identity is who the credentials belong to: the account ID (12 digits), the
// caller's ARN, and its partition, such as "aws".
type Identity struct{ Account, ARN, Partition string }

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

// identityCache shares one call among all callers that ask during the call, and its
// response among all callers that ask later.
type identityCache struct {
	ask func(context.Context) (Identity, error)

	mu   sync.Mutex
	call *identityCall // running or successful; nil: none
}

// identityCall is one call. identity and err are set before done is closed.
type identityCall struct {
	done     chan struct{}
	identity Identity
	err      error

	waiting int    // callers that wait for the response; guarded by the cache
	cancel  func() // ends the call
}

func (c *identityCache) get(ctx context.Context) (Identity, error) {
	call := c.join(ctx)
	select {
	case <-call.done:
		return call.identity, call.err
	case <-ctx.Done():
		c.leave(call)
		return Identity{}, ctx.Err()
	}
}

// join returns the call that is running or was successful, or starts one. The call
// does not end with ctx, because other callers may wait for it. It has no time limit
// of its own: max_retries bounds it.
func (c *identityCache) join(ctx context.Context) *identityCall {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.call == nil {
		shared, cancel := context.WithCancel(context.WithoutCancel(ctx))
		c.call = &identityCall{done: make(chan struct{}), cancel: cancel}
		go c.run(shared, c.call)
	}
	c.call.waiting++
	return c.call
}

// leave ends the call if no other caller waits for it.
func (c *identityCache) leave(call *identityCall) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if call.waiting--; call.waiting == 0 {
		call.cancel()
		c.forget(call)
	}
}

func (c *identityCache) run(ctx context.Context, call *identityCall) {
	defer call.cancel()
	call.identity, call.err = c.ask(ctx)
	if call.err != nil {
		c.mu.Lock()
		c.forget(call)
		c.mu.Unlock()
	}
	close(call.done)
}

// forget makes the next caller start a new call. The caller of forget holds c.mu.
func (c *identityCache) forget(call *identityCall) {
	if c.call == call {
		c.call = nil
	}
}
