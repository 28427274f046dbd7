package verdict

import (
	"fmt"
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// mismatches names what does not fit together, one sentence each.
func (c *check) mismatches() []string {
	found := c.existence()
	for _, fault := range slices.Concat(c.oddities, c.doubts) {
		found = append(found, sentence(fault.Error()))
	}
	if c.principal.Partition != c.repository.Partition {
		return append(found, c.partitionMismatch())
	}
	return append(append(found, c.misfits(Consumer)...), c.misfits(Registry)...)
}

// misfits compares the policies of one side with image and role.
func (c *check) misfits(side Side) []string {
	switch {
	case side == Consumer && c.denies(authz.IdentityPolicy):
		return append(c.identityPlaces(), c.misspelt(authz.IdentityPolicy)...)
	case side == Registry && c.denies(authz.RepositoryPolicy):
		return slices.Concat(c.otherAccounts(), c.deletedPrincipals(), c.misspelt(authz.RepositoryPolicy), c.otherResources(), c.narrowScope())
	}
	return nil
}

func (c *check) partitionMismatch() string {
	return fmt.Sprintf("The role is in the partition %s, the image in %s: credentials of one partition are not valid in another, and no policy can change that.", c.principal.Partition, c.repository.Partition)
}

// existence compares the arguments with what exists.
func (c *check) existence() []string {
	found := []string{}
	if c.principal.Kind == awsname.Role && c.in.ActualRoleARN != "" && c.in.ActualRoleARN != c.in.RoleARN {
		found = append(found, fmt.Sprintf("IAM knows the role as %s, not as %s; the check judges the role that IAM knows.", c.in.ActualRoleARN, c.in.RoleARN))
	}
	if c.roleMissing() && len(c.in.PlannedRolePolicies) == 0 {
		found = append(found, fmt.Sprintf("The role %s does not exist in account %s.", c.principal.Name, c.principal.Account))
	}
	if c.repositoryMissing() && len(c.in.PlannedStatements) == 0 {
		found = append(found, fmt.Sprintf("The repository %s does not exist in account %s, Region %s.", c.repository.Name, c.repository.Account, c.repository.Region))
	}
	return found
}

// denies reports whether a layer denies some action of the repository.
func (c *check) denies(layer authz.PolicyType) bool {
	return slices.ContainsFunc(c.decisions, func(d decided) bool {
		return d.Action != actionset.TokenAction && slices.Contains(d.DeniedBy, layer)
	})
}

// identityPlaces finds repositories of the same name in another account or
// Region on which the identity policies allow what they deny on this one.
func (c *check) identityPlaces() []string {
	var found []string
	for _, place := range c.places(c.documents.identity) {
		if c.identityAllows(place) {
			found = append(found, fmt.Sprintf("The identity policies allow this on %s, %s.", place.ARN(), c.difference(place)))
		}
	}
	return found
}

// places returns this repository moved to each account and Region that the
// resources of Allow statements name, this place not among them.
func (c *check) places(docs []namedPolicy) []awsname.Repository {
	var found []awsname.Repository
	for statement := range allows(docs) {
		for _, resource := range statement.Resources() {
			place, ok := c.moved(resource)
			if ok && place != c.repository && !slices.Contains(found, place) {
				found = append(found, place)
			}
		}
	}
	return found
}

// allows yields the Allow statements of documents.
func allows(docs []namedPolicy) func(yield func(*policy.Statement) bool) {
	return func(yield func(*policy.Statement) bool) {
		for _, doc := range docs {
			for _, statement := range doc.Statements() {
				if statement.Effect() == "Allow" && !yield(statement) {
					return
				}
			}
		}
	}
}

// moved returns this repository in the place that a resource names; parts with
// wildcards stay as they are.
func (c *check) moved(resource string) (awsname.Repository, bool) {
	arn, err := awsname.ParseARN(resource)
	if err != nil || arn.Service != "ecr" {
		return awsname.Repository{}, false
	}
	place := c.repository
	for _, part := range []struct {
		of *string
		to string
	}{{&place.Partition, arn.Partition}, {&place.Region, arn.Region}, {&place.Account, arn.Account}} {
		if part.to != "" && !awsname.HasWildcard(part.to) {
			*part.of = part.to
		}
	}
	return place, true
}

// identityAllows asks the engine whether the identity policies alone allow
// everything on a repository.
func (c *check) identityAllows(place awsname.Repository) bool {
	caller := c.principal
	caller.Partition = place.Partition // or else the engine would say no for that alone
	for _, action := range actionset.Actions(c.access) {
		request := c.request(action)
		request.Principal = caller.ARN()
		request.Resource = place.ARN()
		request.ResourceAccount = c.principal.Account
		if authz.Evaluate(request, authz.Policies{Identity: c.policies.Identity}).Verdict != authz.Allowed {
			return false
		}
	}
	return true
}

// difference says how a place differs from the repository.
func (c *check) difference(place awsname.Repository) string {
	switch {
	case place.Partition != c.repository.Partition:
		return "but the image is in the partition " + c.repository.Partition
	case place.Account != c.repository.Account && place.Region != c.repository.Region:
		return fmt.Sprintf("but the image is in account %s, Region %s", c.repository.Account, c.repository.Region)
	case place.Account != c.repository.Account:
		return "but the image is in account " + c.repository.Account
	}
	return fmt.Sprintf("but the image is in %s: repositories are regional, and so is the login", c.repository.Region)
}

// otherAccounts tells when the repository policy grants to other accounts only.
func (c *check) otherAccounts() []string {
	var accounts []string
	for statement := range allows(c.documents.repository) {
		for _, value := range statement.Principals()["AWS"] {
			account := accountOf(value)
			if account == c.principal.Account || value == "*" {
				return nil
			}
			if account != "" && !slices.Contains(accounts, account) {
				accounts = append(accounts, account)
			}
		}
	}
	if len(accounts) == 0 {
		return nil
	}
	return []string{fmt.Sprintf("The repository policy grants to account %s, but the role is in account %s.", list(accounts, "and"), c.principal.Account)}
}

// accountOf returns the account of a principal value: an ARN or an account ID.
func accountOf(principal string) string {
	if awsname.IsAccountID(principal) {
		return principal
	}
	arn, err := awsname.ParseARN(principal)
	if err != nil {
		return ""
	}
	return arn.Account
}

// otherResources finds grants of the registry side that name another place.
func (c *check) otherResources() []string {
	var found []string
	for _, place := range c.places(slices.Concat(c.documents.repository, c.documents.registry)) {
		found = append(found, fmt.Sprintf("The registry side grants on %s, %s.", place.ARN(), c.difference(place)))
	}
	return found
}

// narrowScope tells when a registry policy would grant this, had it the scope to.
func (c *check) narrowScope() []string {
	if c.in.RegistryPolicyScope != scopeV1 || c.policies.Registry.Unknown {
		return nil
	}
	grants := authz.Policies{Identity: c.policies.Identity, Registry: c.policies.Registry}
	for _, action := range actionset.Actions(c.access) {
		d := authz.Evaluate(c.request(action), grants)
		if d.Verdict == authz.Conditional || slices.Contains(d.DeniedBy, authz.RepositoryPolicy) || slices.Contains(d.DeniedBy, authz.RegistryPolicy) {
			return nil
		}
	}
	return []string{"The registry policy grants this, but does not count: in the scope V1 it covers replication and pull through cache only (account setting REGISTRY_POLICY_SCOPE)."}
}
