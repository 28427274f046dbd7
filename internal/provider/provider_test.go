// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"context"
	"encoding/pem"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/hashicorp/terraform-plugin-log/tfsdklogtest"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/providerdata"
)

func configure(t *testing.T, req provider.ConfigureRequest) provider.ConfigureResponse {
	t.Helper()
	var resp provider.ConfigureResponse
	New("1.2.3")().Configure(t.Context(), req, &resp)
	return resp
}

// clientsOf returns the clients that resources and data sources get.
func clientsOf(t *testing.T, resp provider.ConfigureResponse) *awsapi.Clients {
	t.Helper()
	if resp.Diagnostics.HasError() {
		t.Fatal(resp.Diagnostics)
	}
	if resp.ResourceData != resp.DataSourceData {
		t.Error("resources and data sources do not share one set of data")
	}
	data, diags := providerdata.From(resp.ResourceData)
	if diags.HasError() {
		t.Fatal(diags)
	}
	return data.Clients
}

// TestEverythingIsServed asks for all schemas over the protocol, which checks
// each of them.
func TestEverythingIsServed(t *testing.T) {
	t.Parallel()
	server := providerserver.NewProtocol6(New("test")())()
	resp, err := server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range resp.Diagnostics {
		t.Errorf("%s: %s", d.Summary, d.Detail)
	}
	got := slices.Concat(
		slices.Sorted(maps.Keys(resp.ResourceSchemas)),
		slices.Sorted(maps.Keys(resp.DataSourceSchemas)),
		slices.Sorted(maps.Keys(resp.ActionSchemas)),
		slices.Sorted(maps.Keys(resp.Functions)),
	)
	want := []string{"ecrxa_consumer_role_policy", "ecrxa_registry_grant", "ecrxa_repository_grant", "ecrxa_repository_statement", "ecrxa_consumer_snapshot", "ecrxa_pull_check", "ecrxa_pull_events", "ecrxa_pull_matrix", "ecrxa_pull_probe", "ecrxa_registry_snapshot", "ecrxa_repository_access", "ecrxa_pull_probe", "evaluate_pull", "explain_pull_error", "grants_from_policy", "image_uri", "parse_image_uri", "repository_arn"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("resources, data sources, actions and functions (-want +got):\n%s", diff)
	}
}

// TestSchemasAreValid: every schema keeps the rules of the framework, and everything is
// described.
func TestSchemasAreValid(t *testing.T) {
	t.Parallel()
	ctx, p := t.Context(), &ecrxa{}
	validate := func(name string, schema interface {
		ValidateImplementation(context.Context) diag.Diagnostics
	},
	) {
		if diags := schema.ValidateImplementation(ctx); diags.HasError() {
			t.Errorf("%s: %v", name, diags)
		}
	}
	for _, newResource := range p.Resources(ctx) {
		var resp resource.SchemaResponse
		r := newResource()
		r.Schema(ctx, resource.SchemaRequest{}, &resp)
		validate(fmt.Sprintf("%T", r), resp.Schema)
		var identity resource.IdentitySchemaResponse
		r.(resource.ResourceWithIdentity).IdentitySchema(ctx, resource.IdentitySchemaRequest{}, &identity)
		validate(fmt.Sprintf("identity of %T", r), identity.IdentitySchema)
	}
	for _, newList := range p.ListResources(ctx) {
		var resp list.ListResourceSchemaResponse
		l := newList()
		l.ListResourceConfigSchema(ctx, list.ListResourceSchemaRequest{}, &resp)
		validate(fmt.Sprintf("list of %T", l), resp.Schema)
	}
	for _, newDataSource := range p.DataSources(ctx) {
		var resp datasource.SchemaResponse
		d := newDataSource()
		d.Schema(ctx, datasource.SchemaRequest{}, &resp)
		validate(fmt.Sprintf("%T", d), resp.Schema)
	}
	for _, newAction := range p.Actions(ctx) {
		var resp action.SchemaResponse
		a := newAction()
		a.Schema(ctx, action.SchemaRequest{}, &resp)
		validate(fmt.Sprintf("%T", a), resp.Schema)
	}

	served, err := providerserver.NewProtocol6(New("test")())().GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	var describe func(path string, attributes []*tfprotov6.SchemaAttribute)
	describe = func(path string, attributes []*tfprotov6.SchemaAttribute) {
		for _, a := range attributes {
			if a.Description == "" {
				t.Errorf("%s.%s is not described", path, a.Name)
			}
			if a.NestedType != nil {
				describe(path+"."+a.Name, a.NestedType.Attributes)
			}
		}
	}
	all := map[string]*tfprotov6.Schema{}
	for kind, schemas := range map[string]map[string]*tfprotov6.Schema{"resource ": served.ResourceSchemas, "data ": served.DataSourceSchemas, "list ": served.ListResourceSchemas} {
		for name, schema := range schemas {
			all[kind+name] = schema
		}
	}
	for name, schema := range served.ActionSchemas {
		all["action "+name] = schema.Schema
	}
	for name, schema := range all {
		if schema.Block.Description == "" {
			t.Errorf("%s is not described", name)
		}
		describe(name, schema.Block.Attributes)
	}
}

