// Package attributes describes the arguments and the results of the pull check
// once, for both of its doors: the data source ecrxa_pull_check and the function
// evaluate_pull. It converts between Terraform's values and package pull.
package attributes

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// unreadable ends the description of a document.
const unreadable = " `\"unknown\"` says that there may be one that could not be read. Checks export it and take it, and a check that can read the policy does."

// assumedByFunction tells the doors apart: the function has no AWS to look at.
const assumedByFunction = " The function `evaluate_pull`, which cannot look, assumes that there is none, and `assumptions` says so where it matters."

// unreadableElement ends the description of a list of documents.
const unreadableElement = " An element `\"unknown\"` stands for a policy that is not known."

// Arguments returns the arguments as attributes of the data source's schema.
// The computed ones hold what was read live.
func Arguments() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"image": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "URI of the image, in any form of a private ECR registry's host, with or without tag and digest, " +
				"as in `987654321098.dkr.ecr.us-east-1.amazonaws.com/payment-service:v1`. Exactly one of `image` and `repository_arn` is given.",
		},
		"repository_arn": schema.StringAttribute{
			Optional:            true,
			MarkdownDescription: "ARN of the repository. Exactly one of `image` and `repository_arn` is given.",
		},
		"role_arn": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "ARN of the role that pulls, with its path. For Amazon ECS this is the task **execution** role, never the task role. " +
				"The ARN of a role session (`arn:aws:sts::…:assumed-role/…`) or of an IAM user is judged as what it is. A service such as `lambda.amazonaws.com` is not judged.",
		},
		"role_exists": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			MarkdownDescription: "Whether the role exists. `false` denies the pull, unless `planned_role_policies` say that the role is about to be created. " +
				"Not given: what a live read found; else not known, and the role is judged as one that exists.",
		},
		"repository_exists": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			MarkdownDescription: "Whether the repository exists. `false` denies the pull, unless `planned_statements` say that the repository is about to be created, or a pull through cache creates it. " +
				"Not given: what a live read found; else not known, and the repository is judged as one that exists.",
		},
		"actual_role_arn": schema.StringAttribute{
			Optional: true,
			Computed: true,
			MarkdownDescription: "The role's ARN as IAM gives it, with its path, where `role_arn` may lack the path. The pull is judged with this one. " +
				"Not given: what a live read found; else `role_arn` is taken as it is written.",
		},
		"access": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "What is to be done: `pull` (the default), `push`, `pull_push` or `pull_through_cache`. " +
				"The last judges pulls through a cache repository that exists; the first pull, which creates it, also needs `ecr:CreateRepository` from the identity policies and the registry policy.",
		},
		"repository_policy": schema.StringAttribute{
			Optional: true,
			Computed: true,
			MarkdownDescription: "The repository policy, as JSON; `\"\"` says that the repository has none. " +
				"Not given: read live where the provider's account owns the repository, else unknown." + unreadable,
		},
		"registry_policy": schema.StringAttribute{
			Optional: true,
			Computed: true,
			MarkdownDescription: "The registry policy of the registry account in the image's Region, as JSON; `\"\"` says that it has none. " +
				"Not given: read live where the provider's account owns the repository, else unknown." + assumedByFunction + unreadable,
		},
		"registry_policy_scope": schema.StringAttribute{
			Optional: true,
			Computed: true,
			MarkdownDescription: "The registry account's setting `REGISTRY_POLICY_SCOPE`: `V1` (the registry policy only covers replication and pull through cache) or `V2` (it covers every ECR action). " +
				"It only matters where there is a registry policy. Not given: read live with the registry policy, else both scopes are judged, and the verdict is `conditional` where they differ.",
		},
		"identity_policies": schema.MapAttribute{
			ElementType: types.StringType,
			Optional:    true,
			Computed:    true,
			MarkdownDescription: "All identity-based policies of the role as JSON: inline policies by name, managed policies by ARN, as in `{ \"ecrxa-pull\" = jsonencode(…) }`; `{}` says that it has none. " +
				"Not given: read live where the provider's account owns the role, else unknown. " +
				"`\"unknown\"` in place of a document says that it could not be read; the key `*` with it, that there may be more policies. `{ \"*\" = \"unknown\" }` says nothing of the role: a check that can read its policies does, and one that cannot does not warn.",
		},
		"permissions_boundary": schema.StringAttribute{
			Optional: true,
			Computed: true,
			MarkdownDescription: "The policy that is the role's permissions boundary, as JSON; `\"\"` says that it has none. " +
				"Not given: read live where the provider's account owns the role, else unknown." + assumedByFunction + unreadable,
		},
		"session_policies": schema.ListAttribute{
			ElementType:         types.StringType,
			Optional:            true,
			MarkdownDescription: "The policies passed to AssumeRole when the session began, as JSON. Not given: assumed that there is none." + unreadableElement,
		},
		"service_control_policies": schema.ListAttribute{
			ElementType: types.ListType{ElemType: types.StringType},
			Optional:    true,
			MarkdownDescription: "The service control policies of the consumer's organization, as JSON: one list for each level, " +
				"that is the root, each organizational unit on the way and the account, each with all policies attached there, `FullAWSAccess` among them. Those of a management account bind nobody: give `[]`. Not given: assumed that none restricts the pull." + unreadableElement,
		},
		"resource_control_policies": schema.ListAttribute{
			ElementType: types.ListType{ElemType: types.StringType},
			Optional:    true,
			MarkdownDescription: "The resource control policies of the registry's organization, as JSON: one list for each level. " +
				"`RCPFullAWSAccess` is implied at every level. Those of a management account bind nobody: give `[]`. Not given: assumed that none restricts the pull." + unreadableElement,
		},
		"vpc_endpoint_policy": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "The policy of the VPC endpoints `ecr.api` and `ecr.dkr` through which the pull goes, as JSON; `\"\"` says that there is none. " +
				"Not given: assumed that none restricts the pull. `\"unknown\"` says that there may be one.",
		},
		"planned_statements": schema.ListAttribute{
			ElementType: types.StringType,
			Optional:    true,
			MarkdownDescription: "Statements that are about to be granted, as JSON, such as the attribute `statement` of an `ecrxa_repository_grant`. " +
				"Each takes the place of the statement with its Sid in the repository policy, or is added to it.",
		},
		"planned_role_policies": schema.MapAttribute{
			ElementType: types.StringType,
			Optional:    true,
			MarkdownDescription: "Policies that are about to be put on the role, as JSON by policy name, such as the attribute `policy` of an `ecrxa_consumer_role_policy`. " +
				"Each takes the place of the policy with its name in `identity_policies`, given or read live, or is added.",
		},
		"context": schema.MapAttribute{
			ElementType: types.ListType{ElemType: types.StringType},
			Optional:    true,
			MarkdownDescription: "Condition keys whose values are known, as in `{ \"aws:SourceVpce\" = [\"vpce-0a1b\"] }`; `[]` says that the request does not carry the key. " +
				"What follows from the pull itself (`aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:ResourceAccount`, `aws:RequestedRegion`, `aws:SecureTransport`, …) need not be given. " +
				"Every other key is unknown, and a statement that hangs on it makes the verdict `conditional`. A key that AWS does not list, here or in a policy that matters to the pull, is warned of: most likely it is misspelt, and no request carries it.",
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

// argumentNames returns the names of the arguments, sorted.
func argumentNames() []string { return slices.Sorted(maps.Keys(Arguments())) }
