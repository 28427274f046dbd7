// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"cmp"
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/ec2rolecreds"
	"github.com/aws/aws-sdk-go-v2/credentials/endpointcreds"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// credentialsFor returns the credentials that the clients sign with. The first ones
// are those of the provider block or of the SDK's credential provider chain; with
// them, each role of assume_role is assumed in turn.
func credentialsFor(ctx context.Context, cfg Config, settings aws.Config, sdk sdkLoader) (aws.CredentialsProvider, error) {
	first, err := firstCredentials(ctx, cfg, settings, sdk)
	if err != nil {
		return nil, err
	}
	source := sourceOf(settings)
	current := secretCredentials{provider: first, secrets: sdk.secrets, source: source}
	if cfg.AssumeRoleWithWebIdentity != nil {
		current.role = webIdentityRole(*cfg.AssumeRoleWithWebIdentity)
	}
	for i, role := range cfg.AssumeRole {
		hop := withCredentials(settings, current)
		current = secretCredentials{
			provider: cached(assumeRoleProvider(role, hop)), secrets: sdk.secrets, source: source,
			role: awserr.Role{ARN: role.RoleARN, NamedBy: blockName(i, len(cfg.AssumeRole))},
		}
	}
	return current, nil
}

// firstCredentials returns the credentials with which the first role of assume_role
// is assumed.
func firstCredentials(ctx context.Context, cfg Config, settings aws.Config, sdk sdkLoader) (aws.CredentialsProvider, error) {
	switch {
	case cfg.AssumeRoleWithWebIdentity != nil:
		provider, err := webIdentityProvider(*cfg.AssumeRoleWithWebIdentity, settings, sdk.secrets)
		return cached(provider), err
	case cfg.AccessKey != "":
		return credentials.NewStaticCredentialsProvider(cfg.AccessKey, cfg.SecretKey, cfg.Token), nil
	}
	return chainCredentials(ctx, settings, sdk)
}

// chainCredentials returns the credentials that the SDK's credential provider chain
// finds: keys or a web identity in the environment, a profile, the machine's role.
// The SDK creates the STS clients of the chain before it knows their endpoint, so they
// are replaced by clients with the settings of all other clients.
// Source: https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
func chainCredentials(ctx context.Context, settings aws.Config, sdk sdkLoader) (aws.CredentialsProvider, error) {
	found, err := sdk.load(ctx,
		config.WithAssumeRoleCredentialOptions(func(o *stscreds.AssumeRoleOptions) {
			sdk.secrets.add(aws.ToString(o.ExternalID))
			o.RoleSessionName = cmp.Or(o.RoleSessionName, defaultSessionName) // the SDK's default is another one each time
			if client, ok := o.Client.(*sts.Client); ok {
				o.Client = replacement(client, settings, sdk.secrets)
			}
		}),
		config.WithWebIdentityRoleCredentialOptions(func(o *stscreds.WebIdentityRoleOptions) {
			o.RoleSessionName = cmp.Or(o.RoleSessionName, defaultSessionName)
			if file, ok := o.TokenRetriever.(stscreds.IdentityTokenFile); ok {
				o.TokenRetriever = secretToken{tokenFile{string(file), "AWS_WEB_IDENTITY_TOKEN_FILE or the profile"}, sdk.secrets}
			}
			if client, ok := o.Client.(*sts.Client); ok {
				o.Client = replacement(client, settings, sdk.secrets)
			}
		}),
		config.WithEndpointCredentialOptions(func(o *endpointcreds.Options) { o.Retryer = localRetryer(settings) }),
		config.WithEC2RoleCredentialOptions(func(o *ec2rolecreds.Options) {
			o.Client = imds.NewFromConfig(settings, func(o *imds.Options) { o.Retryer = localRetryer(settings) })
		}))
	return sourceOf(settings).replaced(found.Credentials, settings), err
}

// localRetryer makes the SDK's usual three attempts at a service of the machine, or fewer
// if max_retries says so.
func localRetryer(settings aws.Config) aws.Retryer {
	return retry.AddWithMaxAttempts(retry.NewStandard(), min(settings.RetryMaxAttempts, retry.DefaultMaxAttempts))
}

// replacement returns a client with the credentials of client and with settings.
func replacement(client *sts.Client, settings aws.Config, hidden *secrets) *sts.Client {
	return sts.NewFromConfig(settings, func(o *sts.Options) {
		if source := client.Options().Credentials; source != nil {
			profile := sourceOf(settings)
			o.Credentials = secretCredentials{provider: profile.replaced(source, settings), secrets: hidden, source: profile}
		}
	})
}

// A secretCredentials wraps a credentials provider: what it returns is added to the secrets,
// and its errors are *awserr.CredentialsError and quote no secret.
type secretCredentials struct {
	provider aws.CredentialsProvider
	secrets  *secrets
	source   sourceProfile // the profile that the credentials are from
	role     awserr.Role   // that is assumed for these credentials; the zero value: none, or not known
}

// Retrieve returns the provider's credentials.
func (s secretCredentials) Retrieve(ctx context.Context) (aws.Credentials, error) {
	creds, err := s.provider.Retrieve(ctx)
	if ctx.Err() != nil {
		err = &smithy.CanceledError{Err: ctx.Err()}
	} else if err != nil {
		err = s.source.explain(s.provider, err)
	}
	if err != nil {
		return creds, &awserr.CredentialsError{Role: s.role, Cause: err}
	}
	s.secrets.addKeys(creds.AccessKeyID, creds.SecretAccessKey, creds.SessionToken)
	return creds, nil
}

// Invalidate makes the next Retrieve get new credentials, if the provider caches them.
func (s secretCredentials) Invalidate() {
	if cache, ok := s.provider.(*aws.CredentialsCache); ok {
		cache.Invalidate()
	}
}

// withCredentials returns a configuration whose clients sign with credentials, and
// refresh them if AWS responds that they have expired.
func withCredentials(cfg aws.Config, current aws.CredentialsProvider) aws.Config {
	cfg = cfg.Copy()
	cfg.Credentials = current
	cfg.APIOptions = append(slices.Clip(cfg.APIOptions), retryExpired(current))
	return cfg
}
