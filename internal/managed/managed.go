// SPDX-License-Identifier: MPL-2.0

// Package managed builds what the provider's resources write: statements, documents,
// names, import IDs and configuration blocks. The resources and the remedies of the pull
// check both use it, so that a remedy proposes exactly what a resource accepts. It is
// pure.
package managed

// The resource types.
const (
	GrantType         = "ecrxa_repository_grant"
	RegistryGrantType = "ecrxa_registry_grant"
	StatementType     = "ecrxa_repository_statement"
	RolePolicyType    = "ecrxa_consumer_role_policy"
)

// DefaultPolicyName is the name of the inline policy of an
// ecrxa_consumer_role_policy without a name.
const DefaultPolicyName = "ecrxa-pull"
