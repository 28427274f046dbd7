package wording

import "github.com/ecrxa/terraform-provider-ecrxa/internal/authz"

// Words are the words for one policy type.
type Words struct {
	// Phrase is AWS's own phrase in its access denied messages, as in
	// "no identity-based policy allows the … action".
	// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
	Phrase string
	// Noun is the type in running text: plural where there may be several policies.
	Noun string
	// Argument is the name of the argument that gives policies of the type.
	Argument string
	// Registry reports whether the registry account has the policy; otherwise the
	// consumer account, or its organization or network, has it.
	Registry bool
}

var policyTypes = map[authz.PolicyType]Words{
	authz.IdentityPolicy:        {"identity-based policy", "identity-based policies", "identity_policies", false},
	authz.PermissionsBoundary:   {"permissions boundary", "permissions boundary", "permissions_boundary", false},
	authz.SessionPolicy:         {"session policy", "session policies", "session_policies", false},
	authz.ServiceControlPolicy:  {"service control policy", "service control policies", "service_control_policies", false},
	authz.ResourceControlPolicy: {"resource control policy", "resource control policies", "resource_control_policies", true},
	authz.VPCEndpointPolicy:     {"VPC endpoint policy", "VPC endpoint policy", "vpc_endpoint_policy", false},
	authz.RepositoryPolicy:      {"resource-based policy", "repository policy", "repository_policy", true},
	authz.RegistryPolicy:        {"resource-based policy", "registry policy", "registry_policy", true},
}

// Of returns the words for a policy type. A type that is not in the table has its
// own name for all of them; a test asserts that there is none.
func Of(t authz.PolicyType) Words {
	if w, ok := policyTypes[t]; ok {
		return w
	}
	return Words{Phrase: string(t), Noun: string(t), Argument: string(t)}
}
