// SPDX-License-Identifier: MPL-2.0

package main

import (
	"cmp"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// The secrets in the configurations. STS issues others.
const (
	secretKey        = "the/secret+key/of-the-test"
	secretToken      = "eyJhbGciOiJub25lIn0.the-web-identity-token.of-the-test"
	secretExternalID = "the-external-id-of-the-test"
)

// logins are the ways to get credentials, with arguments of the provider block and with
// environment variables. TOKENFILE is replaced by the path of a file with secretToken.
var logins = map[string]struct {
	arguments string
	env       []string
	secrets   []string
}{
	"access key": {arguments: `
  access_key = var.access_key
  secret_key = var.secret_key`, secrets: []string{secretKey}},
	"chain of roles": {arguments: `
  access_key = var.access_key
  secret_key = var.secret_key
  assume_role {
    role_arn    = "arn:aws:iam::987654321098:role/first"
    external_id = "` + secretExternalID + `"
  }
  assume_role {
    role_arn = "arn:aws:iam::987654321098:role/second"
  }`, secrets: []string{secretKey, secretExternalID}},
	"web identity": {arguments: `
  assume_role_with_web_identity {
    role_arn                = "arn:aws:iam::987654321098:role/first"
    web_identity_token_file = "TOKENFILE"
  }`, secrets: []string{secretToken}},
	"web identity of the environment, then a role": {
		arguments: `
  assume_role {
    role_arn = "arn:aws:iam::987654321098:role/second"
  }`,
		env:     []string{"AWS_ROLE_ARN=arn:aws:iam::987654321098:role/first", "AWS_WEB_IDENTITY_TOKEN_FILE=TOKENFILE"},
		secrets: []string{secretToken},
	},
}

// TestAccSecrets runs apply, a failing apply and destroy with TRACE logs. No secret may be in
// a log, in the state or in the output of Terraform.
func TestAccSecrets(t *testing.T) {
	t.Parallel()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run only with TF_ACC=1")
	}
	if backend := cmp.Or(os.Getenv("ECRXA_ACC_BACKEND"), "emulator"); backend != "emulator" {
		t.Skipf("%s: the output of the provider does not depend on the backend", backend)
	}
	cliConfig := installProvider(t)
	for name, login := range logins {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			tokenFile := filepath.Join(dir, "token")
			writeFile(t, tokenFile, secretToken+"\n")
			fill := strings.NewReplacer("TOKENFILE", tokenFile, "ARGUMENTS", login.arguments)
			writeFile(t, filepath.Join(dir, "main.tf"), fill.Replace(fill.Replace(secretsConfig)))

			aws := startExampleAccounts(t)
			for _, role := range []string{"first", "second"} {
				aws.server.CreateRole(exampleRegistry, "/", role)
				aws.server.PutRolePolicy(exampleRegistry, role, "pull", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:*","Resource":"*"}]}`)
			}
			aws.server.PushLayers(exampleRegistry, "us-east-1", "payment-service", "v1", "a layer")
			accessKey, _ := aws.server.Credentials(exampleRegistry)
			leakyServer := &leakyServer{aws: aws.server, behind: aws.server.URL(), given: login.secrets}
			front := httptest.NewServer(leakyServer)
			t.Cleanup(front.Close)
			leakyServer.front = front.URL

			logs := filepath.Join(dir, "trace.log")
			env := append(aws.environment(""), "AWS_ENDPOINT_URL="+front.URL, "TF_CLI_CONFIG_FILE="+cliConfig,
				"TF_VAR_access_key="+accessKey, "TF_VAR_secret_key="+secretKey, "TF_LOG=TRACE", "TF_LOG_PATH="+logs)
			for _, variable := range login.env {
				env = append(env, fill.Replace(variable))
			}
			terraform := func(command string) (string, error) {
				cmd := exec.CommandContext(t.Context(), cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform"), command, "-auto-approve", "-no-color")
				cmd.Dir, cmd.Env = dir, env
				out, err := cmd.CombinedOutput()
				return string(out), err
			}

			said := map[string]string{}
			said["the first apply"], _ = terraform("apply") // The state shows whether it worked.
			said["the state"] = readFile(t, filepath.Join(dir, "terraform.tfstate"))
			said["the state of the probe"] = said["the state"]
			leakyServer.newRun(true)
			said["the second apply"], _ = terraform("apply")
			leakyServer.newRun(false)
			var err error
			if said["the destroy"], err = terraform("destroy"); err != nil {
				t.Errorf("the destroy failed: %v\n%s", err, said["the destroy"])
			}
			if _, found := aws.server.RepositoryPolicy(exampleRegistry, "us-east-1", "payment-service"); found {
				t.Error("the destroy left the repository's policy")
			}
			said["the state at the end"] = readFile(t, filepath.Join(dir, "terraform.tfstate"))
			said["the backup of the state"] = readFile(t, filepath.Join(dir, "terraform.tfstate.backup"))
			said["the log"] = readFile(t, logs)

			for where, want := range map[string]string{
				"the first apply":        "repository missing",
				"the state":              `"sid": "Good"`,
				"the state of the probe": "HTTP status 403 Forbidden: DENIED: You sent (hidden)",
				"the second apply":       "You sent (hidden)",
				"the destroy":            "Destroy complete! Resources: 1 destroyed",
				"the log":                "AWS call",
			} {
				if !strings.Contains(said[where], want) {
					t.Errorf("%s lacks %q, so that the test proves nothing:\n%.3000s", where, want, said[where])
				}
			}
			for where, text := range said {
				for _, secret := range leakyServer.secrets() {
					if i := strings.Index(text, secret); i >= 0 {
						t.Errorf("%s shows the secret %s: …%s", where, secret, text[max(0, i-300):i])
					}
				}
			}
		})
	}
}

