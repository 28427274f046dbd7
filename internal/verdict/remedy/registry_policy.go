package remedy

import (
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
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

// grantInRegistry allows actions on the repository in the registry policy. No resource of this
// provider writes one.
func grantInRegistry(j *verdict.Judgement, actions []string) Remedy {
	taken := map[string]bool{}
	for s := range j.Statements(authz.RegistryPolicy) {
		taken[s.Sid()] = true
	}
	spec := policy.StatementSpec{
		Sid: freeSidIn(j, taken), Principals: map[string][]string{"AWS": {j.RoleARN()}}, Actions: actions, Resources: []string{j.Repository().ARN()},
	}
	role := anyPath(j)
	if role != "" {
		spec.Principals = map[string][]string{"AWS": {awsname.RootARN(j.Principal().Partition, j.Principal().Account)}}
		spec.Conditions = []policy.Condition{managed.PrincipalARN.With([]string{role})}
	}
	statement := policy.NewStatement(spec)
	return Remedy{Side: verdict.Registry, Change: GrantInRegistry{actions, role}, JSON: statement.String(), adds: policy.NewDocument(statement)}
}

func isSubset(some, of []string) bool {
	return !slices.ContainsFunc(some, func(action string) bool { return !slices.Contains(of, action) })
}
