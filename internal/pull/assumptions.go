package pull

import (
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
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
		{c.in.RegistryPolicy.State, "registry policy"},
	} {
		// A user has no session policies: it calls with its own credentials.
		if d.state == NotGiven && !(d.name == "session policy" && c.principal.Kind == awsname.User) {
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
	return append(sentences, c.plannedAssumptions()...)
}

// plannedAssumptions says what was assumed because of what is only planned.
func (c *check) plannedAssumptions() []string {
	var sentences []string
	if c.in.RoleMissing && len(c.in.PlannedRolePolicies) > 0 {
		sentences = append(sentences, "The role does not exist yet, and will have the planned role policies alone.")
	}
	if c.in.RepositoryMissing && len(c.in.PlannedStatements) > 0 {
		sentences = append(sentences, "The repository does not exist yet, and will have the planned statements alone.")
	}
	return sentences
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

func isUnknown(layer authz.Layer) bool { return layer.Unknown }