func TestConfigureCallsNobody(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("a request was made: %s %s", r.Method, r.URL)
	}))
	t.Cleanup(server.Close)
	t.Setenv("AWS_ENDPOINT_URL", server.URL)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "false")
	t.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.URL)
	for name, b := range map[string]block{
		"nothing": {},
		"roles": {
			"region": "us-east-1", "access_key": "AKIAEXAMPLE", "secret_key": "secret",
			"assume_role":         []any{map[string]any{"role_arn": "arn:aws:iam::111111111111:role/hub"}},
			"allowed_account_ids": []any{"987654321098"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if clientsOf(t, configure(t, provider.ConfigureRequest{Config: b.config(t.Context(), t)})) == nil {
				t.Error("there are no clients")
			}
		})
	}
}

func TestUserAgentNamesBothVersions(t *testing.T) {
	t.Parallel()
	var agent string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		agent = r.Header.Get("User-Agent")
		// Without an error code it would not be an answer of AWS, and tried again.
		http.Error(w, "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>", http.StatusForbidden)
	}))
	t.Cleanup(server.Close)
	b := block{
		"region": "us-east-1", "access_key": "AKIAEXAMPLE", "secret_key": "secret",
		"endpoints": map[string]any{"sts": server.URL},
	}
	clients := clientsOf(t, configure(t, provider.ConfigureRequest{Config: b.config(t.Context(), t), TerraformVersion: "1.11.4"}))
	if _, err := clients.Identity(t.Context()); err == nil {
		t.Error("a call that is forbidden succeeded")
	}
	if want := "terraform-provider-ecrxa/1.2.3 (+https://registry.terraform.io/providers/ecrxa/ecrxa) Terraform/1.11.4 "; !strings.HasPrefix(agent, want) {
		t.Errorf("user agent %q, want it to begin with %q", agent, want)
	}
}

func TestConfigureWithUnknownValues(t *testing.T) {
	t.Parallel()
	b := block{"region": "us-east-1", "assume_role": []any{map[string]any{"role_arn": unknown}}}
	for _, deferralAllowed := range []bool{false, true} {
		resp := configure(t, provider.ConfigureRequest{
			Config:             b.config(t.Context(), t),
			ClientCapabilities: provider.ConfigureProviderClientCapabilities{DeferralAllowed: deferralAllowed},
		})
		if deferred := resp.Deferred != nil; deferred != deferralAllowed {
			t.Errorf("deferred = %t where that is allowed = %t", deferred, deferralAllowed)
		}
		clients := clientsOf(t, resp)
		if diff := cmp.Diff([]string{"assume_role"}, clients.Unknown()); diff != "" {
			t.Errorf("unknown attributes (-want +got):\n%s", diff)
		}
		if clients.Region() != "us-east-1" {
			t.Error("the region is known, but the clients do not know it")
		}
		if _, err := clients.ECR(t.Context(), ""); err == nil || !strings.Contains(err.Error(), "assume_role") {
			t.Errorf("error = %v, want one that names assume_role", err)
		}
	}
}

