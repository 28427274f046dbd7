// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

func TestNewCallsNobody(t *testing.T) {
	fake := newFakeAWS(t, func(c call) reply {
		t.Errorf("a request was made: %+v", c)
		return reply{status: 500}
	})
	t.Setenv("AWS_ENDPOINT_URL", fake.URL)
	t.Setenv("AWS_DEFAULTS_MODE", "auto")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "false")
	t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", fake.URL)
	t.Setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", fake.URL)

	bare := Config{Region: "us-east-1"}
	full := configFor(fake)
	full.AssumeRole = []AssumeRole{{RoleARN: "arn:aws:iam::987654321098:role/first"}, {RoleARN: "arn:aws:iam::987654321098:role/second"}}
	full.AssumeRoleWithWebIdentity = &AssumeRoleWithWebIdentity{RoleARN: "arn:aws:iam::987654321098:role/web", WebIdentityToken: "token"}
	full.AllowedAccountIDs = []string{"987654321098"}
	for _, cfg := range []Config{bare, full} {
		clients := newClients(t, cfg)
		if got := clients.Region(); got != "us-east-1" {
			t.Errorf("Region() = %q", got)
		}
	}
}

func TestClientsAreMadeOnceForEachRegion(t *testing.T) {
	t.Parallel()
	fake := newFakeAWS(t, nil)
	clients := newClients(t, configFor(fake))

	var wg sync.WaitGroup
	for range 8 {
		for _, region := range []string{"", "us-east-1", "eu-west-1"} {
			wg.Go(func() {
				if err := getPolicy(t.Context(), clients, region); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Go(func() {
			if err := getRole(t.Context(), clients); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()

	provider, _ := clients.ECR(t.Context(), "")
	named, _ := clients.ECR(t.Context(), "us-east-1")
	other, _ := clients.ECR(t.Context(), "eu-west-1")
	if provider != named || provider == other {
		t.Error("want one client for us-east-1, the provider's region, and another one for eu-west-1")
	}
	byRegion := map[string]int{}
	for _, c := range fake.Calls() {
		byRegion[c.Operation+" "+c.Region]++
	}
	want := map[string]int{"GetRepositoryPolicy us-east-1": 16, "GetRepositoryPolicy eu-west-1": 8, "GetRole us-east-1": 8}
	if diff := cmp.Diff(want, byRegion); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestAccountCheck(t *testing.T) {
	t.Parallel()
	const account = "987654321098" // whom the fake's credentials belong to
	tests := map[string]struct {
		allowed, forbidden []string
		wantCalls          []string
		wantProblem        string
	}{
		"no lists":        {wantCalls: []string{"GetRepositoryPolicy", "GetRole"}},
		"allowed":         {allowed: []string{"111111111111", account}, wantCalls: []string{"GetCallerIdentity", "GetRepositoryPolicy", "GetRole"}},
		"not allowed":     {allowed: []string{"111111111111"}, wantCalls: []string{"GetCallerIdentity"}, wantProblem: "allowed_account_ids does not list"},
		"forbidden":       {forbidden: []string{account}, wantCalls: []string{"GetCallerIdentity"}, wantProblem: "forbidden_account_ids lists"},
		"other forbidden": {forbidden: []string{"111111111111"}, wantCalls: []string{"GetCallerIdentity", "GetRepositoryPolicy", "GetRole"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := newFakeAWS(t, nil)
			cfg := configFor(fake)
			cfg.AllowedAccountIDs, cfg.ForbiddenAccountIDs = test.allowed, test.forbidden
			clients := newClients(t, cfg)

			for _, err := range []error{getPolicy(t.Context(), clients, ""), getRole(t.Context(), clients)} {
				if test.wantProblem == "" && err != nil {
					t.Errorf("unexpected error: %v", err)
				}
				if test.wantProblem != "" && (awserr.KindOf(err) != awserr.Configuration || !strings.Contains(err.Error(), test.wantProblem) || !strings.Contains(err.Error(), account)) {
					t.Errorf("error = %v, want one that says %q and names the account", err, test.wantProblem)
				}
			}
			if diff := cmp.Diff(test.wantCalls, fake.Operations()); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		noRegion                    bool
		allowed, forbidden, unknown []string
		wantCalls                   []string
		wantSummary                 string // empty: no error
	}{
		"no lists":    {},
		"no region":   {noRegion: true, allowed: []string{"987654321098"}, wantSummary: "Missing AWS Region"},
		"allowed":     {allowed: []string{"987654321098"}, wantCalls: []string{"GetCallerIdentity"}},
		"not allowed": {allowed: []string{"111111111111"}, wantCalls: []string{"GetCallerIdentity"}, wantSummary: "Wrong AWS account"},
		"forbidden":   {forbidden: []string{"987654321098"}, wantCalls: []string{"GetCallerIdentity"}, wantSummary: "Wrong AWS account"},
		"not known":   {noRegion: true, forbidden: []string{"987654321098"}, unknown: []string{"assume_role"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := newFakeAWS(t, nil)
			cfg := configFor(fake)
			cfg.AllowedAccountIDs, cfg.ForbiddenAccountIDs, cfg.Unknown = test.allowed, test.forbidden, test.unknown
			if test.noRegion {
				cfg.Region = ""
			}
			clients := newClients(t, cfg)
			for range 2 {
				err := clients.Check(t.Context())
				if (err != nil) != (test.wantSummary != "") {
					t.Fatalf("error = %v", err)
				}
				if err == nil {
					continue
				}
				if summary, detail := awserr.Describe(err, ""); summary != test.wantSummary || !test.noRegion && !strings.Contains(detail, "987654321098") {
					t.Errorf("got %q: %q", summary, detail)
				}
			}
			if diff := cmp.Diff(test.wantCalls, fake.Operations()); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
		})
	}
}

func TestCheckWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	fake := newFakeAWS(t, func(call) reply {
		return xmlError(403, "ExpiredToken", "The security token included in the request is expired")
	})
	cfg := configFor(fake)
	cfg.AllowedAccountIDs = []string{"987654321098"}
	if err := newClients(t, cfg).Check(t.Context()); awserr.KindOf(err) != awserr.Expired {
		t.Errorf("error = %v, want that the credentials have expired", err)
	}
}

func TestConfigurationsThatAllowNoCall(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		cfg        Config
		wantRegion string
		wantText   string
	}{
		"no region":                 {Config{AccessKey: "AKIAEXAMPLE", SecretKey: "secret"}, "", "no AWS Region"},
		"unknown profile":           {Config{Region: "us-east-1", Unknown: []string{"profile"}}, "us-east-1", "unknown until apply: profile"},
		"unknown region":            {Config{Unknown: []string{"endpoints", "region"}}, "", "unknown until apply: endpoints, region"},
		"unknown beside bad values": {Config{RetryMode: "often", Unknown: []string{"token"}}, "", "unknown until apply: token"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clients := newClients(t, test.cfg)
			if got := clients.Region(); got != test.wantRegion {
				t.Errorf("Region() = %q, want %q", got, test.wantRegion)
			}
			if diff := cmp.Diff(test.cfg.Unknown, clients.Unknown()); diff != "" {
				t.Errorf("Unknown() (-want +got):\n%s", diff)
			}
			_, identityErr := clients.Identity(t.Context())
			for _, err := range []error{getPolicy(t.Context(), clients, ""), getPolicy(t.Context(), clients, "us-east-1"), getRole(t.Context(), clients), identityErr} {
				if awserr.KindOf(err) != awserr.Configuration || !strings.Contains(err.Error(), test.wantText) {
					t.Errorf("error = %v, want one that says %q", err, test.wantText)
				}
			}
		})
	}
}

func TestConcurrentModificationIsRetried(t *testing.T) {
	t.Parallel()
	failed := false
	fake := newFakeAWS(t, func(c call) reply {
		if !failed {
			failed = true
			return xmlError(409, "ConcurrentModification", "The role was changed by another request.")
		}
		return success(c)
	})
	cfg := configFor(fake)
	cfg.MaxRetries = 1
	if err := getRole(t.Context(), newClients(t, cfg)); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]string{"GetRole", "GetRole"}, fake.Operations()); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

// recorder is an HTTP client that reaches nobody and remembers whom it should
// have reached.
type recorder struct{ hosts []string }

var errNoNetwork = &net.OpError{Op: "connect", Err: errors.New("no network in this test")}

// Do implements aws.HTTPClient.
func (r *recorder) Do(req *http.Request) (*http.Response, error) {
	r.hosts = append(r.hosts, req.URL.Scheme+"://"+req.URL.Host)
	return nil, errNoNetwork
}

func TestEndpoints(t *testing.T) {
	tests := map[string]struct {
		cfg  Config
		env  map[string]string
		want []string // ECR, IAM, STS
	}{
		"standard": {
			Config{Region: "us-east-1"},
			nil,
			[]string{"https://api.ecr.us-east-1.amazonaws.com", "https://iam.amazonaws.com", "https://sts.us-east-1.amazonaws.com"},
		},
		"China": {
			Config{Region: "cn-north-1"},
			nil,
			[]string{"https://api.ecr.cn-north-1.amazonaws.com.cn", "https://iam.cn-north-1.amazonaws.com.cn", "https://sts.cn-north-1.amazonaws.com.cn"},
		},
		"FIPS": {
			Config{Region: "us-east-1", UseFIPSEndpoint: new(true)},
			nil,
			[]string{"https://api.ecr-fips.us-east-1.amazonaws.com", "https://iam-fips.amazonaws.com", "https://sts-fips.us-east-1.amazonaws.com"},
		},
		"FIPS by environment": {
			Config{Region: "us-east-1"},
			map[string]string{"AWS_USE_FIPS_ENDPOINT": "true"},
			[]string{"https://api.ecr-fips.us-east-1.amazonaws.com", "https://iam-fips.amazonaws.com", "https://sts-fips.us-east-1.amazonaws.com"},
		},
		"no FIPS and no dual-stack, against the environment": {
			Config{Region: "us-east-1", UseFIPSEndpoint: new(false), UseDualStackEndpoint: new(false)},
			map[string]string{"AWS_USE_FIPS_ENDPOINT": "true", "AWS_USE_DUALSTACK_ENDPOINT": "true"},
			[]string{"https://api.ecr.us-east-1.amazonaws.com", "https://iam.amazonaws.com", "https://sts.us-east-1.amazonaws.com"},
		},
		"dual-stack": {
			Config{Region: "us-east-1", UseDualStackEndpoint: new(true)},
			nil,
			[]string{"https://ecr.us-east-1.api.aws", "https://iam.global.api.aws", "https://sts.us-east-1.api.aws"},
		},
		"by the provider": {
			Config{Region: "us-east-1", Endpoints: Endpoints{ECR: "https://ecr.example", IAM: "http://iam.example:8080", STS: "https://sts.example"}},
			nil,
			[]string{"https://ecr.example", "http://iam.example:8080", "https://sts.example"},
		},
		"by environment": {
			Config{Region: "us-east-1"},
			map[string]string{"AWS_ENDPOINT_URL": "http://all.example", "AWS_ENDPOINT_URL_ECR": "http://ecr.example"},
			[]string{"http://ecr.example", "http://all.example", "http://all.example"},
		},
		"the provider wins over the environment": {
			Config{Region: "us-east-1", Endpoints: Endpoints{ECR: "https://mine.example"}},
			map[string]string{"AWS_ENDPOINT_URL": "http://all.example", "AWS_ENDPOINT_URL_ECR": "http://ecr.example"},
			[]string{"https://mine.example", "http://all.example", "http://all.example"},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			for variable, value := range test.env {
				t.Setenv(variable, value)
			}
			test.cfg.AccessKey, test.cfg.SecretKey = "AKIAEXAMPLE", "the-secret-key-of-the-test"
			clients := newClients(t, test.cfg)
			network := &recorder{}
			clients.cfg.HTTPClient = network

			_, identityErr := clients.Identity(t.Context())
			for _, err := range []error{getPolicy(t.Context(), clients, ""), getRole(t.Context(), clients), identityErr} {
				if !errors.Is(err, errNoNetwork) {
					t.Errorf("error = %v, want that of the network", err)
				}
			}
			got := slices.Concat(network.hosts[1:], network.hosts[:1]) // the identity was asked first
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("ECR, IAM and STS (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUserAgent(t *testing.T) {
	fake := newFakeAWS(t, nil)
	t.Setenv("TF_APPEND_USER_AGENT", "  ci/4.5\nteam/payments ")
	cfg := configFor(fake)
	cfg.ProviderVersion, cfg.TerraformVersion = "1.2.3", "1.11.4"
	cfg.AssumeRole = []AssumeRole{{RoleARN: "arn:aws:iam::987654321098:role/deploy"}}
	clients := newClients(t, cfg)
	if err := errors.Join(getPolicy(context.Background(), clients, ""), getRole(context.Background(), clients)); err != nil {
		t.Fatal(err)
	}
	const want = "terraform-provider-ecrxa/1.2.3 (+https://registry.terraform.io/providers/ecrxa/ecrxa) Terraform/1.11.4 ci/4.5 team/payments "
	calls := fake.Calls()
	if len(calls) != 3 {
		t.Fatalf("got %d calls, want AssumeRole, GetRepositoryPolicy and GetRole", len(calls))
	}
	for _, c := range calls {
		if !strings.HasPrefix(c.UserAgent, want) || !strings.Contains(c.UserAgent, "aws-sdk-go-v2/") {
			t.Errorf("%s: user agent %q, want %q and then the SDK's", c.Operation, c.UserAgent, want)
		}
	}
}
