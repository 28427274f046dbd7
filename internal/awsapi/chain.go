package awsapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// chainCredentials returns what the SDK's own credential chain finds: keys or a
// web identity of the environment, a profile, the machine's role. The SDK makes
// the chain's STS clients before it knows their endpoint, so they are made anew
// with the settings that every other client has.
// Source: https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
func chainCredentials(ctx context.Context, settings aws.Config, sdk sdkLoader) (aws.CredentialsProvider, error) {
	found, err := sdk.load(ctx,
		config.WithAssumeRoleCredentialOptions(func(o *stscreds.AssumeRoleOptions) {
			sdk.secrets.add(aws.ToString(o.ExternalID))
			if client, ok := o.Client.(*sts.Client); ok {
				o.Client = remade(client, settings, sdk.secrets)
			}
		}),
		config.WithWebIdentityRoleCredentialOptions(func(o *stscreds.WebIdentityRoleOptions) {
			if file, ok := o.TokenRetriever.(stscreds.IdentityTokenFile); ok {
				o.TokenRetriever = guardedToken{tokenFile{string(file), "AWS_WEB_IDENTITY_TOKEN_FILE or the profile"}, sdk.secrets}
			}
			if client, ok := o.Client.(*sts.Client); ok {
				o.Client = remade(client, settings, sdk.secrets)
			}
		}))
	return found.Credentials, err
}

// remade returns a client with the settings and with the credentials of client.
func remade(client *sts.Client, settings aws.Config, hidden *secrets) *sts.Client {
	return sts.NewFromConfig(settings, func(o *sts.Options) {
		if source := client.Options().Credentials; source != nil {
			o.Credentials = guard(source, hidden)
		}
	})
}
