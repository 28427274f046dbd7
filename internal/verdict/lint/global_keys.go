// SPDX-License-Identifier: MPL-2.0

package lint

import (
	"slices"
	"strings"
)

// globalKeys are the condition keys that any policy may name; one that ends in a
// slash is followed by the key of a tag.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
// and https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
var globalKeys = []string{
	"aws:AssumedRoot", "aws:CalledVia", "aws:CalledViaAWSMCP", "aws:CalledViaFirst", "aws:CalledViaLast", "aws:ChatbotSourceArn", "aws:CurrentTime",
	"aws:Ec2InstanceSourcePrivateIPv4", "aws:Ec2InstanceSourceVpc", "aws:EpochTime", "aws:FederatedProvider", "aws:IsMcpServiceAction",
	"aws:MultiFactorAuthAge", "aws:MultiFactorAuthPresent", "aws:PrincipalAccount", "aws:PrincipalArn", "aws:PrincipalIsAWSService",
	"aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalServiceName", "aws:PrincipalServiceNamesList", "aws:PrincipalTag/",
	"aws:PrincipalType", "aws:Referer", "aws:RequestTag/", "aws:RequestedRegion", "aws:ResourceAccount", "aws:ResourceOrgID",
	"aws:ResourceOrgPaths", "aws:ResourceTag/", "aws:SecureTransport", "aws:SignInSessionArn", "aws:SourceAccount", "aws:SourceArn", "aws:SourceIdentity",
	"aws:SourceIp", "aws:SourceOrgID", "aws:SourceOrgPaths", "aws:SourceOwner", "aws:SourceVpc", "aws:SourceVpcArn", "aws:SourceVpce", "aws:TagKeys",
	"aws:TokenIssueTime", "aws:UserAgent", "aws:userid", "aws:username", "aws:ViaAWSMCPService", "aws:ViaAWSService", "aws:VpcSourceIp", "aws:VpceAccount",
	"aws:VpceOrgID", "aws:VpceOrgPaths", "ecr:ResourceTag/",
}

// isGlobalKey reports whether AWS has the condition key, regardless of case.
func isGlobalKey(key string) bool {
	return slices.ContainsFunc(globalKeys, func(global string) bool {
		if strings.HasSuffix(global, "/") {
			return len(key) > len(global) && strings.EqualFold(key[:len(global)], global)
		}
		return strings.EqualFold(key, global)
	})
}
