// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
)

func TestRequestsAreCounted(t *testing.T) {
	t.Parallel()
	server, registry, consumer := start(t)
	noError(t, setPolicy(t, registry, allowPull(consumerID)))
	getPolicy(t, registry)
	getPolicy(t, registry)
	if setPolicy(t, registry, "no policy") == nil {
		t.Error("a text that is no policy is accepted")
	}
	_, err := consumer.iam.GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String(roleName)})
	noError(t, err)
	_, err = consumer.sts.GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	noError(t, err)

	want := map[string]int{"ecr:SetRepositoryPolicy": 2, "ecr:GetRepositoryPolicy": 2, "iam:GetRole": 1, "sts:GetCallerIdentity": 1}
	if diff := cmp.Diff(want, server.Requests()); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
	server.ResetRequests()
	if got := server.Requests(); len(got) != 0 {
		t.Errorf("counts after the reset: %v", got)
	}
}

func TestUnknownOperations(t *testing.T) {
	t.Parallel()
	server, registry, consumer := start(t)
	_, err := registry.ecr.GetSigningConfiguration(t.Context(), &ecr.GetSigningConfigurationInput{})
	wantCode(t, err, "UnknownOperationException", "")
	_, err = consumer.iam.ListAccountAliases(t.Context(), &iam.ListAccountAliasesInput{})
	wantCode(t, err, "InvalidAction", "ListAccountAliases")
	if got := server.Requests()["iam:ListAccountAliases"]; got != 1 {
		t.Errorf("an unknown operation counts %d times, want 1", got)
	}
}

func TestUnknownCredentials(t *testing.T) {
	t.Parallel()
	server, _, consumer := start(t)
	stranger := newClients(server, region, "AKIANOBODYKNOWSTHIS0", "secret", "")
	_, err := stranger.ecr.DescribeRepositories(t.Context(), &ecr.DescribeRepositoriesInput{})
	wantCode(t, err, "UnrecognizedClientException", "security token included in the request is invalid")
	_, err = stranger.iam.GetRole(t.Context(), &iam.GetRoleInput{RoleName: aws.String(roleName)})
	wantCode(t, err, "InvalidClientTokenId", "security token included in the request is invalid")

	answer, err := consumer.sts.AssumeRole(t.Context(), &sts.AssumeRoleInput{RoleArn: aws.String(roleARN), RoleSessionName: aws.String("test")})
	noError(t, err)
	withoutToken := newClients(server, region, *answer.Credentials.AccessKeyId, *answer.Credentials.SecretAccessKey, "")
	_, err = withoutToken.sts.GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	wantCode(t, err, "InvalidClientTokenId", "")
}

func TestUnsignedRequests(t *testing.T) {
	t.Parallel()
	server, _, _ := start(t)
	for _, test := range []struct{ name, target, body, want string }{
		{"ECR", "AmazonEC2ContainerRegistry_V20150921.DescribeRepositories", "{}", "MissingAuthenticationTokenException"},
		{"IAM", "", "Action=GetRole&Version=2010-05-08&RoleName=x", "<Code>MissingAuthenticationToken</Code>"},
		{"another API", "DynamoDB_20120810.ListTables", "{}", "not a request to ECR"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL(), strings.NewReader(test.body))
			noError(t, err)
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			request.Header.Set("X-Amz-Target", test.target)
			response, err := http.DefaultClient.Do(request)
			noError(t, err)
			defer response.Body.Close()
			body, err := io.ReadAll(response.Body)
			noError(t, err)
			if response.StatusCode < 400 || !strings.Contains(string(body), test.want) {
				t.Errorf("got %s: %s\nwant an error with %s", response.Status, body, test.want)
			}
		})
	}
}

func TestRegionsAndAccountsAreApart(t *testing.T) {
	t.Parallel()
	server, _, consumer := start(t)
	elsewhere := as(server, registryID, "eu-central-1")
	for name, c := range map[string]clients{"another region": elsewhere, "another account": consumer} {
		_, err := c.ecr.DescribeRepositories(t.Context(), &ecr.DescribeRepositoriesInput{RepositoryNames: []string{repoName}})
		if _, missing := errors.AsType[*types.RepositoryNotFoundException](err); !missing {
			t.Errorf("%s: got %v, want RepositoryNotFoundException", name, err)
		}
	}
}

func TestManyClientsAtOnce(t *testing.T) {
	t.Parallel()
	server, registry, _ := start(t)
	noError(t, setPolicy(t, registry, allowPull(consumerID)))
	var clientsAtWork sync.WaitGroup
	for range 8 {
		clientsAtWork.Go(func() {
			for range 5 {
				_, err := registry.ecr.GetRepositoryPolicy(t.Context(), &ecr.GetRepositoryPolicyInput{RepositoryName: aws.String(repoName)})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	clientsAtWork.Wait()
	if got := server.Requests()["ecr:GetRepositoryPolicy"]; got != 40 {
		t.Errorf("%d requests are counted, want 40", got)
	}
}

func TestStartOnATakenAddress(t *testing.T) {
	t.Parallel()
	server, _, _ := start(t)
	_, err := emulator.Start(emulator.Options{Address: strings.TrimPrefix(server.URL(), "http://")})
	if err == nil || !strings.Contains(err.Error(), "starting the AWS emulator on 127.0.0.1:") {
		t.Errorf("got %v, want an error that names the address", err)
	}
}

func TestStartListensOnLoopbackUnlessPublic(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "example.com:0", "nonsense"} {
		server, err := emulator.Start(emulator.Options{Address: address})
		if _, refused := errors.AsType[*emulator.NotLoopbackError](err); !refused {
			t.Errorf("%s: got %v, want a NotLoopbackError", address, err)
		}
		if server != nil {
			server.Close()
		}
	}
	for _, options := range []emulator.Options{{Address: "localhost:0"}, {Address: "127.0.0.2:0"}, {Address: "0.0.0.0:0", Public: true}} {
		server, err := emulator.Start(options)
		if err != nil {
			t.Errorf("%+v: %v", options, err)
			continue
		}
		server.Close()
	}
}
