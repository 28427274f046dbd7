// SPDX-License-Identifier: MPL-2.0

package authz

// Policies holds the policies of all types for one request.
type Policies struct {
	Identity, Session              PolicySet
	Boundary, Repository, Registry PolicySet
	VPCEndpoint, S3Endpoint        PolicySet   // these, Boundary and Session: not Present = none applies
	SCP, RCP                       []PolicySet // one for each level; none = does not apply
}

// A PolicySet is the policies of one type (and level).
type PolicySet struct {
	Present  bool // false: no such policy applies (a boundary not set). Identity, Repository, Registry: same as no statements.
	Unknown  bool // there may be more policies than are listed
	Policies []*Policy
}

// applies reports whether there is any policy in the set.
func (s *PolicySet) applies() truth {
	switch {
	case s.Present || len(s.Policies) > 0:
		return yes
	case s.Unknown:
		return maybe
	default:
		return no
	}
}

func isIncomplete(set PolicySet) bool { return set.Unknown }

func isGiven(set PolicySet) bool { return len(set.Policies) > 0 }

// of returns the sets of a policy type: one, or one for each level.
func (p *Policies) of(policyType PolicyType) (sets []PolicySet) {
	switch policyType {
	case IdentityPolicy:
		sets = []PolicySet{p.Identity}
	case PermissionsBoundary:
		sets = []PolicySet{p.Boundary}
	case SessionPolicy:
		sets = []PolicySet{p.Session}
	case ServiceControlPolicy:
		sets = p.SCP
	case ResourceControlPolicy:
		sets = p.RCP
	case VPCEndpointPolicy:
		sets = []PolicySet{p.VPCEndpoint}
	case S3EndpointPolicy:
		sets = []PolicySet{p.S3Endpoint}
	case RepositoryPolicy:
		sets = []PolicySet{p.Repository}
	case RegistryPolicy:
		sets = []PolicySet{p.Registry}
	}
	return sets
}

// Of returns the sets of a policy type: one, or one for each level.
func (p *Policies) Of(policyType PolicyType) []PolicySet { return p.of(policyType) }

// Set sets the sets of a policy type, of which those that Of returns are of the right
// number.
func (p *Policies) Set(policyType PolicyType, sets []PolicySet) {
	switch policyType {
	case IdentityPolicy:
		p.Identity = sets[0]
	case PermissionsBoundary:
		p.Boundary = sets[0]
	case SessionPolicy:
		p.Session = sets[0]
	case ServiceControlPolicy:
		p.SCP = sets
	case ResourceControlPolicy:
		p.RCP = sets
	case VPCEndpointPolicy:
		p.VPCEndpoint = sets[0]
	case S3EndpointPolicy:
		p.S3Endpoint = sets[0]
	case RepositoryPolicy:
		p.Repository = sets[0]
	case RegistryPolicy:
		p.Registry = sets[0]
	}
}
