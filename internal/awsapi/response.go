// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"errors"
	"io"
	"net"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// maxResponse is how many bytes of a response are read. The longest one has a document of
// IAM, of 131,072 characters, each of which may be percent-encoded.
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_PolicyVersion.html
const maxResponse = 1 << 20

// attemptTime is the time limit of one attempt of a call, its response included. AWS
// responds within seconds; a connection that stays silent would let a plan hang.
const attemptTime = 2 * time.Minute

// maxManifests is the same for BatchGetImage. A manifest has up to 4 MiB, and every
// character of it may be escaped.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Image.html
const maxManifests = 9 << 20

var errTooLong = errors.New("the response is longer than AWS's responses are")

// boundResponses is a client option: a response that is too long, is not complete within
// the time limit, or reports success and says nothing is an error that says that it cannot
// be read. Without content, the SDK would take it for a list without entries, for example.
func boundResponses(stack *middleware.Stack) error {
	return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("ecrxa:BoundResponse", func(
		ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler,
	) (middleware.DeserializeOutput, middleware.Metadata, error) {
		out, metadata, err := next.HandleDeserialize(ctx, in)
		if response, ok := out.RawResponse.(*smithyhttp.Response); ok && response.Body != nil {
			most := maxResponse
			if awsmiddleware.GetOperationName(ctx) == "BatchGetImage" {
				most = maxManifests
			}
			response.Body = &boundBody{ReadCloser: response.Body, ctx: ctx, most: most}
		}
		return out, metadata, err
	}), middleware.After)
}

// A boundBody is the body of a response.
type boundBody struct {
	io.ReadCloser
	ctx  context.Context //nolint:containedctx // The call's.
	read int
	most int
}

// Read implements io.Reader.
func (b *boundBody) Read(p []byte) (int, error) {
	if b.read > b.most {
		return 0, errTooLong
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.most+1-b.read)])
	b.read += n
	timeout, ok := errors.AsType[net.Error](err)
	switch {
	case b.read > b.most:
		return n, errTooLong
	case err == io.EOF && b.read == 0, ok && timeout.Timeout() && b.ctx.Err() == nil:
		return n, io.ErrUnexpectedEOF
	}
	return n, err
}
