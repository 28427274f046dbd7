// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/smithy-go"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// defaultSessionName is what CloudTrail shows for a role session that the
// configuration does not name.
const defaultSessionName = "terraform-provider-ecrxa"

// refreshBefore is how long before they expire temporary credentials are refreshed,
// so that they do not expire during a call.
const refreshBefore = time.Minute

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

func cached(provider aws.CredentialsProvider) aws.CredentialsProvider {
	return aws.NewCredentialsCache(provider, func(o *aws.CredentialsCacheOptions) { o.ExpiryWindow = refreshBefore })
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
