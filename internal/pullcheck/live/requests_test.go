// SPDX-License-Identifier: MPL-2.0

package live_test

import (
	"encoding/json"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/providerdata"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullcheck/live"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/golden"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// TestRequests pins the calls of checks that read everything that they can, with credentials
// of each side.
func TestRequests(t *testing.T) {
	t.Parallel()
	const (
		registry, consumer, region = "987654321098", "123456789012", "us-east-1"
		allow                      = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:*","Resource":"*"}]}`
	)
	server, err := emulator.Start(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	server.Credentials(registry)
	server.CreateRepository(registry, region, "payment-service")
	server.SetRegistryPolicy(registry, region, `{"Version":"2012-10-17","Statement":[{"Sid":"All","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"ecr:*","Resource":"*"}]}`)
	server.CreateRole(consumer, "/", "app")
	server.PutRolePolicy(consumer, "app", "pull", allow)
	server.AttachRolePolicy(consumer, "app", server.CreatePolicy(consumer, "attached", allow))
	server.SetBoundary(consumer, "app", server.CreatePolicy(consumer, "boundary", allow))

	for name, account := range map[string]string{"registry": registry, "consumer": consumer} {
		accessKey, secretKey := server.Credentials(account)
		clients, err := awsapi.New(t.Context(), awsapi.Config{
			Region: region, AccessKey: accessKey, SecretKey: secretKey,
			Endpoints: awsapi.Endpoints{ECR: server.URL(), IAM: server.URL(), STS: server.URL()},
		})
		if err != nil {
			t.Fatal(err)
		}
		data := providerdata.New(clients)
		in := verdict.Input{Image: registry + ".dkr.ecr.us-east-1.amazonaws.com/payment-service:v1", RoleARN: "arn:aws:iam::" + consumer + ":role/app"}
		target, faults := new(verdict.Parser).Target(in)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		server.ResetRequests()
		_, err = live.Fill(t.Context(), live.Sources{
			Identity: clients.Identity, RepositoryPolicies: data.RepositoryPolicies, RegistryPolicies: data.RegistryPolicies, Roles: data.Roles,
		}, target, &in)
		if err != nil {
			t.Fatal(err)
		}
		requests, err := json.MarshalIndent(server.Requests(), "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		golden.Compare(t, "testdata/"+name+"_requests.json", string(requests)+"\n")
	}
}
