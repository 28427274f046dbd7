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
		MarkdownDescription: "Gives each side of a cross-account ECR pull its own Terraform object, and tells before apply whether the pull will work. " +
			"The arguments have the names and the order of precedence of the AWS provider: what is set here wins over the `AWS_*` environment variables, and these over the shared configuration files. " +
			"No call is made to AWS before a resource or a data source needs one.",
		Attributes: map[string]schema.Attribute{
			"region": schema.StringAttribute{
				MarkdownDescription: "AWS region, such as `us-east-1`. Also taken from `AWS_REGION`, `AWS_DEFAULT_REGION`, or the profile.",
				Optional:            true,
				Validators:          []validator.String{region()},
			},
			"profile": schema.StringAttribute{
				MarkdownDescription: "Profile of the shared configuration and credentials files. Also taken from `AWS_PROFILE`. A profile set here wins over access keys in the environment.",
				Optional:            true,
			},
			"access_key": schema.StringAttribute{
				MarkdownDescription: "Access key ID. Needs `secret_key`. Also taken from `AWS_ACCESS_KEY_ID`. Prefer a profile, a role or a web identity: they leave no key in the configuration.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.AlsoRequires(path.MatchRoot("secret_key"))},
			},
			"secret_key": schema.StringAttribute{
				MarkdownDescription: "Secret access key. Needs `access_key`. Also taken from `AWS_SECRET_ACCESS_KEY`.",
				Optional:            true,
				Sensitive:           true,
				Validators:          []validator.String{stringvalidator.AlsoRequires(path.MatchRoot("access_key"))},
			},
			"token": schema.StringAttribute{
				MarkdownDescription: "Session token of temporary credentials. Needs `access_key` and `secret_key`. Also taken from `AWS_SESSION_TOKEN`.",
				Optional:            true,
				Sensitive:           true,
				Validators:          []validator.String{stringvalidator.AlsoRequires(path.MatchRoot("access_key"))},
			},
			"shared_config_files": schema.ListAttribute{
				MarkdownDescription: "Paths of shared configuration files; the last one that sets a value wins. Also taken from `AWS_CONFIG_FILE`. Default: `~/.aws/config`.",
				ElementType:         types.StringType,
				Optional:            true,
				Validators:          []validator.List{listvalidator.NoNullValues()},
			},
			"shared_credentials_files": schema.ListAttribute{
				MarkdownDescription: "Paths of shared credentials files; the last one that sets a value wins. Also taken from `AWS_SHARED_CREDENTIALS_FILE`. Default: `~/.aws/credentials`.",
				ElementType:         types.StringType,
				Optional:            true,
				Validators:          []validator.List{listvalidator.NoNullValues()},
			},
			"max_retries": schema.Int64Attribute{
				MarkdownDescription: "How often a call that AWS throttles, or that fails for a passing reason, is tried again; at least 1. The waits between the attempts grow to 20 seconds each. A host that cannot be reached at all is tried again at most twice. Also taken from `AWS_MAX_ATTEMPTS`, which counts the first attempt too. Default: 10.",
				Optional:            true,
				Validators:          []validator.Int64{int64validator.Between(1, 1000)},
			},
			"retry_mode": schema.StringAttribute{
				MarkdownDescription: "`standard` waits longer before each retry; `adaptive` also slows down all calls of a service while AWS throttles. Also taken from `AWS_RETRY_MODE`. Default: `standard`.",
				Optional:            true,
				Validators:          []validator.String{stringvalidator.OneOf("standard", "adaptive")},
			},
			"custom_ca_bundle": schema.StringAttribute{
				MarkdownDescription: "Path of a PEM file with the certificates that connections to AWS may be signed by, for networks whose proxy opens TLS. Also taken from `AWS_CA_BUNDLE`.",
				Optional:            true,
				Validators:          []validator.String{caBundle()},
			},
			"use_fips_endpoint": schema.BoolAttribute{
				MarkdownDescription: "Use the FIPS endpoints of the services. Cannot be combined with `endpoints` or `AWS_ENDPOINT_URL`. Also taken from `AWS_USE_FIPS_ENDPOINT`. Default: `false`.",
				Optional:            true,
			},
			"use_dualstack_endpoint": schema.BoolAttribute{
				MarkdownDescription: "Use the endpoints of the services that answer over IPv4 and IPv6. Cannot be combined with `endpoints` or `AWS_ENDPOINT_URL`. Also taken from `AWS_USE_DUALSTACK_ENDPOINT`. Default: `false`.",
				Optional:            true,
			},
			"allowed_account_ids": schema.SetAttribute{
				MarkdownDescription: "IDs of the only accounts that the credentials may belong to. Checked before the first call to ECR or IAM. Conflicts with `forbidden_account_ids`.",
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
		// Blocks, so that a block copied from the AWS provider works as it is.
		Blocks: map[string]schema.Block{
			"assume_role":                   assumeRoleBlock(),
			"assume_role_with_web_identity": webIdentityBlock(),
			"endpoints":                     endpointsBlock(),
		},
	}
}

// The bounds of a role session's duration.
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
const (
	shortestSession = 15 * time.Minute
	longestSession  = 12 * time.Hour
)

