// SPDX-License-Identifier: MPL-2.0

package pulls

import (
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/puller"
)

// whoPulls are the cases of what pulls and how.
var whoPulls = []Case{
	{
		"actions of a tool that reads manifests only",
		With(Both(), func(in *verdict.Input) {
			readsManifests(in, "ecr:ListImages", "ecr:batchGetImage", "ecr:GetAuthorizationToken")
		}),
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
	{
		"layers through an S3 endpoint",
		With(Both(), func(in *verdict.Input) {
			in.S3EndpointPolicy = DocumentsOf(Doc(throughS3("arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*", "")))
		}),
		allowed,
	},
	{
		"S3 endpoint for other buckets only",
		With(Both(), func(in *verdict.Input) {
			in.S3EndpointPolicy = DocumentsOf(Doc(throughS3("arn:aws:s3:::artifacts/*", "")))
		}),
		denied(verdict.Consumer, "s3_endpoint_policy"),
	},
	{
		"VPC endpoint for the repositories of its own account",
		With(Both(), func(in *verdict.Input) {
			in.VPCEndpointPolicy = DocumentsOf(Doc(
				`{"Sid":"Login","Effect":"Allow","Principal":"*","Action":"ecr:GetAuthorizationToken","Resource":"*"}`,
				`{"Sid":"OwnRepositories","Effect":"Allow","Principal":"*","Action":"ecr:*","Resource":"arn:aws:ecr:us-east-1:123456789012:repository/*"}`,
			))
		}),
		denied(verdict.Consumer, "vpc_endpoint_policy"),
	},
	{
		"S3 endpoint for the organization",
		With(Both(), func(in *verdict.Input) {
			in.S3EndpointPolicy = DocumentsOf(Doc(throughS3("*", `,"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}`)))
		}),
		conditional,
	},
	{
		"S3 endpoint that denies all other owners",
		With(Both(), func(in *verdict.Input) {
			in.S3EndpointPolicy = DocumentsOf(Doc(throughS3("*", ""), `{"Sid":"OwnBucketsOnly","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEquals":{"aws:ResourceOrgID":"o-a1b2c3d4e5"}}}`))
		}),
		conditional,
	},
	{
		"S3 endpoint of which the policy is not known",
		With(Both(), func(in *verdict.Input) { in.S3EndpointPolicy = verdict.Documents{State: verdict.Unknown} }),
		conditional,
	},
	{
		"task of Amazon ECS",
		With(Both(), func(in *verdict.Input) {
			in.Puller, in.TrustPolicy = puller.ECSTask, trusting("ecs-tasks.amazonaws.com")
		}),
		allowed,
	},
	{
		"task of Amazon ECS with the role of an instance",
		With(Both(), func(in *verdict.Input) { in.Puller, in.TrustPolicy = puller.ECSTask, trusting("ec2.amazonaws.com") }),
		denied(verdict.Consumer, "role_not_assumable"),
	},
	{
		"task of Amazon ECS whose ARN the trust policy asks for",
		With(Both(), func(in *verdict.Input) {
			in.Puller, in.TrustPolicy = puller.ECSTask, trustingIf("ecs-tasks.amazonaws.com", `"ArnLike":{"aws:SourceArn":"arn:aws:ecs:us-east-1:123456789012:*"}`)
		}),
		allowed,
	},
	{
		"task of Amazon ECS in another account than the trust policy asks for",
		With(Both(), func(in *verdict.Input) {
			in.Puller, in.TrustPolicy = puller.ECSTask, trustingIf("ecs-tasks.amazonaws.com", `"StringEquals":{"aws:SourceAccount":"999988887777"}`)
		}),
		denied(verdict.Consumer, "role_not_assumable"),
	},
	{
		"service account with the role of a pod identity",
		With(Both(), func(in *verdict.Input) {
			in.Puller, in.TrustPolicy = puller.EKSServiceAccount, trusting("pods.eks.amazonaws.com")
		}),
		denied(verdict.Consumer, "role_not_assumable"),
	},
	{
		"service account with a web identity",
		With(Both(), func(in *verdict.Input) {
			in.Puller = puller.EKSServiceAccount
			in.TrustPolicy = DocumentsOf(Doc(`{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::123456789012:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE"},"Action":"sts:AssumeRoleWithWebIdentity"}`))
		}),
		allowed,
	},
	{
		"App Runner in another Region",
		With(Both(), func(in *verdict.Input) { in.Puller, in.PullerRegion = puller.AppRunner, "us-west-2" }),
		denied(verdict.Consumer, "region_mismatch"),
	},
	{
		"App Runner in a Region that is not known",
		With(Both(), func(in *verdict.Input) { in.Puller = puller.AppRunner }),
		allowed,
	},
	{
		"instance in another Region than the image and the S3 endpoint",
		With(Both(), func(in *verdict.Input) {
			in.Puller, in.PullerRegion = puller.EC2, "us-west-2"
			in.S3EndpointPolicy = DocumentsOf(Doc(throughS3("arn:aws:s3:::artifacts/*", "")))
		}),
		allowed,
	},
	{"Lambda function", function(toAccount, toLambda), allowed},
	{"Lambda function without the statement for the service", function(toAccount), denied(verdict.Registry, "repository_policy")},
	{"Lambda function without the statement for the account", function(toLambda), denied(verdict.Registry, "repository_policy")},
	{"Lambda function without any statement", function(), denied(verdict.Registry, "repository_policy")},
	{"Lambda function with a grant to one role", function(strings.Replace(toAccount, ":root", ":role/deploy", 1), toLambda), conditional},
	{
		"Lambda function for the roles of a path",
		function(strings.Replace(toAccount, `"Action"`, `"Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::123456789012:role/ci/*"}},"Action"`, 1), toLambda),
		conditional,
	},
	{"Lambda function for an organization", function(toAccount, strings.Replace(toLambda, `"ArnLike":{"aws:sourceARN":"arn:aws:lambda:us-east-1:123456789012:function:*"}`, `"StringEquals":{"aws:SourceOrgID":"o-a1b2c3d4e5"}`, 1)), conditional},
	{
		"Lambda function with its creator",
		With(function(toAccount, toLambda), func(in *verdict.Input) { in.RoleARN, in.IdentityPolicies = RoleARN, Both().IdentityPolicies }),
		allowed,
	},
	{
		"Lambda function with a creator who may not",
		With(function(toAccount, toLambda), func(in *verdict.Input) { in.RoleARN, in.IdentityPolicies = RoleARN, DocumentsOf(Doc(Login)) }),
		denied(verdict.Consumer, "identity_policy"),
	},
	{
		"Lambda function with a creator of whom nothing is known",
		With(function(toAccount, toLambda), func(in *verdict.Input) { in.RoleARN, in.IdentityPolicies = RoleARN, verdict.Documents{} }),
		conditional,
	},
	{
		"Lambda function in another Region",
		With(function(toAccount, toLambda), func(in *verdict.Input) { in.SourceARN = "arn:aws:lambda:eu-west-1:123456789012:function:checkout" }),
		denied(verdict.Both, "region_mismatch", "repository_policy"),
	},
	{
		"Lambda function with a FIPS endpoint",
		With(function(toAccount, toLambda), func(in *verdict.Input) { in.Image = strings.Replace(Image, ".ecr.", ".ecr-fips.", 1) }),
		denied(verdict.Consumer, "host_not_supported"),
	},
	{
		"CodeBuild without its service role",
		With(function(toAccount, toLambda), func(in *verdict.Input) {
			in.Puller, in.SourceARN = puller.CodeBuildService, "arn:aws:codebuild:us-east-1:123456789012:project/app"
		}),
		denied(verdict.Both, "account_mismatch", "repository_policy"),
	},
	{
		"CodeBuild in the account of the repository",
		With(function(strings.NewReplacer("lambda.amazonaws", "codebuild.amazonaws", "aws:lambda", "aws:codebuild", "123456789012:function:*", "987654321098:project/*").Replace(toLambda)), func(in *verdict.Input) {
			in.Puller, in.SourceARN = puller.CodeBuildService, "arn:aws:codebuild:us-east-1:987654321098:project/app"
		}),
		allowed,
	},
	{
		"HealthOmics as a service",
		With(function(), func(in *verdict.Input) {
			in.Puller, in.ServicePrincipal, in.SourceARN = puller.HealthOmics, "omics.amazonaws.com", "arn:aws:omics:us-east-1:123456789012:run/1"
		}),
		denied(verdict.Registry, "repository_policy"),
	},
}

// The statements for a Lambda function in another account, as AWS documents them.
const (
	toAccount = `{"Sid":"CrossAccountPermission","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}`
	toLambda  = `{"Sid":"LambdaECRImageCrossAccountRetrievalPolicy","Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Condition":{"ArnLike":{"aws:sourceARN":"arn:aws:lambda:us-east-1:123456789012:function:*"}}}`
)

// function is the pull of a Lambda function from a repository with these statements.
func function(statements ...string) verdict.Input {
	return verdict.Input{
		Image: Image, Puller: puller.Lambda, SourceARN: "arn:aws:lambda:us-east-1:123456789012:function:checkout",
		RepositoryPolicy: DocumentsOf(Doc(statements...)),
	}
}

// trusting returns a trust policy that lets a service assume the role.
func trusting(service string) verdict.Documents {
	return DocumentsOf(Doc(`{"Effect":"Allow","Principal":{"Service":"` + service + `"},"Action":"sts:AssumeRole"}`))
}

// trustingIf returns a trust policy that lets a service assume the role on a condition.
func trustingIf(service, condition string) verdict.Documents {
	return DocumentsOf(Doc(`{"Effect":"Allow","Principal":{"Service":"` + service + `"},"Action":"sts:AssumeRole","Condition":{` + condition + `}}`))
}

// throughS3 returns a statement of the policy of an S3 endpoint.
func throughS3(resource, condition string) string {
	return `{"Sid":"Buckets","Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"` + resource + `"` + condition + `}`
}

// readsManifests has both sides allow what a tool needs that compares tags and digests.
func readsManifests(in *verdict.Input, actions ...string) {
	in.Actions = actions
	in.IdentityPolicies = DocumentsOf(Doc(Login, `{"Effect":"Allow","Action":["ecr:BatchGetImage","ecr:ListImages"],"Resource":"`+RepositoryARN+`"}`))
	in.RepositoryPolicy = DocumentsOf(Doc(`{"Sid":"Read","Effect":"Allow","Principal":{"AWS":"` + RoleARN + `"},"Action":["ecr:BatchGetImage","ecr:ListImages"]}`))
}
