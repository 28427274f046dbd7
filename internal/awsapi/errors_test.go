// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/fault"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/golden"
)

// TestErrorTexts pins the texts of the errors that this package makes itself, or
// adds to what AWS answers: each one has a golden file of its name. All other
// texts are pinned by awserr.
func TestErrorTexts(t *testing.T) {
	t.Parallel()
	registry := awserr.Attempt{
		Doing:   "read the policy of the repository payment-service",
		Account: "987654321098", Region: "us-east-1", Side: awserr.RegistrySide,
	}
	consumer := awserr.Attempt{
		Doing:   "write the inline policy ecrxa-pull of the role ecsTaskExecutionRole",
		Account: "123456789012", Side: awserr.ConsumerSide, OwnAccount: true,
	}
	for _, test := range []struct {
		name    string
		kind    awserr.Kind
		attempt awserr.Attempt
		err     func(*testing.T) error
	}{
		{"access_denied_chain_first", awserr.AccessDenied, registry, chainError("hub")},
		{"access_denied_chain_second", awserr.AccessDenied, registry, chainError("deploy")},
		{"access_denied_web_identity", awserr.AccessDenied, registry, webIdentityError},
		{"access_denied_profile_role", awserr.AccessDenied, registry, profileRoleError},
		{"no_credentials", awserr.NoCredentials, registry, withoutCredentials},
		{"token_file_missing", awserr.Configuration, registry, withWebIdentity(Config{AssumeRoleWithWebIdentity: &AssumeRoleWithWebIdentity{RoleARN: "arn:aws:iam::987654321098:role/web", WebIdentityTokenFile: "/nowhere/token"}})},
		{"token_file_missing_profile", awserr.Configuration, consumer, withWebIdentity(Config{Profile: "web"})},
		{"token_file_empty", awserr.Configuration, registry, withWebIdentity(Config{AssumeRoleWithWebIdentity: &AssumeRoleWithWebIdentity{RoleARN: "arn:aws:iam::987654321098:role/web", WebIdentityTokenFile: "/dev/null"}})},
		{"configuration", awserr.Configuration, registry, fixed(errNoRegion)},
		{"configuration_unknown", awserr.Configuration, registry, fixed(unknownError([]string{"assume_role", "region"}))},
		{"configuration_account", awserr.Configuration, registry, fixed(checkAccount("123456789012", []string{"987654321098"}, nil))},
		{"throttled_without_words", awserr.Throttled, consumer, hit(getRole, fault.Page(http.StatusTooManyRequests))},
		{"unreadable", awserr.Unreadable, registry, hit(getRepositoryPolicy, fault.Garbled())},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cause := test.err(t)
			if kind := awserr.KindOf(cause); kind != test.kind {
				t.Errorf("kind %q, want %q, of: %v", kind, test.kind, cause)
			}
			title, detail := awserr.Describe(awserr.Explain(cause, test.attempt), "")
			golden.Compare(t, filepath.Join("testdata", "errors", test.name+".txt"), title+"\n\n"+detail+"\n")
		})
	}
}

// hit returns the error of a call that a fault hits. The call is not retried.
func hit(call func(context.Context, *Clients) error, failure fault.Fault) func(*testing.T) error {
	return func(t *testing.T) error {
		t.Helper()
		fake := newFakeAWS(t, nil)
		behind(t, fake, fault.Rule{Fault: failure})
		return call(t.Context(), newClients(t, configFor(fake)))
	}
}

func getRepositoryPolicy(ctx context.Context, clients *Clients) error {
	return getPolicy(ctx, clients, "")
}

// chainError returns the error of a call that two roles are assumed for, and STS
// refuses the one named.
func chainError(refused string) func(*testing.T) error {
	return func(t *testing.T) error {
		t.Helper()
		cfg := configFor(refusing(t, refused))
		cfg.AssumeRole = []AssumeRole{{RoleARN: "arn:aws:iam::111111111111:role/hub"}, {RoleARN: "arn:aws:iam::987654321098:role/deploy"}}
		return getPolicy(t.Context(), newClients(t, cfg), "")
	}
}

func webIdentityError(t *testing.T) error {
	t.Helper()
	cfg := configFor(refusing(t, "web"))
	cfg.AssumeRole = []AssumeRole{{RoleARN: "arn:aws:iam::987654321098:role/deploy"}}
	cfg.AssumeRoleWithWebIdentity = &AssumeRoleWithWebIdentity{RoleARN: "arn:aws:iam::111111111111:role/web", WebIdentityToken: "token"}
	return getPolicy(t.Context(), newClients(t, cfg), "")
}

func profileRoleError(t *testing.T) error {
	t.Helper()
	fake := refusing(t, "from-profile")
	return getPolicy(t.Context(), newClients(t, Config{
		Profile: "chained", SharedConfigFiles: []string{writeFile(t, sharedConfig)},
		Endpoints: Endpoints{ECR: fake.URL, STS: fake.URL},
	}), "")
}

// refusing returns a fake AWS whose STS refuses to assume the role of that name.
func refusing(t *testing.T, role string) *fakeAWS {
	t.Helper()
	return newFakeAWS(t, func(c call) reply {
		arn := c.Form.Get("RoleArn")
		switch {
		case !strings.HasSuffix(arn, "/"+role):
			return success(c)
		case c.Operation == "AssumeRoleWithWebIdentity":
			return xmlError(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")
		}
		return xmlError(403, "AccessDenied", "User: arn:aws:iam::123456789012:user/ci is not authorized to perform: sts:AssumeRole on resource: "+arn)
	})
}

func withoutCredentials(t *testing.T) error {
	t.Helper()
	return getPolicy(t.Context(), newClients(t, Config{Region: "us-east-1"}), "")
}

// withWebIdentity returns the error of a call whose web identity has no token.
func withWebIdentity(cfg Config) func(*testing.T) error {
	return func(t *testing.T) error {
		t.Helper()
		cfg.Region = "us-east-1"
		cfg.SharedConfigFiles = []string{writeFile(t, "[profile web]\nrole_arn = arn:aws:iam::987654321098:role/web\nweb_identity_token_file = /nowhere/token\n")}
		return getPolicy(t.Context(), newClients(t, cfg), "")
	}
}

func fixed(err error) func(*testing.T) error {
	return func(*testing.T) error { return err }
}
