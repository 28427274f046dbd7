// SPDX-License-Identifier: MPL-2.0

package fault

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const (
	set = "ecr:SetRepositoryPolicy"
	get = "ecr:GetRepositoryPolicy"
	put = "iam:PutRolePolicy"
)

// A server keeps one text for each repository, and one for each role.
type server struct {
	mu    sync.Mutex
	texts map[string]string
	done  []string // the calls that took effect
}

// ServeHTTP implements http.Handler.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Method == http.MethodGet {
		_, _ = io.WriteString(w, "no call")
		return
	}
	input := struct{ RepositoryName, PolicyText string }{}
	operation := strings.TrimPrefix(r.Header.Get("X-Amz-Target"), ecrTargetPrefix)
	if operation == "" {
		operation, input.RepositoryName, input.PolicyText = r.FormValue("Action"), r.FormValue("RoleName"), r.FormValue("PolicyDocument")
	} else if err := json.NewDecoder(r.Body).Decode(&input); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	s.done = append(s.done, operation)
	if strings.HasPrefix(operation, "Set") || strings.HasPrefix(operation, "Put") {
		s.texts[input.RepositoryName] = input.PolicyText
	}
	w.Header().Set("X-From", "server for "+r.Host)
	_, _ = io.WriteString(w, "text: "+s.texts[input.RepositoryName])
}

func (s *server) app() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.texts["app"]
}

// A world is a layer in front of a server, without waiting.
type world struct {
	*Layer

	t      *testing.T
	server *server
	url    string
	clock  *clock
}

// A clock notes waits, which let its time pass.
type clock struct {
	mu    sync.Mutex
	at    time.Time
	waits []time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) wait(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
	c.waits = append(c.waits, d)
	return ctx.Err()
}

func newWorld(t *testing.T, rules ...Rule) *world {
	t.Helper()
	w := &world{t: t, server: &server{texts: map[string]string{}}, clock: &clock{}}
	w.Layer = New(w.server, 1, rules...)
	w.now, w.wait = w.clock.now, w.clock.wait
	front := httptest.NewServer(w.Layer)
	t.Cleanup(front.Close)
	w.url = front.URL
	return w
}

// reply is an answer as a client sees it.
type reply struct {
	status int
	header http.Header
	body   string
	err    error
}

// do makes a call; text is for those that write.
func (w *world) do(operation, resource, text string) reply {
	w.t.Helper()
	service, name, _ := strings.Cut(operation, ":")
	body, contentType := url.Values{
		"Action": {name}, "Version": {"2010-05-08"}, "RoleName": {resource}, "PolicyName": {"p"}, "PolicyDocument": {text},
	}.Encode(), "application/x-www-form-urlencoded"
	if service == "ecr" {
		encoded, err := json.Marshal(map[string]string{"repositoryName": resource, "policyText": text})
		if err != nil {
			w.t.Fatal(err)
		}
		body, contentType = string(encoded), "application/x-amz-json-1.1"
	}
	request, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, w.url, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	request.Header.Set("Content-Type", contentType)
	if service == "ecr" {
		request.Header.Set("X-Amz-Target", ecrTargetPrefix+name)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return reply{err: err}
	}
	defer func() { _ = response.Body.Close() }()
	got, err := io.ReadAll(response.Body)
	return reply{status: response.StatusCode, header: response.Header, body: string(got), err: err}
}

func TestWithoutRulesEverythingPasses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, operation := range []string{set, put} {
		got := w.do(operation, "app", "one")
		if got.err != nil || got.status != http.StatusOK || got.body != "text: one" {
			t.Errorf("%s: got %+v", operation, got)
		}
		if want := "server for " + strings.TrimPrefix(w.url, "http://"); got.header.Get("X-From") != want {
			t.Errorf("the answer comes from %q, want %q", got.header.Get("X-From"), want)
		}
	}
	if w.Counts().Total() != 0 {
		t.Errorf("counts without rules:\n%s", w.Counts())
	}
	if want := map[string]int{set: 1, put: 1}; !maps.Equal(w.Requests(), want) {
		t.Errorf("requests = %v, want %v", w.Requests(), want)
	}
}

func TestWhatIsNoCallPasses(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Rule{Fault: Throttling()})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if body, err := io.ReadAll(response.Body); err != nil || string(body) != "no call" {
		t.Errorf("got %q, %v", body, err)
	}
}

