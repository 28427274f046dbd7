// SPDX-License-Identifier: MPL-2.0

package stress_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// A timeline that finds no misdeed has to be one that would find it.
func TestTimelineMisdeeds(t *testing.T) {
	t.Parallel()
	const (
		get = "GetRepositoryPolicy"
		set = "SetRepositoryPolicy"
	)
	own := map[string][]string{"ours": {"Mine"}}
	document := func(sids ...string) string {
		for i, sid := range sids {
			sids[i] = `{"Sid":"` + sid + `"}`
		}
		return `{"Statement":[` + strings.Join(sids, ",") + `]}`
	}
	for name, test := range map[string]struct {
		calls    [][3]string // caller, operation, policy
		misdeeds int
	}{
		"its own statement is added": {[][3]string{
			{"ours", get, document("A")}, {"ours", set, document("A", "Mine")},
		}, 0},
		"its own statement is removed": {[][3]string{
			{"ours", get, document("A", "Mine")}, {"ours", set, document("A")},
		}, 0},
		"a statement that was read is lost": {[][3]string{
			{"ours", get, document("A", "B")}, {"ours", set, document("A", "Mine")},
		}, 1},
		"a statement that was read has changed": {[][3]string{
			{"ours", get, `{"Statement":[{"Sid":"A","Effect":"Deny"}]}`}, {"ours", set, document("A", "Mine")},
		}, 1},
		"a statement that was not read any more comes back": {[][3]string{
			{"ours", get, document("A", "B")}, {"ours", get, document("A")}, {"ours", set, document("A", "B", "Mine")},
		}, 1},
		"a statement is lost that could not be read": {[][3]string{
			{"ours", get, document("A")}, {"theirs", set, document("A", "B")}, {"ours", set, document("A", "Mine")},
		}, 0},
		"others do as they like": {[][3]string{
			{"theirs", get, document("A")}, {"theirs", set, document("B")},
		}, 0},
		"the policy is deleted with a statement in it": {[][3]string{
			{"ours", get, document("A")}, {"ours", "DeleteRepositoryPolicy", ""},
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			line := newTimeline()
			for _, c := range test.calls {
				line.add(call{caller: c[0], operation: c[1], repository: "app"}, http.StatusOK, c[2])
			}
			if got := line.misdeeds("app", own); len(got) != test.misdeeds {
				t.Errorf("%d misdeeds are found, want %d: %q", len(got), test.misdeeds, got)
			}
		})
	}
}

func TestStatementsTo(t *testing.T) {
	t.Parallel()
	before := readStatements(`{"Statement":[{"Sid":"A"},{"Sid":"B"},{"Sid":"C"}]}`)
	after := readStatements(`{"Statement":[{"Sid":"A"},{"Sid":"B","Effect":"Deny"},{"Sid":"D"},{"Sid":"A"}]}`)
	if got, want := before.to(after), []string{"+A (again)", "+D", "-C", "~B"}; !slices.Equal(got, want) {
		t.Errorf("the difference is %q, want %q", got, want)
	}
}

// TestNetwork: a request is told of in each phase, reaches the server unless it is
// dropped, and is written down with its caller.
func TestNetwork(t *testing.T) {
	t.Parallel()
	served := 0
	n := newNetwork(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		served++
		_, _ = w.Write([]byte(`{"policyText":"{\"Statement\":[{\"Sid\":\"A\"}]}"}`))
	}))
	n.delay("me", 0, time.Millisecond)
	phases := make(chan phase, 6)
	n.watch("me", func(number int, _ call, p phase) bool {
		phases <- p
		return number == 2
	})
	server := httptest.NewServer(n)
	defer server.Close()
	send := func() error {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader(`{"repositoryName":"app"}`))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Amz-Target", "AmazonEC2ContainerRegistry_V20150921.GetRepositoryPolicy")
		request.Header.Set("User-Agent", "aws-sdk app/me")
		answer, err := server.Client().Do(request)
		if err == nil {
			_ = answer.Body.Close()
		}
		return err
	}
	if err := send(); err != nil {
		t.Error(err)
	}
	if err := send(); err == nil {
		t.Error("a request that is dropped is answered")
	}
	server.Close() // Waits for the last phase.
	close(phases)
	told := map[phase]int{}
	for p := range phases {
		told[p]++
	}
	if want := map[phase]int{arrived: 2, carriedOut: 1, answered: 1}; !maps.Equal(told, want) {
		t.Errorf("the phases are %v, want %v", told, want)
	}
	if served != 1 {
		t.Errorf("the server got %d requests, want 1", served)
	}
	events := n.timeline.of("app")
	if len(events) != 1 || events[0].caller != "me" || events[0].operation != "GetRepositoryPolicy" || events[0].statements["A"] == "" {
		t.Errorf("the timeline is %v", events)
	}
}
