// SPDX-License-Identifier: MPL-2.0

package stress_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// An event is one call that was carried out on a repository policy.
type event struct {
	at         time.Duration // since the start of the timeline
	caller     string
	operation  string // as in "SetRepositoryPolicy"
	repository string
	status     int        // HTTP status of the answer
	statements statements // as the call read or left them
	change     string     // what the call changed, as in "+Grant07 -Grant03"
}

func (e event) String() string {
	return fmt.Sprintf("%9.3fs  %-26s %-22s %-12s %d  %2d statements  %s",
		e.at.Seconds(), e.caller, e.operation, e.repository, e.status, len(e.statements), e.change)
}

// succeeded reports whether the call did what its operation says.
func (e event) succeeded(operation string) bool { return e.operation == operation && e.status == 200 }

// wrote reports whether the call changed the policy, or put back what stood.
func (e event) wrote() bool {
	return e.succeeded("SetRepositoryPolicy") || e.succeeded("DeleteRepositoryPolicy")
}

// statements are those of a policy: canonical form by Sid, which for those
// without Sid is the canonical form itself.
type statements map[string]string

// readStatements reads a policy text; an empty one has no statements.
func readStatements(text string) statements {
	doc, err := policy.Parse(text)
	if err != nil {
		return statements{}
	}
	out := statements{}
	for _, s := range doc.Statements() {
		name := s.Sid()
		if name == "" {
			name = s.Canonical()
		}
		for _, twice := out[name]; twice; _, twice = out[name] {
			name += " (again)"
		}
		out[name] = s.Canonical()
	}
	return out
}

// to lists what is different in other, a sorted word for each statement.
func (s statements) to(other statements) []string {
	var out []string
	for name, canonical := range other {
		switch before, found := s[name]; {
		case !found:
			out = append(out, "+"+name)
		case before != canonical:
			out = append(out, "~"+name)
		}
	}
	for name := range s {
		if _, found := other[name]; !found {
			out = append(out, "-"+name)
		}
	}
	slices.Sort(out)
	return out
}

// A timeline holds all calls in the order in which they were carried out.
type timeline struct {
	start time.Time

	mu     sync.Mutex
	events []event
	stand  map[string]statements // by repository
	first  map[string]int        // by repository, the index of the first event since begin
}

func newTimeline() *timeline {
	return &timeline{start: time.Now(), stand: map[string]statements{}, first: map[string]int{}}
}

// begin notes what stands in a repository's policy. What was called before is
// counted and no longer shown.
func (t *timeline) begin(repository, text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stand[repository] = readStatements(text)
	t.first[repository] = len(t.events)
}

// add notes a call that has just been carried out. text is the policy that it
// read or wrote.
func (t *timeline) add(c call, status int, text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	e := event{
		at: time.Since(t.start), caller: c.caller, operation: c.operation, repository: c.repository,
		status: status, statements: readStatements(text),
	}
	if e.wrote() {
		e.change = strings.Join(t.stand[c.repository].to(e.statements), " ")
		t.stand[c.repository] = e.statements
	}
	t.events = append(t.events, e)
}

// of returns the calls on one repository, or on all for "", since begin.
func (t *timeline) of(repository string) []event {
	t.mu.Lock()
	defer t.mu.Unlock()
	var out []event
	for i, e := range t.events {
		if i >= t.first[e.repository] && (repository == "" || e.repository == repository) {
			out = append(out, e)
		}
	}
	return out
}

// print returns the calls on one repository, or on all for "", one a line.
func (t *timeline) print(repository string) string {
	var b strings.Builder
	for _, e := range t.of(repository) {
		fmt.Fprintln(&b, e)
	}
	return b.String()
}

// count returns how many calls of an operation were carried out or refused.
func (t *timeline) count(operation string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := 0
	for _, e := range t.events {
		if e.operation == operation {
			n++
		}
	}
	return n
}

// misdeeds returns a line for each write to a repository by one of our processes
// that is not what the process had read last, save for statements of its own: each
// would be a foreign statement that was seen and lost all the same.
func (t *timeline) misdeeds(repository string, owned map[string][]string) []string {
	seen := map[string]statements{}
	var out []string
	for _, e := range t.of(repository) {
		own, ours := owned[e.caller]
		switch {
		case !ours:
		case e.operation == "GetRepositoryPolicy":
			seen[e.caller] = e.statements
		case e.wrote():
			before, after := maps.Clone(seen[e.caller]), maps.Clone(e.statements)
			for _, sid := range own {
				delete(before, sid)
				delete(after, sid)
			}
			if change := before.to(after); len(change) > 0 {
				out = append(out, fmt.Sprintf("%s\n\t\twhile the last read of %s shows other statements than its own: %s", e, e.caller, strings.Join(change, " ")))
			}
			seen[e.caller] = e.statements
		}
	}
	return out
}

// longestGap returns the longest time between the read and the write of one
// read-modify-write of a caller for which ours holds.
func (t *timeline) longestGap(repository string, ours func(caller string) bool) time.Duration {
	read := map[string]time.Duration{}
	longest := time.Duration(0)
	for _, e := range t.of(repository) {
		switch {
		case !ours(e.caller):
		case e.operation == "GetRepositoryPolicy":
			read[e.caller] = e.at
		case e.wrote():
			longest = max(longest, e.at-read[e.caller])
		}
	}
	return longest
}
