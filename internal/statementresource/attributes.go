// SPDX-License-Identifier: MPL-2.0

package statementresource

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/statementattr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/store/policystore"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// Attributes are the attributes that every one of these resources has. Each resource has
// its own schema of sid and statement.
type Attributes struct {
	RegistryAttributes

	Repository    types.String `tfsdk:"repository"` // empty for the registry
	RepositoryARN types.String `tfsdk:"repository_arn"`
}

// RegistryAttributes are those of Attributes that a resource for the registry has, too.
type RegistryAttributes struct {
	RegistryID types.String `tfsdk:"registry_id"`
	Region     types.String `tfsdk:"region"`
	Sid        types.String `tfsdk:"sid"`
	Statement  types.String `tfsdk:"statement"`
	// Description is in the state only: it is read back and never changed.
	Description types.String `tfsdk:"description"`
	// AcknowledgeBroadAccess is in the state only, too.
	AcknowledgeBroadAccess types.String   `tfsdk:"acknowledge_broad_access"`
	Timeouts               timeouts.Value `tfsdk:"timeouts"`
}

// Schema returns the attributes of a resource: its own, of which sid and statement are two,
// and those that every one of these resources has.
func Schema(ctx context.Context, own map[string]schema.Attribute) map[string]schema.Attribute {
	all := RegistrySchema(ctx, own)
	all["repository"] = schema.StringAttribute{
		MarkdownDescription: "The name of the repository, such as `team/app`.",
		Required:            true,
		PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()}, // It says where the statement is.
		Validators:          []validator.String{tfattr.Valid("a repository name", managed.CheckRepository)},
	}
	all["repository_arn"] = schema.StringAttribute{
		MarkdownDescription: "The ARN of the repository.",
		Computed:            true,
	}
	return all
}

// RegistrySchema is Schema for a resource for the registry.
func RegistrySchema(ctx context.Context, own map[string]schema.Attribute) map[string]schema.Attribute {
	replace := stringplanmodifier.RequiresReplace() // They say where the statement is.
	keep := stringplanmodifier.UseStateForUnknown() // Otherwise each change would ask for the account again.
	limits, _ := timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, Update: true, Delete: true,
		CreateDescription: "How long to wait, for example until ECR accepts a new role. Default: `2m`.",
		UpdateDescription: "As for create. Default: `2m`.",
		DeleteDescription: "Default: `2m`.",
	}).(schema.SingleNestedAttribute)
	limits.MarkdownDescription = "How long each change may take, such as `90s` or `5m`."
	all := map[string]schema.Attribute{
		"registry_id": schema.StringAttribute{
			MarkdownDescription: "The registry account's ID. Default: the account of the provider's credentials.",
			Optional:            true,
			Computed:            true,
			PlanModifiers:       []planmodifier.String{keep, replace},
			Validators:          []validator.String{tfattr.Valid("an account ID", managed.CheckAccountID)},
		},
		"region": schema.StringAttribute{
			MarkdownDescription: "The registry's region. Default: the provider's region.",
			Optional:            true,
			Computed:            true,
			PlanModifiers:       []planmodifier.String{keep, replace},
			Validators:          []validator.String{tfattr.Valid("a region", managed.CheckRegion), knownRegion{}},
		},
		"description":              statementattr.DescriptionAttribute("statement", " [`ecrxa_repository_access`](../data-sources/repository_access.md) takes it as an element of `descriptions` and shows it."),
		"acknowledge_broad_access": statementattr.AcknowledgeAttribute(),
		"timeouts":                 limits,
	}
	maps.Copy(all, own)
	return all
}

// Target returns the repository of the statement. Its parts must be known.
func (a *Attributes) Target() awsname.Repository {
	return awsname.Repository{
		Partition: awsname.Partition(a.Region.ValueString()),
		Region:    a.Region.ValueString(),
		Account:   a.RegistryID.ValueString(),
		Name:      a.Repository.ValueString(),
	}
}

// attributesOf returns the attributes that say where a statement is, and its Sid.
func attributesOf(repo awsname.Repository, sid string) *Attributes {
	return &Attributes{
		RegistryAttributes: RegistryAttributes{
			RegistryID: types.StringValue(repo.Account), Region: types.StringValue(repo.Region), Sid: types.StringValue(sid),
		},
		Repository: types.StringValue(repo.Name),
	}
}

// Key names the statement. Repository and Sid must be known.
func (a *Attributes) Key() policystore.Key {
	return policystore.Key{Repository: a.Target(), Sid: a.Sid.ValueString()}
}

// Placed reports whether repository and Sid are known.
func (a *Attributes) Placed() bool {
	for _, v := range []types.String{a.Region, a.RegistryID, a.Repository, a.Sid} {
		if v.IsNull() || v.IsUnknown() {
			return false
		}
	}
	return true
}

// moves reports whether the plan is for another statement than the state.
func (a *Attributes) moves(prior *Attributes) bool {
	return prior == nil || !a.Placed() || prior.Key() != a.Key()
}

// StatementOf parses a statement of the state or the plan. It returns nil if it is not known
// or cannot be understood.
func StatementOf(text types.String) *policy.Statement {
	s, err := policy.ParseStatement(text.ValueString())
	if err != nil {
		return nil
	}
	return s
}

// SameMeaning reports whether a text is a statement that has the meaning of s.
func SameMeaning(text types.String, s *policy.Statement) bool {
	other := StatementOf(text)
	return other != nil && other.Canonical() == s.Canonical()
}
