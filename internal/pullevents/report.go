// SPDX-License-Identifier: MPL-2.0

package pullevents

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/actionset"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/awsname"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/snapshot"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// The limits of the event history. An event can come later than delay: AWS guarantees no time.
// Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/view-cloudtrail-events.html
// and https://docs.aws.amazon.com/awscloudtrail/latest/userguide/get-and-view-cloudtrail-log-files.html
const (
	History = 90 * 24 * time.Hour
	delay   = 15 * time.Minute
)

// A Question is what a report is about.
type Question struct {
	Repository awsname.Repository
	Account    string // whose event history was read
	Start, End time.Time
	Now        time.Time // when the events were read
	More       bool      // there are more events than were read
	Oldest     time.Time // of those that were read

	Side      *Side // the policies to compare the calls with
	Consumers []*snapshot.Consumer
}

// A Report says who called, and what follows from it.
type Report struct {
	Calls      []Calls
	Gaps       []string // why the calls may not be all calls; empty if they are
	Statements []Statement
	Denials    []Denial
	Beyond     []Beyond
	Summary    string // one or two sentences
}

// A Beyond is a caller that did more than to pull.
type Beyond struct {
	Caller   Caller
	Actions  []string // sorted
	Sentence string
}

// ReportOf returns the report on what a tally counted.
func ReportOf(q Question, t *Tally) *Report {
	gaps, hasAllUses := q.gaps(t)
	ours, unnamed := t.Calls(), t.unnamed.Calls()
	all := withNames(slices.Concat(ours, unnamed), q.Consumers)
	r := &Report{Calls: all[:len(ours)], Gaps: gaps}
	r.Beyond = beyondPull(r.Calls)
	r.Statements = q.Side.Statements(r.Calls, all[len(ours):], hasAllUses)
	var notJudged int
	if r.Denials, notJudged = q.Side.Denials(r.Calls, q.Consumers); notJudged > 0 {
		r.Gaps = append(r.Gaps, wording.Sentence(fmt.Sprintf("number of denied calls that are not judged, as there are more than %d kinds: %d", maxJudged, notJudged)))
	}
	r.Summary = q.summary(t, r)
	return r
}

// gaps returns why there may be other calls, and whether at least all are there that succeeded,
// or are among those that name no repository.
func (q *Question) gaps(t *Tally) (gaps []string, hasAllUses bool) {
	gaps = []string{}
	add := func(isGap bool, format string, args ...any) {
		if isGap {
			gaps = append(gaps, wording.Sentence(fmt.Sprintf(format, args...)))
		}
	}
	cutCalls := t.Cut() + t.unnamed.Cut()
	add(q.Account != q.Repository.Account, "the event history of account %s has the calls of its own principals only, not those of other accounts on this repository", q.Account)
	add(q.More, "as many events as max_events allows were read: events of %s and before may be missing", printTime(q.Oldest))
	add(q.Now.Sub(q.Start) > History, "CloudTrail keeps events in its event history for 90 days, and start is earlier")
	add(q.End.After(q.Now), "the period is not over: it ends at %s", printTime(q.End))
	add(q.Now.Sub(q.End) < delay, "events of the last 15 minutes may not have arrived yet")
	add(cutCalls > 0, "there are more than %d kinds of calls: %s are counted, but not listed", maxCalls, wording.Counted(cutCalls, "call"))
	add(t.Unreadable > 0, "%s could not be read", wording.Counted(t.Unreadable, "event"))
	hasAllUses = len(gaps) == 0
	add(t.Unattributed > 0, "number of calls whose events name no repository, and so may be about this one: %d", t.Unattributed)
	return gaps, hasAllUses
}

func printTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// beyondPull returns the callers that successfully used actions that pulling does not need.
func beyondPull(calls []Calls) []Beyond {
	all, needed := []Beyond{}, actionset.Actions(actionset.Pull)
	for _, c := range calls {
		if c.ErrorCode != "" || slices.Contains(needed, permission(c.Action)) {
			continue
		}
		at := slices.IndexFunc(all, func(b Beyond) bool { return b.Caller == c.Caller })
		if at < 0 {
			at, all = len(all), append(all, Beyond{Caller: c.Caller})
		}
		if b := &all[at]; !slices.Contains(b.Actions, c.Action) {
			b.Actions = append(b.Actions, c.Action)
		}
	}
	for i := range all {
		b := &all[i]
		slices.Sort(b.Actions)
		b.Sentence = wording.Sentence(b.Caller.String() + " used " + wording.Some(printed.Values(b.Actions), "and") + ", which pulling does not need")
	}
	return all
}

func (q *Question) summary(t *Tally, r *Report) string {
	callers, denied, unused := map[Caller]bool{}, 0, 0
	for i := range r.Calls {
		callers[r.Calls[i].Caller] = true
		if r.Calls[i].Denied {
			denied += r.Calls[i].Count
		}
	}
	for i := range r.Statements {
		if r.Statements[i].Usage == NotSeen {
			unused++
		}
	}
	text := fmt.Sprintf("%s on the repository %s in the event history of account %s, Region %s, from %s to %s: %s, %s",
		wording.Counted(t.Matched, "call"), q.Repository.Name, q.Account, q.Repository.Region, printTime(q.Start), printTime(q.End),
		wording.Counted(len(callers), "caller"), wording.Counted(denied, "denied call"))
	if unused > 0 {
		text += ", " + wording.Counted(unused, "statement") + " that no call in these events can have used"
	}
	sentences := append([]string{wording.Sentence(text)}, r.Gaps...)
	return strings.Join(sentences, " ")
}
