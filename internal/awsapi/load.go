// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"os"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/smithy-go/logging"
	"github.com/aws/smithy-go/middleware"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// load turns the provider's configuration into the SDK's. It reads files and
// the environment; it makes no network call.
func load(ctx context.Context, cfg Config, hidden *secrets) (aws.Config, error) {
	if len(cfg.AllowedAccountIDs) > 0 && len(cfg.ForbiddenAccountIDs) > 0 {
		return aws.Config{}, &awserr.ConfigError{
			Summary: invalidConfig,
			Problem: "Both allowed_account_ids and forbidden_account_ids are set.",
			Remedy:  "Keep one of them.",
		}
	}
	hidden.addEnvironment()
	for _, file := range sharedPaths(cfg) {
		hidden.addFile(file)
	}
	options, err := loadOptions(cfg, hidden)
	if err != nil {
		return aws.Config{}, err
	}
	sdk := sdkLoader{cfg: cfg, options: options, secrets: hidden}
	settings, err := sdk.load(ctx, config.WithCredentialsProvider(aws.AnonymousCredentials{}))
	if err != nil {
		return aws.Config{}, err
	}
	if err := cmp.Or(checkRegion(settings.Region, hidden), checkEndpoints(cfg, settings)); err != nil {
		return aws.Config{}, err
	}
	setRetries(&settings)
	current, err := credentialsFor(ctx, cfg, settings, sdk)
	return withCredentials(settings, current), err
}

// loadOptions lists what the provider block sets; the SDK takes everything
// else from the environment and from the shared configuration files.
func loadOptions(cfg Config, hidden *secrets) ([]func(*config.LoadOptions) error, error) {
	options := []func(*config.LoadOptions) error{
		config.WithLogger(logging.Nop{}),
		config.WithAPIOptions([]func(*middleware.Stack) error{
			addUserAgent(userAgent(cfg)),
			logCalls,
			redactErrors(hidden),
			plainBodies,
			boundResponses,
		}),
		config.WithHTTPClient(httpClient()),
		config.WithServiceOptions(cfg.Endpoints.apply),
		withoutMetadataLookup,
	}
	if cfg.Region != "" {
		options = append(options, config.WithRegion(cfg.Region))
	}
	if cfg.Profile != "" {
		options = append(options, config.WithSharedConfigProfile(cfg.Profile))
	}
	if len(cfg.SharedConfigFiles) > 0 {
		options = append(options, config.WithSharedConfigFiles(expandHomes(cfg.SharedConfigFiles)))
	}
	if len(cfg.SharedCredentialsFiles) > 0 {
		options = append(options, config.WithSharedCredentialsFiles(expandHomes(cfg.SharedCredentialsFiles)))
	}
	if cfg.MaxRetries > 0 {
		options = append(options, config.WithRetryMaxAttempts(cfg.MaxRetries+1))
	}
	options = append(options, endpointVariants(cfg)...)
	if cfg.RetryMode != "" {
		mode, err := aws.ParseRetryMode(cfg.RetryMode)
		if err != nil {
			return nil, &awserr.ConfigError{
				Summary: invalidConfig,
				Problem: fmt.Sprintf("%q is not a retry mode.", cfg.RetryMode),
				Remedy:  `Set retry_mode to "standard" or "adaptive".`,
			}
		}
		options = append(options, config.WithRetryMode(mode))
	}
	if cfg.CustomCABundle != "" {
		pem, err := os.ReadFile(ExpandHome(cfg.CustomCABundle))
		if err != nil {
			return nil, &awserr.ConfigError{
				Summary: invalidConfig,
				Problem: "The file named by custom_ca_bundle cannot be read.",
				Remedy:  "Set it to the path of a PEM file that the user who runs Terraform is allowed to read.",
				Cause:   err,
			}
		}
		options = append(options, config.WithCustomCABundle(bytes.NewReader(pem)))
	}
	return options, nil
}

// endpointVariants sets or unsets AWS's FIPS and dual-stack endpoints, where the
// provider block says so.
func endpointVariants(cfg Config) []func(*config.LoadOptions) error {
	var options []func(*config.LoadOptions) error
	if cfg.UseFIPSEndpoint != nil {
		state := aws.FIPSEndpointStateDisabled
		if *cfg.UseFIPSEndpoint {
			state = aws.FIPSEndpointStateEnabled
		}
		options = append(options, config.WithUseFIPSEndpoint(state))
	}
	if cfg.UseDualStackEndpoint != nil {
		state := aws.DualStackEndpointStateDisabled
		if *cfg.UseDualStackEndpoint {
			state = aws.DualStackEndpointStateEnabled
		}
		options = append(options, config.WithUseDualStackEndpoint(state))
	}
	return options
}

// hostLabel matches what can be a part of a host name, as a Region is in endpoints.
var hostLabel = regexp.MustCompile(`^[A-Za-z0-9-]{0,63}$`)

// checkRegion refuses a Region that no endpoint can have. Errors and Terraform's log name
// the Region, so it must not have the rest of a broken line of a shared file.
func checkRegion(region string, hidden *secrets) error {
	if hostLabel.MatchString(region) {
		return nil
	}
	return &awserr.ConfigError{
		Summary: "Invalid AWS Region",
		Problem: fmt.Sprintf("The Region %s is not valid.", printed.Quoted(hidden.redact(region))),
		Remedy:  "Correct region in the provider block, AWS_REGION or AWS_DEFAULT_REGION in the environment, or region in the profile of the shared configuration file. A Region has a form such as us-east-1.",
	}
}

// withoutMetadataLookup keeps the SDK from asking the EC2 metadata service for
// a Region while it loads (AWS_DEFAULTS_MODE=auto): nothing is asked before a
// resource needs it.
func withoutMetadataLookup(o *config.LoadOptions) error {
	o.DefaultsModeOptions.IMDSClient = imds.New(imds.Options{ClientEnableState: imds.ClientDisabled})
	return nil
}
