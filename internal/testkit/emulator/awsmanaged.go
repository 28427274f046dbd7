// SPDX-License-Identifier: MPL-2.0

package emulator

import (
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// awsManagedPolicies are the AWS managed policies for pulls, in their default version, by
// ARN. They have no older versions.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/security-iam-awsmanpol.html
// and https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
var awsManagedPolicies = map[string]*managedPolicy{}

func init() {
	pull := []string{"ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}
	readOnly := append([]string{
		"ecr:BatchCheckLayerAvailability", "ecr:GetRepositoryPolicy", "ecr:DescribeRepositories", "ecr:ListImages",
		"ecr:DescribeImages", "ecr:GetLifecyclePolicy", "ecr:GetLifecyclePolicyPreview", "ecr:ListTagsForResource",
		"ecr:DescribeImageScanFindings",
	}, pull...)
	addAWSManaged("/", "AmazonEC2ContainerRegistryPullOnly", 1, append([]string{"ecr:BatchImportUpstreamImage"}, pull...))
	addAWSManaged("/", "AmazonEC2ContainerRegistryReadOnly", 3, readOnly)
	addAWSManaged("/", "AmazonEC2ContainerRegistryPowerUser", 3, append([]string{
		"ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage",
	}, readOnly...))
	addAWSManaged("/service-role/", "AmazonECSTaskExecutionRolePolicy", 1, append([]string{
		"ecr:BatchCheckLayerAvailability", "logs:CreateLogStream", "logs:PutLogEvents",
	}, pull...))
	addAWSManaged("/service-role/", "AWSAppRunnerServicePolicyForECRAccess", 1, append([]string{
		"ecr:BatchCheckLayerAvailability", "ecr:DescribeImages",
	}, pull...))
}

// addAWSManaged adds a policy with one statement that allows the actions on all resources.
func addAWSManaged(path, name string, version int, actions []string) {
	list, err := json.Marshal(actions)
	if err != nil {
		panic(fmt.Sprintf("encoding actions: %v", err))
	}
	id := "v" + strconv.Itoa(version)
	policy := &managedPolicy{
		id: "ANPAEMULATED" + name, path: path, name: name, arn: "arn:aws:iam::aws:policy" + path + name,
		defaultVersion: id, newest: version, versions: []string{id}, created: time.Now(),
		documents: map[string]string{
			id: fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":%s,"Resource":"*"}]}`, list),
		},
	}
	awsManagedPolicies[policy.arn] = policy
}

// managed returns the policy with the ARN if the account can attach it, or nil.
func (s *Server) managed(accountID, arn string) *managedPolicy {
	if aws := awsManagedPolicies[arn]; aws != nil {
		return aws
	}
	return s.accounts[accountID].policies[arn]
}

// managedDocument returns the default version of a policy of any account.
func (s *Server) managedDocument(arn string) *document {
	policy := awsManagedPolicies[arn]
	for _, acct := range s.accounts {
		if policy == nil {
			policy = acct.policies[arn]
		}
	}
	if policy == nil {
		return nil
	}
	d, _ := parseDocument(policy.documents[policy.defaultVersion]) // It was parsed when it was put.
	return d
}
