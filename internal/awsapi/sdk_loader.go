// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// sdkLoader has the SDK read the environment and the shared configuration files.
type sdkLoader struct {
	cfg     Config
	options []func(*config.LoadOptions) error // what the provider block sets
	secrets *secrets
}

// load returns the SDK's configuration. Its error is a *awserr.ConfigError.
func (l sdkLoader) load(ctx context.Context, more ...func(*config.LoadOptions) error) (aws.Config, error) {
	loaded, err := config.LoadDefaultConfig(ctx, append(slices.Clip(l.options), more...)...)
	if problem := missingProfile(l.cfg, err); problem != nil {
		problem.Problem, problem.Remedy = l.secrets.redact(problem.Problem), l.secrets.redact(problem.Remedy)
		return aws.Config{}, problem
	}
	if err != nil {
		return aws.Config{}, l.loadError(err)
	}
	return loaded, nil
}

// loadError says that the SDK could not load its configuration. It names the setting that
// the SDK does not accept. It does not quote the SDK: if a line of a shared file is
// wrong, the value that the SDK quotes may have a secret key in it.
func (l sdkLoader) loadError(err error) error {
	var settings []string
	for _, name := range settingName.FindAllString(err.Error(), -1) {
		_, set := os.LookupEnv(name)
		if (set && strings.HasPrefix(name, "AWS_") || slices.Contains(profileSettings, name)) && !slices.Contains(settings, name) {
			settings = append(settings, name)
		}
	}
	if len(settings) == 0 && os.Getenv(containerAddress) != "" {
		settings = []string{containerAddress} // The SDK's error does not name it.
	}
	profile, _ := chosenProfile(l.cfg)
	problem := &awserr.ConfigError{
		Summary: invalidConfig,
		Problem: "The AWS configuration could not be loaded, for the profile " + profile + ".",
		Remedy: "Check the provider block, the AWS_* environment variables and the shared configuration files (" + strings.Join(sharedFiles(l.cfg), ", ") + "). " +
			"The command aws configure list, with --profile, shows where each setting is from.",
	}
	if len(settings) > 0 {
		problem.Problem += " A wrong or missing value: " + strings.Join(settings, ", ") + "."
	}
	if cause := readableCause(err); cause != nil {
		problem.Cause = &awserr.RedactedError{Cause: cause, Redact: l.secrets.redact}
	}
	problem.Problem, problem.Remedy = l.secrets.redact(problem.Problem), l.secrets.redact(problem.Remedy)
	return problem
}

var settingName = regexp.MustCompile(`[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)+`)

// profileSettings are the settings of a profile for which the SDK's errors name what is
// wrong.
// Source: https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
var profileSettings = []string{
	"account_id_endpoint_mode", "credential_process", "credential_source", "defaults_mode", "disable_request_compression",
	"duration_seconds", "ec2_metadata_service_endpoint_mode", "ec2_metadata_v1_disabled", "endpoint_discovery_enabled",
	"ignore_configured_endpoint_urls", "max_attempts", "request_checksum_calculation", "request_min_compression_size_bytes",
	"response_checksum_validation", "retry_mode", "role_arn", "source_profile", "sso_account_id", "sso_region", "sso_role_name",
	"sso_session", "sso_start_url", "use_dualstack_endpoint", "use_fips_endpoint", "web_identity_token_file",
}

// readableCause returns the part of the SDK's error that quotes no value, or nil.
func readableCause(err error) error {
	if path, ok := errors.AsType[*fs.PathError](err); ok {
		return path
	}
	if noRole, ok := errors.AsType[config.CredentialRequiresARNError](err); ok {
		return noRole
	}
	if noSource, ok := errors.AsType[config.SharedConfigAssumeRoleError](err); ok {
		return noSource
	}
	if mfa, ok := errors.AsType[config.AssumeRoleTokenProviderNotSetError](err); ok {
		return mfa
	}
	return nil
}
