package pulls

import (
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
}

// trusting returns a trust policy that lets a service assume the role.
func trusting(service string) verdict.Documents {
	return DocumentsOf(Doc(`{"Effect":"Allow","Principal":{"Service":"` + service + `"},"Action":"sts:AssumeRole"}`))
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
