// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// The accounts on the emulator and on moto.
const (
	registryID    = "987654321098"
	consumerID    = "123456789012"
	defaultRegion = "us-east-1"
)

// newAccount returns an account with clients that use a configuration.
func newAccount(env *Env, id string, login login, cfg aws.Config) *Account {
	return &Account{
		ID:    id,
		ECR:   ecr.NewFromConfig(cfg),
		IAM:   iam.NewFromConfig(cfg),
		STS:   sts.NewFromConfig(cfg),
		t:     env.t,
		env:   env,
		login: login,
	}
}

// config returns the SDK's configuration for an endpoint and an access key. It does not
// use the environment.
func (l login) config() aws.Config {
	return aws.Config{
		Region:       defaultRegion,
		BaseEndpoint: aws.String(l.endpoint),
		Credentials:  credentials.NewStaticCredentialsProvider(l.accessKey, l.secretKey, l.token),
	}
}

// ProviderConfig returns a block of the provider ecrxa for this account.
func (a *Account) ProviderConfig() string { return a.providerBlock("ecrxa") }

func (a *Account) providerBlock(name string) string {
	var b strings.Builder
	argument := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "  %s = %q\n", name, value)
		}
	}
	fmt.Fprintf(&b, "provider %q {\n", name)
	argument("region", a.env.Region)
	argument("profile", a.login.profile)
	argument("access_key", a.login.accessKey)
	argument("secret_key", a.login.secretKey)
	argument("token", a.login.token)
	if a.login.endpoint != "" {
		fmt.Fprintf(&b, "  endpoints {\n    cloudtrail = %[1]q\n    ecr = %[1]q\n    iam = %[1]q\n    organizations = %[1]q\n    sts = %[1]q\n  }\n", a.login.endpoint)
	}
	b.WriteString("}\n\n")
	return b.String()
}

// ProviderConfig returns two provider blocks, for configurations with both accounts. ecrxa
// has the registry account. Resources with "provider = consumer" have the consumer account.
// These are two provider names and not two aliases: a test runs one server for each name,
// so aliases would share the configuration that comes last.
func (e *Env) ProviderConfig() string {
	return e.Registry.providerBlock("ecrxa") + e.Consumer.providerBlock("consumer")
}

// Environment returns the environment variables with the credentials of this account. On AWS,
// which has a profile, they are empty.
func (a *Account) Environment() []string {
	if a.login.endpoint == "" {
		return nil
	}
	return []string{
		"AWS_ENDPOINT_URL=" + a.login.endpoint, "AWS_ACCESS_KEY_ID=" + a.login.accessKey,
		"AWS_SECRET_ACCESS_KEY=" + a.login.secretKey, "AWS_SESSION_TOKEN=" + a.login.token,
	}
}

// RootARN returns the ARN of the whole account in a policy.
func (a *Account) RootARN() string { return "arn:aws:iam::" + a.ID + ":root" }

// RoleARN returns the ARN of a role without a path.
func (a *Account) RoleARN(role string) string { return "arn:aws:iam::" + a.ID + ":role/" + role }

// UserARN returns the ARN of a user without a path.
func (a *Account) UserARN(user string) string { return "arn:aws:iam::" + a.ID + ":user/" + user }

// RepositoryARN returns the ARN of a repository.
func (a *Account) RepositoryARN(repository string) string {
	return "arn:aws:ecr:" + a.env.Region + ":" + a.ID + ":repository/" + repository
}

// ImageURI returns the image URI of a repository, without a tag.
func (a *Account) ImageURI(repository string) string {
	return a.ID + ".dkr.ecr." + a.env.Region + ".amazonaws.com/" + repository
}