func TestFaultsThatAnswer(t *testing.T) {
	t.Parallel()
	const expired = "The security token included in the request is expired"
	for name, tt := range map[string]struct {
		fault  Fault
		status map[string]int // by operation
		body   map[string]string
		effect bool
	}{
		"throttling": {
			Throttling(),
			map[string]int{set: 400, put: 400},
			map[string]string{set: `"__type":"ThrottlingException"`, put: "<Code>Throttling</Code>"},
			false,
		},
		"too many requests": {
			TooManyRequests(),
			map[string]int{set: 400, put: 400},
			map[string]string{set: `"__type":"TooManyRequestsException"`, put: "<Code>TooManyRequestsException</Code>"},
			false,
		},
		"bare 429": {
			Page(429),
			map[string]int{set: 429, put: 429},
			map[string]string{set: "429 Too Many Requests", put: "<html>"},
			false,
		},
		"500": {
			ServerError(),
			map[string]int{set: 500, put: 500},
			map[string]string{set: `"__type":"ServerException"`, put: "<Code>ServiceFailure</Code>"},
			false,
		},
		"503": {
			Unavailable(),
			map[string]int{set: 503, put: 503},
			map[string]string{set: `"__type":"ServiceUnavailableException"`, put: "<Code>ServiceUnavailable</Code>"},
			false,
		},
		"bare 502": {Page(502), map[string]int{set: 502}, map[string]string{set: "<html>"}, false},
		"expired": {
			ExpiredCredentials(),
			map[string]int{set: 400, put: 403},
			map[string]string{set: `{"__type":"ExpiredTokenException","message":"` + expired + `"}`, put: "<Code>ExpiredToken</Code><Message>" + expired},
			false,
		},
		"principal not found": {
			PrincipalNotFound(),
			map[string]int{set: 400},
			map[string]string{set: "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Principal not found'"},
			false,
		},
		"any error": {
			Error(418, "Teapot", "a < b"),
			map[string]int{set: 418, put: 418},
			map[string]string{set: `"__type":"Teapot"`, put: "<Message>a &lt; b</Message>"},
			false,
		},
		"after effect": {AfterEffect(Unavailable()), map[string]int{set: 503}, map[string]string{set: "ServiceUnavailableException"}, true},
		"garbled":      {Garbled(), map[string]int{set: 200, put: 200}, map[string]string{set: "<html>", put: "<html>"}, true},
	} {
		for operation, status := range tt.status {
			t.Run(name+" "+operation, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, Rule{Fault: tt.fault})
				got := w.do(operation, "app", "one")
				if got.err != nil || got.status != status || !strings.Contains(got.body, tt.body[operation]) {
					t.Errorf("got %+v, want %d %s", got, status, tt.body[operation])
				}
				if took := w.server.app() == "one"; took != tt.effect {
					t.Errorf("the call took effect: %t", took)
				}
				if want := (Counts{{tt.fault.Kind, operation}: 1}); !maps.Equal(w.Counts(), want) {
					t.Errorf("counts are\n%swant\n%s", w.Counts(), want)
				}
			})
		}
	}
}

func TestFaultsOfTheConnection(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fault  Fault
		err    error
		effect bool
	}{
		"reset before": {ResetBefore(), syscall.ECONNRESET, false},
		"reset after":  {ResetAfter(), syscall.ECONNRESET, true},
		"truncated":    {Truncated(), io.ErrUnexpectedEOF, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, Rule{Fault: tt.fault})
			got := w.do(set, "app", "one")
			if !errors.Is(got.err, tt.err) {
				t.Errorf("got %+v, want %v", got, tt.err)
			}
			if took := w.server.app() == "one"; took != tt.effect {
				t.Errorf("the call took effect: %t", took)
			}
		})
	}
}

func TestFaultsThatWait(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]Fault{"before": StallBefore(30 * time.Second), "after": StallAfter(30 * time.Second)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, Rule{Fault: fault})
			if got := w.do(set, "app", "one"); got.body != "text: one" {
				t.Errorf("got %+v", got)
			}
			if want := []time.Duration{30 * time.Second}; !slices.Equal(w.clock.waits, want) {
				t.Errorf("waits = %v, want %v", w.clock.waits, want)
			}
		})
	}
}

// The client's own time limit ends while the layer waits.
func TestAClientThatLeavesDuringAStall(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fault  Fault
		effect bool
	}{
		"before": {StallBefore(time.Hour), false},
		"after":  {StallAfter(time.Hour), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			s := &server{texts: map[string]string{}}
			layer := New(s, 1, Rule{Fault: tt.fault})
			layer.wait = func(ctx context.Context, d time.Duration) error {
				cancel()
				return wait(ctx, d)
			}
			request := httptest.NewRequestWithContext(ctx, http.MethodPost, "/",
				strings.NewReader(`{"repositoryName":"app","policyText":"one"}`))
			request.Header.Set("X-Amz-Target", ecrTargetPrefix+"SetRepositoryPolicy")
			func() {
				defer func() { _ = recover() }() // A recorder's connection cannot be reset.
				layer.ServeHTTP(httptest.NewRecorder(), request)
			}()
			if took := s.app() == "one"; took != tt.effect {
				t.Errorf("the call took effect: %t", took)
			}
		})
	}
}

