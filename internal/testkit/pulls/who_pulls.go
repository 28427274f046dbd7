package pulls

import (
	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// whoPulls are the cases of what pulls and how.
var whoPulls = []Case{
	{
		"actions of a tool that reads manifests only",
		With(Both(), func(in *verdict.Input) { readsManifests(in, "ecr:ListImages", "ecr:batchGetImage", "ecr:GetAuthorizationToken") }),
		allowed,
	},
	{
		"actions that nobody allows",
		With(Both(), func(in *verdict.Input) { readsManifests(in, "ecr:BatchGetImage", "ecr:DescribeImages") }),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"an action that is misspelt",
		With(Both(), func(in *verdict.Input) { readsManifests(in, "ecr:BatchGetImage", "ecr:ListImage") }),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"metadata",
		With(Both(), func(in *verdict.Input) { readsManifests(in); in.Access = actionset.ReadMetadata }),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
}

// readsManifests has both sides allow what a tool needs that compares tags and digests.
func readsManifests(in *verdict.Input, actions ...string) {
	in.Actions = actions
	in.IdentityPolicies = DocumentsOf(Doc(Login, `{"Effect":"Allow","Action":["ecr:BatchGetImage","ecr:ListImages"],"Resource":"`+RepositoryARN+`"}`))
	in.RepositoryPolicy = DocumentsOf(Doc(`{"Sid":"Read","Effect":"Allow","Principal":{"AWS":"` + RoleARN + `"},"Action":["ecr:BatchGetImage","ecr:ListImages"]}`))
}
