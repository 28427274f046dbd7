// SPDX-License-Identifier: MPL-2.0

package pulls

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// Cases are pulls of all kinds, for the tests of verdicts, texts and remedies.
var Cases = slices.Concat(cases, whoPulls, ofSnapshots)

var cases = []Case{
	{"allowed", Both(), allowed},
	{
		"denied by both",
		None(),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"denied by the consumer",
		With(Both(), func(in *verdict.Input) { in.IdentityPolicies = verdict.DocumentsOf() }),
		denied(verdict.Consumer, "identity_policy"),
	},
	{
		"denied by the registry",
		With(Both(), func(in *verdict.Input) { in.RepositoryPolicy = verdict.DocumentsOf() }),
		denied(verdict.Registry, "repository_policy"),
	},
	{
		"login not allowed",
		With(Both(), func(in *verdict.Input) { in.IdentityPolicies = DocumentsOf(Doc(PullOn(RepositoryARN))) }),
		denied(verdict.Consumer, "identity_policy"),
	},
	{
		"explicit deny",
		With(Both(), func(in *verdict.Input) {
			in.RepositoryPolicy.List[0].Text = strings.Replace(Granting, "[{", `[{"Sid":"NoOutsiders","Effect":"Deny","Principal":"*","Action":"ecr:*","Condition":{"StringNotEquals":{"aws:PrincipalAccount":"987654321098"}}},{`, 1)
		}),
		denied(verdict.Registry, "repository_policy"),
	},
	{
		"permissions boundary",
		With(Both(), func(in *verdict.Input) { in.PermissionsBoundary = DocumentsOf(Doc(Login)) }),
		denied(verdict.Consumer, "permissions_boundary"),
	},
	{
		"service control policy",
		With(Both(), func(in *verdict.Input) {
			in.ServiceControlPolicies = verdict.Levels{State: verdict.Known, List: [][]verdict.Document{{{
				Name: "service_control_policies[0][0]",
				Text: Doc(`{"Effect":"Allow","Action":"*","Resource":"*"}`, `{"Sid":"NoForeignImages","Effect":"Deny","Action":"ecr:BatchGetImage","Resource":"*"}`),
			}}}}
		}),
		denied(verdict.Consumer, "service_control_policy"),
	},
	{
		"conditional for a key",
		With(Both(), func(in *verdict.Input) {
			in.RepositoryPolicy = DocumentsOf(Doc(`{"Sid":"PullFromVPC","Effect":"Allow","Principal":{"AWS":"` + RoleARN + `"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Condition":{"StringEquals":{"aws:SourceVpce":"vpce-0a1b2c3d"}}}`))
		}),
		conditional,
	},
	{
		"conditional for an unknown side",
		With(Both(), func(in *verdict.Input) { in.RepositoryPolicy = verdict.Documents{} }),
		conditional,
	},
	{
		"denied though a side is unknown",
		With(None(), func(in *verdict.Input) { in.RepositoryPolicy = verdict.Documents{} }),
		denied(verdict.Consumer, "identity_policy"),
	},
	{
		"conditional for what was not readable",
		With(Both(), func(in *verdict.Input) { in.PermissionsBoundary = verdict.Documents{State: verdict.Unknown} }),
		conditional,
	},
	{
		"conditional for a registry policy that was not readable",
		With(Both(), func(in *verdict.Input) { in.RegistryPolicy = verdict.Documents{State: verdict.Unknown} }),
		conditional,
	},
	{
		"conditional for role policies that were not readable",
		With(Both(), func(in *verdict.Input) {
			in.IdentityPolicies.State = verdict.Unknown
			in.IdentityPolicies.List = append(in.IdentityPolicies.List, verdict.Document{Name: "arn:aws:iam::aws:policy/ReadOnlyAccess", Text: verdict.UnknownText})
		}),
		conditional,
	},
	{
		"registry policy not readable, of a scope that does not matter",
		With(Both(), func(in *verdict.Input) {
			in.RegistryPolicy, in.RegistryPolicyScope = verdict.Documents{State: verdict.Unknown}, "V1"
		}),
		allowed,
	},
	{
		"region mismatch",
		With(Both(), func(in *verdict.Input) {
			in.IdentityPolicies = DocumentsOf(Doc(Login, PullOn("arn:aws:ecr:us-west-2:987654321098:repository/payment-service")))
		}),
		denied(verdict.Consumer, "identity_policy"),
	},
	{
		"account mismatch",
		With(Both(), func(in *verdict.Input) {
			in.IdentityPolicies = DocumentsOf(Doc(Login, PullOn("arn:aws:ecr:us-east-1:123456789012:repository/payment-*")))
			in.RepositoryPolicy = DocumentsOf(strings.ReplaceAll(Granting, "123456789012", "111111111111"))
		}),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"cross partition",
		With(Both(), func(in *verdict.Input) {
			in.Image = "987654321098.dkr.ecr.cn-north-1.amazonaws.com.cn/payment-service"
		}),
		denied(verdict.Consumer, "partition_mismatch"),
	},
	{
		"same account",
		With(None(), func(in *verdict.Input) { in.RoleARN = SameAccountARN }),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"same account, allowed by its identity policy",
		With(Both(), func(in *verdict.Input) { in.RoleARN, in.RepositoryPolicy = SameAccountARN, verdict.DocumentsOf() }),
		allowed,
	},
	{
		"planned registry statement",
		With(Both(), func(in *verdict.Input) {
			in.RepositoryPolicy = verdict.DocumentsOf()
			in.PlannedRegistryStatements = []verdict.Document{{Text: `{"Sid":"OrganizationPull","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":"arn:aws:ecr:us-east-1:987654321098:repository/payment-*"}`, At: verdict.At{Attribute: "planned_registry_statements", Indexes: []int{0}}}}
		}),
		allowed,
	},
	{
		"planned registry statement for other repositories",
		With(Both(), func(in *verdict.Input) {
			in.RepositoryPolicy, in.RegistryPolicy = verdict.DocumentsOf(), verdict.DocumentsOf()
			in.PlannedRegistryStatements = []verdict.Document{{Text: `{"Sid":"OrganizationPull","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":"arn:aws:ecr:us-east-1:987654321098:repository/team/*"}`, At: verdict.At{Attribute: "planned_registry_statements", Indexes: []int{0}}}}
		}),
		denied(verdict.Registry, "repository_policy"),
	},
	{
		"registry policy allows",
		With(Both(), func(in *verdict.Input) {
			in.RepositoryPolicy = verdict.DocumentsOf()
			in.RegistryPolicy = DocumentsOf(Doc(`{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"ecr:*","Resource":"arn:aws:ecr:us-east-1:987654321098:repository/*"}`))
			in.RegistryPolicyScope = "V2"
		}),
		allowed,
	},
	{
		"registry policy without a scope",
		With(Both(), func(in *verdict.Input) {
			in.RepositoryPolicy = verdict.DocumentsOf()
			in.RegistryPolicy = DocumentsOf(Doc(`{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"ecr:*","Resource":"arn:aws:ecr:us-east-1:987654321098:repository/*"}`))
		}),
		allowed,
	},
	{
		"registry policy of scope V1",
		With(Both(), func(in *verdict.Input) {
			in.RepositoryPolicy = verdict.DocumentsOf()
			in.RegistryPolicy = DocumentsOf(Doc(`{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"ecr:*","Resource":"arn:aws:ecr:us-east-1:987654321098:repository/*"}`))
			in.RegistryPolicyScope = "V1"
		}),
		denied(verdict.Registry, "repository_policy"),
	},
	{
		"registry policy of a scope that does not matter",
		With(Both(), func(in *verdict.Input) {
			in.RegistryPolicy = DocumentsOf(Doc(`{"Sid":"Replicate","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":"ecr:ReplicateImage","Resource":"*"}`))
		}),
		allowed,
	},
	{
		"pull through cache",
		With(Both(), func(in *verdict.Input) { in.Access = actionset.PullThroughCache }),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"pull through cache of a repository that does not exist yet",
		With(None(), func(in *verdict.Input) {
			in.Access, in.RepositoryExists = actionset.PullThroughCache, verdict.Missing
			in.RepositoryPolicy = verdict.Documents{State: verdict.Unknown}
			in.IdentityPolicies = DocumentsOf(Doc(`{"Effect":"Allow","Action":"ecr:*","Resource":"*"}`))
		}),
		denied(verdict.Registry, "registry_policy"),
	},
	{
		"pull through cache of a repository that a template will give a policy",
		With(None(), func(in *verdict.Input) {
			in.Access, in.RepositoryExists = actionset.PullThroughCache, verdict.Missing
			in.RegistryPolicy = DocumentsOf(Doc(`{"Effect":"Allow","Principal":"*","Action":"ecr:*","Resource":"*"}`))
			in.IdentityPolicies = DocumentsOf(Doc(`{"Effect":"Allow","Action":"ecr:*","Resource":"*"}`))
		}),
		conditional,
	},
	{
		"pull through cache where nobody looked for the repository",
		With(Both(), func(in *verdict.Input) {
			in.Access = actionset.PullThroughCache
			in.RepositoryPolicy = DocumentsOf(Doc(`{"Effect":"Allow","Principal":"*","Action":"ecr:*"}`))
			in.IdentityPolicies = DocumentsOf(Doc(`{"Effect":"Allow","Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer","ecr:BatchImportUpstreamImage","ecr:GetAuthorizationToken"],"Resource":"*"}`))
		}),
		conditional,
	},
	{
		"resource control policy of the consumer denies the login",
		With(Both(), func(in *verdict.Input) {
			in.ConsumerResourceControlPolicies = verdict.Levels{State: verdict.Known, List: [][]verdict.Document{{{Name: "guard", Text: Doc(`{"Sid":"Guard","Effect":"Deny","Principal":"*","Action":"ecr:*","Resource":"*"}`)}}}}
		}),
		conditional,
	},
	{
		"push",
		With(None(), func(in *verdict.Input) { in.Access = actionset.Push }),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"repository missing",
		With(Both(), func(in *verdict.Input) {
			in.RepositoryPolicy, in.RepositoryExists = verdict.DocumentsOf(), verdict.Missing
		}),
		denied(verdict.Registry, "repository_missing", "repository_policy"),
	},
	{
		"role missing",
		With(Both(), func(in *verdict.Input) { in.IdentityPolicies, in.RoleExists = verdict.DocumentsOf(), verdict.Missing }),
		denied(verdict.Consumer, "role_missing", "identity_policy"),
	},
	{
		"role and repository missing",
		With(None(), func(in *verdict.Input) { in.RoleExists, in.RepositoryExists = verdict.Missing, verdict.Missing }),
		denied(verdict.Both, "role_missing", "repository_missing", "identity_policy", "repository_policy"),
	},
	{
		"role and repository only planned",
		With(None(), func(in *verdict.Input) {
			in.RoleExists, in.RepositoryExists = verdict.Missing, verdict.Missing
			in.PlannedStatements = []verdict.Document{{Text: `{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"` + RoleARN + `"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}`}}
			in.PlannedRolePolicies = []verdict.Document{{Name: "ecrxa-pull", Text: Pulling}}
		}),
		allowed,
	},
	{
		"role that will have given and planned policies",
		With(Both(), func(in *verdict.Input) {
			in.RoleExists = verdict.Missing
			in.PlannedRolePolicies = []verdict.Document{{Name: "ecrxa-pull", Text: Pulling}}
		}),
		allowed,
	},
	{
		"pull through cache of a repository whose policy is given ahead",
		With(Both(), func(in *verdict.Input) {
			in.Access, in.RepositoryExists = actionset.PullThroughCache, verdict.Missing
			in.RepositoryPolicy = DocumentsOf(Doc(`{"Effect":"Allow","Principal":{"AWS":"` + RoleARN + `"},"Action":"ecr:*"}`))
			in.RegistryPolicy = DocumentsOf(Doc(`{"Effect":"Allow","Principal":{"AWS":"` + RoleARN + `"},"Action":"ecr:CreateRepository","Resource":"*"}`))
			in.IdentityPolicies = DocumentsOf(Doc(`{"Effect":"Allow","Action":"ecr:*","Resource":"*"}`))
		}),
		allowed,
	},
	{
		"misfit of one side and near miss of the other",
		With(Both(), func(in *verdict.Input) {
			in.IdentityPolicies = DocumentsOf(Doc(Login, PullOn("arn:aws:ecr:us-west-2:987654321098:repository/payment-service")))
			in.RepositoryPolicy = DocumentsOf(strings.ReplaceAll(Granting, "123456789012:root", "123456789012:role/ecsTaskRole"))
		}),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"user",
		With(None(), func(in *verdict.Input) {
			in.RoleARN, in.RoleExists = "arn:aws:iam::123456789012:user/ci/deployer", verdict.Missing
		}),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"session",
		With(None(), func(in *verdict.Input) {
			in.RoleARN = "arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/task-1"
			in.ActualRoleARN = "arn:aws:iam::123456789012:role/service/ecsTaskExecutionRole"
		}),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"session of a role with a path",
		With(Both(), func(in *verdict.Input) {
			in.RoleARN = "arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/task-1"
			in.ActualRoleARN = "arn:aws:iam::123456789012:role/service/ecsTaskExecutionRole"
			in.RepositoryPolicy = DocumentsOf(strings.ReplaceAll(Granting, "arn:aws:iam::123456789012:root", in.ActualRoleARN))
		}),
		allowed,
	},
	{
		"session of a role whose path is not known",
		With(Both(), func(in *verdict.Input) {
			in.RoleARN = "arn:aws:sts::123456789012:assumed-role/ecsTaskExecutionRole/task-1"
			in.RepositoryPolicy = DocumentsOf(strings.ReplaceAll(Granting, "arn:aws:iam::123456789012:root", "arn:aws:iam::123456789012:role/service/ecsTaskExecutionRole"))
		}),
		conditional,
	},
	{
		"by the ARN of the repository",
		With(Both(), func(in *verdict.Input) { in.Image, in.RepositoryARN = "", RepositoryARN }),
		allowed,
	},
	{
		"account root",
		With(None(), func(in *verdict.Input) { in.RoleARN = "arn:aws:iam::123456789012:root" }),
		denied(verdict.Registry, "repository_policy"),
	},
	{
		"account root of which nothing else is set",
		verdict.Input{Image: Image, RoleARN: "arn:aws:iam::123456789012:root", RepositoryPolicy: DocumentsOf(Doc(Grant))},
		allowed,
	},
	{
		"federated user",
		With(Both(), func(in *verdict.Input) {
			in.RoleARN, in.RepositoryPolicy = "arn:aws:sts::123456789012:federated-user/ci", verdict.DocumentsOf()
			in.SessionPolicies = verdict.DocumentsOf(verdict.Document{Name: "session_policies[0]", Text: Pulling})
		}),
		denied(verdict.Registry, "repository_policy"),
	},
	{
		"federated user without session policies",
		With(Both(), func(in *verdict.Input) {
			in.RoleARN, in.IdentityPolicies = "arn:aws:sts::123456789012:federated-user/ci", verdict.DocumentsOf()
		}),
		denied(verdict.Consumer, "identity_policy"), // The policy passed to GetFederationToken is unknown, but does not matter.
	},
	{
		"account and region mismatch",
		With(Both(), func(in *verdict.Input) {
			in.IdentityPolicies = DocumentsOf(Doc(Login, PullOn("arn:aws:ecr:eu-west-1:111111111111:repository/*")))
			in.RepositoryPolicy = DocumentsOf(Doc(`{"Sid":"Pull","Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"ecr:*","Resource":"arn:aws:ecr:eu-west-1:987654321098:repository/payment-service"}`))
		}),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"partition mismatch in a policy",
		With(Both(), func(in *verdict.Input) {
			in.IdentityPolicies = DocumentsOf(Doc(Login, PullOn("arn:aws-cn:ecr:*:987654321098:repository/*")))
		}),
		denied(verdict.Consumer, "identity_policy"),
	},
	{
		"unknown service control policies",
		With(Both(), func(in *verdict.Input) { in.ServiceControlPolicies = verdict.Levels{State: verdict.Unknown} }),
		conditional,
	},
	{
		"explicit deny in the same account",
		With(Both(), func(in *verdict.Input) {
			in.RoleARN = SameAccountARN
			in.RepositoryPolicy = DocumentsOf(Doc(`{"Effect":"Deny","Principal":"*","Action":"ecr:BatchGetImage"}`))
		}),
		denied(verdict.Registry, "repository_policy"),
	},
	{
		"condition on the resource",
		With(Both(), func(in *verdict.Input) {
			in.IdentityPolicies = DocumentsOf(Doc(Login, `{"Effect":"Allow","Action":"ecr:*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"payments"}}}`))
		}),
		conditional,
	},
	{
		"deleted role in the repository policy",
		With(Both(), func(in *verdict.Input) {
			in.RepositoryPolicy = DocumentsOf(strings.ReplaceAll(Granting, "arn:aws:iam::123456789012:root", "AROAEXAMPLEEXAMPLE123"))
		}),
		denied(verdict.Registry, "repository_policy"),
	},
	{
		"role with a path",
		With(Both(), func(in *verdict.Input) {
			in.ActualRoleARN = "arn:aws:iam::123456789012:role/service/ecsTaskExecutionRole"
			in.RepositoryPolicy = DocumentsOf(strings.ReplaceAll(Granting, "arn:aws:iam::123456789012:root", RoleARN))
		}),
		denied(verdict.Registry, "repository_policy"),
	},
	{
		"explicit deny or no allow, as a key has it",
		With(Both(), func(in *verdict.Input) {
			in.RepositoryPolicy = DocumentsOf(Doc(strings.Replace(Grant, `"Pull"`, `"Pull","Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}}`, 1),
				`{"Sid":"NotFromThere","Effect":"Deny","Principal":"*","Action":"ecr:*","Condition":{"StringLike":{"aws:SourceVpce":"vpce-*"}}}`))
		}),
		denied(verdict.Registry, "repository_policy"),
	},
	{
		"one side or the other, as a key has it",
		With(Both(), func(in *verdict.Input) {
			in.RepositoryPolicy = DocumentsOf(Doc(strings.Replace(Grant, `"Pull"`, `"Pull","Condition":{"Null":{"aws:SourceVpce":"true"}}`, 1)))
			in.IdentityPolicies = DocumentsOf(Doc(Login, strings.Replace(PullOn("*"), `}`, `,"Condition":{"StringEquals":{"aws:SourceVpce":["vpce-1","vpce-2"]}}}`, 1)))
		}),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"one statement or another, as a key has it",
		With(Both(), func(in *verdict.Input) {
			in.RepositoryPolicy = DocumentsOf(Doc(strings.Replace(Grant, `"Pull"`, `"Pull","Condition":{"Null":{"aws:SourceVpce":"true"}}`, 1),
				strings.Replace(Grant, `"Pull"`, `"PullFromVPC","Condition":{"Null":{"aws:SourceVpce":"false"}}`, 1)))
		}),
		allowed,
	},
	{
		"conditional for a key that must be present",
		With(Both(), func(in *verdict.Input) {
			in.RepositoryPolicy = DocumentsOf(Doc(strings.Replace(Grant, `"Pull"`, `"Pull","Condition":{"Null":{"aws:SourceVpce":"false"}}`, 1)))
		}),
		conditional,
	},
	{
		"near misses of several statements",
		With(Both(), func(in *verdict.Input) {
			in.RepositoryPolicy = DocumentsOf(strings.ReplaceAll(Granting, "123456789012:root", "123456789012:role/ecsTaskExecution-Role"))
			in.IdentityPolicies = DocumentsOf(Doc(
				`{"Effect":"Allow","Action":["ecr:GetAuthorizationToken","ecr:BatchGetImage"],"Resource":"arn:aws:ecr:us-east-1:987654321098:repository/payment-servce"}`,
				`{"Effect":"Allow","Action":"ecr:GetDownloadUrlForLayer","Resource":"arn:aws:ecr:us-east-1:987654321098:repository/payment-servce"}`))
		}),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"held back by a condition of the registry",
		With(Both(), func(in *verdict.Input) {
			in.RepositoryPolicy = DocumentsOf(Doc(ThroughEndpoint))
			in.Context = map[string][]string{"aws:SourceVpce": {}}
		}),
		denied(verdict.Registry, "repository_policy"),
	},
	{
		"held back by conditions of both",
		With(Both(), func(in *verdict.Input) {
			in.IdentityPolicies = DocumentsOf(Doc(Login, strings.Replace(PullOn(RepositoryARN), `{`, `{"Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-2"},"Bool":{"aws:MultiFactorAuthPresent":"true"}},`, 1)))
			in.RepositoryPolicy = DocumentsOf(Doc(ThroughEndpoint))
			in.Context = map[string][]string{"aws:SourceVpce": {"vpce-2"}, "aws:MultiFactorAuthPresent": {"false"}}
		}),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"held back in a part by a condition",
		With(Both(), func(in *verdict.Input) {
			in.RepositoryPolicy = DocumentsOf(Doc(strings.Replace(ThroughEndpoint, `["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]`, `"ecr:BatchGetImage"`, 1)))
			in.Context = map[string][]string{"aws:SourceVpce": {"vpce-2"}}
		}),
		denied(verdict.Registry, "repository_policy"),
	},
	{
		"condition key misspelt, region not known",
		With(Both(), func(in *verdict.Input) {
			in.Image = strings.Replace(Image, "us-east-1", "us-est-1", 1)
			in.RepositoryPolicy = DocumentsOf(Doc(strings.Replace(Grant, `"Pull"`, `"Pull","Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}}`, 1)))
			in.IdentityPolicies = DocumentsOf(Doc(Login, PullOn("*")))
			in.Context = map[string][]string{"aws:SourceVpcEndpoint": {"vpce-1"}}
		}),
		conditional,
	},
	{
		"login in a planned statement",
		With(Both(), func(in *verdict.Input) {
			in.RepositoryPolicy = verdict.DocumentsOf()
			in.PlannedStatements = []verdict.Document{{Text: strings.Replace(Grant, `"Action":[`, `"Action":["ecr:GetAuthorizationToken",`, 1), At: verdict.At{Attribute: "planned_statements", Indexes: []int{0}}}}
		}),
		allowed,
	},
	{
		"own policy for another region, own grant that lacks an action",
		With(Both(), func(in *verdict.Input) {
			in.IdentityPolicies.List = []verdict.Document{{Name: "ecrxa-pull", Text: Doc(strings.Replace(Login, "{", `{"Sid":"Token",`, 1),
				strings.Replace(PullOn("arn:aws:ecr:us-west-2:987654321098:repository/payment-service"), "{", `{"Sid":"Repositories",`, 1))}}
			in.RepositoryPolicy = DocumentsOf(Doc(`{"Sid":"Payments","Effect":"Allow","Principal":{"AWS":"` + RoleARN + `"},"Action":"ecr:BatchGetImage"}`))
		}),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"condition key of a policy misspelt",
		With(Both(), func(in *verdict.Input) {
			in.RepositoryPolicy = DocumentsOf(Doc(strings.Replace(Grant, `"Pull"`, `"Pull","Condition":{"StringEquals":{"aws:PrincipleOrgID":"o-1"}}`, 1)))
		}),
		conditional,
	},
	{
		"condition key of a policy misspelt and given",
		With(Both(), func(in *verdict.Input) {
			in.RepositoryPolicy = DocumentsOf(Doc(strings.Replace(Grant, `"Pull"`, `"Pull","Condition":{"StringEquals":{"aws:PrincipleOrgID":"o-1"}}`, 1)))
			in.Context = map[string][]string{"aws:PrincipleOrgID": {"o-1"}}
		}),
		allowed,
	},
	{
		"variable in a policy of an old version",
		With(Both(), func(in *verdict.Input) {
			variable := Doc(strings.Replace(PullOn("arn:aws:ecr:us-east-1:${aws:ResourceAccount}:repository/*"), `"ecr:BatchGetImage"`, `"ecr:GetAuthorizationToken","ecr:BatchGetImage"`, 1))
			in.IdentityPolicies = DocumentsOf(Doc(Login), strings.Replace(variable, "2012-10-17", "2008-10-17", 1))
			in.IdentityPolicies.List[1].Name = "by-account"
		}),
		denied(verdict.Consumer, "identity_policy"),
	},
	{
		"action and resource misspelt",
		With(Both(), func(in *verdict.Input) {
			in.IdentityPolicies = DocumentsOf(Doc(Login, PullOn("arn:aws:ecr:us-east-1:987654321098:payment-service"), PullOn(RepositoryARN+":v1")))
			in.RepositoryPolicy = DocumentsOf(Doc(strings.ReplaceAll(Grant, "ecr:BatchGetImage", "ecr:BatchGetImages")))
		}),
		denied(verdict.Both, "identity_policy", "repository_policy"),
	},
	{
		"grant to one session of the role",
		With(Both(), func(in *verdict.Input) {
			in.RepositoryPolicy = DocumentsOf(Doc(strings.ReplaceAll(Grant, "iam::123456789012:root", "sts::123456789012:assumed-role/ecsTaskExecutionRole/task-1")))
		}),
		conditional,
	},
	{
		"repository statement without principal",
		With(Both(), func(in *verdict.Input) {
			in.RepositoryPolicy = DocumentsOf(Doc(strings.Replace(Grant, `"Principal":{"AWS":"arn:aws:iam::123456789012:root"},`, "", 1)))
		}),
		conditional,
	},
	{
		"role statement with principal and one without resource, other side unknown",
		With(Both(), func(in *verdict.Input) {
			in.RepositoryPolicy = verdict.Documents{}
			in.IdentityPolicies = DocumentsOf(Doc(Login, `{"Effect":"Allow","Action":"ecr:*"}`, Grant))
		}),
		conditional,
	},
}
