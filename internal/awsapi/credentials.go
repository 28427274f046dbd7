package awsapi

import (
	"cmp"
	"context"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
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

// credentialOptions are the parts of the SDK's own credential chain that the
// provider block sets.
func credentialOptions(cfg Config) []func(*config.LoadOptions) error {
	var options []func(*config.LoadOptions) error
	switch {
	case cfg.AssumeRoleWithWebIdentity != nil:
		// The chain would refuse AWS_WEB_IDENTITY_TOKEN_FILE without AWS_ROLE_ARN,
		// while here the block may name the role.
		options = append(options, config.WithCredentialsProvider(aws.AnonymousCredentials{}))
	case cfg.AccessKey != "":
		options = append(options, config.WithCredentialsProvider(
			credentials.NewStaticCredentialsProvider(cfg.AccessKey, cfg.SecretKey, cfg.Token)))
	}
	if cfg.Endpoints.STS != "" {
		// The chain builds its STS clients before the service options apply.
		options = append(options,
			config.WithAssumeRoleCredentialOptions(func(o *stscreds.AssumeRoleOptions) {
				if client, ok := o.Client.(*sts.Client); ok {
					o.Client = moveSTS(client, cfg.Endpoints)
				}
			}),
			config.WithWebIdentityRoleCredentialOptions(func(o *stscreds.WebIdentityRoleOptions) {
				if client, ok := o.Client.(*sts.Client); ok {
					o.Client = moveSTS(client, cfg.Endpoints)
				}
			}))
	}
	return options
}

func moveSTS(client *sts.Client, to Endpoints) *sts.Client {
	return sts.New(client.Options(), func(o *sts.Options) { override(&o.BaseEndpoint, to.STS) })
}

// credentialsFor returns the credentials that the clients sign with: those that
// the SDK found, or a web identity's, and then each role of the chain in turn.
func credentialsFor(cfg Config, loaded aws.Config, hidden *secrets) (aws.CredentialsProvider, error) {
	current := guard(loaded.Credentials, hidden)
	if cfg.AssumeRoleWithWebIdentity != nil {
		provider, err := webIdentityProvider(*cfg.AssumeRoleWithWebIdentity, loaded, hidden)
		if err != nil {
			return nil, err
		}
		current = guard(cached(provider), hidden)
	}
	for _, role := range cfg.AssumeRole {
		hop := withCredentials(loaded, current)
		current = guard(cached(assumeRoleProvider(role, hop)), hidden)
	}
	return current, nil
}

func cached(provider aws.CredentialsProvider) aws.CredentialsProvider {
	return aws.NewCredentialsCache(provider, func(o *aws.CredentialsCacheOptions) { o.ExpiryWindow = renewBefore })
}

func assumeRoleProvider(role AssumeRole, from aws.Config) aws.CredentialsProvider {
	return stscreds.NewAssumeRoleProvider(sts.NewFromConfig(from), role.RoleARN, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = cmp.Or(role.SessionName, defaultSessionName)
		o.Duration = role.Duration
		if role.ExternalID != "" {
			o.ExternalID = aws.String(role.ExternalID)
		}
		if role.Policy != "" {
			o.Policy = aws.String(role.Policy)
		}
		for _, key := range slices.Sorted(maps.Keys(role.Tags)) {
			o.Tags = append(o.Tags, ststypes.Tag{Key: aws.String(key), Value: aws.String(role.Tags[key])})
		}
	})
}

func webIdentityProvider(web AssumeRoleWithWebIdentity, from aws.Config, hidden *secrets) (aws.CredentialsProvider, error) {
	role := cmp.Or(web.RoleARN, os.Getenv("AWS_ROLE_ARN"))
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
	retriever := guardedToken{token: token, secrets: hidden}
	return stscreds.NewWebIdentityRoleProvider(sts.NewFromConfig(from), role, retriever, func(o *stscreds.WebIdentityRoleOptions) {
		o.RoleSessionName = cmp.Or(web.SessionName, os.Getenv("AWS_ROLE_SESSION_NAME"), defaultSessionName)
		o.Duration = web.Duration
		if web.Policy != "" {
			o.Policy = aws.String(web.Policy)
		}
	}), nil
}

// webIdentityToken returns where the token comes from: the provider block first,
// then the environment.
func webIdentityToken(web AssumeRoleWithWebIdentity) (stscreds.IdentityTokenRetriever, error) {
	sources := []struct{ token, file string }{
		{web.WebIdentityToken, web.WebIdentityTokenFile},
		{os.Getenv("AWS_WEB_IDENTITY_TOKEN"), os.Getenv("AWS_WEB_IDENTITY_TOKEN_FILE")},
	}
	for _, source := range sources {
		if source.token != "" {
			return literalToken(source.token), nil
		}
		if source.file != "" {
			return stscreds.IdentityTokenFile(ExpandHome(source.file)), nil
		}
	}
	return nil, &ConfigError{
		Summary: unusable,
		Problem: "assume_role_with_web_identity has no token.",
		Remedy:  "Set web_identity_token or web_identity_token_file in it, or AWS_WEB_IDENTITY_TOKEN or AWS_WEB_IDENTITY_TOKEN_FILE in the environment.",
	}
}

// literalToken is a web identity token that was given as text.
type literalToken string

// GetIdentityToken returns the token.
func (t literalToken) GetIdentityToken() ([]byte, error) { return []byte(t), nil }

// guardedToken makes its token a secret before anyone uses it.
type guardedToken struct {
	token   stscreds.IdentityTokenRetriever
	secrets *secrets
}

// GetIdentityToken returns the token.
func (g guardedToken) GetIdentityToken() ([]byte, error) {
	token, err := g.token.GetIdentityToken()
	g.secrets.add(string(token))
	return token, err
}

// guard wraps a credentials provider so that what it returns is kept out of
// every text, and its errors are known as errors of the credentials.
func guard(provider aws.CredentialsProvider, hidden *secrets) aws.CredentialsProvider {
	return guardedCredentials{provider: provider, secrets: hidden}
}

type guardedCredentials struct {
	provider aws.CredentialsProvider
	secrets  *secrets
}

// Retrieve returns the provider's credentials.
func (g guardedCredentials) Retrieve(ctx context.Context) (aws.Credentials, error) {
	creds, err := g.provider.Retrieve(ctx)
	if err != nil {
		return creds, &credentialsError{err: err}
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
type credentialsError struct{ err error }

// Error returns the cause's text.
func (e *credentialsError) Error() string { return e.err.Error() }

// Unwrap returns the cause.
func (e *credentialsError) Unwrap() error { return e.err }

// RetryableError keeps the SDK from retrying the call that needed the
// credentials: getting them has been retried already.
func (e *credentialsError) RetryableError() bool { return false }
