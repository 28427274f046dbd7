// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework-jsontypes/jsontypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/mapvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func providerSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Manages cross-account image pulls from Amazon ECR: one resource for each account's policy, and checks that report before apply whether the pull will work. " +
			"The arguments have the same names and precedence as in the AWS provider: first the provider block, then `AWS_*` environment variables, then the shared configuration files. " +
			"The provider calls AWS only when a resource or a data source needs it.",
		Attributes: map[string]schema.Attribute{
			"region": schema.StringAttribute{
				MarkdownDescription: "AWS Region, such as `us-east-1`. Also set by `AWS_REGION`, `AWS_DEFAULT_REGION`, or the profile.",
				Optional:            true,
				Validators:          []validator.String{region()},
			},
			"profile": schema.StringAttribute{
				MarkdownDescription: "Profile in the shared configuration and credentials files. Also set by `AWS_PROFILE`. A profile in this argument overrides access keys in environment variables.",
				Optional:            true,
			},
			"access_key": schema.StringAttribute{
				MarkdownDescription: "Access key ID. Requires `secret_key`. Also set by `AWS_ACCESS_KEY_ID`. Prefer a profile, a role or a web identity, so that no key is in the configuration.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.AlsoRequires(path.MatchRoot("secret_key"))},
			},
			"secret_key": schema.StringAttribute{
				MarkdownDescription: "Secret access key. Requires `access_key`. Also set by `AWS_SECRET_ACCESS_KEY`.",
				Optional:            true,
				Sensitive:           true,
				Validators:          []validator.String{stringvalidator.AlsoRequires(path.MatchRoot("access_key"))},
			},
			"token": schema.StringAttribute{
				MarkdownDescription: "Session token of temporary credentials. Requires `access_key` and `secret_key`. Also set by `AWS_SESSION_TOKEN`.",
				Optional:            true,
				Sensitive:           true,
				Validators:          []validator.String{stringvalidator.AlsoRequires(path.MatchRoot("access_key"))},
			},
			"shared_config_files": schema.ListAttribute{
				MarkdownDescription: "Paths of shared configuration files. If several files set a value, the last one is used. Also set by `AWS_CONFIG_FILE`. Default: `~/.aws/config`.",
				ElementType:         types.StringType,
				Optional:            true,
				Validators:          []validator.List{listvalidator.NoNullValues()},
			},
			"shared_credentials_files": schema.ListAttribute{
				MarkdownDescription: "Paths of shared credentials files. If several files set a value, the last one is used. Also set by `AWS_SHARED_CREDENTIALS_FILE`. Default: `~/.aws/credentials`.",
				ElementType:         types.StringType,
				Optional:            true,
				Validators:          []validator.List{listvalidator.NoNullValues()},
			},
			"max_retries": schema.Int64Attribute{
				MarkdownDescription: "Maximum number of retries of a call that AWS throttles or that fails temporarily; at least 1. The delay between attempts grows to 20 seconds. An unreachable host is retried at most twice. Also set by `AWS_MAX_ATTEMPTS`, which includes the first attempt (retries + 1). Default: 10.",
				Optional:            true,
				Validators:          []validator.Int64{int64validator.Between(1, 1000)},
			},
			"retry_mode": schema.StringAttribute{
				MarkdownDescription: "`standard` waits longer before each retry. `adaptive` also slows down all calls to a service while AWS throttles them. Also set by `AWS_RETRY_MODE`. Default: `standard`.",
				Optional:            true,
				Validators:          []validator.String{retryMode()},
			},
			"verify_writes": schema.StringAttribute{
				MarkdownDescription: "When a change of a repository policy or registry policy is verified by later reads. With `in_background`, an apply that changes ten or more of these policies does not wait for each of them, as long as there is no sign of another writer; Terraform waits for all of them at the end. With `before_return`, each resource waits for it. See [Verified writes](#verified-writes). Default: `in_background`.",
				Optional:            true,
				Validators:          []validator.String{verifyWrites()},
			},
			"custom_ca_bundle": schema.StringAttribute{
				MarkdownDescription: "Path of a PEM file with CA certificates to trust for connections to AWS, for networks with a TLS-inspecting proxy. Also set by `AWS_CA_BUNDLE`.",
				Optional:            true,
				Validators:          []validator.String{caBundle()},
			},
			"use_fips_endpoint": schema.BoolAttribute{
				MarkdownDescription: "Use the FIPS endpoints of AWS services. Cannot be combined with `endpoints` or `AWS_ENDPOINT_URL`. Also set by `AWS_USE_FIPS_ENDPOINT`. Default: `false`.",
				Optional:            true,
			},
			"use_dualstack_endpoint": schema.BoolAttribute{
				MarkdownDescription: "Use the dual-stack (IPv4 and IPv6) endpoints of AWS services. Cannot be combined with `endpoints` or `AWS_ENDPOINT_URL`. Also set by `AWS_USE_DUALSTACK_ENDPOINT`. Default: `false`.",
				Optional:            true,
			},
			"allowed_account_ids": schema.SetAttribute{
				MarkdownDescription: "IDs of the accounts that the credentials may belong to; any other account is an error. Checked before the first call to ECR or IAM. Conflicts with `forbidden_account_ids`.",
				ElementType:         types.StringType,
				Optional:            true,
				Validators: []validator.Set{
					setvalidator.ValueStringsAre(accountID()),
					setvalidator.ConflictsWith(path.MatchRoot("forbidden_account_ids")),
				},
			},
			"forbidden_account_ids": schema.SetAttribute{
				MarkdownDescription: "IDs of accounts that the credentials must not belong to. Checked before the first call to ECR or IAM. Conflicts with `allowed_account_ids`.",
				ElementType:         types.StringType,
				Optional:            true,
				Validators: []validator.Set{
					setvalidator.ValueStringsAre(accountID()),
					setvalidator.ConflictsWith(path.MatchRoot("allowed_account_ids")),
				},
			},
		},
		// Blocks, so that a block copied from the AWS provider works unchanged.
		Blocks: map[string]schema.Block{
			"assume_role":                   assumeRoleBlock(),
			"assume_role_with_web_identity": webIdentityBlock(),
			"endpoints":                     endpointsBlock(),
		},
	}
}

