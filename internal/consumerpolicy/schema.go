// SPDX-License-Identifier: MPL-2.0

package consumerpolicy

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
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

const tokenAdvice = "The policy always allows ecr:GetAuthorizationToken, with Resource \"*\" as this action requires. " +
	"Remove it from actions: on repositories it has no effect."

// Schema implements resource.Resource.
func (r *Resource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	replace := stringplanmodifier.RequiresReplace()
	access := statementattr.AccessAttribute()
	access.MarkdownDescription += " In this resource, `pull_through_cache` also includes `ecr:CreateRepository`, which the first pull of an image needs."
	conditions := statementattr.ConditionsAttribute()
	conditions.MarkdownDescription += " They apply to the actions on the repositories, not to `ecr:GetAuthorizationToken`."
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lets an IAM role pull from ECR repositories of other accounts: one inline policy on the role, with `ecr:GetAuthorizationToken` on `*` " +
			"and the pull actions on exactly the named repositories. This is the consumer side of cross-account access; " +
			"the repository needs `ecrxa_repository_grant` in the registry account too.\n\n" +
			"The resource does not change the role's other policies. If the role already has an inline policy with this name, the apply fails. Exception: if the policy is identical, for example after an interrupted apply, " +
			"the resource adopts it, with a warning in the plan. If the policy changes between plan and apply, the apply fails and does not overwrite it. " +
			"All inline policies of a role share a quota of 10,240 characters, white space not counted.\n\n" +
			"Two resources of one configuration that manage one policy are an error in the plan. If you remove one of them, the policy is kept for the other. Do not manage the same policy name from two configurations or from two provider aliases: the provider cannot detect this conflict. " +
			"After an interrupted `create_before_destroy`, run one plan with a full refresh (without `-refresh=false`, `-minimal-refresh` or `-target`): otherwise the old object can delete the policy of the new one.",
		Attributes: map[string]schema.Attribute{
			"role": schema.StringAttribute{
				MarkdownDescription: "The name of the role that pulls, without path and not its ARN. On ECS this is the task execution role (with the EC2 launch type also the container instance role), never the task role; on EKS the node role or the Fargate pod execution role.",
				Required:            true,
				PlanModifiers:       []planmodifier.String{replace}, // It is where the policy is.
				Validators:          []validator.String{tfattr.Valid("a role name", managed.CheckRoleName)},
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "The name of the inline policy. Default: `" + managed.DefaultPolicyName + "`.",
				Optional:            true,
				Computed:            true,
				Default:             stringdefault.StaticString(managed.DefaultPolicyName),
				PlanModifiers:       []planmodifier.String{replace}, // It is the policy's identity.
				Validators:          []validator.String{tfattr.Valid("a policy name", managed.CheckPolicyName)},
			},
			"repository_arns": schema.SetAttribute{
				MarkdownDescription: "The repositories to pull from, by ARN (`arn:aws:ecr:REGION:ACCOUNT:repository/NAME`). Wildcards are accepted with a warning.",
				Required:            true,
				ElementType:         types.StringType,
				Validators: []validator.Set{
					tfattr.NotEmpty{Otherwise: "create no policy, with for_each or count"},
					setvalidator.ValueStringsAre(repositoryARNValidator{}),
				},
			},
			"access":      access,
			"actions":     statementattr.ActionsAttribute(tokenAdvice),
			"conditions":  conditions,
			"description": statementattr.DescriptionAttribute("policy", ""),
			"policy": schema.StringAttribute{
				MarkdownDescription: "The policy document as JSON. Known in the plan, so a check can evaluate it before apply.",
				Computed:            true,
			},
		},
	}
}
