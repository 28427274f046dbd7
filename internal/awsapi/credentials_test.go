// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"crypto/tls"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

const sharedConfig = `
[profile audit]
region = eu-central-1
aws_access_key_id = key-of-audit
aws_secret_access_key = secret-of-audit

[profile chained]
region = eu-central-1
source_profile = audit
role_arn = arn:aws:iam::987654321098:role/from-profile
`

// TestPrecedence says whose values win: those of the provider block, then those
// of the environment, then those of the shared configuration files.
func TestPrecedence(t *testing.T) {
	configFile := writeFile(t, sharedConfig)
	envKeys := map[string]string{"AWS_ACCESS_KEY_ID": "key-of-env", "AWS_SECRET_ACCESS_KEY": "secret-of-env"}
	tests := map[string]struct {
		cfg                 Config
		env                 map[string]string
		wantRegion, wantKey string
		wantMode            string
		wantAttempts        int
	}{
		"only the profile": {
			cfg:        Config{Profile: "audit"},
			env:        map[string]string{"AWS_CONFIG_FILE": configFile},
			wantRegion: "eu-central-1", wantKey: "key-of-audit",
		},
		"AWS_PROFILE": {
			cfg:        Config{SharedConfigFiles: []string{configFile}},
			env:        map[string]string{"AWS_PROFILE": "audit"},
			wantRegion: "eu-central-1", wantKey: "key-of-audit",
		},
		"environment wins over AWS_PROFILE": {
			cfg:        Config{SharedConfigFiles: []string{configFile}},
			env:        map[string]string{"AWS_PROFILE": "audit", "AWS_REGION": "us-west-2", "AWS_ACCESS_KEY_ID": "key-of-env", "AWS_SECRET_ACCESS_KEY": "secret-of-env"},
			wantRegion: "us-west-2", wantKey: "key-of-env",
		},
		"the provider's profile wins over keys in the environment": {
			cfg:        Config{Profile: "audit", SharedConfigFiles: []string{configFile}},
			env:        envKeys,
			wantRegion: "eu-central-1", wantKey: "key-of-audit",
		},
		"the provider's files win over the environment's": {
			cfg:        Config{Profile: "audit", SharedConfigFiles: []string{configFile}},
			env:        map[string]string{"AWS_CONFIG_FILE": writeFile(t, "[profile audit]\nregion = sa-east-1\n")},
			wantRegion: "eu-central-1", wantKey: "key-of-audit",
		},
		"the provider's credentials files": {
			cfg: Config{Region: "us-east-1", Profile: "audit", SharedCredentialsFiles: []string{
				writeFile(t, "[audit]\naws_access_key_id = key-of-file\naws_secret_access_key = secret-of-file\n"),
			}},
			wantRegion: "us-east-1", wantKey: "key-of-file",
		},
		"AWS_DEFAULT_REGION": {
			cfg:        Config{AccessKey: "key-of-block", SecretKey: "secret-of-block"},
			env:        map[string]string{"AWS_DEFAULT_REGION": "ap-south-1"},
			wantRegion: "ap-south-1", wantKey: "key-of-block",
		},
		"AWS_REGION wins over AWS_DEFAULT_REGION": {
			cfg:        Config{AccessKey: "key-of-block", SecretKey: "secret-of-block"},
			env:        map[string]string{"AWS_REGION": "us-west-2", "AWS_DEFAULT_REGION": "ap-south-1"},
			wantRegion: "us-west-2", wantKey: "key-of-block",
		},
		"the provider block wins over everything": {
			cfg: Config{
				Region: "us-east-1", Profile: "audit", SharedConfigFiles: []string{configFile},
				AccessKey: "key-of-block", SecretKey: "secret-of-block",
				MaxRetries: 4, RetryMode: "adaptive",
			},
			env: map[string]string{
				"AWS_REGION": "us-west-2", "AWS_ACCESS_KEY_ID": "key-of-env", "AWS_SECRET_ACCESS_KEY": "secret-of-env",
				"AWS_MAX_ATTEMPTS": "9", "AWS_RETRY_MODE": "standard",
			},
			wantRegion: "us-east-1", wantKey: "key-of-block",
			wantMode: "adaptive", wantAttempts: 5,
		},
		"the environment sets the rest": {
			cfg: Config{Region: "us-east-1"},
			env: map[string]string{
				"AWS_ACCESS_KEY_ID": "key-of-env", "AWS_SECRET_ACCESS_KEY": "secret-of-env",
				"AWS_MAX_ATTEMPTS": "9", "AWS_RETRY_MODE": "adaptive",
			},
			wantRegion: "us-east-1", wantKey: "key-of-env",
			wantMode: "adaptive", wantAttempts: 9,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for variable, value := range test.env {
				t.Setenv(variable, value)
			}
			fake := newFakeAWS(t, nil)
			test.cfg.Endpoints = Endpoints{ECR: fake.URL, STS: fake.URL}
			clients := newClients(t, test.cfg)
			if err := getPolicy(t.Context(), clients, ""); err != nil {
				t.Fatal(err)
			}
			got := fake.Calls()[0]
			if got.Region != test.wantRegion || got.AccessKey != test.wantKey {
				t.Errorf("signed for %s with %s, want %s and %s", got.Region, got.AccessKey, test.wantRegion, test.wantKey)
			}
			if test.wantAttempts == 0 {
				return
			}
			options := clientOptions(t, clients)
			if got := string(options.RetryMode); got != test.wantMode {
				t.Errorf("retry mode %q, want %q", got, test.wantMode)
			}
			if got := options.Retryer.MaxAttempts(); got != test.wantAttempts {
				t.Errorf("%d attempts, want %d", got, test.wantAttempts)
			}
		})
	}
}

