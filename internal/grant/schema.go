// SPDX-License-Identifier: MPL-2.0

package grant

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

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
	own := statementattr.GranteesSchema(tokenAdvice)
	own["sid"] = schema.StringAttribute{
		MarkdownDescription: "The statement's ID: up to 256 letters and digits, unique in the repository's policy. The provider finds its statement by this ID.",
		Required:            true,
		PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()}, // It is the statement's identity.
		Validators:          []validator.String{tfattr.Valid("a Sid", managed.CheckSid)},
	}
	own["statement"] = schema.StringAttribute{
		MarkdownDescription: "The statement as JSON. Known in the plan, so a check can evaluate it before apply.",
		Computed:            true,
	}
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
		Attributes: statementresource.Schema(ctx, own),
	}
}
