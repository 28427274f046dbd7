// SPDX-License-Identifier: MPL-2.0

package emulator_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecr"
)

const registryHost = "987654321098.dkr.ecr.us-east-1.amazonaws.com"

// registryToken returns the login to a registry, in Base64.
func registryToken(t *testing.T, c clients) string {
	t.Helper()
	answer, err := c.ecr.GetAuthorizationToken(t.Context(), &ecr.GetAuthorizationTokenInput{})
	noError(t, err)
	return *answer.AuthorizationData[0].AuthorizationToken
}

// TestAnotherClientPulls: go-containerregistry, which we did not write, pulls an image.
func TestAnotherClientPulls(t *testing.T) {
	t.Parallel()
	server, registry, consumer := start(t)
	digest := server.PushLayers(registryID, region, repoName, "v1", "first layer", "second layer")
	program := filepath.Join(t.TempDir(), "pull")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".")
	build.Dir = filepath.Join("..", "..", "..", "tools", "pull")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	pull := func() (string, error) {
		cmd := exec.CommandContext(t.Context(), program, registryHost+"/"+repoName+":v1", strings.TrimPrefix(server.URL(), "http://"))
		cmd.Env = append(os.Environ(), "REGISTRY_TOKEN="+registryToken(t, consumer))
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	out, err := pull()
	if err == nil || !strings.Contains(out, "because no resource-based policy allows the ecr:BatchGetImage action") {
		t.Errorf("without a grant: %v\n%s", err, out)
	}
	noError(t, setPolicy(t, registry, allowPull(consumerID)))
	out, err = pull()
	if lines := strings.Fields(out); err != nil || len(lines) != 3 || lines[0] != digest {
		t.Errorf("%v\n%s", err, out)
	}
}

// TestRegistryOverHTTP: what the registry answers to requests that no client makes by
// mistake.
func TestRegistryOverHTTP(t *testing.T) {
	t.Parallel()
	server, registry, consumer := start(t)
	digest := server.PushLayers(registryID, region, repoName, "v1", "a layer")
	noError(t, setPolicy(t, registry, allowPull(consumerID)))
	token := registryToken(t, consumer)
	elsewhere := registryToken(t, as(server, consumerID, "eu-west-1"))
	const manifests = "/v2/" + repoName + "/manifests/"
	for name, tt := range map[string]struct {
		token, host, path string
		status            int
	}{
		"login":                            {token, registryHost, "/v2/", 200},
		"without a token":                  {"", registryHost, "/v2/", 401},
		"a token of another Region":        {elsewhere, registryHost, "/v2/", 403},
		"by tag":                           {token, registryHost, manifests + "v1", 200},
		"by digest":                        {token, registryHost, manifests + digest, 200},
		"by the emulator's own host":       {token, "127.0.0.1", manifests + "v1", 200},
		"no such tag":                      {token, registryHost, manifests + "v2", 404},
		"no such repository":               {token, registryHost, "/v2/missing/manifests/v1", 404},
		"no such account":                  {token, "111111111111.dkr.ecr.us-east-1.amazonaws.com", manifests + "v1", 404},
		"no such layer":                    {token, registryHost, "/v2/" + repoName + "/blobs/sha256:0", 404},
		"no such path":                     {token, registryHost, "/v2/_catalog", 404},
		"a layer without a signature":      {"", registryHost, "/layers/x/sha256:0", 403},
		"a layer with two authentications": {token, registryHost, "/layers/x/sha256:0", 400},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL()+tt.path, http.NoBody)
			noError(t, err)
			request.Host = tt.host
			if tt.token != "" {
				request.Header.Set("Authorization", "Basic "+tt.token)
			}
			response, err := http.DefaultTransport.RoundTrip(request)
			noError(t, err)
			_ = response.Body.Close()
			if response.StatusCode != tt.status {
				t.Errorf("status %d, want %d", response.StatusCode, tt.status)
			}
		})
	}
}
