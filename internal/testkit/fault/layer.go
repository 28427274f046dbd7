// Package fault stands between the provider and a server that speaks as AWS
// does, and makes the calls go wrong as rules say: throttled, refused, reset,
// stalled, answered with rubbish or with what stood there before. The server can
// be the emulator, or any other behind a Proxy. The same rules, seed and calls
// give the same faults.
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

// A Rule says which calls a fault hits: of those that match its Operation and
// Resource, the From-th and those after it, up to Times of them, each with its
// Probability. The zero value of each field limits nothing.
type Rule struct {
	Operation   string  // as in "ecr:SetRepositoryPolicy"
	Resource    string  // a repository name or a role name
	From        int     // the first matching call that can be hit, counted from 1
	Times       int     // how many calls are hit at most
	Probability float64 // of each call to be hit, more than 0 and up to 1
	Fault       Fault
}

// A Layer is a handler that passes calls on to another, with faults. It is safe
// for concurrent use.
type Layer struct {
	next http.Handler
	seed uint64
	now  func() time.Time
	wait func(ctx context.Context, d time.Duration) error // returns early, with an error, when ctx ends

	mu     sync.Mutex // guards all below
	rules  []*activeRule
	idle   []Rule // rules that were replaced before they hit a call
	calls  map[string]int
	counts Counts
	stale  map[string]staleAnswer
}

// New returns a layer in front of next. The seed decides which calls are hit by
// rules with a probability, and how long a latency is.
func New(next http.Handler, seed uint64, rules ...Rule) *Layer {
	l := &Layer{
		next: next, seed: seed, now: time.Now, wait: wait,
		calls: map[string]int{}, counts: Counts{}, stale: map[string]staleAnswer{},
	}
	l.SetRules(rules...)
	return l
}

// SetRules replaces all rules. Calls are counted for the new rules from here on.
// It panics when a rule has no fault.
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

// Idle returns the rules, past ones too, that have hit no call.
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

// Requests returns how many calls the layer has received, by operation, whatever
// became of them.
func (l *Layer) Requests() map[string]int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.calls)
}

// Counts returns how often each fault has hit each operation.
func (l *Layer) Counts() Counts {
	l.mu.Lock()
	defer l.mu.Unlock()
	return maps.Clone(l.counts)
}

// ServeHTTP passes a request on and sends the answer back, as the rules say. What
// is no call to ECR, IAM or STS is passed on as it is.
func (l *Layer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, err := readCall(r)
	if err != nil {
		return // The client has gone before it had said what it wants.
	}
	if c.operation == "" {
		l.next.ServeHTTP(w, r)
		return
	}
	l.carryOut(c, l.arrive(c)).send(w) //nolint:contextcheck // The call holds its request.
}

// arrive counts a call and returns the rules that match it. A rule sees every
// matching call, also one that another rule keeps from being carried out.
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

// carryOut lets the first candidate that hits the call do its part around those
// that follow it, and around the call itself.
func (l *Layer) carryOut(c *call, candidates []candidate) answer {
	for i, candidate := range candidates {
		if l.hit(c, candidate) {
			return candidate.rule.Fault.act(&hit{
				layer: l, call: c, kind: candidate.rule.Fault.Kind, draw: candidate.draw.Float64(),
				proceed: func() answer { return l.carryOut(c, candidates[i+1:]) },
			})
		}
	}
	return l.forward(c)
}

// hit decides whether a rule hits a call, and counts it.
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

// forward carries a call out, or answers as before a write.
func (l *Layer) forward(c *call) answer {
	if stale, found := l.staleAnswer(c); found {
		return stale
	}
	return l.ask(c)
}

// ask has the next handler answer a call.
func (l *Layer) ask(c *call) answer {
	recorder := newRecorder()
	l.next.ServeHTTP(recorder, c.request())
	return recorder.answer
}

// An activeRule is a rule at work. Layer.mu guards it.
type activeRule struct {
	Rule
	place   int            // among the rules
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
	number int        // of the call, among those that match the rule
	draw   *rand.Rand // of the call's own
}

// candidate counts a matching call. Its random numbers depend on the seed, the
// rule, the operation, the resource and how often this rule has seen them, so
// that calls on different resources may overtake each other.
func (r *activeRule) candidate(seed uint64, c *call) candidate {
	subject := c.operation + " " + c.resource
	r.number++
	r.matches[subject]++
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(subject))                                        // A hash takes everything.
	stream := hash.Sum64() ^ uint64(r.place)<<48 ^ uint64(r.matches[subject]) //nolint:gosec // Both count from 0 up.

	random := rand.New(rand.NewPCG(seed, stream)) //nolint:gosec // It has to be repeatable.
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
