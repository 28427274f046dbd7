// SPDX-License-Identifier: MPL-2.0

package remedy

import (
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/managed"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// missingInRegistry returns the actions that the registry policy is to allow: to create the
// repository, and on one that does not exist yet everything that its policy will not allow.
func missingInRegistry(j *verdict.Judgement) []string {
	missing := j.MissingAllows(authz.RegistryPolicy)
	if j.PullCreatesRepository() {
		missing = append(missing, j.MissingAllows(authz.RepositoryPolicy)...)
	}
	missing = slices.DeleteFunc(missing, func(action string) bool { return !j.RegistryPolicyCovers(action) })
	slices.Sort(missing)
	return slices.Compact(missing)
}

// grantInRegistry allows actions on the repository in the registry policy.
func grantInRegistry(j *verdict.Judgement, actions []string) Remedy {
	written := grant{sid: freeSid(j, authz.RegistryPolicy), actions: actions}
	spec := policy.StatementSpec{
		Sid: written.sid, Principals: map[string][]string{"AWS": {j.RoleARN()}}, Actions: actions, Resources: []string{j.Repository().ARN()},
	}
	statement, hcl := policy.NewStatement(spec), ""
	if attributes, isManaged := attributesOf(j, written); isManaged {
		registry := j.Repository()
		registry.Name = ""
		grant := managed.RegistryGrant{Grant: attributes, Registry: registry, Repositories: []string{j.Repository().Name}}
		statement, hcl = grant.Statement(), managed.RegistryGrantHCL(managed.Label(j.Repository().Name), grant)
	}
	return Remedy{Side: verdict.Registry, Change: GrantInRegistry{actions, anyPath(j)}, HCL: hcl, JSON: statement.String(), adds: policy.NewDocument(statement)}
}
