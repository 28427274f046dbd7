package actionset

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// AllActions returns all ECR actions that existed when this list was written, sorted.
// AWS may have added others. An action has the name of its API operation; only the
// actions in permissionsOnly have no operation.
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
func AllActions() []string { return union(operations, permissionsOnly) }

// IsAction reports whether an action is in AllActions, ignoring case.
func IsAction(action string) bool {
	return slices.ContainsFunc(AllActions(), func(known string) bool { return strings.EqualFold(known, action) })
}

// Canonical returns an action as AWS writes it; one that is not in AllActions as it is.
func Canonical(action string) string {
	for _, known := range AllActions() {
		if strings.EqualFold(known, action) {
			return known
		}
	}
	return action
}

// actionPattern is the form of an ECR action, with wildcards.
var actionPattern = regexp.MustCompile(`(?i)^(ecr:[a-z*?]+|\*)$`)

// CheckAction returns an error if action does not have the form of an ECR action, with
// or without wildcards. It does not check whether the action exists.
func CheckAction(action string) error {
	if !actionPattern.MatchString(action) {
		return fmt.Errorf("%s is not an ECR action: write ecr: and a name of letters, for example ecr:BatchGetImage", printed.Quoted(action))
	}
	return nil
}

// permissionsOnly are the actions without an API operation.
// Sources: https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions.html and
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-private.html
var permissionsOnly = []string{
	"ecr:BatchImportUpstreamImage",
	"ecr:GetImageCopyStatus",
	"ecr:ReplicateImage",
}

var operations = []string{
	"ecr:BatchCheckLayerAvailability",
	"ecr:BatchDeleteImage",
	"ecr:BatchGetImage",
	"ecr:BatchGetRepositoryScanningConfiguration",
	"ecr:CompleteLayerUpload",
	"ecr:CreatePullThroughCacheRule",
	"ecr:CreateRepository",
	"ecr:CreateRepositoryCreationTemplate",
	"ecr:DeleteLifecyclePolicy",
	"ecr:DeletePullThroughCacheRule",
	"ecr:DeleteRegistryPolicy",
	"ecr:DeleteRepository",
	"ecr:DeleteRepositoryCreationTemplate",
	"ecr:DeleteRepositoryPolicy",
	"ecr:DeleteSigningConfiguration",
	"ecr:DeregisterPullTimeUpdateExclusion",
	"ecr:DescribeImageReplicationStatus",
	"ecr:DescribeImageScanFindings",
	"ecr:DescribeImageSigningStatus",
	"ecr:DescribeImages",
	"ecr:DescribePullThroughCacheRules",
	"ecr:DescribeRegistry",
	"ecr:DescribeReplicationBackfillResults",
	"ecr:DescribeRepositories",
	"ecr:DescribeRepositoryCreationTemplates",
	"ecr:GetAccountSetting",
	"ecr:GetAuthorizationToken",
	"ecr:GetDownloadUrlForLayer",
	"ecr:GetLifecyclePolicy",
	"ecr:GetLifecyclePolicyPreview",
	"ecr:GetRegistryPolicy",
	"ecr:GetRegistryScanningConfiguration",
	"ecr:GetRepositoryPolicy",
	"ecr:GetSigningConfiguration",
	"ecr:InitiateLayerUpload",
	"ecr:ListImageReferrers",
	"ecr:ListImages",
	"ecr:ListPullTimeUpdateExclusions",
	"ecr:ListReplicationBackfills",
	"ecr:ListTagsForResource",
	"ecr:PutAccountSetting",
	"ecr:PutImage",
	"ecr:PutImageScanningConfiguration",
	"ecr:PutImageTagMutability",
	"ecr:PutLifecyclePolicy",
	"ecr:PutRegistryPolicy",
	"ecr:PutRegistryScanningConfiguration",
	"ecr:PutReplicationConfiguration",
	"ecr:PutSigningConfiguration",
	"ecr:RegisterPullTimeUpdateExclusion",
	"ecr:SetRepositoryPolicy",
	"ecr:StartImageScan",
	"ecr:StartLifecyclePolicyPreview",
	"ecr:StartReplicationBackfill",
	"ecr:StopReplicationBackfill",
	"ecr:TagResource",
	"ecr:UntagResource",
	"ecr:UpdateImageStorageClass",
	"ecr:UpdatePullThroughCacheRule",
	"ecr:UpdateRepositoryCreationTemplate",
	"ecr:UploadLayerPart",
	"ecr:ValidatePullThroughCacheRule",
}
