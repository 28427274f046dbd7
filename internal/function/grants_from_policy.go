// SPDX-License-Identifier: MPL-2.0

package function

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// NewGrantsFromPolicy returns the function grants_from_policy: what the statements of an
// existing repository policy become as resources.
func NewGrantsFromPolicy() function.Function { return grantsFromPolicy{} }

type grantsFromPolicy struct{}

// An adoption is one element of the result.
type adoption struct {
	Kind       *string           `tfsdk:"kind"`
	Name       *string           `tfsdk:"name"`
	Sid        *string           `tfsdk:"sid"`
	Attributes adoptedAttributes `tfsdk:"attributes"`
	ImportID   *string           `tfsdk:"import_id"`
	HCL        string            `tfsdk:"hcl"`
	Reason     *string           `tfsdk:"reason"`
}

// adoptedAttributes are the arguments of either resource.
type adoptedAttributes struct {
	RegistryID        *string            `tfsdk:"registry_id"`
	Region            *string            `tfsdk:"region"`
	Repository        *string            `tfsdk:"repository"`
	Sid               *string            `tfsdk:"sid"`
	AccountIDs        []string           `tfsdk:"account_ids"`
	RoleARNs          []string           `tfsdk:"role_arns"`
	UserARNs          []string           `tfsdk:"user_arns"`
	OrganizationIDs   []string           `tfsdk:"organization_ids"`
	OrganizationPaths []string           `tfsdk:"organization_paths"`
	ServicePrincipal  *string            `tfsdk:"service_principal"`
	SourceARNs        []string           `tfsdk:"source_arns"`
	SourceAccountIDs  []string           `tfsdk:"source_account_ids"`
	MatchRolesBy      *string            `tfsdk:"match_roles_by"`
	Access            *string            `tfsdk:"access"`
	Actions           []string           `tfsdk:"actions"`
	Conditions        []adoptedCondition `tfsdk:"conditions"`
	Statement         *string            `tfsdk:"statement"`
	AllowPublic       *bool              `tfsdk:"allow_public"`
}

type adoptedCondition struct {
	Test     string   `tfsdk:"test"`
	Variable string   `tfsdk:"variable"`
	Values   []string `tfsdk:"values"`
}

func adoptionTypes() map[string]attr.Type {
	condition := types.ObjectType{AttrTypes: map[string]attr.Type{"test": types.StringType, "variable": types.StringType, "values": listOfTexts}}
	return map[string]attr.Type{
		"kind": types.StringType, "name": types.StringType, "sid": types.StringType, "import_id": types.StringType, "hcl": types.StringType, "reason": types.StringType,
		"attributes": types.ObjectType{AttrTypes: map[string]attr.Type{
			"registry_id": types.StringType, "region": types.StringType, "repository": types.StringType, "sid": types.StringType,
			"account_ids": listOfTexts, "role_arns": listOfTexts, "user_arns": listOfTexts, "organization_ids": listOfTexts, "organization_paths": listOfTexts,
			"service_principal": types.StringType, "source_arns": listOfTexts, "source_account_ids": listOfTexts, "match_roles_by": types.StringType,
			"access": types.StringType, "actions": listOfTexts, "conditions": types.ListType{ElemType: condition},
			"statement": types.StringType, "allow_public": types.BoolType,
		}},
	}
}

func (grantsFromPolicy) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "grants_from_policy"
}

