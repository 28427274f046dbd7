package awsapi

import (
	"context"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
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
		current.role = awserr.Role{ARN: role.RoleARN, NamedBy: blockName(i, len(cfg.AssumeRole))}
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

// guard wraps a credentials provider so that what it returns is kept out of
// every text, and its errors are known as errors of the credentials.
func guard(provider aws.CredentialsProvider, hidden *secrets) guardedCredentials {
	return guardedCredentials{provider: provider, secrets: hidden}
}

type guardedCredentials struct {
	provider aws.CredentialsProvider
	secrets  *secrets
	role     awserr.Role // whose credentials these are; the zero value: not known here
}

// Retrieve returns the provider's credentials.
func (g guardedCredentials) Retrieve(ctx context.Context) (aws.Credentials, error) {
	creds, err := g.provider.Retrieve(ctx)
	if err != nil {
		return creds, &awserr.CredentialsError{Role: g.role, Cause: err}
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
