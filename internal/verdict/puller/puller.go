// SPDX-License-Identifier: MPL-2.0

// Package puller has the facts about what pulls images: which role it pulls with, or
// whether AWS pulls as a service, and what it cannot do whatever the policies say. It is
// pure.
package puller

import (
	"slices"
	"strings"
)

// A Name is the name of a kind of puller: a value of the argument "puller".
type Name string

// The names.
const (
	ECSTask           Name = "ecs_task"
	ECSInstance       Name = "ecs_instance"
	EKSNode           Name = "eks_node"
	EKSFargate        Name = "eks_fargate"
	EKSServiceAccount Name = "eks_service_account"
	Lambda            Name = "lambda"
	CodeBuild         Name = "codebuild"
	CodeBuildService  Name = "codebuild_service"
	Batch             Name = "batch"
	AppRunner         Name = "app_runner"
	SageMaker         Name = "sagemaker"
	BedrockAgentCore  Name = "bedrock_agentcore"
	HealthOmics       Name = "health_omics"
	EC2               Name = "ec2"
	External          Name = "external"
)

// The actions by which a role is assumed.
const (
	AssumeRole                = "sts:AssumeRole"
	AssumeRoleWithWebIdentity = "sts:AssumeRoleWithWebIdentity"
)

// A Puller is what AWS documents of one kind of puller. Its zero value is one of which
// nothing is known.
type Puller struct {
	Name    Name
	Subject string // as in "Amazon ECS"
	// Role is the role that pulls, in the words of the service; empty if it does not
	// pull with a role, or with any.
	Role string
	// Trusted are the services of which one must be able to assume the role; empty if
	// that is not known, or if it is no service.
	Trusted []string
	// WebIdentity: the role is assumed with a token of an identity provider.
	WebIdentity bool
	// Service is the service principal that pulls without a role.
	Service string
	// AsService: pages or examples of AWS grant the pull to one of Trusted, too.
	AsService bool
	// OwnRegion: it pulls from its own Region only.
	OwnRegion bool
	// NoFIPS: it does not pull from FIPS endpoints.
	NoFIPS bool
	// SameAccount: it pulls from repositories of its own account only.
	SameAccount bool
	Source      string // the page of AWS
}

