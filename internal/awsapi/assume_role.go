// SPDX-License-Identifier: MPL-2.0

package awsapi

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	ststypes "github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsapi/awserr"
)

// defaultSessionName is what CloudTrail shows for a role session that the
// configuration does not name.
const defaultSessionName = "terraform-provider-ecrxa"

func assumeRoleProvider(role AssumeRole, from aws.Config) aws.CredentialsProvider {
	return stscreds.NewAssumeRoleProvider(sts.NewFromConfig(from), role.RoleARN, func(o *stscreds.AssumeRoleOptions) {
		o.RoleSessionName = cmp.Or(role.SessionName, defaultSessionName)
		o.Duration = role.Duration
		o.ExternalID = optional(role.ExternalID)
		o.SourceIdentity = optional(role.SourceIdentity)
		o.Policy = optional(role.Policy)
		o.PolicyARNs = managedPolicies(role.PolicyARNs)
		if len(role.TransitiveTagKeys) > 0 {
			o.TransitiveTagKeys = role.TransitiveTagKeys
		}
		for _, key := range slices.Sorted(maps.Keys(role.Tags)) {
			o.Tags = append(o.Tags, ststypes.Tag{Key: aws.String(key), Value: aws.String(role.Tags[key])})
		}
	})
}

// optional returns nil for an empty text, because STS refuses empty parameters.
func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func managedPolicies(arns []string) []ststypes.PolicyDescriptorType {
	var policies []ststypes.PolicyDescriptorType
	for _, arn := range arns {
		policies = append(policies, ststypes.PolicyDescriptorType{Arn: aws.String(arn)})
	}
	return policies
}

func webIdentityProvider(web AssumeRoleWithWebIdentity, from aws.Config, hidden *secrets) (aws.CredentialsProvider, error) {
	role := webIdentityRole(web).ARN
	token, err := webIdentityToken(web)
	if err != nil {
		return nil, err
	}
	if role == "" {
		return nil, &awserr.ConfigError{
			Summary: invalidConfig,
			Problem: "assume_role_with_web_identity has no role.",
			Remedy:  "Set role_arn in it, or AWS_ROLE_ARN in the environment.",
		}
	}
	return stscreds.NewWebIdentityRoleProvider(sts.NewFromConfig(from), role, secretToken{token, hidden}, func(o *stscreds.WebIdentityRoleOptions) {
		o.RoleSessionName = cmp.Or(web.SessionName, os.Getenv("AWS_ROLE_SESSION_NAME"), defaultSessionName)
		o.Duration = web.Duration
		o.Policy = optional(web.Policy)
		o.PolicyARNs = managedPolicies(web.PolicyARNs)
	}), nil
}

func webIdentityRole(web AssumeRoleWithWebIdentity) awserr.Role {
	if web.RoleARN != "" {
		return awserr.Role{ARN: web.RoleARN, NamedBy: "assume_role_with_web_identity in the provider block"}
	}
	return awserr.Role{ARN: os.Getenv("AWS_ROLE_ARN"), NamedBy: "AWS_ROLE_ARN"}
}

// blockName names one assume_role block of several, counted from zero.
func blockName(index, count int) string {
	if count == 1 {
		return "assume_role in the provider block"
	}
	return fmt.Sprintf("assume_role block %d of %d in the provider block", index+1, count)
}
