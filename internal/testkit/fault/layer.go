// SPDX-License-Identifier: MPL-2.0

// Package fault is a layer between the provider and a server with AWS's API. It injects
// faults into calls according to rules: throttling, errors, connection resets, delays,
// invalid responses, stale reads. The server is the emulator, or another server behind a
// Proxy. The same rules, seed and calls give the same faults.
//
//	layer := fault.New(server, 1,
//		fault.Rule{Operation: "ecr:SetRepositoryPolicy", Times: 2, Fault: fault.Throttling()},
//		fault.Rule{Probability: 0.05, Fault: fault.ResetAfter()})
//	endpoint := httptest.NewServer(layer)
package fault

import (
	"context"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"time"
)

// A Fault changes what happens to a call.
type Fault struct {
	Kind string // name in Counts
	act  func(*hit) response
}

// A hit is one call that a fault changes.
type hit struct {
	layer   *Layer
	call    *call
	kind    string
	draw    float64         // random number of the call, from 0 up to 1
	proceed func() response // executes the call and returns the response
}

// wait blocks for d and reports whether the client is still connected.
func (h *hit) wait(d time.Duration) bool {
	return h.layer.wait(h.call.http.Context(), d) == nil
}

// A Rule says which calls a fault hits. It matches calls with its Operation and Resource.
// Of these it hits the From-th call and later ones, each with its Probability, but at most
// Times calls. The zero value of a field limits nothing.
type Rule struct {
	Operation   string  // as in "ecr:SetRepositoryPolicy"
	Resource    string  // a repository name or a role name
	From        int     // the first matching call that can be hit, counted from 1
	Times       int     // maximum number of calls that are hit
	Probability float64 // of a hit, more than 0 and up to 1
	Fault       Fault
}

// A Layer is a handler that passes calls to another handler, with faults. It is safe for
// concurrent use.
type Layer struct {
	next http.Handler
	seed uint64
	now  func() time.Time
	wait func(ctx context.Context, d time.Duration) error // returns early, with an error, when ctx ends

	mu     sync.Mutex // guards all below
	rules  []*activeRule
	idle   []Rule // replaced rules that have hit no call
	calls  map[string]int
	counts Counts
	stale  map[string]staleResponse
}

// New returns a layer in front of next. The seed determines which calls are hit by rules
// with a probability, and the duration of a latency.
func New(next http.Handler, seed uint64, rules ...Rule) *Layer {
	l := &Layer{
		next: next, seed: seed, now: time.Now, wait: wait,
		calls: map[string]int{}, counts: Counts{}, stale: map[string]staleResponse{},
	}
	l.SetRules(rules...)
	return l
}

// SetRules replaces all rules. The new rules count only later calls. SetRules panics if a
// rule has no fault.
func (l *Layer) SetRules(rules ...Rule) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.idle = l.idleRules()
	l.rules = nil
	for i, rule := range rules {
		if rule.Fault.act == nil {
			panic(fmt.Sprintf("rule %d has no fault", i))
		}
		l.rules = append(l.rules, &activeRule{Rule: rule, place: i, matches: map[string]int{}})
	}
}

// Idle returns the rules that have hit no call, including replaced rules.
func (l *Layer) Idle() []Rule {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.idleRules()
}

func (l *Layer) idleRules() []Rule {
	idle := slices.Clip(l.idle)
	for _, rule := range l.rules {
		if rule.hits == 0 {
			idle = append(idle, rule.Rule)
		}
	}
	return idle
}

// Requests returns the number of calls that the layer has received, by operation, with and
// without faults.
func (l *Layer) Requests() map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.calls)
}

// Counts returns the number of hits of each fault on each operation.
func (l *Layer) Counts() Counts {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.counts)
}

// ServeHTTP passes a request to the next handler and sends the response back, with faults
// according to the rules. A request that is not a call to ECR, IAM or STS is passed on
// unchanged.
func (l *Layer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, err := readCall(r)
	if err != nil {
		return // The client has disconnected before the end of its request.
	}
	if c.operation == "" {
		l.next.ServeHTTP(w, r)
		return
	}
	l.execute(c, l.arrive(c)).send(w) //nolint:contextcheck // The call holds its request.
}

