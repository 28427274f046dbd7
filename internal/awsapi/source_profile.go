// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/ec2rolecreds"
	"github.com/aws/aws-sdk-go-v2/credentials/endpointcreds"
	"github.com/aws/aws-sdk-go-v2/credentials/logincreds"
	"github.com/aws/aws-sdk-go-v2/credentials/processcreds"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/aws-sdk-go-v2/service/signin"
	"github.com/aws/aws-sdk-go-v2/service/sso"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// containerAddress is the variable with the address of a container's credentials.
const containerAddress = "AWS_CONTAINER_CREDENTIALS_FULL_URI"

// A sourceProfile is the profile that says where the SDK's credential provider chain gets
// its first credentials: the last one of a chain of source_profile.
type sourceProfile struct{ config.SharedConfig }

func sourceOf(settings aws.Config) sourceProfile {
	for _, source := range settings.ConfigSources {
		if shared, ok := source.(config.SharedConfig); ok {
			for shared.Source != nil {
				shared = *shared.Source
			}
			return sourceProfile{shared}
		}
	}
	return sourceProfile{}
}

// replaced returns our own provider in place of two of the SDK, and any other one as it is:
// the standard error of credential_process would go to Terraform's log, and a cached token
// of aws login that is not complete would make the provider panic, within the SDK's cache.
func (p sourceProfile) replaced(provider aws.CredentialsProvider, settings aws.Config) aws.CredentialsProvider {
	if aws.IsCredentialsProvider(provider, (*logincreds.Provider)(nil)) {
		file, err := logincreds.StandardCachedTokenFilepath(p.LoginSession, os.Getenv("AWS_LOGIN_CACHE_DIRECTORY"))
		if err != nil {
			return provider
		}
		return cached(login{logincreds.New(signin.NewFromConfig(settings), file, func(o *logincreds.Options) {
			o.RestrictPermissions = settings.RestrictFilePermissions != aws.RestrictFilePermissionsUnrestricted
		})})
	}
	if !aws.IsCredentialsProvider(provider, (*processcreds.Provider)(nil)) {
		return provider
	}
	return cached(processcreds.NewProviderCommand(processcreds.NewCommandBuilderFunc(func(ctx context.Context) (*exec.Cmd, error) {
		command, err := processcreds.DefaultNewCommandBuilder{Args: []string{p.CredentialProcess}}.NewCommand(ctx)
		if err == nil {
			command.Stderr = nil
		}
		return command, err
	})))
}

// login is a provider of aws login that does not panic.
type login struct{ *logincreds.Provider }

// Retrieve returns the provider's credentials.
func (l login) Retrieve(ctx context.Context) (creds aws.Credentials, err error) {
	defer func() {
		if recover() != nil {
			err = errUnreadable
		}
	}()
	return l.Provider.Retrieve(ctx)
}

// IsCredentialsProvider reports whether target is a provider of aws login.
func (l login) IsCredentialsProvider(target aws.CredentialsProvider) bool {
	return aws.IsCredentialsProvider(l.Provider, target)
}

// explain returns the error of a provider of the chain. If its text may quote a secret,
// the error is another one, which says what the source is and what to do.
func (p sourceProfile) explain(provider aws.CredentialsProvider, err error) error {
	from := func(target aws.CredentialsProvider) bool { return aws.IsCredentialsProvider(provider, target) }
	switch {
	case from((*processcreds.Provider)(nil)):
		return p.processError(err)
	case from((*ssocreds.Provider)(nil)):
		return p.ssoError(err)
	case from((*logincreds.Provider)(nil)):
		return p.loginError()
	case from((*endpointcreds.Provider)(nil)):
		return containerError(err)
	case from((*ec2rolecreds.Provider)(nil)):
		return metadataError(err)
	case is[*awserr.RedactedError](err), is[*awserr.ConfigError](err), is[*credentials.StaticCredentialsEmptyError](err):
		return err
	}
	return &awserr.ConfigError{
		Summary: "Missing AWS credentials",
		Problem: fmt.Sprintf("The credentials of the profile %s could not be read.", p.name()),
		Remedy:  "Check what the profile says about credentials. The command aws sts get-caller-identity, with --profile, shows whether they work elsewhere.",
	}
}

