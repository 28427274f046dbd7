package awsapi

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// renewExpired is a client option: a call that AWS refuses because its
// credentials have expired is made once more if there are new ones. Credentials
// are renewed before their time is up, so this is for a clock that is wrong, and
// for a session that was ended early.
func renewExpired(provider aws.CredentialsProvider) func(*middleware.Stack) error {
	return func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("ecrxa:RenewExpired", func(
			ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
		) (middleware.InitializeOutput, middleware.Metadata, error) {
			out, metadata, err := next.HandleInitialize(ctx, in)
			_, notSent := errors.AsType[*awserr.CredentialsError](err)
			if awserr.KindOf(err) == awserr.Expired && !notSent && renew(ctx, provider) {
				return next.HandleInitialize(ctx, in)
			}
			return out, metadata, err
		}), middleware.After)
	}
}

// renew reports whether there are other credentials than a moment ago.
func renew(ctx context.Context, provider aws.CredentialsProvider) bool {
	source, renewable := provider.(interface{ Invalidate() })
	if !renewable {
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