func (grantsFromPolicy) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Show the resources for an existing repository policy",
		MarkdownDescription: "Returns what each statement of an existing repository policy becomes when this provider manages it: " +
			"an `ecrxa_repository_grant` where one can express it, otherwise an `ecrxa_repository_statement`. It reads nothing from AWS. " +
			"The resources write a policy with the same meaning as the given one.\n\n" +
			"The shortest way to the configuration is `terraform console`, or an `output` of `join(\"\\n\", provider::ecrxa::grants_from_policy(…)[*].hcl)`. " +
			"The guide [Migrate from the AWS provider](../guides/migrate-from-aws.md) says how to move without a moment in which a statement is missing.\n\n" +
			"The result is a list with one object for each statement, in the order of the policy. Each has these attributes:\n\n" +
			"- `kind`: the type of the resource; null if no resource can manage the statement.\n" +
			"- `name`: a name for the resource, made of the Sid; null if `kind` is. No two are the same.\n" +
			"- `sid`: the Sid; null if the statement has none.\n" +
			"- `attributes`: the arguments of the resource. Arguments that it does not need are null.\n" +
			"- `import_id`: the import ID; null without `repository_arn`.\n" +
			"- `hcl`: the `resource` block and the `import` block, to paste. Without `repository_arn`, only the `resource` block, to which you add `repository`.\n" +
			"- `reason`: why the statement is no grant, or why no resource can manage it; null for a grant.",
		Parameters: []function.Parameter{function.StringParameter{
			Name:                "policy",
			MarkdownDescription: "The repository policy as JSON.",
		}},
		VariadicParameter: function.StringParameter{
			Name:                "repository_arn",
			MarkdownDescription: "The ARN of the repository, at most one.",
		},
		Return: function.ListReturn{ElementType: types.ObjectType{AttrTypes: adoptionTypes()}},
	}
}

func (grantsFromPolicy) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text string
	var arns []string
	if resp.Error = req.Arguments.Get(ctx, &text, &arns); resp.Error != nil {
		return
	}
	doc, err := policy.Parse(text)
	if err != nil {
		resp.Error = argumentError(0, fmt.Errorf("this is not a policy document: %w", err))
		return
	}
	repo := awsname.Repository{Partition: "aws"}
	switch {
	case len(arns) > 1:
		resp.Error = argumentError(2, errors.New("a policy is that of one repository: give one ARN"))
		return
	case len(arns) == 1:
		if repo, err = awsname.ParseRepositoryARN(arns[0]); err != nil {
			resp.Error = argumentError(1, err)
			return
		}
	}
	result := []adoption{}
	for _, a := range managed.Adopt(repo, doc) {
		result = append(result, adoptionOf(repo, a))
	}
	list, diags := types.ListValueFrom(ctx, types.ObjectType{AttrTypes: adoptionTypes()}, result)
	if resp.Error = function.FuncErrorFromDiags(ctx, diags); resp.Error != nil {
		return
	}
	resp.Error = resp.Result.Set(ctx, list)
}

func adoptionOf(repo awsname.Repository, a managed.Adoption) adoption {
	out := adoption{Kind: orNull(a.Type), Name: orNull(a.Name), Sid: orNull(a.Statement.Sid()), HCL: a.HCL(repo), Reason: orNull(a.Reason)}
	if a.Type == "" {
		return out
	}
	if repo.Name != "" {
		out.HCL = strings.Join([]string{out.HCL, a.ImportHCL(repo), ""}, "\n")
		id := managed.GrantImportID(repo, a.Statement.Sid())
		out.ImportID = &id
	}
	out.Attributes = adoptedAttributes{RegistryID: orNull(repo.Account), Region: orNull(repo.Region), Repository: orNull(repo.Name)}
	if a.Grant == nil {
		out.Attributes.Statement = orNull(a.Statement.String())
		if managed.Public(a.Statement) != "" {
			public := true
			out.Attributes.AllowPublic = &public
		}
		return out
	}
	out.Attributes.setGrant(a.Grant)
	return out
}

func (a *adoptedAttributes) setGrant(g *managed.Grant) {
	a.Sid, a.ServicePrincipal = &g.Sid, orNull(g.ServicePrincipal)
	a.AccountIDs, a.RoleARNs, a.UserARNs = g.AccountIDs, g.RoleARNs, g.UserARNs
	a.OrganizationIDs, a.OrganizationPaths = g.OrganizationIDs, g.OrganizationPaths
	a.SourceARNs, a.SourceAccountIDs = g.SourceARNs, g.SourceAccountIDs
	if g.MatchRolesBy == managed.ByCondition {
		a.MatchRolesBy = &g.MatchRolesBy
	}
	if name, named := actionset.Of(g.Actions); named {
		a.Access = orNull(string(name))
	} else {
		a.Actions = g.Actions
	}
	for _, c := range g.Conditions {
		a.Conditions = append(a.Conditions, adoptedCondition(c))
	}
}
