// SPDX-License-Identifier: MPL-2.0

package wording

import "github.com/ecrxa/terraform-provider-ecrxa/internal/authz"

// Words are the names of one policy type.
type Words struct {
	// Phrase is the name in AWS's access denied messages, as in "no identity-based policy
	// allows the … action".
	// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
	Phrase string
	// Noun is the name in running text. It is a plural if there may be several policies.
	Noun string
	// Argument is the name of the schema argument for policies of the type.
	Argument string
	// Registry reports whether the policy is on the registry side. Otherwise it is on the
	// consumer side: in the consumer account, its organization or its network.
	Registry bool
}

var policyTypes = map[authz.PolicyType]Words{
	authz.IdentityPolicy:        {"identity-based policy", "identity-based policies", "identity_policies", false},
	authz.PermissionsBoundary:   {"permissions boundary", "permissions boundary", "permissions_boundary", false},
	authz.SessionPolicy:         {"session policy", "session policies", "session_policies", false},
	authz.ServiceControlPolicy:  {"service control policy", "service control policies", "service_control_policies", false},
	authz.ResourceControlPolicy: {"resource control policy", "resource control policies", "resource_control_policies", true},
	authz.VPCEndpointPolicy:     {"VPC endpoint policy", "VPC endpoint policy", "vpc_endpoint_policy", false},
	authz.S3EndpointPolicy:      {"VPC endpoint policy", "S3 endpoint policy", "s3_endpoint_policy", false},
	authz.RepositoryPolicy:      {"resource-based policy", "repository policy", "repository_policy", true},
	authz.RegistryPolicy:        {"resource-based policy", "registry policy", "registry_policy", true},
}

// Of returns the names of a policy type. For a type that is not in the table, each name is
// the type's own value; a test asserts that there is no such type.
func Of(t authz.PolicyType) Words {
	if w, ok := policyTypes[t]; ok {
		return w
	}
	return Words{Phrase: string(t), Noun: string(t), Argument: string(t)}
}
