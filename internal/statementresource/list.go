// SPDX-License-Identifier: MPL-2.0

package statementresource

import (
	"context"
	"iter"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/tfattr"
)

// ListResourceConfigSchema implements list.ListResource.
func (b *Base) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"registry_id": schema.StringAttribute{
			MarkdownDescription: "The registry account's ID. Default: the account of the provider's credentials.",
			Optional:            true,
			Validators:          []validator.String{tfattr.Valid("an account ID", managed.CheckAccountID)},
		},
		"region": schema.StringAttribute{
			MarkdownDescription: "The registry's region. Default: the provider's region.",
			Optional:            true,
			Validators:          []validator.String{tfattr.Valid("a region", managed.CheckRegion), knownRegion{}},
		},
	}}
	const needs = " The credentials need `ecr:GetRepositoryPolicy`, and without `repository` also `ecr:DescribeRepositories`."
	if b.OfRegistry {
		resp.Schema.MarkdownDescription = "Lists the statements of a registry policy that `ecrxa_registry_grant` can manage. The credentials need `ecr:GetRegistryPolicy`."
		return
	}
	resp.Schema.MarkdownDescription = "Lists the statements of repository policies that `ecrxa_repository_grant` can manage." + needs
	resp.Schema.Attributes["repository"] = schema.StringAttribute{
		MarkdownDescription: "The name of a repository. Default: all repositories of the registry.",
		Optional:            true,
		Validators:          []validator.String{tfattr.Valid("a repository name", managed.CheckRepository), stringvalidator.ConflictsWith(path.MatchRoot("repository_prefix"))},
	}
	resp.Schema.Attributes["repository_prefix"] = schema.StringAttribute{
		MarkdownDescription: "Only repositories whose names begin with this text, such as `team/`.",
		Optional:            true,
	}
	if b.Type == managed.StatementType {
		resp.Schema.MarkdownDescription = "Lists the statements of repository policies that `ecrxa_repository_statement` can manage and `ecrxa_repository_grant` cannot. Statements without a Sid are not listed." + needs
		resp.Schema.Attributes["include_grants"] = schema.BoolAttribute{
			MarkdownDescription: "Set to `true` to also list the statements that `ecrxa_repository_grant` can manage.",
			Optional:            true,
		}
	}
}

// List lists the statements that the resource can manage so that its plan is empty.
func (b *Base) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var a Attributes
	var prefix types.String
	var includeGrants types.Bool
	attributes := map[string]any{"registry_id": &a.RegistryID, "region": &a.Region}
	if !b.OfRegistry {
		attributes["repository"], attributes["repository_prefix"] = &a.Repository, &prefix
	}
	if b.Type == managed.StatementType {
		attributes["include_grants"] = &includeGrants
	}
	var diags diag.Diagnostics
	for name, value := range attributes {
		diags.Append(req.Config.GetAttribute(ctx, path.Root(name), value)...)
	}
	if !diags.HasError() {
		b.completePlace(ctx, &a.RegistryAttributes, &diags)
	}
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = tfattr.List(ctx, req, func(yield func(tfattr.Listed) bool) {
		for repo, err := range b.repositories(ctx, a.Target(), prefix.ValueString()) {
			var doc *policy.Document
			if err == nil {
				doc, err = b.Policies.Read(ctx, repo)
			}
			switch {
			case awserr.KindOf(err) == awserr.RepositoryNotFound && a.Repository.IsNull():
				continue // It was deleted meanwhile.
			case err != nil:
				var failed diag.Diagnostics
				if b.addCallError(ctx, &failed, err); !yield(tfattr.Listed{Failed: failed}) {
					return
				}
				continue
			}
			for _, s := range b.manageable(repo, doc, includeGrants.ValueBool()) {
				if !yield(b.listed(ctx, repo, s)) {
					return
				}
			}
		}
	})
}

// repositories returns the repositories of a list: one that is named, all with a prefix, or the
// registry itself. An error is the last.
func (b *Base) repositories(ctx context.Context, place awsname.Repository, prefix string) iter.Seq2[awsname.Repository, error] {
	return func(yield func(awsname.Repository, error) bool) {
		if place.Name != "" || b.OfRegistry {
			yield(place, nil)
			return
		}
		for name, err := range b.registries.Names(ctx, place.Account, place.Region) {
			repo := place
			if repo.Name = name; (err != nil || strings.HasPrefix(name, prefix)) && !yield(repo, err) {
				return
			}
		}
	}
}

// manageable returns the statements of a policy that the resource can manage.
func (b *Base) manageable(repo awsname.Repository, doc *policy.Document, includeGrants bool) (statements []*policy.Statement) {
	if b.OfRegistry {
		for _, s := range doc.Statements() {
			if len(doc.Find(s.Sid())) == 1 && b.CheckImport(repo, s) == nil {
				statements = append(statements, s)
			}
		}
		return statements
	}
	for _, a := range managed.Adopt(repo, doc) {
		if a.Type == b.Type || a.Type == managed.GrantType && includeGrants {
			statements = append(statements, a.Statement)
		}
	}
	return statements
}

func (b *Base) listed(ctx context.Context, repo awsname.Repository, s *policy.Statement) tfattr.Listed {
	a := attributesOf(repo, s.Sid())
	name := s.Sid()
	if repo.Name != "" {
		name = repo.Name + ": " + name
	}
	return tfattr.Listed{
		Name: name, Identity: a.identity(),
		Fill: func(state *tfsdk.State) (diags diag.Diagnostics) {
			for name, value := range a.identity() {
				if name == "repository" && repo.Name == "" {
					continue
				}
				diags.Append(state.SetAttribute(ctx, path.Root(name), value)...)
			}
			return append(diags, b.fill(ctx, state, s)...)
		},
	}
}
