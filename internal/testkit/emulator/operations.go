// SPDX-License-Identifier: MPL-2.0

package emulator

import "maps"

// operations are the operations of all services, by IAM action name.
var operations = map[string]handler{}

func init() {
	for _, service := range []map[string]handler{cloudTrailOperations, ecrOperations, iamOperations, organizationsOperations, stsOperations} {
		maps.Copy(operations, service)
	}
}

// ecrOperations are the operations of the ECR API that the emulator supports.
var ecrOperations = map[string]handler{
	"ecr:CreateRepository":                    (*Server).createRepository,
	"ecr:DescribeRepositories":                (*Server).describeRepositories,
	"ecr:DescribeImages":                      (*Server).describeImages,
	"ecr:DescribePullThroughCacheRules":       (*Server).describePullThroughCacheRules,
	"ecr:DescribeRepositoryCreationTemplates": (*Server).describeRepositoryCreationTemplates,
	"ecr:ListTagsForResource":                 (*Server).listTagsForResource,
	"ecr:TagResource":                         (*Server).tagResource,
	"ecr:DeleteRepository":                    (*Server).deleteRepository,
	"ecr:SetRepositoryPolicy":                 (*Server).setRepositoryPolicy,
	"ecr:GetRepositoryPolicy":                 (*Server).getRepositoryPolicy,
	"ecr:DeleteRepositoryPolicy":              (*Server).deleteRepositoryPolicy,
	"ecr:PutRegistryPolicy":                   (*Server).putRegistryPolicy,
	"ecr:GetRegistryPolicy":                   (*Server).getRegistryPolicy,
	"ecr:DeleteRegistryPolicy":                (*Server).deleteRegistryPolicy,
	"ecr:DescribeRegistry":                    (*Server).describeRegistry,
	"ecr:GetAuthorizationToken":               (*Server).getAuthorizationToken,
	"ecr:PutImage":                            (*Server).putImage,
	"ecr:BatchGetImage":                       (*Server).batchGetImage,
	"ecr:GetDownloadUrlForLayer":              (*Server).getDownloadURLForLayer,
}

// iamOperations are the operations of the IAM API that the emulator supports.
var iamOperations = map[string]handler{
	"iam:CreateRole":                    (*Server).iamCreateRole,
	"iam:GetRole":                       (*Server).iamGetRole,
	"iam:ListRoles":                     (*Server).iamListRoles,
	"iam:DeleteRole":                    (*Server).iamDeleteRole,
	"iam:UpdateAssumeRolePolicy":        (*Server).iamUpdateAssumeRolePolicy,
	"iam:PutRolePolicy":                 (*Server).iamPutRolePolicy,
	"iam:GetRolePolicy":                 (*Server).iamGetRolePolicy,
	"iam:DeleteRolePolicy":              (*Server).iamDeleteRolePolicy,
	"iam:ListRolePolicies":              (*Server).iamListRolePolicies,
	"iam:AttachRolePolicy":              (*Server).iamAttachRolePolicy,
	"iam:DetachRolePolicy":              (*Server).iamDetachRolePolicy,
	"iam:ListAttachedRolePolicies":      (*Server).iamListAttachedRolePolicies,
	"iam:PutRolePermissionsBoundary":    (*Server).iamPutRolePermissionsBoundary,
	"iam:DeleteRolePermissionsBoundary": (*Server).iamDeleteRolePermissionsBoundary,
	"iam:CreatePolicy":                  (*Server).iamCreatePolicy,
	"iam:GetPolicy":                     (*Server).iamGetPolicy,
	"iam:ListPolicies":                  (*Server).iamListPolicies,
	"iam:DeletePolicy":                  (*Server).iamDeletePolicy,
	"iam:CreatePolicyVersion":           (*Server).iamCreatePolicyVersion,
	"iam:GetPolicyVersion":              (*Server).iamGetPolicyVersion,
	"iam:DeletePolicyVersion":           (*Server).iamDeletePolicyVersion,
	"iam:CreateUser":                    (*Server).iamCreateUser,
	"iam:GetUser":                       (*Server).iamGetUser,
	"iam:ListUsers":                     (*Server).iamListUsers,
	"iam:DeleteUser":                    (*Server).iamDeleteUser,
}

// cloudTrailOperations are the operations of the CloudTrail API that the emulator supports.
var cloudTrailOperations = map[string]handler{"cloudtrail:LookupEvents": (*Server).lookupEvents}

// organizationsOperations are the operations of the AWS Organizations API that the emulator
// supports.
var organizationsOperations = map[string]handler{
	"organizations:DescribeOrganization":  (*Server).describeOrganization,
	"organizations:ListRoots":             (*Server).listRoots,
	"organizations:ListParents":           (*Server).listParents,
	"organizations:ListPoliciesForTarget": (*Server).listPoliciesForTarget,
	"organizations:DescribePolicy":        (*Server).describeControlPolicy,
}

// stsOperations are the operations of the STS API that the emulator supports.
var stsOperations = map[string]handler{
	"sts:GetCallerIdentity":         (*Server).stsGetCallerIdentity,
	"sts:AssumeRole":                (*Server).stsAssumeRole,
	"sts:AssumeRoleWithWebIdentity": (*Server).stsAssumeRoleWithWebIdentity,
}
