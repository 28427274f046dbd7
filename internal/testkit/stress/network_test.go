// SPDX-License-Identifier: MPL-2.0

package stress_test

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// A call is one request of a process.
type call struct {
	caller     string // from the user agent; empty when it names none
	operation  string // as in "SetRepositoryPolicy"; empty for services other than ECR
	repository string // or registry
	policy     string // what SetRepositoryPolicy sends
}

// A phase is how far a request has come.
type phase int

// The phases of a request.
const (
	arrived    phase = iota // and is not yet carried out
	carriedOut              // and not yet answered
	answered
)

// A watcher is told of the n-th request of a caller, counted from 1, in each of
// its phases. What it returns for one that arrived says whether it is dropped.
type watcher func(n int, c call, p phase) (drop bool)

// A network is what lies between the processes and the emulator: it takes its time,
// writes the timeline, and tells watchers of what passes.
type network struct {
	next     http.Handler
	timeline *timeline

	mu       sync.Mutex
	random   *rand.Rand
	latency  map[string][2]time.Duration // least and most of a call, by caller; "" for all others
	watchers map[string]watcher          // by caller
	requests map[string]int              // by caller

	order sync.Mutex // Calls are carried out one by one, in the order of the timeline.
}

func newNetwork(next http.Handler) *network {
	return &network{
		next: next, timeline: newTimeline(), random: rand.New(rand.NewPCG(*seed, 0)),
		latency:  map[string][2]time.Duration{"": {50 * time.Millisecond, 200 * time.Millisecond}},
		watchers: map[string]watcher{}, requests: map[string]int{},
	}
}

// delay sets the least and the most time that a call of a caller takes.
func (n *network) delay(caller string, least, most time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.latency[caller] = [2]time.Duration{least, most}
}

// watch has w told of a caller's requests.
func (n *network) watch(caller string, w watcher) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.watchers[caller] = w
}

// requestsOf returns how many requests a caller has made.
func (n *network) requestsOf(caller string) int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.requests[caller]
}

// ServeHTTP brings a request to the emulator and the answer back.
func (n *network) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler) // The caller was killed while it sent.
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	c := readCall(r, body)
	there, back, watch := n.admit(c)
	time.Sleep(there)
	if watch(arrived) {
		panic(http.ErrAbortHandler)
	}
	answer := n.carryOut(c, r)
	watch(carriedOut)
	time.Sleep(back)
	maps.Copy(w.Header(), answer.Header())
	w.Header().Set("Content-Length", strconv.Itoa(answer.Body.Len()))
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())       // The caller may have been killed.
	_ = http.NewResponseController(w).Flush() // Likewise.
	watch(answered)
}

// admit draws how long a request takes there and back, and finds who watches it.
func (n *network) admit(c call) (there, back time.Duration, watch func(phase) bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	bounds, found := n.latency[c.caller]
	if !found {
		bounds = n.latency[""]
	}
	whole := bounds[0] + time.Duration(n.random.Int64N(int64(bounds[1]-bounds[0])+1))
	there = time.Duration(n.random.Int64N(int64(whole) + 1))
	n.requests[c.caller]++
	number, w := n.requests[c.caller], n.watchers[c.caller]
	return there, whole - there, func(p phase) bool { return w != nil && w(number, c, p) }
}

// carryOut has the emulator answer, and notes it.
func (n *network) carryOut(c call, r *http.Request) *httptest.ResponseRecorder {
	n.order.Lock()
	defer n.order.Unlock()
	answer := httptest.NewRecorder()
	n.next.ServeHTTP(answer, r)
	if strings.HasSuffix(c.operation, "RepositoryPolicy") {
		text := c.policy
		if c.operation == "GetRepositoryPolicy" {
			text = policyText(answer.Body.Bytes())
		}
		n.timeline.add(c, answer.Code, text)
	}
	return answer
}

// appName finds what TF_APPEND_USER_AGENT and AppID of the SDK say.
var appName = regexp.MustCompile(`\bapp/(\S+)`)

func readCall(r *http.Request, body []byte) call {
	c := call{policy: policyText(body)}
	if m := appName.FindStringSubmatch(r.UserAgent()); m != nil {
		c.caller = m[1]
	}
	_, c.operation, _ = strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	var named struct{ RepositoryName string }
	_ = json.Unmarshal(body, &named) // What is not JSON is not for ECR.
	c.repository = named.RepositoryName
	if operation, found := ofRegistry[c.operation]; found {
		c.operation, c.repository = operation, registry
	}
	return c
}

// registry stands for the repository in calls about the registry policy. They have the names
// of those about a repository policy.
const registry = "the-registry"

var ofRegistry = map[string]string{
	"GetRegistryPolicy": "GetRepositoryPolicy", "PutRegistryPolicy": "SetRepositoryPolicy", "DeleteRegistryPolicy": "DeleteRepositoryPolicy",
}

// policyText returns the member policyText of a request or an answer.
func policyText(body []byte) string {
	var text struct{ PolicyText string }
	_ = json.Unmarshal(body, &text) // What is not JSON has no policy.
	return text.PolicyText
}

// A barrier holds everybody back until all have arrived, but no longer than a minute.
type barrier struct {
	mu      sync.Mutex
	missing int
	open    chan struct{}
}

func newBarrier(n int) *barrier { return &barrier{missing: n, open: make(chan struct{})} }

func (b *barrier) arrive() {
	b.mu.Lock()
	if b.missing--; b.missing == 0 {
		close(b.open)
	}
	b.mu.Unlock()
	select {
	case <-b.open:
	case <-time.After(time.Minute): // Somebody failed before; the test will say so.
	}
}
