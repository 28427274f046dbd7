// SPDX-License-Identifier: MPL-2.0

package actionset

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// AllActions returns all ECR actions that existed when this list was written, sorted.
// AWS may have added others. An action has the name of its API operation. The exceptions
// are the actions in permissionsOnly, and the operations of AuthorizedAs.
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
func AllActions() []string { return slices.Clone(allActions) }

var allActions = union(operations, permissionsOnly)

// IsAction reports whether an action is in AllActions, ignoring case.
func IsAction(action string) bool {
	return slices.ContainsFunc(allActions, func(known string) bool { return strings.EqualFold(known, action) })
}

// WithoutOperation returns the actions that are no API operation, sorted: ECR asks for them
// while it does something else.
func WithoutOperation() []string { return slices.Clone(permissionsOnly) }

// AuthorizedAs returns the action that authorizes an API operation that is no action of IAM
// itself, ignoring case.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListImageReferrers.html
func AuthorizedAs(operation string) (action string, found bool) {
	if strings.EqualFold(operation, "ecr:ListImageReferrers") {
		return "ecr:BatchGetImage", true
	}
	return "", false
}

// Meant returns the action that is probably meant by one that is not in AllActions, or "".
func Meant(action string) string {
	if authorizing, found := AuthorizedAs(action); found {
		return authorizing
	}
	return awsname.Nearest(action, allActions)
}

// MayTakeTags reports whether a request for an action, which may have wildcards, can have tags.
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
func MayTakeTags(action string) bool {
	return awsname.HasWildcard(action) || slices.ContainsFunc([]string{"ecr:CreateRepository", "ecr:TagResource", "ecr:UntagResource"}, func(takes string) bool {
		return strings.EqualFold(action, takes)
	})
}

// Canonical returns an action as AWS writes it; one that is not in AllActions as it is.
func Canonical(action string) string {
	for _, known := range allActions {
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

// Changes reports whether an action of AllActions changes something: it has another access level
// than List and Read.
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
func Changes(action string) bool {
	return !slices.ContainsFunc([]string{"ecr:Get", "ecr:List", "ecr:Describe", "ecr:BatchGet", "ecr:BatchCheck", "ecr:Validate"}, func(read string) bool {
		return strings.HasPrefix(action, read)
	})
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
