package awsapi

import (
	"cmp"
	"context"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"
)

// defaultSessionName is what CloudTrail shows for a role session that the
// configuration does not name.
const defaultSessionName = "terraform-provider-ecrxa"

// renewBefore is how long before their end temporary credentials are renewed,
// so that none ends during a call.
const renewBefore = time.Minute

// credentialsFor returns the credentials that the clients sign with: those of the
// provider block, or those that the SDK finds, and then each role of the chain in
// turn.
func credentialsFor(ctx context.Context, cfg Config, settings aws.Config, sdk sdkLoader) (aws.CredentialsProvider, error) {
	first, err := firstCredentials(ctx, cfg, settings, sdk)
	if err != nil {
		return nil, err
	}
	current := guard(first, sdk.secrets)
	if cfg.AssumeRoleWithWebIdentity != nil {
		current.role = webIdentityRole(*cfg.AssumeRoleWithWebIdentity)
	}
	for i, role := range cfg.AssumeRole {
		hop := withCredentials(settings, current)
		current = guard(cached(assumeRoleProvider(role, hop)), sdk.secrets)
		current.role = wantedRole{role.RoleARN, blockName(i, len(cfg.AssumeRole))}
	}
	return current, nil
}

// firstCredentials returns those that no role of the chain has been assumed with
// yet.
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
	return aws.NewCredentialsCache(provider, func(o *aws.CredentialsCacheOptions) { o.ExpiryWindow = renewBefore })
}

func assumeRoleProvider(role AssumeRole, from aws.Config) aws.CredentialsProvider {
	return stscreds.NewAssumeRoleProvider(sts.NewFromConfig(from), role.RoleARN, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = cmp.Or(role.SessionName, defaultSessionName)
		o.Duration = role.Duration
		o.ExternalID = optional(role.ExternalID)
		o.SourceIdentity = optional(role.SourceIdentity)
		o.Policy = optional(role.Policy)
		o.PolicyARNs = managedPolicies(role.PolicyARNs)
		if len(role.TransitiveTagKeys) > 0 {
			o.TransitiveTagKeys = role.TransitiveTagKeys
		}
		for _, key := range slices.Sorted(maps.Keys(role.Tags)) {
			o.Tags = append(o.Tags, ststypes.Tag{Key: aws.String(key), Value: aws.String(role.Tags[key])})
		}
	})
}

// optional returns nil for an empty text, which STS would refuse.
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func managedPolicies(arns []string) []ststypes.PolicyDescriptorType {
	var policies []ststypes.PolicyDescriptorType
	for _, arn := range arns {
		policies = append(policies, ststypes.PolicyDescriptorType{Arn: aws.String(arn)})
	}
	return policies
}

func webIdentityProvider(web AssumeRoleWithWebIdentity, from aws.Config, hidden *secrets) (aws.CredentialsProvider, error) {
	role := webIdentityRole(web).arn
	token, err := webIdentityToken(web)
	if err != nil {
		return nil, err
	}
	if role == "" {
		return nil, &ConfigError{
			Summary: unusable,
			Problem: "assume_role_with_web_identity names no role.",
			Remedy:  "Set role_arn in it, or AWS_ROLE_ARN in the environment.",
		}
	}
	return stscreds.NewWebIdentityRoleProvider(sts.NewFromConfig(from), role, guardedToken{token, hidden}, func(o *stscreds.WebIdentityRoleOptions) {
		o.RoleSessionName = cmp.Or(web.SessionName, os.Getenv("AWS_ROLE_SESSION_NAME"), defaultSessionName)
		o.Duration = web.Duration
		o.Policy = optional(web.Policy)
		o.PolicyARNs = managedPolicies(web.PolicyARNs)
	}), nil
}

// guard wraps a credentials provider so that what it returns is kept out of
// every text, and its errors are known as errors of the credentials.
func guard(provider aws.CredentialsProvider, hidden *secrets) guardedCredentials {
	return guardedCredentials{provider: provider, secrets: hidden}
}

type guardedCredentials struct {
	provider aws.CredentialsProvider
	secrets  *secrets
	role     wantedRole // whose credentials these are; the zero value: not known here
}

// Retrieve returns the provider's credentials.
func (g guardedCredentials) Retrieve(ctx context.Context) (aws.Credentials, error) {
	creds, err := g.provider.Retrieve(ctx)
	if err != nil {
		return creds, &credentialsError{err: err, role: g.role}
	}
	g.secrets.add(creds.SecretAccessKey, creds.SessionToken)
	return creds, nil
}

// Invalidate makes the provider get new credentials, if it has a source of them.
func (g guardedCredentials) Invalidate() {
	if cache, ok := g.provider.(*aws.CredentialsCache); ok {
		cache.Invalidate()
	}
}

// withCredentials returns a configuration whose clients sign with credentials, and
// get new ones when AWS finds these expired.
func withCredentials(cfg aws.Config, current aws.CredentialsProvider) aws.Config {
	cfg = cfg.Copy()
	cfg.Credentials = current
	cfg.APIOptions = append(slices.Clip(cfg.APIOptions), renewExpired(current))
	return cfg
}

// credentialsError says that a call failed before it was made: there were no
// credentials to sign it with.
type credentialsError struct {
	err  error
	role wantedRole // that was to be assumed; the zero value: none, or not known here
}

// Error returns the cause's text.
func (e *credentialsError) Error() string { return e.err.Error() }

// Unwrap returns the cause.
func (e *credentialsError) Unwrap() error { return e.err }

// RetryableError keeps the SDK from retrying the call that needed the
// credentials: getting them has been retried already.
func (e *credentialsError) RetryableError() bool { return false }