// The limits of a role session's duration.
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
const (
	shortestSession = 15 * time.Minute
	longestSession  = 12 * time.Hour
)

func assumeRoleBlock() schema.Block {
	return schema.ListNestedBlock{
		MarkdownDescription: "A role to assume. With several blocks, each role is assumed with the credentials of the previous role (role chaining). With `assume_role_with_web_identity`, the first role is assumed with the web identity's credentials.",
		NestedObject: schema.NestedBlockObject{
			Attributes: map[string]schema.Attribute{
				"role_arn":     roleARNAttribute("ARN of the role.", true),
				"session_name": sessionNameAttribute("Name of the session, shown in CloudTrail. Default: `terraform-provider-ecrxa`."),
				"external_id": schema.StringAttribute{
					MarkdownDescription: "External ID that the role's trust policy requires.",
					Optional:            true,
					Validators:          []validator.String{externalID()},
				},
				"duration":    durationAttribute("Default: 15 minutes; the credentials are renewed while Terraform runs. With role chaining, AWS allows at most one hour for every role after the first."),
				"policy":      sessionPolicyAttribute(),
				"policy_arns": policyARNsAttribute(),
				"source_identity": schema.StringAttribute{
					MarkdownDescription: "Source identity of the session. Chained roles inherit it, and CloudTrail shows it. The role's trust policy must allow `sts:SetSourceIdentity`.",
					Optional:            true,
					Validators:          []validator.String{sessionText("source identity")},
				},
				"tags": schema.MapAttribute{
					MarkdownDescription: "Session tags.",
					ElementType:         types.StringType,
					Optional:            true,
					Validators:          []validator.Map{mapvalidator.NoNullValues(), mapvalidator.SizeAtMost(50)},
				},
				"transitive_tag_keys": schema.SetAttribute{
					MarkdownDescription: "Keys of the `tags` that are passed on to the next roles in a chain.",
					ElementType:         types.StringType,
					Optional:            true,
					Validators:          []validator.Set{setvalidator.NoNullValues(), setvalidator.SizeAtMost(50), setvalidator.ValueStringsAre(tagKey())},
				},
			},
		},
	}
}

