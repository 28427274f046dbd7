// SPDX-License-Identifier: MPL-2.0

package repositoryaccess

import (
	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/access"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

func arguments() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"registry_snapshot": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "The attribute `json` of a data source `ecrxa_registry_snapshot`.",
		},
		"repository": schema.StringAttribute{
			Optional:            true,
			Validators:          []validator.String{tfattr.Valid("a repository name", managed.CheckRepository)},
			MarkdownDescription: "The name of the only repository to report on. Default: all repositories of the snapshot.",
		},
		"organization_id": schema.StringAttribute{
			Optional:            true,
			Validators:          []validator.String{tfattr.Valid("an organization ID", managed.CheckOrganizationID)},
			MarkdownDescription: "The ID of the organization that everyone with access should be in, such as `o-a1b2c3d4e5`. Without `organization_accounts`, only conditions say which grantee is in it; of the others it is unknown.",
		},
		"organization_accounts": schema.SetAttribute{
			Optional:    true,
			ElementType: types.StringType,
			Validators: []validator.Set{
				tfattr.NotEmpty{}, setvalidator.ValueStringsAre(tfattr.Valid("an account ID", managed.CheckAccountID)),
			},
			MarkdownDescription: "The IDs of all accounts that may have access, such as those of the data source `aws_organizations_organization`. Any other account is a finding. The registry's own account need not be listed.",
		},
		"descriptions": schema.MapAttribute{
			Optional:            true,
			ElementType:         types.StringType,
			MarkdownDescription: "Why statements exist and for whom, by their import ID `REGISTRY_ID,REGION,REPOSITORY,SID` (without `REPOSITORY` in the registry policy), or by their Sid, which then is for all statements with this Sid. Of grants: `{ for g in ecrxa_repository_grant.all : \"${g.registry_id},${g.region},${g.repository},${g.sid}\" => g.description }`. If it is set, a statement without a description is a finding. Null values are ignored.",
		},
		"acknowledgements": schema.MapAttribute{
			Optional:            true,
			ElementType:         types.StringType,
			MarkdownDescription: "Why statements allow whole accounts, organizations or organizational units, by their import ID as in `descriptions`, or by a Sid that only one statement of the snapshot has: `{ for g in ecrxa_repository_grant.all : \"${g.registry_id},${g.region},${g.repository},${g.sid}\" => g.acknowledge_broad_access }`. A Sid that several statements have accepts none of them. Findings `whole_account` of these statements move to `suppressed_findings`, with this reason, and their entries show it. Null values are ignored.",
		},
		"suppressions": schema.ListNestedAttribute{
			Optional:            true,
			MarkdownDescription: "Findings that are accepted, each with its reason. They move to `suppressed_findings`. One that matches nothing is a finding itself.",
			NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
				"code": schema.StringAttribute{
					Required:            true,
					Validators:          []validator.String{tfattr.Valid("a code", access.CheckCode)},
					MarkdownDescription: "The code of the findings.",
				},
				"repository": schema.StringAttribute{Optional: true, MarkdownDescription: "The name of the repository. Default: any, and the registry policy."},
				"sid":        schema.StringAttribute{Optional: true, MarkdownDescription: "The Sid of the statement. Default: any."},
				"reason": schema.StringAttribute{
					Required:            true,
					Validators:          []validator.String{tfattr.Valid("a reason", managed.CheckReason)},
					MarkdownDescription: "Why it is accepted: one line of up to 1,000 characters.",
				},
			}},
		},
	}
}