// An unknown Region is not replaced by another source: what is planned
// for it must stay unknown too.
func TestConfigureWithAnUnknownRegion(t *testing.T) {
	t.Setenv("AWS_REGION", "eu-west-1")
	clients := clientsOf(t, configure(t, provider.ConfigureRequest{Config: block{"region": unknown}.config(t.Context(), t)}))
	if diff := cmp.Diff([]string{"region"}, clients.Unknown()); diff != "" || clients.Region() != "" {
		t.Errorf("region %q, unknown attributes (-want +got):\n%s", clients.Region(), diff)
	}
	if err := clients.Check(t.Context()); err != nil {
		t.Errorf("the account cannot be checked yet: %v", err)
	}
	_, err := clients.IAM(t.Context())
	summary, detail := awserr.Describe(err, "")
	for _, want := range []string{"unknown until apply: region", "-target", "values that are known when Terraform plans"} {
		if summary != "Unknown provider configuration" || !strings.Contains(detail, want) {
			t.Errorf("%q: %q lacks %q", summary, detail, want)
		}
	}
}

func TestConfigureReportsWhatCannotBeUsed(t *testing.T) {
	t.Parallel()
	resp := configure(t, provider.ConfigureRequest{Config: block{"profile": "nobody"}.config(t.Context(), t)})
	if !resp.Diagnostics.HasError() || !strings.Contains(resp.Diagnostics.Errors()[0].Detail(), "nobody") {
		t.Errorf("diagnostics = %v, want an error that names the profile", resp.Diagnostics)
	}
}

// validate returns the errors of the provider block's validation as
// "attribute path: text".
func validate(ctx context.Context, t *testing.T, b block) []string {
	t.Helper()
	config := b.config(ctx, t)
	dynamic, err := tfprotov6.NewDynamicValue(config.Schema.Type().TerraformType(ctx), config.Raw)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := providerserver.NewProtocol6(New("test")())().ValidateProviderConfig(ctx, &tfprotov6.ValidateProviderConfigRequest{Config: &dynamic})
	if err != nil {
		t.Fatal(err)
	}
	var errs []string
	for _, d := range resp.Diagnostics {
		errs = append(errs, d.Attribute.String()+": "+d.Summary+": "+d.Detail)
	}
	return errs
}

func TestValidationAccepts(t *testing.T) {
	t.Parallel()
	bundle := caFile(t)
	role := map[string]any{
		"role_arn": "arn:aws-cn:iam::987654321098:role/teams/deploy", "session_name": "ci@example", "external_id": "a:b/c",
		"duration": "12h", "policy": `{"Version":"2012-10-17"}`, "tags": map[string]any{"team": ""},
		"policy_arns":     []any{"arn:aws-cn:iam::aws:policy/ReadOnlyAccess", "arn:aws-cn:iam::987654321098:policy/teams/ci"},
		"source_identity": "ann@example", "transitive_tag_keys": []any{"team"},
	}
	for name, b := range map[string]block{
		"nothing": {},
		"everything": {
			"region": "eu-central-1", "access_key": "AKIAEXAMPLE", "secret_key": "secret", "token": "token",
			"assume_role": []any{role}, "endpoints": map[string]any{"ecr": "http://127.0.0.1:4566", "sts": "https://sts.example"},
			"max_retries": 1, "retry_mode": "standard", "custom_ca_bundle": bundle, "allowed_account_ids": []any{"012345678901"},
		},
		"empty text counts as not set": {"region": "", "retry_mode": nil, "endpoints": map[string]any{"ecr": ""}, "custom_ca_bundle": ""},
		"all unknown": {
			"region": unknown, "access_key": unknown, "secret_key": unknown, "assume_role": unknown, "endpoints": unknown,
			"max_retries": unknown, "retry_mode": unknown, "custom_ca_bundle": unknown, "allowed_account_ids": unknown,
			"assume_role_with_web_identity": map[string]any{"role_arn": unknown, "duration": unknown, "policy": unknown},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, err := range validate(t.Context(), t, b) {
				t.Error(err)
			}
		})
	}
}

