// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"encoding/base64"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// TestRegistryTokensAreSecret: a token is in no error after ECR has returned it, and in no
// text that the clients redact.
func TestRegistryTokensAreSecret(t *testing.T) {
	t.Parallel()
	const password = "the-password/of+the=registry"
	token := base64.StdEncoding.EncodeToString([]byte("AWS:" + password))
	fake := newFakeAWS(t, func(c call) reply {
		if c.Operation == "GetAuthorizationToken" {
			return reply{http.StatusOK, `{"authorizationData":[{"authorizationToken":"` + token + `"}]}`}
		}
		return reply{http.StatusBadRequest, `{"__type":"InvalidParameterException","message":"you sent ` + token + ` and ` + password + `"}`}
	})
	clients := newClients(t, Config{Region: "us-east-1", AccessKey: "AKIAEXAMPLE", SecretKey: "the-secret-key-of-the-test", Endpoints: Endpoints{ECR: fake.URL}})
	client, err := clients.ECR(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.GetAuthorizationToken(t.Context(), &ecr.GetAuthorizationTokenInput{}); err != nil {
		t.Fatal(err)
	}
	_, err = client.BatchGetImage(t.Context(), &ecr.BatchGetImageInput{RepositoryName: aws.String("payment-service"), ImageIds: []types.ImageIdentifier{{}}})
	for _, text := range []string{err.Error(), awserr.Message(err), clients.Redact("you sent " + token + " and " + password)} {
		if strings.Contains(text, token) || strings.Contains(text, password) || !strings.Contains(text, "you sent (hidden) and (hidden)") {
			t.Errorf("got %s", text)
		}
	}
	if !clients.HasECREndpoint() {
		t.Error("the custom endpoint is not known")
	}
}

// TestRegistryClient: it trusts the bundle, says who it is, and follows no redirect.
func TestRegistryClient(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Location", "https://elsewhere.example.com/")
		w.WriteHeader(http.StatusTemporaryRedirect)
		_, _ = io.WriteString(w, r.Header.Get("User-Agent")) //nolint:gosec // The client is no browser.
	}))
	t.Cleanup(server.Close)
	bundle := writeFile(t, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})))
	clients := newClients(t, Config{Region: "us-east-1", AccessKey: "AKIAEXAMPLE", SecretKey: "the-secret-key-of-the-test", CustomCABundle: bundle, ProviderVersion: "1.2.3"})
	client, err := clients.RegistryClient(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := clients.RegistryClient(t.Context()); again != client {
		t.Error("each probe has connections of its own")
	}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	agent, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusTemporaryRedirect || !strings.HasPrefix(string(agent), "terraform-provider-ecrxa/1.2.3 ") {
		t.Errorf("%d: %s, %v", response.StatusCode, agent, err)
	}
	if clients.HasECREndpoint() {
		t.Error("there is a custom endpoint")
	}
	unknown := newClients(t, Config{Region: "us-east-1", Unknown: []string{"access_key"}})
	if _, err := unknown.RegistryClient(t.Context()); awserr.KindOf(err) != awserr.Configuration {
		t.Errorf("got %v", err)
	}
}

// TestManifestsMayBeLong: a manifest has up to 4 MiB, more than any other response.
func TestManifestsMayBeLong(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("m", 4<<20)
	clients := newClients(t, pageOf(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"images":[{"imageManifest":"`+long+`"}]}`)
	}))
	client, err := clients.ECR(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	answer, err := client.BatchGetImage(t.Context(), &ecr.BatchGetImageInput{RepositoryName: aws.String("payment-service"), ImageIds: []types.ImageIdentifier{{}}})
	if err != nil || *answer.Images[0].ImageManifest != long {
		t.Errorf("got %v", err)
	}
}