func TestLatencyIsWithinItsRangeAndVaries(t *testing.T) {
	t.Parallel()
	const shortest, longest = 50 * time.Millisecond, 200 * time.Millisecond
	w := newWorld(t, Rule{Fault: Latency(shortest, longest)})
	for range 20 {
		w.do(get, "app", "")
	}
	slices.Sort(w.clock.waits)
	if len(w.clock.waits) != 20 || w.clock.waits[0] < shortest || w.clock.waits[19] > longest {
		t.Errorf("waits = %v", w.clock.waits)
	}
	if len(slices.Compact(w.clock.waits)) < 10 {
		t.Errorf("waits hardly vary: %v", w.clock.waits)
	}
}

func TestForeignWrites(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fault func(kind string, f func()) Fault
		want  string // what f finds
	}{
		"meanwhile":  {Meanwhile, "zero"},
		"afterwards": {Afterwards, "one"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.server.texts["app"] = "zero"
			var found string
			w.SetRules(Rule{Operation: set, Fault: tt.fault("foreign write", func() { found = w.server.app() })})
			if got := w.do(set, "app", "one"); got.body != "text: one" || found != tt.want {
				t.Errorf("got %+v, and f found %q, want %q", got, found, tt.want)
			}
			if w.Counts().Of("foreign write") != 1 {
				t.Errorf("counts are\n%s", w.Counts())
			}
		})
	}
}

func TestStaleReads(t *testing.T) {
	t.Parallel()
	for write, read := range map[string]string{set: get, put: "iam:GetRolePolicy"} {
		t.Run(write, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, Rule{Operation: write, From: 2, Times: 1, Fault: StaleReads(2)})
			w.do(write, "app", "one")
			w.do(write, "app", "two")
			w.do(write, "other", "another")
			var got []string
			for range 3 {
				got = append(got, w.do(read, "app", "").body)
			}
			got = append(got, w.do(read, "other", "").body)
			if want := []string{"text: one", "text: one", "text: two", "text: another"}; !slices.Equal(got, want) {
				t.Errorf("reads give %q, want %q", got, want)
			}
			if want := (Counts{{staleKind, write}: 1, {staleKind, read}: 2}); !maps.Equal(w.Counts(), want) {
				t.Errorf("counts are\n%swant\n%s", w.Counts(), want)
			}
		})
	}
}

func TestReadsAreStaleForATime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Rule{Operation: set, Times: 1, Fault: StaleFor(10 * time.Second)})
	w.do(set, "app", "one")
	var got []string
	for range 3 {
		got = append(got, w.do(get, "app", "").body)
		_ = w.clock.wait(t.Context(), 5*time.Second)
	}
	if want := []string{"text: ", "text: ", "text: one"}; !slices.Equal(got, want) {
		t.Errorf("reads give %q, want %q", got, want)
	}
}

func TestARefusedWriteLeavesNothingStale(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Rule{Operation: set, Fault: StaleReads(1)}, Rule{Operation: set, Times: 1, Fault: Throttling()})
	w.do(set, "app", "one")
	w.server.texts["app"] = "zero"
	if got := w.do(get, "app", ""); got.body != "text: zero" {
		t.Errorf("got %+v", got)
	}
}

// fates sets a policy as often as calls says and returns which of them were hit, as in "x.x".
func (w *world) fates(resource string, calls int) string {
	var b strings.Builder
	for range calls {
		if w.do(set, resource, "").status == http.StatusOK {
			b.WriteByte('.')
		} else {
			b.WriteByte('x')
		}
	}
	return b.String()
}

func TestRulesChooseCalls(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		rule Rule
		want string
	}{
		"every":              {Rule{}, "xxxx"},
		"the first two":      {Rule{Times: 2}, "xx.."},
		"the third":          {Rule{From: 3, Times: 1}, "..x."},
		"from the second on": {Rule{From: 2}, ".xxx"},
		"certain":            {Rule{Probability: 1}, "xxxx"},
		"this operation":     {Rule{Operation: set}, "xxxx"},
		"another operation":  {Rule{Operation: get}, "...."},
		"this resource":      {Rule{Resource: "app"}, "xxxx"},
		"another resource":   {Rule{Resource: "other"}, "...."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tt.rule.Fault = Throttling()
			w := newWorld(t, tt.rule)
			if got := w.fates("app", 4); got != tt.want {
				t.Errorf("fates are %s, want %s", got, tt.want)
			}
			if idle, want := len(w.Idle()) == 1, !strings.Contains(tt.want, "x"); idle != want {
				t.Errorf("the rule is idle: %t, want %t", idle, want)
			}
		})
	}
}

