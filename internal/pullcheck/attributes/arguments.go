// SPDX-License-Identifier: MPL-2.0

// Package attributes describes the arguments and the results of the pull check
// once, for the data source ecrxa_pull_check and the function evaluate_pull. It converts
// between Terraform's values and package verdict.
package attributes

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/puller"
)

// unreadable ends the description of a document.
const unreadable = " Set `\"unknown\"` if there may be one that could not be read: a check that can read the policy reads it. A check exports the value it used, so that another check can take it as input."

// assumedByFunction says what differs in the function, which reads nothing from AWS.
const assumedByFunction = " The function `evaluate_pull` reads nothing and assumes that there is none; `assumptions` says so if it matters."

// unreadableElement ends the description of a list of documents.
const unreadableElement = " An element `\"unknown\"` means a policy that is not known."

// Arguments returns the arguments as attributes of the data source's schema.
// The computed ones have what was read from AWS.
func Arguments() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"image": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "URI of the image, in any form of a private ECR registry's host, with or without tag and digest, " +
				"as in `987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service:v1`. Set exactly one of `image` and `repository_arn`.",
		},
		"repository_arn": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "ARN of the repository. Set exactly one of `image` and `repository_arn`.",
		},
		"role_arn": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "ARN of the role that pulls, with its path. Set exactly one of `role_arn` and `service_principal`, or a `puller` that is a service. For Amazon ECS this is the task **execution** role, never the task role. " +
				"The ARN of a role session (`arn:aws:sts::…:assumed-role/…`) or of an IAM user is evaluated as such. For AWS Lambda, it is the role that creates and updates the function, if that is known.",
		},
		"service_principal": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "The AWS service that pulls in place of a role, as in `lambda.amazonaws.com`, with `source_arn`. The repository policy and the registry policy decide, because a service has no policies of its own. Default: that of `puller`, if it is a service.",
		},
		"source_arn": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "ARN of what the service pulls for, as in `arn:aws:lambda:us-east-1:123456789012:function:checkout`. It gives `aws:SourceArn` and `aws:SourceAccount` of the request, and the account and Region of the consumer side.",
		},
		"role_exists": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			MarkdownDescription: "Whether the role exists. `false` denies the pull, unless `planned_role_policies` is set, which means that the plan creates the role. " +
				"Default: what the check reads from AWS. If it reads nothing, the role is taken to exist.",
		},
		"repository_exists": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			MarkdownDescription: "Whether the repository exists. `false` denies the pull, unless `planned_statements` is set, which means that the plan creates the repository, or a pull through cache creates it. " +
				"Default: what the check reads from AWS. If it reads nothing, the repository is taken to exist.",
		},
		"actual_role_arn": schema.StringAttribute{
			Optional: true,
			Computed: true,
			MarkdownDescription: "The role's ARN as IAM gives it, with its path, if `role_arn` may lack the path. The check uses this one. " +
				"Default: what the check reads from AWS. If it reads nothing, it uses `role_arn`.",
		},
		"access": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "The use to check: " + actionset.Documentation() + ". The default is `pull`. Conflicts with `actions`. " +
				"If the repository of a pull through a cache does not exist, the first pull creates it: this needs `ecr:CreateRepository` from the identity policies and, across accounts, from the registry policy. If nobody looked whether it exists and `ecr:CreateRepository` is not allowed, the verdict depends on `repository_exists`. Whether ECR can fetch the image from the upstream of the cache is not judged but assumed, and the assumptions say how to check it.",
		},
		"actions": schema.SetAttribute{
			ElementType: types.StringType,
			Optional:    true,
			MarkdownDescription: "The ECR actions on the repository to check, in place of a set, as in `[\"ecr:BatchGetImage\", \"ecr:ListImages\"]`, without wildcards. " +
				"The login, `ecr:GetAuthorizationToken`, is always checked, too. Conflicts with `access`.",
		},
		"puller": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "What pulls, and so which principal pulls: " + puller.Documentation() + ". " +
				"The check then knows what this puller cannot do: AWS Lambda, AWS App Runner and AWS HealthOmics pull from their own Region only, AWS Lambda from no FIPS endpoint, and AWS CodeBuild without its service role from no other account.",
		},
		"puller_region": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "The Region in which the puller runs. It matters for a puller that pulls from its own Region only. Default: that of `source_arn`, or else the Region of the image is assumed.",
		},
		"trust_policy": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "The trust policy of the role, as JSON. With `puller` the check says whether the puller can assume the role at all: Amazon ECS, for example, cannot pull with a role that only `ec2.amazonaws.com` can assume. Default: not known.",
		},
		"repository_policy": schema.StringAttribute{
			Optional: true,
			Computed: true,
			MarkdownDescription: "The repository policy, as JSON; `\"\"` means that the repository has none. " +
				"Default: read from AWS if the provider's account owns the repository, or if the policies of the registry side allow it `ecr:GetRepositoryPolicy`, otherwise unknown." + unreadable,
		},
		"repository_creation_template_policy": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "The repository policy of the repository creation template, as JSON; `\"\"` means that there is no template for this name or that it has no policy. " +
				"It matters only if the first pull through a cache creates the repository. Default: unknown. Set `\"unknown\"` if there may be one.",
		},
		"registry_policy": schema.StringAttribute{
			Optional: true,
			Computed: true,
			MarkdownDescription: "The registry policy of the registry account in the image's Region, as JSON; `\"\"` means that it has none. " +
				"Default: read from AWS if the provider's account owns the repository, otherwise unknown." + assumedByFunction + unreadable,
		},
		"registry_policy_scope": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Scope of the registry policy: `V2` (the default: it covers every ECR action) or `V1` (it only covers replication and pull through cache). " +
				"AWS has removed `V1`: set it only for a registry whose policy is known to have that scope.",
		},
		"identity_policies": schema.MapAttribute{
			ElementType: types.StringType,
			Optional:    true,
			Computed:    true,
			MarkdownDescription: "All identity-based policies of the role as JSON: inline policies by name, managed policies by ARN, as in `{ \"ecrxa-pull\" = jsonencode(…) }`; `{}` means that it has none. " +
				"Default: read from AWS if the provider's account owns the role, otherwise unknown. " +
				"`\"unknown\"` instead of a document means that it could not be read; the key `*` with it means that there may be more policies. With `{ \"*\" = \"unknown\" }` a check reads the role's policies if it can, and does not warn if it cannot.",
		},
		"permissions_boundary": schema.StringAttribute{
			Optional: true,
			Computed: true,
			MarkdownDescription: "The policy that is the role's permissions boundary, as JSON; `\"\"` means that it has none. " +
				"Default: read from AWS if the provider's account owns the role, otherwise unknown." + assumedByFunction + unreadable,
		},
		"session_policies": schema.ListAttribute{
			ElementType:         types.StringType,
			Optional:            true,
			MarkdownDescription: "The policies passed to AssumeRole when the session began, as JSON. Default: none is assumed." + unreadableElement,
		},
		"service_control_policies": schema.ListAttribute{
			ElementType: types.ListType{ElemType: types.StringType},
			Optional:    true,
			MarkdownDescription: "The service control policies of the consumer's organization, as JSON: one list for each level, " +
				"that is the root, each organizational unit on the way and the account, each with all policies attached there, `FullAWSAccess` among them. Those of a management account have no effect: set `[]`. Default: none is assumed to restrict the pull." + unreadableElement,
		},
		"resource_control_policies": schema.ListAttribute{
			ElementType: types.ListType{ElemType: types.StringType},
			Optional:    true,
			MarkdownDescription: "The resource control policies of the registry's organization, as JSON: one list for each level. " +
				"`RCPFullAWSAccess` is implied at every level. Those of a management account have no effect: set `[]`. Default: none is assumed to restrict the pull." + unreadableElement,
		},
		"consumer_resource_control_policies": schema.ListAttribute{
			ElementType: types.ListType{ElemType: types.StringType},
			Optional:    true,
			MarkdownDescription: "The resource control policies of the consumer's organization, as JSON: one list for each level, as in `resource_control_policies`. " +
				"Across accounts they matter only to the login: AWS's pages contradict each other on whether they apply to it, so one that denies it makes the verdict `conditional`. Those of a management account have no effect: set `[]`. Default: none is assumed to restrict the login." + unreadableElement,
		},
		"vpc_endpoint_policy": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "The policy of the VPC endpoints `ecr.api` and `ecr.dkr` through which the pull goes, as JSON; `\"\"` means that there is none. " +
				"Default: none is assumed to restrict the pull. Set `\"unknown\"` if there may be one.",
		},
		"s3_endpoint_policy": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "The policy of the VPC endpoint for Amazon S3 through which the layers come, as JSON; `\"\"` means that there is none. " +
				"It must allow `s3:GetObject` on `arn:aws:s3:::prod-REGION-starport-layer-bucket/*` to everyone, as AWS's minimum policy for Amazon ECR does. Default: none is assumed to restrict the pull. Set `\"unknown\"` if there may be one.",
		},
		"registry_snapshot": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "What the registry side is, as JSON: the attribute `json` of an `ecrxa_registry_snapshot`, which another configuration may have read with credentials of the registry account. " +
				"It fills `repository_policy`, `registry_policy`, `repository_exists`, `repository_creation_template_policy`, `resource_control_policies`, and in `context` the tags of the repository and its organization, as far as they are not set. " +
				"From it the check also knows an image that does not exist or is archived, and whether a pull through cache rule matches: if one does, and repository or image do not exist, `access` is `pull_through_cache` by default.",
		},
		"consumer_snapshot": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "What the consumer side is, as JSON: the attribute `json` of an `ecrxa_consumer_snapshot`, which another configuration may have read with credentials of the consumer account. " +
				"It fills `identity_policies`, `permissions_boundary`, `role_exists`, `actual_role_arn`, `trust_policy`, `service_control_policies`, `consumer_resource_control_policies`, and in `context` the organization of the role and, unless its trust policy allows `sts:TagSession`, its tags, as far as they are not set.",
		},
		"max_age": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "How old a snapshot may be, in hours, minutes or seconds, as in `72h`. A snapshot looks older than it is by up to its `read_at_precision`, which is a day by default. All that an older one says is unknown: if the verdict depends on it, it is `conditional`. Default: any age.",
		},
		"now": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "The time with which `max_age` compares, in RFC 3339, as in `plantimestamp()`. Default: the time when the check is read. " +
				"The function `evaluate_pull` has no clock, and needs it with `max_age`; a time that is not known in the plan makes what snapshots say unknown there.",
		},
		"planned_statements": schema.ListAttribute{
			ElementType: types.StringType,
			Optional:    true,
			MarkdownDescription: "Statements that are about to be granted, as JSON, such as the attribute `statement` of an `ecrxa_repository_grant`. " +
				"Each replaces the statement with its Sid in the repository policy, or is added to it.",
		},
		"planned_registry_statements": schema.ListAttribute{
			ElementType: types.StringType,
			Optional:    true,
			MarkdownDescription: "Statements that are about to be granted in the registry policy, as JSON, such as the attribute `statement` of an `ecrxa_registry_grant`. " +
				"Each replaces the statement with its Sid in the registry policy, or is added to it.",
		},
		"planned_role_policies": schema.MapAttribute{
			ElementType: types.StringType,
			Optional:    true,
			MarkdownDescription: "Policies that are about to be added to the role, as JSON by policy name, such as the attribute `policy` of an `ecrxa_consumer_role_policy`. " +
				"Each replaces the policy with its name in `identity_policies`, or is added.",
		},
		"context": schema.MapAttribute{
			ElementType: types.ListType{ElemType: types.StringType},
			Optional:    true,
			MarkdownDescription: "Condition keys whose values are known, as in `{ \"aws:SourceVpce\" = [\"vpce-0a1b\"] }`; `[]` means that the request does not have the key. " +
				"What follows from the pull itself (`aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:ResourceAccount`, `aws:RequestedRegion`, `aws:SecureTransport`, …) need not be set. " +
				"Every other key is unknown, and a statement that depends on it makes the verdict `conditional`. The check warns of a key that AWS does not list, here or in a policy that matters to the pull: it is probably misspelt, and requests do not have it.",
		},
	}
}

// List lists the arguments in Markdown, each with the first sentence of its
// description.
func List() string {
	var b strings.Builder
	arguments := Arguments()
	for _, name := range argumentNames() {
		summary, _, _ := strings.Cut(arguments[name].GetMarkdownDescription(), ". ")
		fmt.Fprintf(&b, "- `%s`: %s.\n", name, strings.TrimSuffix(summary, "."))
	}
	return b.String()
}

// IsArgument reports whether there is an argument with this name.
func IsArgument(name string) bool {
	_, found := slices.BinarySearch(argumentNames(), name)
	return found
}

// argumentNames returns the names of the arguments, sorted.
var argumentNames = sync.OnceValue(func() []string { return slices.Sorted(maps.Keys(Arguments())) })