func TestAssumeRoleChain(t *testing.T) {
	t.Parallel()
	fake := newFakeAWS(t, nil)
	cfg := configFor(fake)
	cfg.AssumeRole = []AssumeRole{
		{
			RoleARN: "arn:aws:iam::111111111111:role/hub", SessionName: "ci", ExternalID: "external-id",
			Duration: time.Hour, Policy: `{"Statement":[]}`, Tags: map[string]string{"team": "payments", "env": "prod"},
			PolicyARNs: []string{"arn:aws:iam::aws:policy/ReadOnlyAccess"}, TransitiveTagKeys: []string{"team"}, SourceIdentity: "ann",
		},
		{RoleARN: "arn:aws:iam::987654321098:role/deploy", PolicyARNs: []string{}, TransitiveTagKeys: []string{}},
	}
	clients := newClients(t, cfg)
	for range 2 {
		if err := getPolicy(t.Context(), clients, ""); err != nil {
			t.Fatal(err)
		}
	}

	type step struct{ Operation, AccessKey, Role, Session, ExternalID, Seconds, Policy, PolicyARN, Tags, TransitiveTagKey, SourceIdentity string }
	var got []step
	for _, c := range fake.Calls() {
		form := c.Form
		if form.Has("TransitiveTagKeys") || form.Has("PolicyArns") {
			t.Errorf("%s sends an empty list: %v", form.Get("RoleArn"), form)
		}
		var tags []string
		for _, n := range []string{"1", "2"} {
			if key := form.Get("Tags.member." + n + ".Key"); key != "" {
				tags = append(tags, key+"="+form.Get("Tags.member."+n+".Value"))
			}
		}
		got = append(got, step{
			c.Operation, c.AccessKey, form.Get("RoleArn"), form.Get("RoleSessionName"),
			form.Get("ExternalId"), form.Get("DurationSeconds"), form.Get("Policy"), form.Get("PolicyArns.member.1.arn"), strings.Join(tags, ","),
			form.Get("TransitiveTagKeys.member.1"), form.Get("SourceIdentity"),
		})
	}
	want := []step{
		{"AssumeRole", "AKIAEXAMPLE", "arn:aws:iam::111111111111:role/hub", "ci", "external-id", "3600", `{"Statement":[]}`, "arn:aws:iam::aws:policy/ReadOnlyAccess", "env=prod,team=payments", "team", "ann"},
		{"AssumeRole", "key-of-hub", "arn:aws:iam::987654321098:role/deploy", "terraform-provider-ecrxa", "", "900", "", "", "", "", ""},
		{Operation: "GetRepositoryPolicy", AccessKey: "key-of-deploy"},
		{Operation: "GetRepositoryPolicy", AccessKey: "key-of-deploy"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestFailedRoleIsNotTriedAgainForEachRetry(t *testing.T) {
	t.Parallel()
	fake := newFakeAWS(t, func(call) reply { return xmlError(403, "AccessDenied", "no") })
	cfg := configFor(fake)
	cfg.MaxRetries = 3
	cfg.AssumeRole = []AssumeRole{{RoleARN: "arn:aws:iam::111111111111:role/hub"}}
	if err := getPolicy(t.Context(), newClients(t, cfg), ""); awserr.KindOf(err) != awserr.AccessDenied {
		t.Errorf("error = %v, want access denied", err)
	}
	if diff := cmp.Diff([]string{"AssumeRole"}, fake.Operations()); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestWebIdentity(t *testing.T) {
	const role = "arn:aws:iam::987654321098:role/web"
	tokenFile := writeFile(t, "token-of-file")
	tests := map[string]struct {
		cfg                    Config
		env                    map[string]string
		wantToken, wantSession string
		wantPolicy             string   // ARN of a session policy
		wantKeys               []string // who signed each call
	}{
		"a token in the provider block": {
			cfg:       Config{AssumeRoleWithWebIdentity: &AssumeRoleWithWebIdentity{RoleARN: role, SessionName: "ci", WebIdentityToken: "token-of-block", PolicyARNs: []string{"arn:aws:iam::987654321098:policy/ci"}}},
			wantToken: "token-of-block", wantSession: "ci", wantPolicy: "arn:aws:iam::987654321098:policy/ci", wantKeys: []string{"", "key-of-web"},
		},
		"a token file in the provider block": {
			cfg:       Config{AssumeRoleWithWebIdentity: &AssumeRoleWithWebIdentity{RoleARN: role, WebIdentityTokenFile: tokenFile}},
			wantToken: "token-of-file", wantSession: "terraform-provider-ecrxa", wantKeys: []string{"", "key-of-web"},
		},
		"the block takes the rest from the environment": {
			cfg:       Config{AssumeRoleWithWebIdentity: &AssumeRoleWithWebIdentity{}},
			env:       map[string]string{"AWS_ROLE_ARN": role, "AWS_WEB_IDENTITY_TOKEN_FILE": tokenFile, "AWS_ROLE_SESSION_NAME": "run-1"},
			wantToken: "token-of-file", wantSession: "run-1", wantKeys: []string{"", "key-of-web"},
		},
		"the block's token wins over the environment's file": {
			cfg:       Config{AssumeRoleWithWebIdentity: &AssumeRoleWithWebIdentity{RoleARN: role, WebIdentityToken: "token-of-block"}},
			env:       map[string]string{"AWS_WEB_IDENTITY_TOKEN_FILE": tokenFile},
			wantToken: "token-of-block", wantSession: "terraform-provider-ecrxa", wantKeys: []string{"", "key-of-web"},
		},
		"only the environment, as HCP Terraform sets it": {
			env:       map[string]string{"AWS_ROLE_ARN": role, "AWS_WEB_IDENTITY_TOKEN_FILE": tokenFile, "AWS_ROLE_SESSION_NAME": "run-1"},
			wantToken: "token-of-file", wantSession: "run-1", wantKeys: []string{"", "key-of-web"},
		},
		"only the environment, without a session name": {
			env:       map[string]string{"AWS_ROLE_ARN": role, "AWS_WEB_IDENTITY_TOKEN_FILE": tokenFile},
			wantToken: "token-of-file", wantSession: "terraform-provider-ecrxa", wantKeys: []string{"", "key-of-web"},
		},
		"then a role": {
			cfg: Config{
				AssumeRoleWithWebIdentity: &AssumeRoleWithWebIdentity{RoleARN: role, WebIdentityToken: "token-of-block"},
				AssumeRole:                []AssumeRole{{RoleARN: "arn:aws:iam::987654321098:role/deploy"}},
			},
			wantToken: "token-of-block", wantSession: "terraform-provider-ecrxa", wantKeys: []string{"", "key-of-web", "key-of-deploy"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for variable, value := range test.env {
				t.Setenv(variable, value)
			}
			fake := newFakeAWS(t, nil)
			test.cfg.Region = "us-east-1"
			test.cfg.Endpoints = Endpoints{ECR: fake.URL, STS: fake.URL}
			if err := getPolicy(t.Context(), newClients(t, test.cfg), ""); err != nil {
				t.Fatal(err)
			}
			calls := fake.Calls()
			var keys []string
			for _, c := range calls {
				keys = append(keys, c.AccessKey)
			}
			if diff := cmp.Diff(test.wantKeys, keys); diff != "" {
				t.Errorf("signed by (-want +got):\n%s", diff)
			}
			form := calls[0].Form
			if got := form.Get("PolicyArns.member.1.arn"); got != test.wantPolicy {
				t.Errorf("session policy %q, want %q", got, test.wantPolicy)
			}
			if form.Get("WebIdentityToken") != test.wantToken || form.Get("RoleSessionName") != test.wantSession || form.Get("RoleArn") != role {
				t.Errorf("AssumeRoleWithWebIdentity got %v, want token %q and session %q", form, test.wantToken, test.wantSession)
			}
		})
	}
}

func TestProfileWithARoleUsesTheSTSEndpoint(t *testing.T) {
	t.Parallel()
	fake := newFakeAWS(t, nil)
	clients := newClients(t, Config{
		Profile: "chained", SharedConfigFiles: []string{writeFile(t, sharedConfig)},
		Endpoints: Endpoints{ECR: fake.URL, STS: fake.URL},
	})
	if err := getPolicy(t.Context(), clients, ""); err != nil {
		t.Fatal(err)
	}
	calls := fake.Calls()
	if len(calls) != 2 || calls[0].AccessKey != "key-of-audit" || calls[1].AccessKey != "key-of-from-profile" {
		t.Errorf("calls = %+v, want AssumeRole by audit and then a call by the role", calls)
	}
	if session := calls[0].Form.Get("RoleSessionName"); session != "terraform-provider-ecrxa" {
		t.Errorf("the session is %q, want the same one each time", session)
	}
}

func TestCustomCABundle(t *testing.T) {
	server := httptest.NewUnstartedServer(&fakeAWS{})
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // the refused handshake
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	server.StartTLS()
	t.Cleanup(server.Close)
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	bundle := writeFile(t, string(certificate))

	cfg := configFor(&fakeAWS{URL: server.URL})
	if err := getPolicy(t.Context(), newClients(t, cfg), ""); awserr.KindOf(err) != awserr.Unreachable {
		t.Errorf("without the bundle: %v, want that AWS is not reachable", err)
	}
	cfg.CustomCABundle = bundle
	if err := getPolicy(t.Context(), newClients(t, cfg), ""); err != nil {
		t.Errorf("with the bundle: %v", err)
	}
	cfg.CustomCABundle = ""
	t.Setenv("AWS_CA_BUNDLE", bundle)
	if err := getPolicy(t.Context(), newClients(t, cfg), ""); err != nil {
		t.Errorf("with AWS_CA_BUNDLE: %v", err)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		cfg  Config
		want string
	}{
		"an unreadable bundle":        {Config{CustomCABundle: "/nowhere/ca.pem"}, "custom_ca_bundle"},
		"a bundle without any PEM":    {Config{CustomCABundle: writeFile(t, "not a certificate")}, "could not be loaded"},
		"an unknown retry mode":       {Config{RetryMode: "often"}, `"often" is not a retry mode`},
		"a profile that is missing":   {Config{Profile: "nobody"}, "nobody"},
		"both lists of accounts":      {Config{AllowedAccountIDs: []string{"111111111111"}, ForbiddenAccountIDs: []string{"222222222222"}}, "Both allowed_account_ids and forbidden_account_ids"},
		"a web identity, no role":     {Config{AssumeRoleWithWebIdentity: &AssumeRoleWithWebIdentity{WebIdentityToken: "token"}}, "has no role"},
		"a web identity and no token": {Config{AssumeRoleWithWebIdentity: &AssumeRoleWithWebIdentity{RoleARN: "arn:aws:iam::987654321098:role/web"}}, "has no token"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := New(t.Context(), test.cfg)
			var configuration *awserr.ConfigError
			if !errors.As(err, &configuration) || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("error = %v, want a *awserr.ConfigError that says %q", err, test.want)
			}
			if configuration.Remedy == "" {
				t.Error("the error does not say what to do")
			}
		})
	}
}

func TestExpandHome(t *testing.T) {
	t.Setenv("HOME", "/home/someone")
	for path, want := range map[string]string{
		"~/.aws/config": "/home/someone/.aws/config",
		"/etc/aws":      "/etc/aws",
		"~other/config": "~other/config",
		"":              "",
	} {
		if got := ExpandHome(path); got != want {
			t.Errorf("ExpandHome(%q) = %q, want %q", path, got, want)
		}
	}
}