func TestValidationRefuses(t *testing.T) {
	t.Parallel()
	inRole := func(attribute string, v any) block {
		role := map[string]any{"role_arn": "arn:aws:iam::987654321098:role/deploy"}
		role[attribute] = v
		return block{"assume_role": []any{role}}
	}
	inWeb := func(values map[string]any) block { return block{"assume_role_with_web_identity": values} }
	const roleStep = `AttributeName("assume_role").ElementKeyInt(0).`
	longKey := strings.Repeat("k", 129)
	const webStep = `AttributeName("assume_role_with_web_identity").`
	notPEM := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(notPEM, []byte("not a certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		block    block
		wantPath string
		wantText string
	}{
		"region":                  {block{"region": "Frankfurt"}, `AttributeName("region")`, `Invalid region: "Frankfurt" is not an AWS Region: expected a form such as us-east-1.`},
		"access key alone":        {block{"access_key": "AKIAEXAMPLE"}, `AttributeName("access_key")`, "secret_key"},
		"secret key alone":        {block{"secret_key": "secret"}, `AttributeName("secret_key")`, "access_key"},
		"token alone":             {block{"token": "token"}, `AttributeName("token")`, "access_key"},
		"role session":            {inRole("role_arn", "arn:aws:sts::987654321098:assumed-role/deploy/session"), roleStep + `AttributeName("role_arn")`, "expected a role"},
		"not an ARN":              {inRole("role_arn", "deploy"), roleStep + `AttributeName("role_arn")`, "not an ARN"},
		"session name":            {inRole("session_name", "a b"), roleStep + `AttributeName("session_name")`, "2 to 64 letters"},
		"short external ID":       {inRole("external_id", "x"), roleStep + `AttributeName("external_id")`, "Invalid external_id in assume_role: An external ID has 2 to 1224 characters, and this one has 1."},
		"long external ID":        {inRole("external_id", strings.Repeat("é", 1225)), roleStep + `AttributeName("external_id")`, "and this one has 1225."},
		"external ID with spaces": {inRole("external_id", "a b"), roleStep + `AttributeName("external_id")`, "this one has another character."},
		"source identity":         {inRole("source_identity", "a"), roleStep + `AttributeName("source_identity")`, `"a" is not a source identity`},
		"policy that is a role":   {inRole("policy_arns", []any{"arn:aws:iam::987654321098:role/ci"}), roleStep + `AttributeName("policy_arns").ElementKeyValue(tftypes.String<"arn:aws:iam::987654321098:role/ci">)`, "Invalid policy_arns in assume_role: \"arn:aws:iam::987654321098:role/ci\" is not the ARN of a managed policy"},
		"policy's name":           {inWeb(map[string]any{"policy_arns": []any{"ci"}}), webStep + `AttributeName("policy_arns").ElementKeyValue(tftypes.String<"ci">)`, "not an ARN"},
		"long tag key":            {inRole("transitive_tag_keys", []any{longKey}), roleStep + `AttributeName("transitive_tag_keys").ElementKeyValue(tftypes.String<"` + longKey + `">)`, "A tag key has 1 to 128 characters, and this one has 129."},
		"not a duration":          {inRole("duration", "one hour"), roleStep + `AttributeName("duration")`, "such as 1h or 90m"},
		"short duration":          {inRole("duration", "5m"), roleStep + `AttributeName("duration")`, "from 15m0s to 12h0m0s"},
		"long duration":           {inRole("duration", "13h"), roleStep + `AttributeName("duration")`, "from 15m0s to 12h0m0s"},
		"session policy":          {inRole("policy", "{"), roleStep + `AttributeName("policy")`, "JSON"},
		"web identity's role":     {inWeb(map[string]any{"role_arn": "arn:aws:iam::987654321098:user/ci"}), webStep + `AttributeName("role_arn")`, "expected a role"},
		"token and token file":    {inWeb(map[string]any{"web_identity_token": "jwt", "web_identity_token_file": "file"}), webStep + `AttributeName("web_identity_token")`, "web_identity_token_file"},
		"endpoint without scheme": {block{"endpoints": map[string]any{"ecr": "localhost:4566"}}, `AttributeName("endpoints").AttributeName("ecr")`, "Invalid ecr in endpoints: The value (not shown, because it may have a password) is not the URL of an endpoint: it does not begin with https:// or http://; expected"},
		"endpoint of no service":  {block{"endpoints": map[string]any{"iam": "ftp://example"}}, `AttributeName("endpoints").AttributeName("iam")`, "not the URL of an endpoint"},
		"no retries":              {block{"max_retries": 0}, `AttributeName("max_retries")`, "between 1 and 1000"},
		"retry mode":              {block{"retry_mode": "often"}, `AttributeName("retry_mode")`, "adaptive"},
		"missing CA bundle":       {block{"custom_ca_bundle": "/nowhere/ca.pem"}, `AttributeName("custom_ca_bundle")`, "Invalid custom_ca_bundle: The file cannot be read"},
		"CA bundle, not PEM":      {block{"custom_ca_bundle": notPEM}, `AttributeName("custom_ca_bundle")`, "no certificate"},
		"account ID":              {block{"allowed_account_ids": []any{"12345"}}, `AttributeName("allowed_account_ids").ElementKeyValue(tftypes.String<"12345">)`, "Invalid allowed_account_ids: \"12345\" is not an account ID"},
		"allowed and forbidden":   {block{"allowed_account_ids": []any{"987654321098"}, "forbidden_account_ids": []any{"123456789012"}}, `AttributeName("allowed_account_ids")`, "forbidden_account_ids"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			errs := validate(t.Context(), t, test.block)
			for _, err := range errs {
				if strings.HasPrefix(err, test.wantPath+": ") && strings.Contains(err, test.wantText) {
					return
				}
			}
			t.Errorf("errors = %q, want one at %s that says %q", errs, test.wantPath, test.wantText)
		})
	}
}

