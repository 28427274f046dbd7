// SPDX-License-Identifier: MPL-2.0

package consumerpolicy

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// NewListResource returns the list resource ecrxa_consumer_role_policy.
func NewListResource() list.ListResource { return &Resource{} }

// listModel is the configuration of a list.
type listModel struct {
	Role       types.String `tfsdk:"role"`
	PathPrefix types.String `tfsdk:"path_prefix"`
	Name       types.String `tfsdk:"name"`
}

// ListResourceConfigSchema implements list.ListResource.
func (r *Resource) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the inline policies of roles that `ecrxa_consumer_role_policy` can manage. The credentials need `iam:GetRolePolicy`, without `name` also `iam:ListRolePolicies`, and without `role` also `iam:ListRoles`.",
		Attributes: map[string]schema.Attribute{
			"role": schema.StringAttribute{
				MarkdownDescription: "The name of a role. Default: all roles of the account.",
				Optional:            true,
				Validators:          []validator.String{tfattr.Valid("a role name", managed.CheckRoleName), stringvalidator.ConflictsWith(path.MatchRoot("path_prefix"))},
			},
			"path_prefix": schema.StringAttribute{
				MarkdownDescription: "Only roles whose paths begin with this text, such as `/ecs/`.",
				Optional:            true,
			},
			"name": schema.StringAttribute{
				MarkdownDescription: "Only inline policies with this name, such as `" + managed.DefaultPolicyName + "`. Default: all. With a name, the list needs one call less for each role.",
				Optional:            true,
				Validators:          []validator.String{tfattr.Valid("a policy name", managed.CheckPolicyName)},
			},
		},
	}
}

// List lists the inline policies that the resource can manage so that its plan is empty.
func (r *Resource) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config listModel
	if diags := req.Config.Get(ctx, &config); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = tfattr.List(ctx, req, func(yield func(tfattr.Listed) bool) {
		for role, err := range r.roles(ctx, config) {
			for object := range r.listOf(ctx, role, config.Name, err) {
				if !yield(object) {
					return
				}
			}
		}
	})
}

// roles returns the role that is named, or all with a path prefix. An error is the last.
func (r *Resource) roles(ctx context.Context, config listModel) iter.Seq2[string, error] {
	if config.Role.IsNull() {
		return r.policies.Roles(ctx, config.PathPrefix.ValueString())
	}
	return func(yield func(string, error) bool) { yield(config.Role.ValueString(), nil) }
}

// listOf returns the policies of a role.
func (r *Resource) listOf(ctx context.Context, role string, name types.String, err error) iter.Seq[tfattr.Listed] {
	return func(yield func(tfattr.Listed) bool) {
		names := []string{name.ValueString()}
		if err == nil && name.IsNull() {
			names, err = r.policies.InlinePolicies(ctx, role)
		}
		if awserr.KindOf(err) == awserr.NoSuchEntity {
			return // The role does not exist, or not any more.
		}
		for i := 0; err == nil && i < len(names); i++ {
			var text string
			var found bool
			text, found, err = r.policies.Read(ctx, role, names[i])
			if !found || len(managed.RolePolicyObstacles(text)) > 0 {
				continue
			}
			if !yield(listed(ctx, role, names[i], text)) {
				return
			}
		}
		if err != nil {
			var failed diag.Diagnostics
			addError(&failed, err)
			yield(tfattr.Listed{Failed: failed})
		}
	}
}

func listed(ctx context.Context, role, name, text string) tfattr.Listed {
	return tfattr.Listed{
		Name: role + ": " + name, Identity: map[string]types.String{"role": types.StringValue(role), "name": types.StringValue(name)},
		Fill: func(state *tfsdk.State) diag.Diagnostics {
			m, diags := imported(ctx, role, name, text, adviceOnImport)
			return append(diags, state.Set(ctx, &m)...)
		},
	}
}
