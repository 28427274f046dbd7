// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// retryExpired is a client option: a call that AWS refuses because its credentials
// have expired is made once more with new ones, if there are any. Credentials are
// refreshed before they expire, so this happens only if the clock is wrong or the
// session was ended early.
func retryExpired(provider aws.CredentialsProvider) func(*middleware.Stack) error {
	return func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("ecrxa:RetryExpired", func(
			ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
		) (middleware.InitializeOutput, middleware.Metadata, error) {
			out, metadata, err := next.HandleInitialize(ctx, in)
			_, notSent := errors.AsType[*awserr.CredentialsError](err)
			if awserr.KindOf(err) == awserr.Expired && !notSent && refresh(ctx, provider) {
				return next.HandleInitialize(ctx, in)
			}
			return out, metadata, err
		}), middleware.After)
	}
}

// refresh makes the provider get new credentials, and reports whether they differ
// from the old ones.
func refresh(ctx context.Context, provider aws.CredentialsProvider) bool {
	source, refreshable := provider.(interface{ Invalidate() })
	if !refreshable {
		return false
	}
	before, err := provider.Retrieve(ctx)
	if err != nil {
		return false
	}
	source.Invalidate()
	after, err := provider.Retrieve(ctx)
	return err == nil && after.AccessKeyID != before.AccessKeyID
}

// refreshBefore is how long before they expire temporary credentials are refreshed,
// so that they do not expire during a call.
const refreshBefore = time.Minute

func cached(provider aws.CredentialsProvider) aws.CredentialsProvider {
	return aws.NewCredentialsCache(provider, func(o *aws.CredentialsCacheOptions) { o.ExpiryWindow = refreshBefore })
}
