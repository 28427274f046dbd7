// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"io"

	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// plainBodies is a client option: the body of a request can only be read and sought. The SDK
// closes a body when the response begins. If it has the method WriteTo, that returns an error
// then, and net/http, which may still look for more of the body, closes the connection in the
// middle of the response.
// Source: https://github.com/aws/smithy-go/blob/main/transport/http/internal/io/safe.go
func plainBodies(stack *middleware.Stack) error {
	return stack.Build.Add(middleware.BuildMiddlewareFunc("ecrxa:PlainBody", func(
		ctx context.Context, in middleware.BuildInput, next middleware.BuildHandler,
	) (middleware.BuildOutput, middleware.Metadata, error) {
		if request, ok := in.Request.(*smithyhttp.Request); ok {
			if body, ok := request.GetStream().(io.ReadSeeker); ok {
				plain, err := request.SetStream(struct{ io.ReadSeeker }{body})
				if err != nil {
					return middleware.BuildOutput{}, middleware.Metadata{}, err
				}
				in.Request = plain
			}
		}
		return next.HandleBuild(ctx, in)
	}), middleware.After)
}
