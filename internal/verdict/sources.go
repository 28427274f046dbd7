// SPDX-License-Identifier: MPL-2.0

package verdict

import (
	"cmp"
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
)

// A Provenance says where one document comes from, or that there is none.
type Provenance struct {
	Argument string
	Name     string // of the policy, or the Sid of a planned statement; empty if there is no policy, or none is known
	Source   Source
	ReadAt   string // when it was read for a snapshot, as in 2026-11-27T09:00:00Z; else empty
}

// Provenances returns where each document comes from that is judged. Of what is not set and
// assumed not to exist there is none.
func (j *Judgement) Provenances() []Provenance {
	var all []Provenance
	for _, t := range authz.PolicyTypes() {
		all = j.arguments.addProvenances(all, t)
	}
	return all
}

// A group is some documents of one type that are judged, all of one argument and one side.
type group struct {
	side     Side
	argument string
	docs     Documents // as they were set or read
	judged   []Policy
	unknown  bool // there may be others
}

// addProvenances adds those of the documents of a type. There are two groups of the resource
// control policies, of two organizations.
func (a *arguments) addProvenances(all []Provenance, t authz.PolicyType) []Provenance {
	if slices.Contains(a.inapplicable, t) {
		return all
	}
	g := group{SideOf(t), wording.Of(t).Argument, a.in.of(t), flat(a.policies[t]), a.stateUnknown(t)}
	switch {
	case t == authz.ResourceControlPolicy:
		g.judged = flat(a.policies[t][:a.registryRCPs])
		all = a.addProvenancesOf(all, &g)
		consumer := a.in.ConsumerResourceControlPolicies
		g = group{Consumer, ConsumerRCPs, consumer.all(), flat(a.policies[t][a.registryRCPs:]), consumer.State == Unknown}
	case t == authz.RepositoryPolicy && a.isFromTemplate():
		g.argument, g.docs = templateArgument, a.in.RepositoryCreationTemplatePolicy
	}
	if (t == authz.RepositoryPolicy || t == authz.RegistryPolicy) && len(a.in.plannedStatements(t)) > 0 {
		g.judged = a.before[t]
	}
	all = a.addProvenancesOf(all, &g)
	var argument string
	switch t {
	case authz.RepositoryPolicy:
		argument = "planned_statements"
	case authz.RegistryPolicy:
		argument = "planned_registry_statements"
	default:
		return all
	}
	for _, plan := range a.in.plannedStatements(t) {
		if plan.Text == UnknownText {
			all = append(all, Provenance{Argument: cmp.Or(plan.At.Attribute, argument), Source: NotKnown})
		}
	}
	for _, s := range a.planned {
		if s.Type == t {
			all = append(all, Provenance{Argument: cmp.Or(s.At.Attribute, argument), Name: s.Sid(), Source: Planned})
		}
	}
	return all
}

func (a *arguments) addProvenancesOf(all []Provenance, g *group) []Provenance {
	from := Provenance{Argument: g.argument, Source: Given}
	switch snapshot, _ := a.in.SnapshotOf(g.side); {
	case g.docs.Source == Read:
		from.Source = Read
	case g.docs.Source == FromSnapshot && snapshot != nil:
		from.Source, from.ReadAt = FromSnapshot, snapshot.ReadAt
	}
	before := len(all)
	for i := range g.judged {
		p, of := &g.judged[i], from
		of.Argument, of.Name = cmp.Or(p.At.Attribute, g.argument), p.Name
		switch {
		case p.Unknown:
			of.Source, of.ReadAt = NotKnown, ""
		case a.isPlanned(p):
			of.Source, of.ReadAt = Planned, ""
		}
		all = append(all, of)
	}
	switch {
	case g.unknown:
		all = append(all, Provenance{Argument: g.argument, Source: NotKnown})
	case g.docs.State == Known && !slices.ContainsFunc(all[before:], func(p Provenance) bool { return p.Source != Planned }):
		all = append(all, from) // also if the plan replaces the only one, so that it is the same before and after the apply
	}
	return all
}

// isPlanned reports whether a plan writes an identity policy.
func (a *arguments) isPlanned(p *Policy) bool {
	return p.Type == authz.IdentityPolicy && slices.ContainsFunc(a.plannedPolicies, func(plan Policy) bool { return plan.Key == p.Key })
}