func assumeRoleBlock() schema.Block {
	return schema.ListNestedBlock{
		MarkdownDescription: "A role to assume. Several blocks make a chain: each role is assumed with the credentials of the one before. Given together with `assume_role_with_web_identity`, the first one is assumed with the web identity's credentials.",
		NestedObject: schema.NestedBlockObject{
			Attributes: map[string]schema.Attribute{
				"role_arn":     roleARNAttribute("ARN of the role.", true),
				"session_name": sessionNameAttribute("Name of the session, shown in CloudTrail. Default: `terraform-provider-ecrxa`."),
				"external_id": schema.StringAttribute{
					MarkdownDescription: "External ID that the role's trust policy asks for.",
					Optional:            true,
					Validators:          []validator.String{externalID()},
				},
				"duration":    durationAttribute("Default: 15 minutes; the credentials are renewed while Terraform runs. AWS allows at most one hour for every role but the first of a chain."),
				"policy":      sessionPolicyAttribute(),
				"policy_arns": policyARNsAttribute(),
				"source_identity": schema.StringAttribute{
					MarkdownDescription: "Source identity of the session, which every role that is assumed with it keeps, and which CloudTrail shows. The role's trust policy must allow `sts:SetSourceIdentity`.",
					Optional:            true,
					Validators:          []validator.String{sourceIdentity()},
				},
				"tags": schema.MapAttribute{
					MarkdownDescription: "Session tags.",
					ElementType:         types.StringType,
					Optional:            true,
					Validators:          []validator.Map{mapvalidator.NoNullValues(), mapvalidator.SizeAtMost(50)},
				},
				"transitive_tag_keys": schema.SetAttribute{
					MarkdownDescription: "Keys of those `tags` that the next roles of a chain keep.",
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
		MarkdownDescription: "A role to assume with a web identity (OIDC) token, as in a CI system. Not needed when `AWS_ROLE_ARN` and `AWS_WEB_IDENTITY_TOKEN_FILE` are set, as HCP Terraform's dynamic credentials do: the provider finds them.",
		Attributes: map[string]schema.Attribute{
			"role_arn":     roleARNAttribute("ARN of the role. Also taken from `AWS_ROLE_ARN`.", false),
			"session_name": sessionNameAttribute("Name of the session, shown in CloudTrail. Also taken from `AWS_ROLE_SESSION_NAME`. Default: `terraform-provider-ecrxa`."),
			"duration":     durationAttribute("Default: one hour, or what the role allows."),
			"policy":       sessionPolicyAttribute(),
			"policy_arns":  policyARNsAttribute(),
			"web_identity_token": schema.StringAttribute{
				MarkdownDescription: "The token. Also taken from `AWS_WEB_IDENTITY_TOKEN`. Conflicts with `web_identity_token_file`.",
				Optional:            true,
				Sensitive:           true,
				Validators: []validator.String{
					stringvalidator.ConflictsWith(path.MatchRelative().AtParent().AtName("web_identity_token_file")),
				},
			},
			"web_identity_token_file": schema.StringAttribute{
				MarkdownDescription: "Path of a file that holds the token; read each time credentials are needed. Also taken from `AWS_WEB_IDENTITY_TOKEN_FILE`. Conflicts with `web_identity_token`.",
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
			MarkdownDescription: "URL of the " + service + " API. Also taken from `" + env + "` and `AWS_ENDPOINT_URL`.",
			Optional:            true,
			Validators:          []validator.String{endpointURL()},
		}
	}
	return schema.SingleNestedBlock{
		MarkdownDescription: "Addresses to use in place of AWS's own, for VPC endpoints with a name of their own and for emulators.",
		Attributes: map[string]schema.Attribute{
			"ecr": endpoint("ECR", "AWS_ENDPOINT_URL_ECR"),
			"iam": endpoint("IAM", "AWS_ENDPOINT_URL_IAM"),
			"sts": endpoint("STS", "AWS_ENDPOINT_URL_STS"),
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
		Validators:          []validator.String{sessionName()},
	}
}

func durationAttribute(description string) schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: "How long the session's credentials are valid, as in `1h` or `90m`; from `15m` to `12h`. " + description,
		Optional:            true,
		Validators:          []validator.String{duration(shortestSession, longestSession)},
	}
}

// mostSessionPolicies is how many managed policies STS takes for one session.
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
const mostSessionPolicies = 10

func policyARNsAttribute() schema.Attribute {
	return schema.SetAttribute{
		MarkdownDescription: "ARNs of managed policies of the role's account to use as session policies, at most 10: the session may do only what both the role's policies and the session policies allow.",
		ElementType:         types.StringType,
		Optional:            true,
		Validators:          []validator.Set{setvalidator.NoNullValues(), setvalidator.SizeAtMost(mostSessionPolicies), setvalidator.ValueStringsAre(managedPolicyARN())},
	}
}

func sessionPolicyAttribute() schema.Attribute {
	return schema.StringAttribute{
		MarkdownDescription: "Session policy (JSON): the session may do only what both the role's policies and this one allow.",
		CustomType:          jsontypes.NormalizedType{},
		Optional:            true,
	}
}