func (p sourceProfile) name() string { return cmp.Or(p.Profile, "default") }

// program matches the name of a program at the beginning of a command. Arguments, and
// variables before it, may be secret.
var program = regexp.MustCompile(`^["']?([\w./~\\:-]+)["']?(?:\s|$)`)

func (p sourceProfile) processError(err error) error {
	which := ""
	if m := program.FindStringSubmatch(p.CredentialProcess); m != nil {
		which = " (the program " + m[1] + ")"
	}
	problem := "did not print credentials in the form that AWS documents"
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		problem = "failed with " + exit.Error()
	}
	return &awserr.ConfigError{
		Summary: "Invalid credential_process",
		Problem: fmt.Sprintf("The credential_process of the profile %s%s %s.", p.name(), which, problem),
		Remedy: "Run the command of credential_process in a shell. It must end with exit status 0 and print one JSON object and nothing else. " +
			"The object has Version (the number 1), AccessKeyId, SecretAccessKey and, for temporary credentials, SessionToken and Expiration (a time such as 2026-01-31T12:00:00Z). " +
			"What the program printed is not shown here, because it may have secrets.",
	}
}

// ssoError keeps what IAM Identity Center responded, and that it did not respond. All
// other errors are about the cached token.
func (p sourceProfile) ssoError(err error) error {
	operation, called := errors.AsType[*smithy.OperationError](err)
	if is[*smithyhttp.RequestSendError](err) || called && operation.Service() == sso.ServiceID {
		return err
	}
	key := p.SSOStartURL
	if p.SSOSession != nil {
		key = p.SSOSession.Name
	}
	file, pathErr := ssocreds.StandardCachedTokenFilepath(key)
	if pathErr != nil {
		file = "~/.aws/sso/cache"
	}
	return &ssocreds.InvalidTokenError{Err: fmt.Errorf("the cached token of the profile %s (the file %s) is missing, expired or cannot be read; run: aws sso login --profile %[1]s", p.name(), file)}
}

func (p sourceProfile) loginError() error {
	return &awserr.ConfigError{
		Summary: "Missing AWS sign-in",
		Problem: fmt.Sprintf("The sign-in of the profile %s (its login_session) has ended, or its cached token cannot be read.", p.name()),
		Remedy:  "Run: aws login --profile " + p.name(),
	}
}

// containerError drops the endpoint's text: it is not AWS that wrote it.
func containerError(err error) error {
	which := containerAddress
	if os.Getenv("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") != "" {
		which = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
	}
	if send, ok := errors.AsType[*smithyhttp.RequestSendError](err); ok {
		return &smithyhttp.RequestSendError{Err: fmt.Errorf("the endpoint with the container's credentials (%s): %w", which, withoutURL(send.Err))}
	}
	return &awserr.ConfigError{
		Summary: "Missing container credentials",
		Problem: fmt.Sprintf("The endpoint with the container's credentials (%s) did not return credentials%s.", which, statusOf(err)),
		Remedy: "Check the variable, AWS_CONTAINER_AUTHORIZATION_TOKEN and AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, and the role of the task, pod or environment. " +
			"What the endpoint returned is not shown here, because it may have secrets.",
	}
}

// metadataError keeps the type by which awserr finds that no credentials are configured.
func metadataError(err error) error {
	operation := &smithy.OperationError{ServiceID: imds.ServiceID, OperationName: "GetMetadata"}
	send, ok := errors.AsType[*smithyhttp.RequestSendError](err)
	switch {
	case os.Getenv("AWS_EC2_METADATA_DISABLED") == "true":
		operation.Err = errors.New("no other source of credentials is configured, and AWS_EC2_METADATA_DISABLED is true")
	case ok:
		operation.Err = fmt.Errorf("the EC2 instance metadata service did not respond: %w", withoutURL(send.Err))
	default:
		operation.Err = fmt.Errorf("the EC2 instance metadata service did not return credentials%s", statusOf(err))
	}
	return operation
}