// TestSecretsAreNotLogged validates and configures the provider over its
// protocol, with all of the framework's and the provider's logging on.
func TestSecretsAreNotLogged(t *testing.T) {
	t.Parallel()
	secrets := []string{"the-secret-key", "the-session-token", "the-web-identity-token", "the external id", "the-password"}
	b := block{
		"region": "us-east-1", "profile": "nobody", "access_key": "AKIAEXAMPLE",
		"secret_key": secrets[0], "token": secrets[1],
		"assume_role":                   []any{map[string]any{"role_arn": "deploy", "external_id": secrets[3]}},
		"assume_role_with_web_identity": map[string]any{"web_identity_token": secrets[2]},
		"endpoints": map[string]any{
			"ecr": "http://user:" + secrets[4] + "/rest@127.0.0.1", "iam": "user:" + secrets[4] + "@127.0.0.1", "sts": "http://user:" + secrets[4] + " rest@127.0.0.1",
		},
	}
	var output bytes.Buffer
	ctx := tfsdklogtest.RootLogger(tflogtest.RootLogger(t.Context(), &output), &output)
	said := validate(ctx, t, b)

	config := b.config(ctx, t)
	dynamic, err := tfprotov6.NewDynamicValue(config.Schema.Type().TerraformType(ctx), config.Raw)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := providerserver.NewProtocol6(New("test")())().ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{Config: &dynamic})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range resp.Diagnostics {
		said = append(said, d.Summary+": "+d.Detail)
	}
	if len(said) < 3 {
		t.Errorf("diagnostics = %q, want those of the role, the external ID and the profile", said)
	}
	if !strings.Contains(output.String(), "Called provider defined Provider Configure") {
		t.Error("the log was not captured")
	}
	for _, text := range append(said, output.String()) {
		for _, secret := range secrets {
			if strings.Contains(text, secret) {
				t.Errorf("%q is shown in: %s", secret, text)
			}
		}
	}
}

// caFile returns the path of a PEM file with one certificate.
func caFile(t *testing.T) string {
	t.Helper()
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	path := filepath.Join(t.TempDir(), "ca.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(path, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
