package verdict

import (
	"cmp"
	"slices"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
)

// A Source is where a document comes from; the values are part of the provider's output.
type Source string

// The sources.
const (
	Given    Source = "given"   // an argument, also if another check has read it
	Read     Source = "read"    // read from AWS by this check
	Planned  Source = "planned" // a plan writes it
	NotKnown Source = "unknown"
)

// A Provenance says where one document comes from, or that there is none.
type Provenance struct {
	Argument string
	Name     string // of the policy, or the Sid of a planned statement; empty if there is no policy, or none is known
	Source   Source
}

// Provenances returns where each document comes from that is judged. Of what is not set and
// assumed not to exist there is none.
func (j *Judgement) Provenances() []Provenance {
	var all []Provenance
	for _, t := range authz.PolicyTypes() {
		all = append(all, j.arguments.provenances(t)...)
	}
	return all
}

func (a *arguments) provenances(t authz.PolicyType) []Provenance {
	if slices.Contains(a.inapplicable, t) {
		return nil
	}
	argument, docs := wording.Of(t).Argument, a.in.of(t)
	if t == authz.RepositoryPolicy && a.isFromTemplate() {
		argument, docs = templateArgument, a.in.RepositoryCreationTemplatePolicy
	}
	judged := slices.Concat(a.policies[t]...)
	if t == authz.RepositoryPolicy && len(a.in.PlannedStatements) > 0 {
		judged = a.before[t]
	}
	var all []Provenance
	for i := range judged {
		p := &judged[i]
		from := Provenance{cmp.Or(p.At.Attribute, argument), p.Name, Given}
		switch {
		case p.Unknown:
			from.Source = NotKnown
		case a.isPlanned(p):
			from.Source = Planned
		case docs.Read:
			from.Source = Read
		}
		all = append(all, from)
	}
	switch {
	case a.stateUnknown(t):
		all = append(all, Provenance{argument, "", NotKnown})
	case len(docs.List) > 0 || docs.State != Known:
	case docs.Read:
		all = append(all, Provenance{argument, "", Read})
	default:
		all = append(all, Provenance{argument, "", Given})
	}
	if t == authz.ResourceControlPolicy && a.in.ConsumerResourceControlPolicies.State == Unknown {
		all = append(all, Provenance{ConsumerRCPs, "", NotKnown})
	}
	if t == authz.RepositoryPolicy {
		for _, plan := range a.in.PlannedStatements {
			if plan.Text == UnknownText {
				all = append(all, Provenance{cmp.Or(plan.At.Attribute, "planned_statements"), "", NotKnown})
			}
		}
		for _, s := range a.planned {
			all = append(all, Provenance{cmp.Or(s.At.Attribute, "planned_statements"), s.Sid(), Planned})
		}
	}
	return all
}

// isPlanned reports whether a plan writes an identity policy.
func (a *arguments) isPlanned(p *Policy) bool {
	return p.Type == authz.IdentityPolicy && slices.ContainsFunc(a.plannedPolicies, func(plan Policy) bool { return plan.Key == p.Key })
}
