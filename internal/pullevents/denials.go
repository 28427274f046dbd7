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

// MaxJudged is how many kinds of denied calls are judged again.
const MaxJudged = 200

// A Denial is a kind of call that AWS denied, judged by the policies that were given.
type Denial struct {
	Caller       Caller
	Action       string
	Count        int
	Last         time.Time
	RegistrySide authz.Verdict // of the registry side, if the consumer side allows it; empty if not known who called
	Verdict      authz.Verdict // of both sides; empty if not known who called
	Sentence     string
}

// allowAll is what the consumer side is taken to say.
const allowAll = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`

// Denials judges the calls that were denied again, by the policies that were given. What the consumer
// side says is known only of roles that a snapshot has.
func (s *Side) Denials(calls []Calls, consumers []*snapshot.Consumer) []Denial {
	var parser verdict.Parser
	denials := []Denial{}
	for i := range calls {
		c := &calls[i]
		if !c.Denied {
			continue
		}
		// Two error codes are two kinds of calls.
		same := func(d Denial) bool { return d.Caller == c.Caller && d.Action == c.Action }
		if at := slices.IndexFunc(denials, same); at >= 0 {
			d := &denials[at]
			d.Count += c.Count
			if c.Last.After(d.Last) {
				d.Last = c.Last
			}
			continue
		}
		if len(denials) == MaxJudged {
			return denials
		}
		d := Denial{Caller: c.Caller, Action: c.Action, Count: c.Count, Last: c.Last}
		registry, both := s.judge(&parser, &d, consumers)
		if registry != nil {
			d.RegistrySide, d.Verdict = registry.Engine.Verdict, both.Verdict
		}
		d.Sentence = d.sentence(s.isSameAccount(&d.Caller), registry, both, hasRole(consumers, &d.Caller))
		denials = append(denials, d)
	}
	return denials
}

func (s *Side) isSameAccount(c *Caller) bool { return c.Account == s.repository.Account }

// consumerOf returns the snapshot that has the role of a caller; nil if none has.
func consumerOf(consumers []*snapshot.Consumer, c *Caller) *snapshot.Consumer {
	role, err := awsname.ParsePrincipal(c.ARN)
	if err != nil || c.Kind != Role {
		return nil
	}
	for _, consumer := range consumers {
		if consumer.Account == c.Account && consumer.Role(role.Name) != nil {
			return consumer
		}
	}
	return nil
}

func hasRole(consumers []*snapshot.Consumer, c *Caller) bool { return consumerOf(consumers, c) != nil }

// judge returns the decision by the registry side, with a consumer side that allows all, and
// the decision by both; nil if the caller is not known or cannot be judged.
func (s *Side) judge(parser *verdict.Parser, d *Denial, consumers []*snapshot.Consumer) (registry, both *verdict.Decision) {
	if d.Caller.ARN == "" {
		return nil, nil
	}
	in := s.input
	in.RoleARN, in.Actions = d.Caller.ARN, []string{permission(d.Action)}
	open := in
	open.IdentityPolicies = verdict.DocumentsOf(verdict.Document{Name: "all", Text: allowAll})
	registry = decisionOf(parser, open)
	if consumer := consumerOf(consumers, &d.Caller); consumer != nil {
		if fault := consumer.Fill(&in, snapshot.Use{}); fault != nil {
			return nil, nil
		}
	}
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

func (d *Denial) sentence(isSameAccount bool, registry, both *verdict.Decision, hasConsumer bool) string {
	text := wording.Sentence(d.Caller.String() + " was denied " + d.Action + " " + wording.Counted(d.Count, "time") + ", last at " + d.Last.Format(time.RFC3339))
	var now string
	switch {
	case registry == nil && d.Caller.ARN == "":
		now = "The events do not say who it is, so it cannot be judged whether it would be allowed: use a snapshot of its account"
	case registry == nil:
		now = "It cannot be judged whether it would be allowed"
	case both.Verdict == authz.Allowed:
		now = "By the policies that were given, it is allowed"
	case registry.Engine.Verdict == authz.Denied:
		now = "By the policies that were given, the registry side denies it, too. " + report.Reason(&registry.Engine)
	case both.Verdict == authz.Denied:
		now = "By the policies that were given, it is denied, too. " + reasonOf(both)
	case registry.Engine.Verdict == authz.Allowed && !hasConsumer:
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