// arrive counts a call and returns the rules that match it. A rule counts every matching
// call, including calls that another rule does not execute.
func (l *Layer) arrive(c *call) []candidate {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls[c.operation]++
	var candidates []candidate
	for _, rule := range l.rules {
		if rule.matchesCall(c) {
			candidates = append(candidates, rule.candidate(l.seed, c))
		}
	}
	return candidates
}

// execute runs the call with the faults of the candidates that hit it. The fault of the
// first one is the outermost.
func (l *Layer) execute(c *call, candidates []candidate) response {
	for i, candidate := range candidates {
		if l.hit(c, candidate) {
			return candidate.rule.Fault.act(&hit{
				layer: l, call: c, kind: candidate.rule.Fault.Kind, draw: candidate.draw.Float64(),
				proceed: func() response { return l.execute(c, candidates[i+1:]) },
			})
		}
	}
	return l.forward(c)
}

// hit reports whether a rule hits a call, and counts the hit.
func (l *Layer) hit(c *call, candidate candidate) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	rule := candidate.rule
	chance := candidate.draw.Float64()
	switch {
	case candidate.number < rule.From:
		return false
	case rule.Times > 0 && rule.hits >= rule.Times:
		return false
	case rule.Probability > 0 && chance >= rule.Probability:
		return false
	}
	rule.hits++
	l.counts[Hit{rule.Fault.Kind, c.operation}]++
	return true
}

// forward executes a call, or returns a stale response.
func (l *Layer) forward(c *call) response {
	if stale, found := l.staleResponse(c); found {
		return stale
	}
	return l.ask(c)
}

// ask passes a call to the next handler and returns the response.
func (l *Layer) ask(c *call) response {
	recorder := newRecorder()
	l.next.ServeHTTP(recorder, c.request())
	return recorder.response
}

// staleKind is counted for the write that a rule hits, and for each stale read after it.
const staleKind = "stale read"

// A staleResponse is the response of a read from before a write.
type staleResponse struct {
	response response
	left     int           // number of reads that still return it, if there is no lifetime
	lifetime time.Duration // how long reads return it
	until    time.Time     // when its lifetime ends
}

// keep stores a response for later reads.
func (l *Layer) keep(read *call, kept staleResponse) {
	l.mu.Lock()
	defer l.mu.Unlock()
	kept.until = l.now().Add(kept.lifetime)
	l.stale[read.subject()] = kept
}

// staleResponse returns the response from before a write, if there is one for the call.
func (l *Layer) staleResponse(c *call) (a response, found bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	kept, found := l.stale[c.subject()]
	if !found {
		return a, false
	}
	if kept.left == 0 && !l.now().Before(kept.until) {
		delete(l.stale, c.subject())
		return a, false
	}
	kept.left = max(0, kept.left-1)
	l.stale[c.subject()] = kept
	l.counts[Hit{staleKind, c.operation}]++
	return kept.response, true
}

// An activeRule is a rule with its counts. Layer.mu guards it.
type activeRule struct {
	Rule
	place   int            // index of the rule
	number  int            // of matching calls
	matches map[string]int // matching calls by operation and resource
	hits    int
}

func (r *activeRule) matchesCall(c *call) bool {
	return (r.Operation == "" || r.Operation == c.operation) && (r.Resource == "" || r.Resource == c.resource)
}

// A candidate is a rule that may hit a call.
type candidate struct {
	rule   *activeRule
	number int        // of the call, among the calls that match the rule
	draw   *rand.Rand // random numbers of the call
}

// candidate counts a matching call. The random numbers depend on the seed, the rule, the
// operation, the resource and the number of such calls so far. So they are the same if
// calls on different resources arrive in another order.
func (r *activeRule) candidate(seed uint64, c *call) candidate {
	subject := c.operation + " " + c.resource
	r.number++
	r.matches[subject]++
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(subject))                                        // Writing to a hash never fails.
	stream := hash.Sum64() ^ uint64(r.place)<<48 ^ uint64(r.matches[subject]) //nolint:gosec // Both are counters from 0.

	random := rand.New(rand.NewPCG(seed, stream)) //nolint:gosec // It must be repeatable.
	return candidate{rule: r, number: r.number, draw: random}
}

// wait blocks for d or until ctx ends.
func wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
