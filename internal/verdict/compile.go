// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
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
