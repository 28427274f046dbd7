// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"cmp"
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/ec2rolecreds"
	"github.com/aws/aws-sdk-go-v2/credentials/endpointcreds"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

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
