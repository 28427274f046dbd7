// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"os"
	"strings"

	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// userAgent is what the provider says of itself, in front of what the SDK says.
// TF_APPEND_USER_AGENT comes last, as in HashiCorp's providers.
func userAgent(cfg Config) string {
	products := []string{
		product("terraform-provider-ecrxa", cfg.ProviderVersion),
		"(+https://registry.terraform.io/providers/ecrxa/ecrxa)",
		product("Terraform", cfg.TerraformVersion),
	}
	if more := strings.Join(strings.Fields(os.Getenv("TF_APPEND_USER_AGENT")), " "); more != "" {
		products = append(products, more)
	}
	return strings.Join(products, " ")
}

func product(name, version string) string {
	if version == "" {
		return name
	}
	return name + "/" + version
}

// addUserAgent is a client option that puts agent in front of the SDK's.
func addUserAgent(agent string) func(*middleware.Stack) error {
	const header = "User-Agent"
	return func(stack *middleware.Stack) error {
		return stack.Build.Add(middleware.BuildMiddlewareFunc("ecrxa:UserAgent", func(
			ctx context.Context, in middleware.BuildInput, next middleware.BuildHandler,
		) (middleware.BuildOutput, middleware.Metadata, error) {
			if request, ok := in.Request.(*smithyhttp.Request); ok {
				request.Header.Set(header, strings.TrimSpace(agent+" "+request.Header.Get(header)))
			}
			return next.HandleBuild(ctx, in)
		}), middleware.After)
	}
}