const secretsConfig = `
terraform {
  required_providers {
    ecrxa = { source = "ecrxa/ecrxa" }
  }
}
variable "access_key" {}
variable "secret_key" { sensitive = true }
provider "ecrxa" {
  region = "us-east-1"
ARGUMENTS
}
resource "ecrxa_repository_grant" "good" {
  repository  = "payment-service"
  sid         = "Good"
  account_ids = ["123456789012"]
}
data "ecrxa_pull_check" "good" {
  repository_arn = ecrxa_repository_grant.good.repository_arn
  role_arn       = "arn:aws:iam::123456789012:role/ecsTaskExecutionRole"
}
data "ecrxa_pull_probe" "good" {
  image = "987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service:v1"
}
resource "ecrxa_repository_grant" "bad" {
  repository  = "missing"
  sid         = "Bad"
  account_ids = ["123456789012"]
}
`

// leakyServer is a server in front of AWS that records the credentials that STS issues, and
// the tokens and signatures of ECR. While it rejects calls, the error message of ECR has every
// secret of the run. The registry and Amazon S3 always reject requests in this way.
type leakyServer struct {
	aws           http.Handler
	behind, front string   // the addresses of AWS and of this server
	given         []string // secrets of the configuration

	mu        sync.Mutex
	rejecting bool
	issued    []string // by STS and ECR, ever
	earlier   int      // how many of these an earlier run got
}

var issuedSecret = regexp.MustCompile(`<(?:SecretAccessKey|SessionToken)>([^<]+)<|"authorizationToken":"([^"]+)"|X-Amz-Signature=([^"]+)"`)

// ServeHTTP implements http.Handler.
func (g *leakyServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	said := "You sent " + strings.Join(slices.Concat(g.given, g.issued[g.earlier:]), " and ")
	switch {
	case strings.HasPrefix(r.URL.Path, "/v2/"):
		refusal, _ := json.Marshal(map[string]any{"errors": []any{map[string]string{"code": "DENIED", "message": said}}})
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write(refusal)
		return
	case strings.HasPrefix(r.URL.Path, "/layers/"):
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte("<Error><Code>AccessDenied</Code><Message>" + said + " and " + r.URL.RawQuery + "</Message></Error>")) //nolint:gosec // The client is no browser.
		return
	case g.rejecting && r.Header.Get("X-Amz-Target") != "":
		refusal, _ := json.Marshal(map[string]string{"__type": "AccessDeniedException", "message": said})
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write(refusal)
		return
	}
	answer := httptest.NewRecorder()
	g.aws.ServeHTTP(answer, r)
	for _, issued := range issuedSecret.FindAllStringSubmatch(answer.Body.String(), -1) {
		g.issued = append(g.issued, strings.Join(issued[1:], ""))
	}
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	_, _ = w.Write([]byte(strings.ReplaceAll(answer.Body.String(), g.behind, g.front)))
}

// newRun begins another run. rejecting says whether ECR rejects its calls.
func (g *leakyServer) newRun(rejecting bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.rejecting, g.earlier = rejecting, len(g.issued)
}

// secrets returns all secrets so far.
func (g *leakyServer) secrets() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Concat(g.given, g.issued)
}
