// Package managed says what the provider's resources write: statements, documents,
// names, import IDs and configuration blocks. Resources write by it, and whoever
// advises people to use the resources takes the advice from it, so that both agree.
// It is pure.
package managed

// The resource types.
const (
	GrantType      = "ecrxa_repository_grant"
	RolePolicyType = "ecrxa_consumer_role_policy"
)

// DefaultPolicyName is the name of the inline policy of an
// ecrxa_consumer_role_policy without a name.
const DefaultPolicyName = "ecrxa-pull"
