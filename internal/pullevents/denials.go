// SPDX-License-Identifier: MPL-2.0

package pullevents

import (
	"cmp"
	"slices"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/report"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
)

// maxJudged is how many kinds of denied calls are judged again.
const maxJudged = 200

// A Denial is a kind of call that AWS denied, judged by the policies that were given.
type Denial struct {
	Caller       Caller
	Action       string
	Count        int
	Last         time.Time
	RegistrySide authz.Verdict // of the registry side, if the consumer side allows it; empty if not known who called
	Verdict      authz.Verdict // of both sides; empty if not known who called
	Sentence     string

	named      []authz.PolicyType // by AWS's messages; after it is judged, those that were not given
	principals []string           // by AWS's messages
}

// allowAll is what the consumer side is taken to say.
const allowAll = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`

// Denials judges the calls that were denied again, by the policies that were given. What the consumer
// side says is known only of roles that a snapshot has. It also returns how many calls are not
// judged, since there are too many kinds.
func (s *Side) Denials(calls []Calls, consumers []*snapshot.Consumer) (denials []Denial, cut int) {
	var parser verdict.Parser
	denials = []Denial{}
	for i := range calls {
		c := &calls[i]
		if !c.Denied {
			continue
		}
		// Two error codes are two kinds of calls.
		at := slices.IndexFunc(denials, func(d Denial) bool { return d.Caller == c.Caller && d.Action == c.Action })
		switch {
		case at >= 0:
		case len(denials) == maxJudged:
			cut += c.Count
			continue
		default:
			at, denials = len(denials), append(denials, Denial{Caller: c.Caller, Action: c.Action})
		}
		d := &denials[at]
		d.Count += c.Count
		if c.Last.After(d.Last) {
			d.Last = c.Last
		}
		for _, t := range c.named {
			d.named = addSorted(d.named, t)
		}
		for _, p := range c.principals {
			d.principals = addSorted(d.principals, p)
		}
	}
	for i := range denials {
		d := &denials[i]
		registry, both := s.judge(&parser, d, consumers)
		if registry != nil {
			d.RegistrySide, d.Verdict = registry.Engine.Verdict, both.Verdict
			if d.RegistrySide == authz.Allowed && slices.Contains(d.named, authz.ResourceControlPolicy) {
				d.RegistrySide = authz.Conditional
			}
			if d.Verdict == authz.Allowed && len(d.named) > 0 {
				d.Verdict = authz.Conditional
			}
		}
		d.Sentence = d.sentence(s.isSameAccount(&d.Caller), registry, both, consumerOf(consumers, &d.Caller))
	}
	return denials, cut
}

// isGiven reports whether the policies of a type are given. Of identity-based and resource-based
// policies the verdict itself says what is not known.
func isGiven(in *verdict.Input, t authz.PolicyType) bool {
	state, found := map[authz.PolicyType]verdict.State{
		authz.PermissionsBoundary: in.PermissionsBoundary.State, authz.SessionPolicy: in.SessionPolicies.State, authz.VPCEndpointPolicy: in.VPCEndpointPolicy.State,
		authz.ServiceControlPolicy: in.ServiceControlPolicies.State, authz.ResourceControlPolicy: in.ResourceControlPolicies.State,
	}[t]
	return !found || state == verdict.Known
}

func (s *Side) isSameAccount(c *Caller) bool { return c.Account == s.repository.Account }

// consumerOf returns the snapshot that has the role of a caller; nil if none has.
func consumerOf(consumers []*snapshot.Consumer, c *Caller) *snapshot.Consumer {
	for _, consumer := range consumers {
		if roleOf(consumer, c) != nil {
			return consumer
		}
	}
	return nil
}

// roleOf returns the role of a caller that a snapshot has; nil if it has none. A role with another
// unique ID was created again, or is another one.
func roleOf(consumer *snapshot.Consumer, c *Caller) *snapshot.Role {
	named, err := awsname.ParsePrincipal(c.ARN)
	if err != nil || c.Kind != Role || consumer == nil || consumer.Account != c.Account {
		return nil
	}
	role := consumer.Role(named.Name)
	if role != nil && role.ID != "" && c.roleID() != "" && role.ID != c.roleID() {
		return nil
	}
	return role
}

// judge returns the decision by the registry side, with a consumer side that allows all, and
// the decision by both; nil if the caller is not known or cannot be judged.
func (s *Side) judge(parser *verdict.Parser, d *Denial, consumers []*snapshot.Consumer) (registry, both *verdict.Decision) {
	// If all messages name one session, it is the one that was denied.
	arn := d.Caller.ARN
	if arn == "" && d.Caller.Kind == Role && len(d.principals) == 1 {
		session, err := awsname.ParsePrincipal(d.principals[0])
		if err == nil && session.Account == d.Caller.Account && session.Name == d.Caller.Name {
			arn = session.ARN()
		}
	}
	if arn == "" {
		return nil, nil
	}
	in := s.input
	in.RoleARN, in.Actions = arn, []string{permission(d.Action)}
	open := in
	open.IdentityPolicies = verdict.DocumentsOf(verdict.Document{Name: "all", Text: allowAll})
	if d.Caller.Kind == FederatedUser { // who needs both
		open.SessionPolicies = open.IdentityPolicies
	}
	registry = decisionOf(parser, open)
	if consumer := consumerOf(consumers, &d.Caller); consumer != nil {
		if fault := consumer.Fill(&in, snapshot.Use{}); fault != nil {
			return nil, nil
		}
	}
	d.named = slices.DeleteFunc(d.named, func(t authz.PolicyType) bool { return isGiven(&in, t) })
	both = decisionOf(parser, in)
	if registry == nil || both == nil {
		return nil, nil
	}
	return registry, both
}

// decisionOf returns the decision on the one action.
func decisionOf(parser *verdict.Parser, in verdict.Input) *verdict.Decision {
	judgement, faults := parser.Judge(in)
	if len(faults) > 0 {
		return nil
	}
	for _, d := range judgement.Decisions() {
		if d.Action == in.Actions[0] {
			return &d
		}
	}
	return nil
}

func (d *Denial) sentence(isSameAccount bool, registry, both *verdict.Decision, consumer *snapshot.Consumer) string {
	text := wording.Sentence(d.Caller.String() + " was denied " + d.Action + " " + wording.Counted(d.Count, "time") + ", last at " + d.Last.Format(time.RFC3339))
	var now string
	switch {
	case d.Caller.Kind == Service:
		now = "Whether a service would be allowed is not judged"
	case registry == nil && d.Caller.ARN == "":
		now = "The events do not say its ARN, so it cannot be judged whether it would be allowed"
		if d.Caller.Account != "" && d.Caller.roleID() != "" {
			now += ": use a consumer snapshot of account " + d.Caller.Account + " that has the role"
		}
	case registry == nil:
		now = "It cannot be judged whether it would be allowed"
	case d.Verdict == authz.Allowed:
		now = "By the policies that were given, it is allowed"
	case registry.Engine.Verdict == authz.Denied:
		now = "By the policies that were given, the registry side denies it, too. " + report.Reason(&registry.Engine)
	case both.Verdict == authz.Denied:
		now = "By the policies that were given, it is denied, too. " + reasonOf(both)
		if role := roleOf(consumer, &d.Caller); role != nil && role.Exists != nil && !*role.Exists {
			now = "By the policies that were given, it is denied, too. The role does not exist, by the consumer snapshot"
		}
	case len(d.named) > 0:
		var names []string
		for _, t := range d.named {
			names = append(names, "a "+wording.Of(t).Phrase)
		}
		now = "AWS named " + wording.List(names, "and") + ": not among the policies that were given, so whether the call would be allowed is not known"
	case registry.Engine.Verdict == authz.Allowed && consumer == nil:
		now = "By the policies that were given, the registry side allows it; whether the consumer side does is not known: use a snapshot of account " + d.Caller.Account + " that has the role"
		if isSameAccount {
			now = "By the policies that were given, the registry side does not deny it; whether the policies of the caller allow it is not known: use a consumer snapshot that has the role"
		}
	default:
		now = "By the policies that were given, it is not known whether it is allowed. " + reasonOf(both)
	}
	return text + " " + wording.Sentence(now)
}

// reasonOf returns the reason of the engine; of what no policy decides there is none.
func reasonOf(d *verdict.Decision) string {
	if len(d.Obstacles) > 0 || cmp.Or(d.Engine.Verdict, d.Verdict) != d.Verdict {
		return ""
	}
	return report.Reason(&d.Engine)
}
