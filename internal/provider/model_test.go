// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi"
)

func TestReadConfig(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		block block
		want  awsapi.Config
	}{
		"nothing": {block{}, awsapi.Config{}},
		"everything": {
			block{
				"region": "us-east-1", "profile": "audit",
				"access_key": "AKIAEXAMPLE", "secret_key": "secret", "token": "token",
				"shared_config_files": []any{"config"}, "shared_credentials_files": []any{"credentials"},
				"assume_role": []any{
					map[string]any{
						"role_arn": "arn:aws:iam::111111111111:role/hub", "session_name": "ci", "external_id": "external",
						"duration": "90m", "policy": `{"Statement":[]}`, "tags": map[string]any{"team": "payments"},
						"policy_arns": []any{"arn:aws:iam::aws:policy/ReadOnlyAccess"}, "source_identity": "ann", "transitive_tag_keys": []any{"team"},
					},
					map[string]any{"role_arn": "arn:aws:iam::987654321098:role/deploy"},
				},
				"assume_role_with_web_identity": map[string]any{
					"role_arn": "arn:aws:iam::111111111111:role/web", "session_name": "run", "duration": "15m",
					"policy": `{"Statement":[]}`, "web_identity_token": "jwt", "web_identity_token_file": "file",
					"policy_arns": []any{"arn:aws:iam::987654321098:policy/ci"},
				},
				"endpoints":   map[string]any{"cloudtrail": "http://cloudtrail", "ecr": "http://ecr", "iam": "http://iam", "organizations": "http://organizations", "sts": "http://sts"},
				"max_retries": 7, "retry_mode": "adaptive", "custom_ca_bundle": "ca.pem",
				"use_fips_endpoint": true, "use_dualstack_endpoint": false,
				"allowed_account_ids": []any{"987654321098"}, "forbidden_account_ids": []any{"123456789012"},
			},
			awsapi.Config{
				Region: "us-east-1", Profile: "audit",
				AccessKey: "AKIAEXAMPLE", SecretKey: "secret", Token: "token",
				SharedConfigFiles: []string{"config"}, SharedCredentialsFiles: []string{"credentials"},
				AssumeRole: []awsapi.AssumeRole{
					{
						RoleARN: "arn:aws:iam::111111111111:role/hub", SessionName: "ci", ExternalID: "external",
						Duration: 90 * time.Minute, Policy: `{"Statement":[]}`, Tags: map[string]string{"team": "payments"},
						PolicyARNs: []string{"arn:aws:iam::aws:policy/ReadOnlyAccess"}, SourceIdentity: "ann", TransitiveTagKeys: []string{"team"},
					},
					{RoleARN: "arn:aws:iam::987654321098:role/deploy"},
				},
				AssumeRoleWithWebIdentity: &awsapi.AssumeRoleWithWebIdentity{
					RoleARN: "arn:aws:iam::111111111111:role/web", SessionName: "run", Duration: 15 * time.Minute,
					Policy: `{"Statement":[]}`, WebIdentityToken: "jwt", WebIdentityTokenFile: "file",
					PolicyARNs: []string{"arn:aws:iam::987654321098:policy/ci"},
				},
				Endpoints:  awsapi.Endpoints{CloudTrail: "http://cloudtrail", ECR: "http://ecr", IAM: "http://iam", Organizations: "http://organizations", STS: "http://sts"},
				MaxRetries: 7, RetryMode: "adaptive", CustomCABundle: "ca.pem",
				UseFIPSEndpoint: new(true), UseDualStackEndpoint: new(false),
				AllowedAccountIDs: []string{"987654321098"}, ForbiddenAccountIDs: []string{"123456789012"},
			},
		},
		"unknown at any depth": {
			block{
				"region": "us-east-1", "token": unknown,
				"assume_role": []any{map[string]any{"role_arn": unknown}},
				"endpoints":   map[string]any{"cloudtrail": "http://cloudtrail", "ecr": "http://ecr"},
			},
			awsapi.Config{Region: "us-east-1", Unknown: []string{"assume_role", "token"}},
		},
		"unknown region": {
			block{"region": unknown, "profile": "audit"},
			awsapi.Config{Unknown: []string{"region"}},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, _, diags := readConfig(t.Context(), test.block.config(t.Context(), t))
			if diags.HasError() {
				t.Fatal(diags)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("config (-want +got):\n%s", diff)
			}
		})
	}
}
