// SPDX-License-Identifier: MPL-2.0

package repositorystatement

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementresource"
)

// Schema implements resource.Resource.
func (r *Resource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages one statement of a repository policy, given as JSON and identified by its `Sid`. " +
			"It takes any statement that ECR accepts: `Deny`, any principals and conditions, `NotAction`, `NotPrincipal`, and a `Sid` with spaces. " +
			"The resource does not change other statements of the policy. Do not manage the same repository with `aws_ecr_repository_policy`, which replaces the whole document.\n\n" +
			"The plan warns if a Deny is destroyed, replaced or changed, because access can then become possible.\n\n" +
			"Writes are verified as those of `ecrxa_repository_grant`. A grant and a statement with the same `Sid` in one repository are an error, as are two of either.",
		Attributes: statementresource.Schema(ctx, map[string]schema.Attribute{
			"statement": schema.StringAttribute{
				MarkdownDescription: "The statement as a JSON object with a `Sid`, for example from `jsonencode`. A text with another format or order that means the same is not a change. " +
					"A change of the `Sid` replaces the resource. If the statement is known only in the apply and its `Sid` has changed, Terraform stops with \"Provider produced inconsistent final plan\" and does not change the statement: apply again. " +
					"What ECR would refuse is an error in the plan.",
				Required: true,
			},
			"allow_public": schema.BoolAttribute{
				MarkdownDescription: "Set to `true` to accept a statement that allows access for everyone: an Allow for all principals, or for a service, without a condition that limits it to accounts, organizations, principals or networks. Otherwise, it is an error.",
				Optional:            true,
			},
			"sid": schema.StringAttribute{
				MarkdownDescription: "The `Sid` of the statement.",
				Computed:            true,
			},
		}),
	}
}