func TestRulesOfOneCallActTogether(t *testing.T) {
	t.Parallel()
	w := newWorld(t,
		Rule{Fault: Latency(time.Second, time.Second)},
		Rule{Times: 1, Fault: Throttling()},
		Rule{From: 2, Times: 1, Fault: Unavailable()},
	)
	var got []int
	for range 3 {
		got = append(got, w.do(set, "app", "one").status)
	}
	if want := []int{400, 503, 200}; !slices.Equal(got, want) || len(w.clock.waits) != 3 {
		t.Errorf("statuses are %v, want %v; waits are %v", got, want, w.clock.waits)
	}
}

func TestSetRulesBeginsAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t, Rule{Times: 1, Fault: Throttling()}, Rule{Operation: put, Fault: Unavailable()})
	first := w.fates("app", 2)
	w.SetRules(Rule{Times: 1, Fault: Throttling()})
	if second := w.fates("app", 2); first != "x." || second != "x." {
		t.Errorf("fates are %s and then %s", first, second)
	}
	if idle := w.Idle(); len(idle) != 1 || idle[0].Operation != put {
		t.Errorf("idle rules: %+v", idle)
	}
}

func TestARuleNeedsAFault(t *testing.T) {
	t.Parallel()
	defer func() {
		if problem := recover(); problem != "rule 0 has no fault" {
			t.Errorf("got %v", problem)
		}
	}()
	New(&server{}, 1, Rule{Operation: set})
}

// What happens to a call depends on the seed and on the earlier calls on the same
// resource, not on what other goroutines do.
func TestChanceIsRepeatable(t *testing.T) {
	t.Parallel()
	const calls = 200
	run := func(seed uint64, resources ...string) map[string]string {
		w := newWorld(t, Rule{Probability: 0.3, Fault: Throttling()})
		w.seed = seed
		fates := make([]string, len(resources))
		var workers sync.WaitGroup
		for i, resource := range resources {
			workers.Go(func() { fates[i] = w.fates(resource, calls) })
		}
		workers.Wait()
		got := map[string]string{}
		for i, resource := range resources {
			got[resource] = fates[i]
		}
		return got
	}
	together := run(1, "a", "b", "c")
	for resource, want := range together {
		if got := run(1, resource)[resource]; got != want {
			t.Errorf("%s alone: %s, with others: %s", resource, got, want)
		}
		if hits := strings.Count(want, "x"); hits < calls/5 || hits > calls*2/5 {
			t.Errorf("%d of %d calls were hit", hits, calls)
		}
	}
	if together["a"] == together["b"] || together["a"] == run(2, "a")["a"] {
		t.Error("another resource or another seed makes no difference")
	}
}

func TestCountsArePrintedInOrder(t *testing.T) {
	t.Parallel()
	counts := Counts{{"reset", set}: 12, {"reset", get}: 3, {"latency", set}: 100}
	want := "  100 × latency, ecr:SetRepositoryPolicy\n    3 × reset, ecr:GetRepositoryPolicy\n   12 × reset, ecr:SetRepositoryPolicy\n"
	if got := counts.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	if counts.Of("reset") != 15 || counts.Total() != 115 {
		t.Errorf("totals are %d and %d", counts.Of("reset"), counts.Total())
	}
}

func TestProxyPassesRequestsAsTheyAre(t *testing.T) {
	t.Parallel()
	var got *http.Request
	var body []byte
	far := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r
		body, _ = io.ReadAll(r.Body)
		w.Header().Set("X-Answer", "yes")
		w.WriteHeader(http.StatusTeapot)
	}))
	t.Cleanup(far.Close)
	address, err := url.Parse(far.URL)
	if err != nil {
		t.Fatal(err)
	}
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://ecr.example/", bytes.NewReader([]byte("input")))
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=A")
	answered := httptest.NewRecorder()
	New(Proxy(address), 1).ServeHTTP(answered, request)
	if got.Host != "ecr.example" || got.Header.Get("Authorization") != "AWS4-HMAC-SHA256 Credential=A" || string(body) != "input" {
		t.Errorf("the server got %s %v %q", got.Host, got.Header, body)
	}
	if answered.Code != http.StatusTeapot || answered.Header().Get("X-Answer") != "yes" {
		t.Errorf("the client got %d %v", answered.Code, answered.Header())
	}
}
