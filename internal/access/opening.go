// SPDX-License-Identifier: MPL-2.0

package access

import (
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// An opening is what an Allow statement does at a place.
type opening struct {
	faults  []*policy.Error
	entries []Entry   // those to whom it opens the door
	never   []grantee // whom it means, and who can never meet it
	actions []string  // that it covers
}

// isClosed reports whether Deny statements close all of an opening.
func (o *opening) isClosed() bool {
	return len(o.entries) > 0 && !slices.ContainsFunc(o.entries, func(e Entry) bool { return e.Denied != EntirelyDenied })
}

// closing says of an opening that Deny statements close what closes it: for each grantee, if it is not
// the same for all.
func (o *opening) closing() string {
	var texts, forEach []string
	for i := range o.entries {
		e := &o.entries[i]
		text := strings.TrimSuffix(lowered(e.DeniedBy[0]), ".")
		texts = append(texts, text)
		forEach = append(forEach, "for "+e.grantee.words()+", "+text)
	}
	if len(slices.Compact(slices.Clone(texts))) == 1 {
		return texts[0]
	}
	return strings.Join(wording.Capped(forEach, "grantees"), "; ")
}

func (j *judge) opening(s *statement, at place) opening {
	o := opening{faults: s.as(asStated).policy.Faults(), actions: s.actions()}
	if s.Effect() == "Deny" {
		return o
	}
	allow := s.as(toEveryone)
	for _, g := range granteesOf(s.Statement.Statement, at.repository.Partition) {
		callers := j.callersOf(&g)
		var actions []string
		for _, action := range o.actions {
			if slices.ContainsFunc(callers, func(c caller) bool { return j.decide(c, action, at, sets(allow)) != authz.Denied }) {
				actions = append(actions, action)
			}
		}
		if len(actions) == 0 {
			o.never = append(o.never, g)
			continue
		}
		member, outside := j.membership(&g, s)
		e := Entry{
			Repository: at.repository.Name, Kind: g.kind, Grantee: g.id, Account: g.account, InOrganization: member, outside: outside,
			PolicyType: s.Type, Sid: s.Sid(), Index: s.Index(), Description: textOf(j.in.Descriptions, s, at), Acknowledged: j.acknowledged(s, at),
			Access: []actionset.Name{}, Actions: actions, Conditions: wordsOf(s.Conditions()), DeniedBy: []string{},
			Uncertain: len(o.faults) > 0 || g.isUncertain(),
			grantee:   g, name: s.name(),
		}
		for _, name := range actionset.Names() {
			if !slices.ContainsFunc(actionset.Actions(name), func(action string) bool { return !slices.Contains(actions, action) }) {
				e.Access = append(e.Access, name)
			}
		}
		j.deny(&e, s, allow, callers, at)
		if e.Kind == Everyone && e.Denied != NotDenied && e.InOrganization == Outside {
			e.InOrganization = MembershipUnknown // the Deny may be for all others
		}
		e.Sentence = e.sentence()
		o.entries = append(o.entries, e)
	}
	return o
}

// deny says what Deny statements close of an entry.
func (j *judge) deny(e *Entry, s *statement, allow typed, callers []caller, at place) {
	e.Denied = NotDenied
	if len(j.denies) == 0 {
		return
	}
	all, later := []typed{allow}, s.laterActions()
	var closing []string
	var conditions []string // of the Deny that closes alone
	for i := range j.denies {
		d := &j.denies[i]
		all = append(all, d.as(asStated))
		if actions := j.concerned(s, d, e.Actions, callers, at); len(actions) > 0 {
			e.Denied = PartlyDenied
			isAll := len(actions) == len(e.Actions) && len(j.concerned(s, d, later, callers, at)) == len(later)
			e.DeniedBy = append(e.DeniedBy, deniesOf(d, actions, isAll, textOf(j.in.Descriptions, d, at)))
			closing, conditions = append(closing, d.name()), wordsOf(d.Conditions())
		}
	}
	policies := sets(all...)
	isOpen := func(action string) bool {
		return slices.ContainsFunc(callers, func(c caller) bool { return j.decide(c, action, at, policies) != authz.Denied })
	}
	if e.Denied == PartlyDenied && !slices.ContainsFunc(append(later, e.Actions...), isOpen) {
		e.Denied = EntirelyDenied
		text := wording.Some(closing, "and") + verb(len(closing), " denies all of it", " together deny all of it")
		if len(closing) == 1 && len(conditions) > 0 {
			text += ", because each of these requests meets " + verb(len(conditions), "its condition ", "its conditions ") + wording.Some(conditions, "and")
		}
		e.DeniedBy = []string{wording.Sentence(text)}
	}
}

// concerned returns the actions for which a Deny statement may apply to requests that an Allow
// statement allows. The engine finds it as a request that both allow: one as a session policy, the
// other one on the resource. A service has no session policies, so that of one more are found.
func (j *judge) concerned(s, d *statement, actions []string, callers []caller, at place) (found []string) {
	denies := d.as(asAllow)
	if d.Type == authz.ResourceControlPolicy {
		denies.of = authz.RegistryPolicy // which grants
	}
	both := sets(denies)
	both.Session = authz.PolicySet{Present: true, Policies: []*authz.Policy{s.as(ofCaller).policy}}
	isFaulty := len(denies.policy.Faults()) > 0
	covered := d.actions()
	for _, action := range actions {
		isLater := !actionset.IsAction(action)
		if (isLater || slices.Contains(covered, action)) && (isFaulty || slices.ContainsFunc(callers, func(c caller) bool { return j.decide(c, action, at, both) != authz.Denied })) {
			found = append(found, action)
		}
	}
	return found
}

// deniesOf says what a Deny statement denies of an entry, and why it exists if that is known.
func deniesOf(d *statement, concerned []string, isAll bool, description string) string {
	text := wording.Capitalized(d.name()) + " denies "
	if d.Effect() != "Deny" {
		text = wording.Capitalized(d.name()) + " possibly denies "
	}
	if !isAll {
		text += wording.Some(printed.Values(concerned), "and")
	} else {
		text += "it"
	}
	switch principals, others := allOf(d.Principals()), allOf(d.NotPrincipals()); {
	case d.Has("NotPrincipal"):
		text += " to everyone but " + wording.Some(printed.Values(others), "and")
	case len(principals) > 0 && !slices.Contains(principals, "*"):
		text += " to " + wording.Some(printed.Values(principals), "and")
	}
	if words := wordsOf(d.Conditions()); len(words) > 0 {
		text += " if " + wording.Some(words, "and")
	}
	if description != "" {
		text += " (" + printed.Message(description) + ")"
	}
	return wording.Sentence(text)
}

// allOf returns the principals of all types, sorted.
func allOf(principals map[string][]string) (all []string) {
	for _, values := range principals {
		all = append(all, values...)
	}
	slices.Sort(all)
	return all
}

// sentence says what an entry is. What the caller's own side allows is another matter.
func (e *Entry) sentence() string {
	var b strings.Builder
	b.WriteString(wording.Capitalized(e.name) + allows(e.Uncertain) + e.grantee.words() + " to " + does(e.Actions, printed.Value(e.Repository)))
	if len(e.Conditions) > 0 {
		b.WriteString(", if " + wording.Some(e.Conditions, "and"))
	}
	b.WriteString(".")
	for _, denied := range e.DeniedBy {
		b.WriteString(" " + denied)
	}
	return b.String()
}
