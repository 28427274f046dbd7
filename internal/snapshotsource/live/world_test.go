// SPDX-License-Identifier: MPL-2.0

package live_test

import (
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/providerdata"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshotsource/live"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/emulator"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/fault"
)

const (
	region     = "eu-west-1"
	registryID = "111122223333"
	consumerID = "222233334444"
	management = "999900001111"
)

var readAt = snapshot.Time{Time: time.Date(2026, 11, 27, 0, 0, 0, 0, time.UTC)}

const policyText = `{"Version":"2012-10-17","Statement":[{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222233334444:root"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}]}`

const registryPolicyText = `{"Version":"2012-10-17","Statement":[{"Sid":"All","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::222233334444:root"},"Action":"ecr:*","Resource":"*"}]}`

const allow = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:*","Resource":"*"}]}`

const deny = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"ecr:PutImage","Resource":"*"}]}`

// A world is an emulator, with faults in front of it.
type world struct {
	*emulator.Server
	faults   *fault.Layer
	endpoint string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	server, err := emulator.Start(emulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	layer := fault.New(server, 1)
	front := httptest.NewServer(layer)
	t.Cleanup(front.Close)
	return &world{server, layer, front.URL}
}

// sources are new, so that nothing has been read yet.
func (w *world) sources(t *testing.T, account string) live.Sources {
	t.Helper()
	accessKey, secretKey := w.Credentials(account)
	clients, err := awsapi.New(t.Context(), awsapi.Config{
		Region: region, AccessKey: accessKey, SecretKey: secretKey, MaxRetries: 1,
		Endpoints: awsapi.Endpoints{ECR: w.endpoint, IAM: w.endpoint, Organizations: w.endpoint, STS: w.endpoint},
	})
	if err != nil {
		t.Fatal(err)
	}
	data := providerdata.New(clients)
	return live.Sources{
		Identity: clients.Identity, RepositoryPolicies: data.RepositoryPolicies, RegistryPolicies: data.RegistryPolicies,
		Registries: data.Registries, Roles: data.Roles, Organization: data.Organization,
	}
}

// organize puts both accounts into an organization, and lets them read all of it.
func (w *world) organize() {
	w.CreateOrganization(management)
	w.AddOU("ou-ab12-11111111", "")
	w.AddOU("ou-ab12-22222222", "ou-ab12-11111111")
	for _, account := range []string{registryID, consumerID} {
		w.AddMember(account, "ou-ab12-22222222")
		w.Delegate(account)
	}
	w.AttachSCP("ou-ab12-11111111", "no-push", deny)
	w.AttachSCP("ou-ab12-11111111", "an-empty-one", `{"Version":"2012-10-17","Statement":[]}`)
	w.AttachRCP(registryID, "no-push", deny)
}

// registryWorld has everything that a snapshot of a registry can have.
func registryWorld(t *testing.T) (*world, live.Repositories) {
	t.Helper()
	w := newWorld(t)
	w.organize()
	w.Credentials(consumerID) // The account exists.
	for _, name := range []string{"team/app", "team/plain", "hub/library/redis"} {
		w.CreateRepository(registryID, region, name)
	}
	w.SetRepositoryPolicy(registryID, region, "team/app", policyText)
	w.SetRegistryPolicy(registryID, region, registryPolicyText)
	w.TagRepository(registryID, region, "team/app", "team", "payments")
	w.PushImage(registryID, region, "team/app", "1.2.3", "")
	archived := w.PushImage(registryID, region, "team/plain", "old", "ARCHIVED")
	w.AddPullThroughCacheRule(registryID, region, "hub", "registry-1.docker.io", "arn:aws:secretsmanager:eu-west-1:111122223333:secret:ecr-pullthroughcache/hub-AbCdEf")
	w.AddPullThroughCacheRule(registryID, region, "quay", "quay.io", "")
	w.AddCreationTemplate(registryID, region, "hub", policyText, "PULL_THROUGH_CACHE", "CREATE_ON_PUSH")
	w.AddCreationTemplate(registryID, region, "other", "", "REPLICATION")
	w.AddReplicationRule(registryID, region, "team", consumerID, "us-east-1")
	return w, live.Repositories{
		Region: region, Names: []string{"team/plain", "team/app", "hub/library/redis", "team/none"}, Organization: true,
		Images: map[string]string{"team/app": "1.2.3", "team/plain": archived, "hub/library/redis": "7", "team/none": "1"},
	}
}

// consumerWorld has everything that a snapshot of a consumer can have.
func consumerWorld(t *testing.T) (*world, live.Roles) {
	t.Helper()
	w := newWorld(t)
	w.organize()
	w.Credentials(consumerID)
	w.CreateRole(consumerID, "/apps/", "app")
	w.CreateRole(consumerID, "/", "plain")
	w.PutRolePolicy(consumerID, "app", "pull", allow)
	w.TagRole(consumerID, "app", "team", "payments")
	managed := w.CreatePolicy(consumerID, "managed", allow)
	w.AttachRolePolicy(consumerID, "app", managed)
	w.AttachRolePolicy(consumerID, "plain", managed)
	w.AttachRolePolicy(consumerID, "plain", "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly")
	w.SetBoundary(consumerID, "app", w.CreatePolicy(consumerID, "boundary", allow))
	return w, live.Roles{
		ARNs:         map[string]string{"app": "", "plain": "arn:aws:iam::222233334444:role/plain", "none": "arn:aws:iam::222233334444:role/none"},
		Organization: true,
	}
}

// denied is the fault of a call that is denied.
func denied() fault.Fault {
	return fault.Error(400, "AccessDeniedException", fmt.Sprintf("User: arn:aws:iam::%s:user/tf is not authorized", registryID))
}
