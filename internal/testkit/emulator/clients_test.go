// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/aws/smithy-go"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
)

const (
	registryID = "987654321098"
	consumerID = "123456789012"
	region     = "us-east-1"
	repoName   = "payment-service"
	roleName   = "ecsTaskExecutionRole"
	repoARN    = "arn:aws:ecr:us-east-1:987654321098:repository/payment-service"
	roleARN    = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
)

// clients are SDK clients of one account, as the provider uses them.
type clients struct {
	ecr *ecr.Client
	iam *iam.Client
	sts *sts.Client
}

// newClients returns clients for the credentials. They do not retry.
func newClients(server *emulator.Server, region, accessKey, secretKey, token string) clients {
	cfg := aws.Config{
		Region:           region,
		BaseEndpoint:     aws.String(server.URL()),
		Credentials:      credentials.NewStaticCredentialsProvider(accessKey, secretKey, token),
		RetryMaxAttempts: 1,
	}
	return clients{ecr.NewFromConfig(cfg), iam.NewFromConfig(cfg), sts.NewFromConfig(cfg)}
}

// as returns clients of the account's admin in a Region.
func as(server *emulator.Server, account, region string) clients {
	accessKey, secretKey := server.Credentials(account)
	return newClients(server, region, accessKey, secretKey, "")
}

// asSession returns clients of a role session.
func asSession(server *emulator.Server, c *ststypes.Credentials) clients {
	return newClients(server, region, *c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken)
}

// start starts an emulator with a repository in one account and a role in the other.
func start(t *testing.T) (server *emulator.Server, registry, consumer clients) {
	t.Helper()
	server, err := emulator.Start(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	registry, consumer = as(server, registryID, region), as(server, consumerID, region)
	server.CreateRepository(registryID, region, repoName)
	server.CreateRole(consumerID, "/", roleName)
	return server, registry, consumer
}

// assume returns clients of a session of the role.
func assume(t *testing.T, server *emulator.Server, from clients, role string) clients {
	t.Helper()
	answer, err := from.sts.AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: aws.String(role), RoleSessionName: aws.String("test")})
	if err != nil {
		t.Fatal(err)
	}
	return asSession(server, answer.Credentials)
}

// setPolicy sets the policy of the repository.
func setPolicy(t *testing.T, c clients, text string) error {
	t.Helper()
	_, err := c.ecr.SetRepositoryPolicy(t.Context(), &ecr.SetRepositoryPolicyInput{RepositoryName: aws.String(repoName), PolicyText: aws.String(text)})
	return err
}

// getPolicy returns the policy of the repository.
func getPolicy(t *testing.T, c clients) string {
	t.Helper()
	answer, err := c.ecr.GetRepositoryPolicy(t.Context(), &ecr.GetRepositoryPolicyInput{RepositoryName: aws.String(repoName)})
	if err != nil {
		t.Fatal(err)
	}
	return *answer.PolicyText
}

// allowPull is a repository policy that lets the principal pull.
func allowPull(principal string) string {
	return fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":%q},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}]}`, principal)
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantCode checks the AWS error code, and that the message has the text.
func wantCode(t *testing.T, err error, code, text string) {
	t.Helper()
	var api smithy.APIError
	if !errors.As(err, &api) {
		t.Fatalf("got %v, want the error %s", err, code)
	}
	if api.ErrorCode() != code || !strings.Contains(api.ErrorMessage(), text) {
		t.Errorf("got %s: %s\nwant %s: …%s…", api.ErrorCode(), api.ErrorMessage(), code, text)
	}
}
