// SPDX-License-Identifier: MPL-2.0

package pullevents

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// synthetic returns the event of a number: callers, actions, results and addresses vary.
func synthetic(n, callers int) string {
	identity := fmt.Sprintf(`{"type":"AWSAccount","principalId":"AROAEXAMPLE%010d:i-%d","accountId":"444455556666"}`, n%callers, n)
	rest := onRepository
	switch n % 7 {
	case 0:
		rest += fmt.Sprintf(`,"errorCode":"AccessDenied","errorMessage":"denied %d"`, n)
	case 1:
		rest += `,"errorCode":"ImageNotFoundException","errorMessage":"no"`
	}
	text := eventText(identity, rest)
	text = strings.Replace(text, "2026-11-20T10:00:00Z", time.Unix(1_763_000_000+int64(n%100_000), 0).UTC().Format(time.RFC3339), 1)
	text = strings.Replace(text, "203.0.113.9", fmt.Sprintf("203.0.%d.%d", n%50, n%250), 1)
	if n%3 == 0 {
		text = strings.Replace(text, "BatchGetImage", "GetDownloadUrlForLayer", 1)
	}
	return text
}

func TestTally(t *testing.T) {
	t.Parallel()
	tally := NewTally(repository)
	for _, text := range []string{
		eventText(assumedRole, onRepository),
		strings.Replace(eventText(assumedRole, onRepository), "T10:", "T11:", 1),
		strings.Replace(eventText(assumedRole, onRepository), "T10:", "T09:", 1),
		eventText(otherAccount, onRepository+`,"errorCode":"AccessDenied","errorMessage":"no"`),
		strings.ReplaceAll(eventText(assumedRole, onRepository), "team/app", "other"),
		strings.ReplaceAll(eventText(assumedRole, onRepository), "us-east-1", "eu-west-1"),
		eventText(assumedRole, `"errorCode":"AccessDenied","errorMessage":"no"`),
		strings.Replace(eventText(assumedRole, `"errorCode":"AccessDenied","errorMessage":"no"`), "BatchGetImage", "GetAuthorizationToken", 1),
		"{",
	} {
		tally.Add(text)
	}
	if tally.Read != 9 || tally.Matched != 4 || tally.Unreadable != 1 || tally.Unattributed != 1 || tally.Cut() != 0 {
		t.Errorf("read %d, matched %d, unreadable %d, unattributed %d, cut %d", tally.Read, tally.Matched, tally.Unreadable, tally.Unattributed, tally.Cut())
	}
	at := time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC)
	want := []Calls{
		{Caller: Caller{Kind: Account, ID: roleID, Account: consumerAccount}, Action: "ecr:BatchGetImage", ErrorCode: "AccessDenied", Denied: true, Count: 1, First: at, Last: at, Message: "no", Sources: []string{"203.0.113.9"}},
		{Caller: Caller{Kind: Role, ARN: roleARN, ID: roleID, Account: consumerAccount}, Action: "ecr:BatchGetImage", Count: 3, First: at.Add(-time.Hour), Last: at.Add(time.Hour), Sources: []string{"203.0.113.9"}},
	}
	if diff := cmp.Diff(want, tally.Calls(), cmpopts.IgnoreUnexported(Calls{})); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestTally_sources(t *testing.T) {
	t.Parallel()
	tally := NewTally(repository)
	for i := range 15 {
		tally.Add(strings.Replace(eventText(otherAccount, onRepository), "203.0.113.9", fmt.Sprintf("203.0.113.%02d", 20-i), 1))
	}
	if c := tally.Calls()[0]; len(c.Sources) != maxSources || c.Sources[0] != "203.0.113.06" || !c.MoreSources || c.Count != 15 {
		t.Errorf("%+v", c)
	}
}

// What a tally has does not depend on the order of the events, also if there are more kinds of
// calls than it keeps.
func TestTally_order(t *testing.T) {
	t.Parallel()
	const most = 100
	events := make([]string, 5*most)
	for i := range events {
		events[i] = synthetic(i, len(events)-1)
	}
	var first []Calls
	for seed := range uint64(5) {
		random := rand.New(rand.NewPCG(seed, 1)) //nolint:gosec // A test needs no secure randomness.
		random.Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
		tally := NewTally(repository)
		tally.most = most
		for _, text := range events {
			tally.Add(text)
		}
		calls := tally.Calls()
		if first == nil {
			first = calls
		}
		for i := range min(len(first), len(calls)) {
			if !reflect.DeepEqual(first[i], calls[i]) {
				t.Fatalf("in another order: %+v, first %+v", calls[i], first[i])
			}
		}
		kept := 0
		for _, c := range calls {
			kept += c.Count
		}
		if len(calls) != most || tally.Matched != len(events) || tally.Cut() != len(events)-kept {
			t.Errorf("%d kinds of calls, %d matched, %d cut", len(calls), tally.Matched, tally.Cut())
		}
	}
	if denied := slices.IndexFunc(first, func(c Calls) bool { return !c.Denied }); denied < 5*most/7 {
		t.Errorf("%d denials were kept, want all", denied)
	}
}

// The memory that a tally keeps does not grow with the number of events.
func TestTally_memory(t *testing.T) {
	size := func(events int) uint64 {
		tally := NewTally(repository)
		for i := range events {
			tally.Add(synthetic(i, 100))
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		with := m.HeapAlloc
		runtime.KeepAlive(tally)
		return with
	}
	size(200)
	few, many := size(1400), size(7000)
	if many > few+few/2 {
		t.Errorf("the heap has %d bytes after 1,400 events, and %d after 7,000", few, many)
	}
}

func BenchmarkTally_million(b *testing.B) {
	events := make([]string, 10_000)
	for i := range events {
		events[i] = synthetic(i, 5000)
	}
	for b.Loop() {
		tally := NewTally(repository)
		for i := range 1_000_000 {
			tally.Add(events[i%len(events)])
		}
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		b.ReportMetric(float64(m.HeapAlloc)/(1<<20), "MB-heap")
		runtime.KeepAlive(tally)
	}
}
