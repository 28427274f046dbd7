package verdict

import (
	"fmt"
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// absent returns the documents that were not given and are assumed not to exist.
func (c *check) absent() []string {
	var names []string
	for _, d := range []struct {
		state State
		name  string
	}{
		{c.in.PermissionsBoundary.State, "permissions boundary"},
		{c.in.SessionPolicies.State, "session policy"},
		{c.in.ServiceControlPolicies.State, "service control policy"},
		{c.in.ResourceControlPolicies.State, "resource control policy"},
		{c.in.VPCEndpointPolicy.State, "VPC endpoint policy"},
	} {
		// A user has no session policies, as it calls with its own credentials; a
		// federated user's are not assumed away.
		if d.state == NotGiven && (d.name != "session policy" || c.principal.Kind == awsname.Role || c.principal.Kind == awsname.RoleSession) {
			names = append(names, d.name)
		}
	}
	return names
}

// assumptions says, one sentence each, what was assumed.
func (c *check) assumptions() []string {
	sentences := []string{}
	for _, name := range c.absent() {
		sentences = append(sentences, "No "+name+" restricts this.")
	}
	return append(sentences, c.otherAssumptions()...)
}

// otherAssumptions are those that are no mere absence of a limit: a registry
// policy could grant as well as deny, and only IAM knows a role's path.
func (c *check) otherAssumptions() []string {
	var sentences []string
	if c.in.RegistryPolicy.State == NotGiven && c.registryMatters() {
		could := map[authz.Verdict]string{authz.Allowed: "deny the pull", authz.Denied: "grant the pull", authz.Conditional: "grant the pull or deny it"}
		sentences = append(sentences, "Assumed, because it was not given: there is no registry policy, which could "+could[c.verdict()]+".")
	}
	open := slices.Contains(c.unknownKeys(), "aws:PrincipalArn") // the path is asked for
	if c.principal.Kind == awsname.RoleSession && c.in.ActualRoleARN == "" && !open {
		sentences = append(sentences, "The role of the session has no path.")
	}
	if things := c.notLookedUp(); c.verdict() == authz.Allowed && len(things) > 0 {
		sentences = append(sentences, "Assumed to exist: "+list(things, "and")+".")
	}
	if c.verdict() == authz.Allowed && c.restsOnToday() {
		sentences = append(sentences, "Policies are judged as given or read: what a plan removes still counts.")
	}
	return append(sentences, c.plannedAssumptions()...)
}

// notLookedUp names what is judged as existing, though nothing says that it does.
func (c *check) notLookedUp() []string {
	var things []string
	isRole := c.principal.Kind == awsname.Role || c.principal.Kind == awsname.RoleSession
	if isRole && c.in.RoleExists == ExistenceUnknown && c.in.ActualRoleARN == "" {
		things = append(things, "the role "+c.principal.Name)
	}
	if c.in.RepositoryExists == ExistenceUnknown && c.access != actionset.PullThroughCache {
		things = append(things, "the repository "+c.repository.Name)
	}
	return things
}

// registryMatters reports whether a registry policy that nobody gave could change
// the verdict.
func (c *check) registryMatters() bool {
	covered := false
	for _, d := range c.decisions {
		layers := c.layers(d.Action)
		if d.Action != actionset.TokenAction && c.registryCovers(d.Action) {
			layers.Registry, covered = authz.PolicySet{Unknown: true}, true
		}
		obstacles, _ := c.obstacles(d.Action)
		if len(obstacles) > 0 || authz.Decide(c.request(d.Action), layers) == authz.Denied {
			return false
		}
	}
	return covered
}

// restsOnToday reports whether something is allowed by a statement that is not
// planned, and so may be gone after the plan.
func (c *check) restsOnToday() bool {
	return slices.ContainsFunc(c.decisions, func(d decided) bool {
		return slices.ContainsFunc(d.engine.Statements, func(ref authz.StatementRef) bool { return c.standsToday(ref) })
	})
}

// standsToday reports whether a statement is one that either side's resource may
// have written, and not a planned one.
func (c *check) standsToday(ref authz.StatementRef) bool {
	switch ref.PolicyType {
	case authz.RepositoryPolicy:
		return !slices.ContainsFunc(c.in.PlannedStatements, func(planned Document) bool {
			statement, err := policy.ParseStatement(planned.Text)
			return err == nil && statement.Sid() == ref.Sid
		})
	case authz.IdentityPolicy:
		return !slices.ContainsFunc(c.in.PlannedRolePolicies, func(planned Document) bool {
			return identityPolicyWords(planned.Name) == ref.Policy
		})
	default:
		return false
	}
}

// plannedAssumptions says what was assumed because of what is only planned. A role
// or repository that a plan creates cannot be told from one that is misspelt.
func (c *check) plannedAssumptions() []string {
	var sentences []string
	if !c.rolePoliciesStand() {
		sentences = append(sentences, fmt.Sprintf("The planned role policies are put on the %s.", c.name()))
	}
	if c.roleMissing() && len(c.in.PlannedRolePolicies) > 0 {
		sentences = append(sentences, fmt.Sprintf("Assumed: this plan creates the role %s, which does not exist today, with %s alone. If it does not, correct role_arn.",
			c.principal.Name, planned(c.in.IdentityPolicies, "role policies")))
	}
	if !c.statementsStand() {
		sentences = append(sentences, fmt.Sprintf("The planned statements are put on the repository %s.", c.repository.Name))
	}
	if c.repositoryMissing() && len(c.in.PlannedStatements) > 0 {
		sentences = append(sentences, fmt.Sprintf("Assumed: this plan creates the repository %s in account %s, Region %s, which does not exist today, with %s alone. If it does not, correct %s.",
			c.repository.Name, c.repository.Account, c.repository.Region, planned(c.in.RepositoryPolicy, "statements"), c.imageArgument()))
	}
	if c.repositoryMissing() && c.access == actionset.PullThroughCache {
		sentences = append(sentences, "The first pull creates the repository: a pull through cache rule covers it, and identity policies and registry policy allow the role ecr:CreateRepository.")
	}
	return sentences
}

// rolePoliciesStand reports whether every planned role policy is among the identity
// policies already, as it is after the apply.
func (c *check) rolePoliciesStand() bool {
	return !slices.ContainsFunc(c.in.PlannedRolePolicies, func(plan Document) bool {
		return !slices.ContainsFunc(c.in.IdentityPolicies.List, func(d Document) bool { return d.Name == plan.Name && sameDocument(d, plan) })
	})
}

// statementsStand reports whether every planned statement is in the repository
// policy already.
func (c *check) statementsStand() bool {
	var standing []*policy.Statement
	for _, d := range c.in.RepositoryPolicy.List {
		if doc, err := policy.Parse(d.Text); err == nil {
			standing = append(standing, doc.Statements()...)
		}
	}
	return !slices.ContainsFunc(c.in.PlannedStatements, func(plan Document) bool {
		planned, err := policy.ParseStatement(plan.Text)
		isPlanned := func(s *policy.Statement) bool {
			return s.Sid() == planned.Sid() && s.Canonical() == planned.Canonical()
		}
		return err != nil || !slices.ContainsFunc(standing, isPlanned)
	})
}

func sameDocument(a, b Document) bool {
	first, errA := policy.Parse(a.Text)
	second, errB := policy.Parse(b.Text)
	return errA == nil && errB == nil && first.Canonical() == second.Canonical()
}

// planned names what something that does not exist yet will have.
func planned(given Documents, what string) string {
	if len(given.List) > 0 {
		return "the given and the planned " + what
	}
	return "the planned " + what
}

// unknownDocuments returns the arguments that are not known completely, and not
// assumed away.
func (c *check) unknownDocuments() []string {
	names := []string{}
	for _, d := range []struct {
		unknown bool
		name    string
	}{
		{c.policies.Identity.Unknown, "identity_policies"},
		{c.policies.Boundary.Unknown, "permissions_boundary"},
		{c.policies.Session.Unknown, "session_policies"},
		{slices.ContainsFunc(c.policies.SCP, isUnknown), "service_control_policies"},
		{slices.ContainsFunc(c.policies.RCP, isUnknown), "resource_control_policies"},
		{c.policies.VPCEndpoint.Unknown, "vpc_endpoint_policy"},
		{c.policies.Repository.Unknown, "repository_policy"},
		{c.policies.Registry.Unknown, "registry_policy"},
		{slices.ContainsFunc(c.actions(), c.scopeMatters), "registry_policy_scope"},
	} {
		if d.unknown {
			names = append(names, d.name)
		}
	}
	return names
}

func isUnknown(layer authz.PolicySet) bool { return layer.Unknown }
