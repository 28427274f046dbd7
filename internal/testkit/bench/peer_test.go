// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/golden"
)

func TestRatios(t *testing.T) {
	t.Parallel()
	timed := func(ours, peer float64) pair {
		return pair{run{Workload: consumerRoles.name, Seconds: ours}, run{Seconds: peer}}
	}
	c := comparison{Step: destroy, Size: 10, Pairs: []pair{timed(1, 2), timed(4, 2), timed(3, 4)}}
	median, least, most := c.ratios(seconds)
	if median != 0.75 || least != 0.5 || most != 2 {
		t.Errorf("the ratios are %v, %v to %v", median, least, most)
	}
	var b strings.Builder
	printComparisons(&b, peerReport{Comparisons: []comparison{c}})
	other := comparison{Step: destroy, Size: 100, Pairs: []pair{{Ours: run{Workload: manyRepositories.name, Seconds: 1}, Peer: run{Seconds: 2}}}}
	golden.Compare(t, filepath.Join("testdata", "comparison.md"), peerReport{Comparisons: []comparison{c, c, other}}.markdown())
	for _, want := range []string{"10 roles", "3.0 / 2.0", "0.75 (0.50 to 2.00)"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in\n%s", want, b.String())
		}
	}
}

// Requests of both protocols of AWS are counted and passed on.
func TestCounter(t *testing.T) {
	t.Parallel()
	passed := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { passed++ }))
	defer server.Close()
	c := newCounter(server.URL, 0)
	defer c.Close()
	for body, target := range map[string]string{"{}": "AmazonEC2ContainerRegistry_V20150921.GetRepositoryPolicy", "Action=GetCallerIdentity": ""} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.URL, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Amz-Target", target)
		response, err := c.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
	}
	if got := requestList(c.requests()); got != "GetCallerIdentity 1, GetRepositoryPolicy 1" || passed != 2 {
		t.Errorf("%s, and %d passed on", got, passed)
	}
	if c.reset(); len(c.requests()) > 0 {
		t.Error("they are still counted")
	}
}

// TestReadmeFigures: the tables of the README are those of the comparisons in testdata, which
// `make bench` wrote.
func TestReadmeFigures(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for file, mode := range map[string]string{"before_return": "before_return", "in_background": "in_background", "roles": "in_background"} {
		text, err := os.ReadFile(filepath.Join("testdata", "comparison-"+file+".json"))
		if err != nil {
			t.Fatal(err)
		}
		var r peerReport
		if err := json.Unmarshal(text, &r); err != nil {
			t.Fatal(err)
		}
		if r.VerifyWrites != mode || !strings.Contains(string(readme), r.markdown()) {
			t.Errorf("README.md has not the table of %s:\n%s", file, r.markdown())
		}
	}
}