// pullers are all of them, as in the documentation.
var pullers = []Puller{
	{
		Name: ECSTask, Subject: "Amazon ECS", Role: "the task execution role, never the task role; for tasks on EC2 instances that pull with the container instance role, set puller to ecs_instance",
		Trusted: []string{"ecs-tasks.amazonaws.com"}, Source: "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html",
	},
	{
		Name: ECSInstance, Subject: "Amazon ECS on EC2 instances", Role: "the container instance role, unless the task has a task execution role that the agent uses",
		Trusted: []string{"ec2.amazonaws.com", "ssm.amazonaws.com"}, Source: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/ECR_on_ECS.html",
	},
	{
		Name: EKSNode, Subject: "Amazon EKS", Role: "the IAM role of the node, not the role of the pod's service account",
		Trusted: []string{"ec2.amazonaws.com", "ssm.amazonaws.com", "rolesanywhere.amazonaws.com"}, Source: "https://docs.aws.amazon.com/AmazonECR/latest/userguide/ECR_on_EKS.html",
	},
	{
		Name: EKSFargate, Subject: "Amazon EKS on Fargate", Role: "the pod execution role of the Fargate profile, not the role of the pod's service account",
		Trusted: []string{"eks-fargate-pods.amazonaws.com"}, Source: "https://docs.aws.amazon.com/eks/latest/userguide/pod-execution-role.html",
	},
	{
		Name: EKSServiceAccount, Subject: "the kubelet's ecr-credential-provider", Role: "the role of the service account's annotation eks.amazonaws.com/ecr-role-arn; the role of the annotation role-arn and of EKS Pod Identity do not pull",
		WebIdentity: true, Source: "https://github.com/kubernetes/cloud-provider-aws/blob/master/docs/credential_provider.md",
	},
	{
		Name: Lambda, Subject: "AWS Lambda", Service: "lambda.amazonaws.com", OwnRegion: true, NoFIPS: true,
		Source: "https://docs.aws.amazon.com/lambda/latest/dg/images-create.html",
	},
	{
		Name: CodeBuild, Subject: "AWS CodeBuild", Role: "the service role of the project, which needs imagePullCredentialsType = SERVICE_ROLE",
		Trusted: []string{"codebuild.amazonaws.com"}, Source: "https://docs.aws.amazon.com/codebuild/latest/userguide/sample-ecr.html",
	},
	{
		Name: CodeBuildService, Subject: "AWS CodeBuild", Service: "codebuild.amazonaws.com", SameAccount: true,
		Source: "https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectEnvironment.html",
	},
	{
		Name: Batch, Subject: "AWS Batch", Role: "the execution role of the job on Fargate, or the instance role of the compute environment on EC2, never the job role",
		Trusted: []string{"ecs-tasks.amazonaws.com", "ec2.amazonaws.com"}, Source: "https://docs.aws.amazon.com/batch/latest/userguide/execution-IAM-role.html",
	},
	{
		Name: AppRunner, Subject: "AWS App Runner", Role: "the access role of the service, never the instance role",
		Trusted: []string{"build.apprunner.amazonaws.com"}, OwnRegion: true, Source: "https://docs.aws.amazon.com/apprunner/latest/dg/security_iam_service-with-iam.html",
	},
	{
		Name: SageMaker, Subject: "Amazon SageMaker", Role: "the execution role of the model, job or domain",
		Trusted: []string{"sagemaker.amazonaws.com"}, AsService: true, Source: "https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html",
	},
	{
		Name: BedrockAgentCore, Subject: "Amazon Bedrock AgentCore", Role: "the execution role of the agent runtime",
		Trusted: []string{"bedrock-agentcore.amazonaws.com"}, Source: "https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/runtime-permissions.html",
	},
	{
		Name: HealthOmics, Subject: "AWS HealthOmics", Role: "the service role of the run; in the examples of AWS the repository policy also grants the service omics.amazonaws.com, which a second check with service_principal judges",
		Trusted: []string{"omics.amazonaws.com"}, AsService: true, OwnRegion: true, Source: "https://docs.aws.amazon.com/omics/latest/dev/workflows-ecr.html",
	},
	{
		Name: EC2, Subject: "Amazon EC2", Role: "the role of the instance profile",
		Trusted: []string{"ec2.amazonaws.com"}, Source: "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html",
	},
	{Name: External, Subject: "what pulls outside of AWS's services"},
}

// Of returns the facts of a name, or false if there is no such name.
func Of(name Name) (Puller, bool) {
	i := slices.IndexFunc(pullers, func(p Puller) bool { return p.Name == name })
	if i < 0 {
		return Puller{}, false
	}
	return pullers[i], true
}

// OfService returns the facts of what pulls as a service principal.
func OfService(service string) Puller {
	i := slices.IndexFunc(pullers, func(p Puller) bool { return p.Service == service })
	if i < 0 {
		return Puller{Service: service}
	}
	return pullers[i]
}

// OnlyAssumes reports whether a service assumes the role that pulls, and never pulls itself.
func OnlyAssumes(service string) bool {
	isOf := func(p Puller) bool { return !p.AsService && slices.Contains(p.Trusted, service) }
	return OfService(service).Name == "" && slices.ContainsFunc(pullers, isOf)
}

// Names returns all names.
func Names() []Name {
	names := make([]Name, len(pullers))
	for i := range pullers {
		names[i] = pullers[i].Name
	}
	return names
}

// Action returns the action by which the role is assumed.
func (p *Puller) Action() string {
	if p.WebIdentity {
		return AssumeRoleWithWebIdentity
	}
	return AssumeRole
}

// Documentation returns a list of the pullers in Markdown, each with the role or the
// service that pulls.
func Documentation() string {
	var b strings.Builder
	for _, p := range pullers {
		switch {
		case p.Service != "":
			b.WriteString("`" + string(p.Name) + "` (the service `" + p.Service + "`)")
		case p.Role != "":
			role, _, _ := strings.Cut(p.Role, ";")
			b.WriteString("`" + string(p.Name) + "` (" + role + ")")
		default:
			b.WriteString("`" + string(p.Name) + "` (any principal)")
		}
		if p.Name != External {
			b.WriteString(", ")
		}
	}
	return b.String()
}
