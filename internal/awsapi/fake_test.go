// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// TestMain keeps the tests away from the credentials and settings of the
// machine that they run on.
func TestMain(m *testing.M) {
	os.Exit(runIsolated(m))
}

func runIsolated(m *testing.M) int {
	home, err := os.MkdirTemp("", "awsapi")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(home)
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "AWS_") || strings.HasSuffix(strings.ToUpper(name), "_PROXY") || name == "TF_APPEND_USER_AGENT" {
			setenv(name, "")
		}
	}
	setenv("HOME", home)
	setenv("AWS_EC2_METADATA_DISABLED", "true")
	setenv("AWS_MAX_ATTEMPTS", "1")
	setenv("HTTPS_PROXY", "http://127.0.0.1:1") // AWS itself is out of reach.
	return m.Run()
}

// setenv sets a variable for all tests; an empty value counts as not set.
func setenv(name, value string) {
	if err := os.Setenv(name, value); err != nil {
		log.Fatal(err)
	}
}

// call is one request as the fake AWS saw it.
type call struct {
	Operation string     // as in GetRepositoryPolicy
	AccessKey string     // who signed it; empty when nobody did
	Region    string     // of the signature
	UserAgent string     //
	Form      url.Values // of IAM and STS
}

// reply is what the fake AWS answers.
type reply struct {
	status int
	body   string
}

// fakeAWS answers ECR, IAM and STS requests and remembers them.
type fakeAWS struct {
	URL    string
	answer func(call) reply // nil: succeed

	mu    sync.Mutex
	calls []call
}

func newFakeAWS(t *testing.T, answer func(call) reply) *fakeAWS {
	t.Helper()
	fake := &fakeAWS{answer: answer}
	server := httptest.NewServer(fake)
	t.Cleanup(server.Close)
	fake.URL = server.URL
	return fake
}

var credentialScope = regexp.MustCompile(`Credential=([^/]+)/\d+/([^/]+)/`)

// ServeHTTP implements http.Handler.
func (f *fakeAWS) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	got := call{UserAgent: r.Header.Get("User-Agent")}
	if m := credentialScope.FindStringSubmatch(r.Header.Get("Authorization")); m != nil {
		got.AccessKey, got.Region = m[1], m[2]
	}
	contentType := "text/xml"
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		_, got.Operation, _ = strings.Cut(target, ".")
		contentType = "application/x-amz-json-1.1"
	} else {
		got.Form, _ = url.ParseQuery(string(body))
		got.Operation = got.Form.Get("Action")
	}
	f.mu.Lock()
	f.calls = append(f.calls, got)
	f.mu.Unlock()

	answer := success
	if f.answer != nil {
		answer = f.answer
	}
	out := answer(got)
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("X-Amzn-Requestid", "11111111-2222-3333-4444-555555555555")
	w.WriteHeader(out.status)
	_, _ = io.WriteString(w, out.body)
}

// Calls returns what was called so far, in order.
func (f *fakeAWS) Calls() []call {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]call(nil), f.calls...)
}

// Operations returns the names of what was called so far, in order.
func (f *fakeAWS) Operations() []string {
	var names []string
	for _, c := range f.Calls() {
		names = append(names, c.Operation)
	}
	return names
}

// success answers every operation well. The credentials of an assumed role are
// named after the role.
func success(c call) reply {
	switch c.Operation {
	case "GetCallerIdentity":
		return reply{200, `<GetCallerIdentityResponse><GetCallerIdentityResult>` +
			`<Arn>arn:aws:sts::987654321098:assumed-role/deploy/session</Arn><Account>987654321098</Account><UserId>AROAEXAMPLE:session</UserId>` +
			`</GetCallerIdentityResult></GetCallerIdentityResponse>`}
	case "AssumeRole", "AssumeRoleWithWebIdentity":
		role := c.Form.Get("RoleArn")
		name := role[strings.LastIndex(role, "/")+1:]
		return reply{200, fmt.Sprintf(`<%[1]sResponse><%[1]sResult><Credentials>`+
			`<AccessKeyId>key-of-%[2]s</AccessKeyId><SecretAccessKey>secret-of-%[2]s</SecretAccessKey><SessionToken>token-of-%[2]s</SessionToken>`+
			`<Expiration>%[3]s</Expiration></Credentials></%[1]sResult></%[1]sResponse>`,
			c.Operation, name, time.Now().Add(time.Hour).UTC().Format(time.RFC3339))}
	case "GetRepositoryPolicy":
		return reply{200, `{"policyText":"{}"}`}
	case "GetRole":
		return reply{200, `<GetRoleResponse><GetRoleResult><Role><RoleName>r</RoleName></Role></GetRoleResult></GetRoleResponse>`}
	}
	return reply{500, ""}
}

// jsonError is ECR's form of an error.
func jsonError(code, message string) reply {
	return reply{400, fmt.Sprintf(`{"__type":%q,"message":%q}`, code, message)}
}

// xmlError is IAM's and STS's form of an error.
func xmlError(status int, code, message string) reply {
	return reply{status, fmt.Sprintf(`<ErrorResponse><Error><Code>%s</Code><Message>%s</Message></Error>`+
		`<RequestId>11111111-2222-3333-4444-555555555555</RequestId></ErrorResponse>`, code, message)}
}

// configFor returns a working configuration that knows only the fake AWS.
func configFor(fake *fakeAWS) Config {
	return Config{
		Region:    "us-east-1",
		AccessKey: "AKIAEXAMPLE",
		SecretKey: "the-secret-key-of-the-test",
		Endpoints: Endpoints{ECR: fake.URL, IAM: fake.URL, STS: fake.URL},
	}
}

func newClients(t *testing.T, cfg Config) *Clients {
	t.Helper()
	clients, err := New(t.Context(), cfg)
	if err != nil {
		t.Fatalf("New: %v", err)
	}
	return clients
}

// getPolicy makes one ECR call with the clients.
func getPolicy(ctx context.Context, clients *Clients, region string) error {
	client, err := clients.ECR(ctx, region)
	if err != nil {
		return err
	}
	_, err = client.GetRepositoryPolicy(ctx, &ecr.GetRepositoryPolicyInput{RepositoryName: aws.String("payment-service")})
	return err
}

// getRole makes one IAM call with the clients.
func getRole(ctx context.Context, clients *Clients) error {
	client, err := clients.IAM(ctx)
	if err != nil {
		return err
	}
	_, err = client.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String("ecsTaskExecutionRole")})
	return err
}

// clientOptions returns the options of the provider region's ECR client.
func clientOptions(t *testing.T, clients *Clients) ecr.Options {
	t.Helper()
	client, err := clients.ECR(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	sdk, ok := client.(*ecr.Client)
	if !ok {
		t.Fatalf("the ECR client is a %T", client)
	}
	return sdk.Options()
}

func writeFile(t *testing.T, content string) string {
	t.Helper()
	file, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	if _, err := file.WriteString(content); err != nil {
		t.Fatal(err)
	}
	return file.Name()
}
