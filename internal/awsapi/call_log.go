// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// callLog is the subsystem of the log that has the calls of AWS. The environment variable
// TF_LOG_PROVIDER_ECRXA_AWS sets its level; without it, it has that of the provider.
// Source: https://developer.hashicorp.com/terraform/plugin/log/writing#subsystems
const callLog = "aws"

// logCalls is a client option that writes one debug line for each call: what,
// where, how long, how often tried, and the kind of failure. Requests, responses
// and error texts are not logged, since they can hold secrets.
func logCalls(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("ecrxa:LogCall", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (middleware.InitializeOutput, middleware.Metadata, error) {
		ctx = tflog.NewSubsystem(ctx, callLog, tflog.WithLevelFromEnv("TF_LOG_PROVIDER_ECRXA", callLog), tflog.WithRootFields())
		start := time.Now()
		out, metadata, err := next.HandleInitialize(ctx, in)
		fields := map[string]any{
			"aws_service":   awsmiddleware.GetServiceID(ctx),
			"aws_operation": awsmiddleware.GetOperationName(ctx),
			"aws_region":    awsmiddleware.GetRegion(ctx),
			"duration_ms":   time.Since(start).Milliseconds(),
		}
		if id, ok := awsmiddleware.GetRequestIDMetadata(metadata); ok {
			fields["aws_request_id"] = printed.Name(id)
		}
		if attempts, ok := retry.GetAttemptResults(metadata); ok {
			fields["attempts"] = len(attempts.Results)
		}
		if err != nil {
			fields["failure"] = string(awserr.KindOf(err))
		}
		tflog.SubsystemDebug(ctx, callLog, "AWS call", fields)
		return out, metadata, err
	}), middleware.Before)
}