func webIdentityBlock() schema.Block {
	return schema.SingleNestedBlock{
		MarkdownDescription: "A role to assume with a web identity (OIDC) token, as in a CI system. Not needed if `AWS_ROLE_ARN` and `AWS_WEB_IDENTITY_TOKEN_FILE` are set (HCP Terraform's dynamic credentials set them): the provider then uses them.",
		Attributes: map[string]schema.Attribute{
			"role_arn":     roleARNAttribute("ARN of the role. Also set by `AWS_ROLE_ARN`.", false),
			"session_name": sessionNameAttribute("Name of the session, shown in CloudTrail. Also set by `AWS_ROLE_SESSION_NAME`. Default: `terraform-provider-ecrxa`."),
			"duration":     durationAttribute("Default: one hour."),
			"policy":       sessionPolicyAttribute(),
			"policy_arns":  policyARNsAttribute(),
			"web_identity_token": schema.StringAttribute{
				MarkdownDescription: "The token. Also set by `AWS_WEB_IDENTITY_TOKEN`. Conflicts with `web_identity_token_file`.",
				Optional:            true,
				Sensitive:           true,
				Validators: []validator.String{
					stringvalidator.ConflictsWith(path.MatchRelative().AtParent().AtName("web_identity_token_file")),
				},
			},
			"web_identity_token_file": schema.StringAttribute{
				MarkdownDescription: "Path of a file with the token. The file is read each time credentials are needed. Also set by `AWS_WEB_IDENTITY_TOKEN_FILE`. Conflicts with `web_identity_token`.",
				Optional:            true,
				Validators: []validator.String{
					stringvalidator.ConflictsWith(path.MatchRelative().AtParent().AtName("web_identity_token")),
				},
			},
		},
	}
}

func endpointsBlock() schema.Block {
	endpoint := func(service, env string) schema.Attribute {
		return schema.StringAttribute{
			MarkdownDescription: "URL of the " + service + " API. Also set by `" + env + "` and `AWS_ENDPOINT_URL`.",
			Optional:            true,
			Validators:          []validator.String{endpointURL()},
		}
	}
	return schema.SingleNestedBlock{
		MarkdownDescription: "Custom endpoint URLs, for VPC endpoints with their own DNS names and for emulators.",
		Attributes: map[string]schema.Attribute{
			"cloudtrail":    endpoint("CloudTrail", "AWS_ENDPOINT_URL_CLOUDTRAIL"),
			"ecr":           endpoint("ECR", "AWS_ENDPOINT_URL_ECR"),
			"iam":           endpoint("IAM", "AWS_ENDPOINT_URL_IAM"),
			"organizations": endpoint("Organizations", "AWS_ENDPOINT_URL_ORGANIZATIONS"),
			"sts":           endpoint("STS", "AWS_ENDPOINT_URL_STS"),
		},
	}
}

func roleARNAttribute(description string, required bool) schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: description,
		Required:            required,
		Optional:            !required,
		Validators:          []validator.String{roleARN()},
	}
}

func sessionNameAttribute(description string) schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: description,
		Optional:            true,
		Validators:          []validator.String{sessionText("session name")},
	}
}

func durationAttribute(description string) schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: "Duration of the session, such as `1h` or `90m`; from `15m` to `12h`. " + description,
		Optional:            true,
		Validators:          []validator.String{duration(shortestSession, longestSession)},
	}
}

// maxSessionPolicies is the maximum number of managed policies for one session.
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
const maxSessionPolicies = 10

func policyARNsAttribute() schema.Attribute {
	return schema.SetAttribute{
		MarkdownDescription: "ARNs of managed policies of the role's account to use as session policies, at most 10. The session may do only what both the role's policies and the session policies allow.",
		ElementType:         types.StringType,
		Optional:            true,
		Validators:          []validator.Set{setvalidator.NoNullValues(), setvalidator.SizeAtMost(maxSessionPolicies), setvalidator.ValueStringsAre(managedPolicyARN())},
	}
}

func sessionPolicyAttribute() schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: "Session policy (JSON). The session may do only what both the role's policies and this policy allow.",
		CustomType:          jsontypes.NormalizedType{},
		Optional:            true,
	}
}
