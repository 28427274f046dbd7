// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
)

// compile prepares all policies for the engine.
func (a *arguments) compile() authz.Policies {
	return authz.Policies{
		Identity:    a.one(authz.IdentityPolicy),
		Boundary:    a.one(authz.PermissionsBoundary),
		Session:     a.one(authz.SessionPolicy),
		SCP:         levels(a.policies[authz.ServiceControlPolicy], a.in.ServiceControlPolicies.State == Unknown),
		RCP:         a.rcps(""),
		VPCEndpoint: a.one(authz.VPCEndpointPolicy),
		S3Endpoint:  a.one(authz.S3EndpointPolicy),
		Repository:  a.one(authz.RepositoryPolicy),
		Registry:    a.one(authz.RegistryPolicy),
	}
}

// faults returns what AWS would reject in the documents.
func (a *arguments) faults() []Fault {
	var found []Fault
	for i := range a.documents {
		d := &a.documents[i]
		compiled := d.compile()
		faults := compiled.Faults()
		if !d.stored && hasIAMIDs(d.Type) {
			faults = append(faults, compiled.IDFaults()...)
		}
		for _, fault := range faults {
			unnamed := *fault
			unnamed.Document = "" // the place names it
			found = append(found, Fault{d.At, &unnamed})
		}
	}
	return found
}

// hasIAMIDs reports whether IAM's rules for Id and Sid hold for a policy type. Those of the
// other services are wider.
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_sid.html
func hasIAMIDs(t authz.PolicyType) bool {
	return t == authz.IdentityPolicy || t == authz.PermissionsBoundary || t == authz.SessionPolicy
}

// one returns the policies of a type that has one level.
func (a *arguments) one(t authz.PolicyType) authz.PolicySet {
	return compiled(a.policies[t][0], a.stateUnknown(t))
}

func levels(policies [][]Policy, unknown bool) []authz.PolicySet {
	var out []authz.PolicySet
	for _, level := range policies {
		l := compiled(level, unknown)
		l.Present = true
		out = append(out, l)
	}
	if unknown && len(out) == 0 {
		out = []authz.PolicySet{{Unknown: true}}
	}
	return out
}

// rcps returns the resource control policies: those of the registry's organization, those of
// the consumer's, or, within one account, all of one organization.
func (a *arguments) rcps(action string) []authz.PolicySet {
	all := a.policies[authz.ResourceControlPolicy]
	ofRegistry := levels(all[:a.registryRCPs], a.in.ResourceControlPolicies.State == Unknown)
	ofConsumer := levels(all[a.registryRCPs:], a.in.ConsumerResourceControlPolicies.State == Unknown)
	switch {
	case a.target.SameAccount():
		return append(ofRegistry, ofConsumer...)
	case action == actionset.TokenAction:
		return ofConsumer
	default:
		return ofRegistry
	}
}

// compiled returns policies for the engine. They are not all known when there may be
// more, or when one of them is not known.
func compiled(policies []Policy, unknown bool) authz.PolicySet {
	out := authz.PolicySet{Unknown: unknown}
	for i := range policies {
		if policies[i].Unknown {
			out.Unknown = true
			continue
		}
		out.Policies = append(out.Policies, policies[i].compile())
	}
	out.Present = len(out.Policies) > 0
	return out
}

// unknown reports whether there may be policies of a type that are not known.
func (a *arguments) unknown(t authz.PolicyType) bool {
	all := a.policies[t]
	if t == authz.ResourceControlPolicy {
		all = all[:a.registryRCPs]
	}
	return hasUnknown(all) || a.stateUnknown(t)
}

func hasUnknown(levels [][]Policy) bool {
	return slices.ContainsFunc(flat(levels), func(p Policy) bool { return p.Unknown })
}

// stateUnknown reports whether there may be policies of a type beside those that are
// listed. Most types that are not set are assumed not to apply, but not these:
//
//   - identity policies, except those of a role that does not exist yet and will have
//     the planned ones only, and of a root user, who has none;
//   - a repository policy: a repository that does not exist has none, but the first pull
//     through a cache creates it with the policy of a creation template;
//   - session policies of a federated user, who may do only what the session policies
//     allow that were passed to GetFederationToken.
//
// Sources: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html and
// https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html
func (a *arguments) stateUnknown(t authz.PolicyType) bool {
	state := a.in.StateOf(t)
	switch t {
	case authz.IdentityPolicy:
		return state != Known && !a.roleMissing() && a.target.Principal.Kind != awsname.AccountRoot
	case authz.RepositoryPolicy:
		if a.isFromTemplate() {
			return a.in.RepositoryCreationTemplatePolicy.State != Known
		}
		return state != Known && (!a.repositoryMissing() || a.pullCreatesRepository())
	case authz.SessionPolicy:
		return state == Unknown || state == NotSet && a.target.Principal.Kind == awsname.FederatedUser
	default:
		return state == Unknown
	}
}

// roleMissing reports whether the role is known not to exist. A user is none.
func (a *arguments) roleMissing() bool { return a.target.IsRole() && a.in.RoleExists == Missing }

// repositoryMissing reports whether the repository is known not to exist.
func (a *arguments) repositoryMissing() bool { return a.in.RepositoryExists == Missing }

// pullCreatesRepository reports whether the pull creates the repository: it does not exist,
// no plan creates it to grant on it, and there may be a rule for it.
func (a *arguments) pullCreatesRepository() bool {
	return a.repositoryMissing() && a.use.createsRepository() && len(a.in.PlannedStatements) == 0 && !a.noCacheRule()
}

// isFromTemplate reports whether the repository policy is that of the creation template. What
// is set as repository_policy of a repository that the pull creates is taken for the policy
// that it will have, unless the template's is set, too; that it has none today says nothing.
// Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-creation-templates.html
func (a *arguments) isFromTemplate() bool {
	return a.pullCreatesRepository() && (len(a.in.RepositoryPolicy.List) == 0 || a.in.RepositoryCreationTemplatePolicy.State != NotSet)
}

// mayComeFromTemplate reports whether there may be a repository policy, though today there is
// none: if the repository does not exist, the pull creates it with that of the creation template.
func (a *arguments) mayComeFromTemplate() bool {
	none := func(d Documents) bool { return d.State == Known && len(d.List) == 0 }
	return a.use.createsRepository() && a.in.RepositoryExists == ExistenceUnknown && len(a.in.PlannedStatements) == 0 &&
		none(a.in.RepositoryPolicy) && !none(a.in.RepositoryCreationTemplatePolicy)
}
