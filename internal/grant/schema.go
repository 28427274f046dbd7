package grant

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementresource"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

const tokenAdvice = "ECR refuses a repository policy that names ecr:GetAuthorizationToken: it is a call to the registry, not to a repository. " +
	"Leave it out here. It belongs in the identity-based policy of the role that pulls, with Resource \"*\"; " +
	"ecrxa_consumer_role_policy in the consumer account writes it."

// Schema implements resource.Resource.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	replace := stringplanmodifier.RequiresReplace()
	resp.Schema = schema.Schema{
		MarkdownDescription: "Grants access to one ECR repository: manages one statement of the repository policy, identified by its `sid`. " +
			"This is the registry side of cross-account access; the pulling role needs `ecrxa_consumer_role_policy` too.\n\n" +
			"The resource does not change other statements of the policy. Do not manage the same repository with " +
			"`aws_ecr_repository_policy`, which replaces the whole document.\n\n" +
			"ECR has no policy versions. So the provider reads the policy immediately before each write and at least twice after it, and writes again if its change was overwritten. " +
			"If a read lacks statements that an earlier read had, the provider reads again before it writes. " +
			"A change that another writer makes between this read and this write is still lost. Where possible, have one writer per repository.\n\n" +
			"If an identical statement with this `sid` exists, for example after an interrupted apply, the resource adopts it and warns. If a different statement has this `sid`, the plan or the apply fails.\n\n" +
			"Two resources of one configuration that manage one statement are an error in the plan. If you remove one of them, the statement is kept for the other. After an interrupted `create_before_destroy`, run one plan with a full refresh " +
			"(without `-refresh=false`, `-minimal-refresh` or `-target`): otherwise the old object can delete the statement of the new one.",
		Attributes: statementresource.Schema(ctx, map[string]schema.Attribute{
			"sid": schema.StringAttribute{
				MarkdownDescription: "The statement's ID: up to 256 letters and digits, unique in the repository's policy. The provider finds its statement by this ID.",
				Required:            true,
				PlanModifiers:       []planmodifier.String{replace}, // It is the statement's identity.
				Validators:          []validator.String{tfattr.Valid("a Sid", managed.CheckSid)},
			},
			"account_ids":      principals("an account ID", "IDs of accounts that get access: every role and user in them that the account's own policies also allow. To grant access to single roles, use `role_arns`.", managed.CheckAccountID),
			"role_arns":        principals("a role ARN", "Roles that get access, by ARN (`arn:aws:iam::ACCOUNT:role/NAME`). Session ARNs are not accepted; use the role's ARN.", checkRoleARN),
			"user_arns":        principals("a user ARN", "IAM users that get access, by ARN.", checkUserARN),
			"organization_ids": principals("an organization ID", "Organizations whose accounts all get access, by ID. Written as principal `*` with the condition `aws:PrincipalOrgID`.", managed.CheckOrganizationID),
			"organization_paths": principals("an organization path", "Organizational units whose accounts get access, as paths that end in `/`, in `/*` (with the units below) or in `/ou-*` (only the units below), such as `o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/*`. A wildcard stands for whole parts of the path. "+
				"Written as principal `*` with the condition `aws:PrincipalOrgPaths`.", managed.CheckOrganizationPath),
			"service_principal": schema.StringAttribute{
				MarkdownDescription: "An AWS service that gets access, such as `lambda.amazonaws.com`. Needs `source_arns`, `source_account_ids`, or in `conditions` whole organizations or their paths (`aws:SourceOrgID`, `aws:SourceOrgPaths`), so that nobody else can use the service to reach this repository.",
				Optional:            true,
				Validators:          []validator.String{tfattr.Valid("a service principal", checkServicePrincipal)},
			},
			"source_arns":        principals("the ARN of a source", "The resources that the service may act for, as ARNs with wildcards, such as `arn:aws:lambda:us-east-1:123456789012:function:*`.", checkSourceARN),
			"source_account_ids": principals("an account ID", "The accounts that the service may act for.", managed.CheckAccountID),
			"match_roles_by": schema.StringAttribute{
				MarkdownDescription: "How `role_arns` are matched. `principal` (the default): the roles are the principals of the statement. They must exist. A role that is deleted and re-created has no access until the next apply. " +
					"`condition`: the roles' accounts are the principals, and a condition on `aws:PrincipalArn` names the roles. The roles do not have to exist yet and can be re-created, " +
					"but anyone who can create a role with that name in that account gets access.",
				Optional:   true,
				Computed:   true,
				Default:    stringdefault.StaticString(managed.ByPrincipal),
				Validators: []validator.String{tfattr.Valid("a way to match roles", checkMatch)},
			},
			"access":     statementattr.AccessAttribute(),
			"actions":    statementattr.ActionsAttribute(tokenAdvice),
			"conditions": statementattr.ConditionsAttribute(),
			"statement": schema.StringAttribute{
				MarkdownDescription: "The statement as JSON. Known in the plan, so a check can evaluate it before apply.",
				Computed:            true,
			},
		}),
	}
}

// principals is an optional set of strings, each checked on its own.
func principals(noun, description string, check func(string) error) schema.SetAttribute {
	return schema.SetAttribute{
		MarkdownDescription: description,
		Optional:            true,
		ElementType:         types.StringType,
		Validators: []validator.Set{
			setvalidator.SizeAtLeast(1),
			setvalidator.NoNullValues(),
			setvalidator.ValueStringsAre(tfattr.Valid(noun, check)),
		},
	}
}
