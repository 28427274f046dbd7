// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// endpointSources are the ways to name the endpoint of STS. Lines of a shared
// configuration file go into each profile, and after all profiles.
var endpointSources = map[string]struct {
	argument            bool
	variable            string
	inProfile, atTheEnd string
}{
	"the argument":                   {argument: true},
	"AWS_ENDPOINT_URL_STS":           {variable: "AWS_ENDPOINT_URL_STS"},
	"AWS_ENDPOINT_URL":               {variable: "AWS_ENDPOINT_URL"},
	"the profile's endpoint_url":     {inProfile: "endpoint_url = URL"},
	"the profile's services section": {inProfile: "services = emulator", atTheEnd: "[services emulator]\nsts =\n  endpoint_url = URL"},
}

const profilesWithEndpoint = `
[default]
region = us-east-1
LINES
[profile keys]
aws_access_key_id = key-of-profile
aws_secret_access_key = secret-of-profile
LINES
[profile chained]
region = us-east-1
source_profile = keys
role_arn = arn:aws:iam::987654321098:role/from-profile
LINES
[profile web]
region = us-east-1
web_identity_token_file = TOKENFILE
role_arn = arn:aws:iam::987654321098:role/web
LINES
`

// TestEverySTSCallGoesToTheEndpoint covers each way to credentials that asks STS,
// with each way to name its endpoint.
func TestEverySTSCallGoesToTheEndpoint(t *testing.T) {
	tokenFile := writeFile(t, "token-of-file")
	web := map[string]string{"AWS_ROLE_ARN": "arn:aws:iam::987654321098:role/web", "AWS_WEB_IDENTITY_TOKEN_FILE": tokenFile}
	keys := map[string]string{"AWS_ACCESS_KEY_ID": "key-of-env", "AWS_SECRET_ACCESS_KEY": "secret-of-env"}
	deploy := []AssumeRole{{RoleARN: "arn:aws:iam::987654321098:role/deploy"}}
	chains := map[string]struct {
		cfg      Config
		env      map[string]string
		wantKeys []string // who signed each call
	}{
		"web identity of the environment": {env: web, wantKeys: []string{"", "key-of-web"}},
		"web identity of a profile":       {cfg: Config{Profile: "web"}, wantKeys: []string{"", "key-of-web"}},
		"web identity of the block": {
			cfg:      Config{AssumeRoleWithWebIdentity: &AssumeRoleWithWebIdentity{}},
			env:      web,
			wantKeys: []string{"", "key-of-web"},
		},
		"role of a profile":               {cfg: Config{Profile: "chained"}, wantKeys: []string{"key-of-profile", "key-of-from-profile"}},
		"role of AWS_PROFILE":             {env: map[string]string{"AWS_PROFILE": "chained"}, wantKeys: []string{"key-of-profile", "key-of-from-profile"}},
		"role of the block":               {cfg: Config{AssumeRole: deploy}, env: keys, wantKeys: []string{"key-of-env", "key-of-deploy"}},
		"role of the block after others'": {cfg: Config{Profile: "chained", AssumeRole: deploy}, wantKeys: []string{"key-of-profile", "key-of-from-profile", "key-of-deploy"}},
	}
	for sourceName, source := range endpointSources {
		for chainName, chain := range chains {
			t.Run(chainName+"/"+sourceName, func(t *testing.T) {
				fake := newFakeAWS(t, nil)
				file := strings.NewReplacer("LINES", source.inProfile, "TOKENFILE", tokenFile).Replace(profilesWithEndpoint) + source.atTheEnd
				t.Setenv("AWS_CONFIG_FILE", writeFile(t, strings.ReplaceAll(file, "URL", fake.URL)))
				for variable, value := range chain.env {
					t.Setenv(variable, value)
				}
				if source.variable != "" {
					t.Setenv(source.variable, fake.URL)
				}
				cfg := chain.cfg
				cfg.Endpoints.ECR = fake.URL
				if source.argument {
					cfg.Endpoints.STS = fake.URL
				}
				if err := getPolicy(t.Context(), newClients(t, cfg), ""); err != nil {
					t.Fatal(err)
				}
				var keys []string
				for _, c := range fake.Calls() {
					keys = append(keys, c.AccessKey)
				}
				if diff := cmp.Diff(chain.wantKeys, keys); diff != "" {
					t.Errorf("signed by (-want +got):\n%s", diff)
				}
			})
		}
	}
}

func TestConfiguredEndpointsCanBeIgnored(t *testing.T) {
	fake := newFakeAWS(t, nil)
	t.Setenv("AWS_ENDPOINT_URL", fake.URL)
	t.Setenv("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")
	t.Setenv("AWS_ROLE_ARN", "arn:aws:iam::987654321098:role/web")
	t.Setenv("AWS_WEB_IDENTITY_TOKEN_FILE", writeFile(t, "token-of-file"))
	err := getPolicy(t.Context(), newClients(t, Config{Region: "us-east-1"}), "")
	if awserr.KindOf(err) != awserr.Unreachable || len(fake.Calls()) > 0 {
		t.Errorf("error = %v after calls %v, want that AWS's own endpoint is not reachable", err, fake.Operations())
	}
}

// AWS's clients refuse every call with both; the provider says so before any.
func TestOwnEndpointsExcludeFIPSAndDualStack(t *testing.T) {
	const url = "http://127.0.0.1:1"
	tests := map[string]struct {
		cfg  Config
		env  map[string]string
		want []string // nil: no conflict
	}{
		"both in the block":          {cfg: Config{UseFIPSEndpoint: new(true), Endpoints: Endpoints{ECR: url}}, want: []string{"ECR", "FIPS", "use_fips_endpoint"}},
		"both in the environment":    {env: map[string]string{"AWS_USE_DUALSTACK_ENDPOINT": "true", "AWS_ENDPOINT_URL_IAM": url}, want: []string{"IAM", "dual-stack", "AWS_USE_DUALSTACK_ENDPOINT"}},
		"one of each":                {cfg: Config{UseDualStackEndpoint: new(true)}, env: map[string]string{"AWS_ENDPOINT_URL": url}, want: []string{"CloudTrail, ECR, IAM, Organizations, STS", "dual-stack", "AWS_ENDPOINT_URL"}},
		"of STS alone":               {cfg: Config{UseFIPSEndpoint: new(true), Endpoints: Endpoints{STS: url}}, want: []string{"STS", "FIPS"}},
		"endpoints that are ignored": {cfg: Config{UseFIPSEndpoint: new(true)}, env: map[string]string{"AWS_ENDPOINT_URL": url, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}},
		"FIPS is off in the block":   {cfg: Config{UseFIPSEndpoint: new(false), Endpoints: Endpoints{ECR: url}}, env: map[string]string{"AWS_USE_FIPS_ENDPOINT": "true"}},
		"no endpoints":               {cfg: Config{UseFIPSEndpoint: new(true), UseDualStackEndpoint: new(true)}},
		"endpoints alone":            {cfg: Config{Endpoints: Endpoints{CloudTrail: url, ECR: url, IAM: url, Organizations: url, STS: url}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for variable, value := range test.env {
				t.Setenv(variable, value)
			}
			test.cfg.Region = "us-east-1"
			_, err := New(t.Context(), test.cfg)
			if (err != nil) != (test.want != nil) {
				t.Fatalf("error = %v, want one: %t", err, test.want != nil)
			}
			for _, want := range test.want {
				if _, ok := errors.AsType[*awserr.ConfigError](err); !ok || !strings.Contains(err.Error(), want) {
					t.Errorf("error = %v, want a *awserr.ConfigError that says %q", err, want)
				}
			}
		})
	}
}
