// SPDX-License-Identifier: MPL-2.0

package registrygrant

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementresource"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

const tokenAdvice = "This statement is about repositories, and ecr:GetAuthorizationToken has none: it would grant nothing here. " +
	"Leave it out. It belongs in the identity-based policy of the role that pulls, with Resource \"*\"; " +
	"ecrxa_consumer_role_policy in the consumer account writes it."

// Schema implements resource.Resource.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	own := statementattr.GranteesSchema(tokenAdvice)
	own["repositories"] = schema.SetAttribute{
		MarkdownDescription: "The repositories that the grant is for: names such as `team/app`, beginnings of names such as `team/*`, or `*` for all. They do not have to exist yet: a grant on `team/*` is also for the repositories that are created later.",
		Required:            true,
		ElementType:         types.StringType,
		Validators: []validator.Set{
			tfattr.NotEmpty{Otherwise: "create no grant, with for_each or count"},
			setvalidator.ValueStringsAre(tfattr.Valid("a repository name, or the beginning of names and *", managed.CheckRepositories)),
		},
	}
	own["sid"] = schema.StringAttribute{
		MarkdownDescription: "The statement's ID: up to 256 letters and digits, unique in the registry policy. The provider finds its statement by this ID.",
		Required:            true,
		PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()}, // It is the statement's identity.
		Validators:          []validator.String{tfattr.Valid("a Sid", managed.CheckSid)},
	}
	own["statement"] = schema.StringAttribute{
		MarkdownDescription: "The statement as JSON. Known in the plan, so a check can evaluate it before apply.",
		Computed:            true,
	}
	own["repository_arns"] = schema.SetAttribute{
		MarkdownDescription: "The ARNs of the repositories, with a wildcard for a beginning of names. `ecrxa_consumer_role_policy` takes them as its `repository_arns`.",
		Computed:            true,
		ElementType:         types.StringType,
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Grants access to many ECR repositories of a registry at once: manages one statement of the registry policy, identified by its `sid`. " +
			"This is the registry side of cross-account access; the pulling roles need `ecrxa_consumer_role_policy` too.\n\n" +
			"A registry has one policy for each region. The resource does not change other statements of the policy. Do not manage the same registry with " +
			"`aws_ecr_registry_policy`, which replaces the whole document.\n\n" +
			"ECR has no policy versions. So the provider reads the policy immediately before each write and at least twice after it, and writes again if its change was overwritten. " +
			"If a read lacks statements that an earlier read had, the provider reads again before it writes. " +
			"A change that another writer makes between this read and this write is still lost. Where possible, have one writer per registry and region.\n\n" +
			"If an identical statement with this `sid` exists, for example after an interrupted apply, the resource adopts it and warns. If a different statement has this `sid`, the plan or the apply fails.\n\n" +
			"Two resources of one configuration that manage one statement are an error in the plan. If you remove one of them, the statement is kept for the other. After an interrupted `create_before_destroy`, run one plan with a full refresh " +
			"(without `-refresh=false`, `-minimal-refresh` or `-target`): otherwise the old object can delete the statement of the new one.",
		Attributes: statementresource.RegistrySchema(ctx, own),
	}
}
