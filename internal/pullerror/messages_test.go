// SPDX-License-Identifier: MPL-2.0

package pullerror_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullerror"
)

// A message is a line of testdata/messages: see the README there.
type message struct {
	ID     string `json:"id"`
	Source string `json:"source"`
	Text   string `json:"text"`
	Expect expect `json:"expect"`
}

type expect struct {
	Kind            string   `json:"kind"`
	Candidates      []string `json:"candidates"`
	Certainty       string   `json:"certainty"`
	Side            string   `json:"side"`
	PolicyTypes     []string `json:"policy_types"`
	ExplicitDeny    bool     `json:"explicit_deny"`
	PolicyARN       string   `json:"policy_arn"`
	Action          string   `json:"action"`
	Principal       string   `json:"principal"`
	Resource        string   `json:"resource"`
	Account         string   `json:"account"`
	Region          string   `json:"region"`
	Repository      string   `json:"repository"`
	Image           string   `json:"image"`
	Host            string   `json:"host"`
	AuthorizationID string   `json:"authorization_id"`
	OtherKinds      []string `json:"other_kinds"`
}

// messages reads all messages below testdata/messages.
func messages(t testing.TB) []message {
	t.Helper()
	files, err := filepath.Glob("testdata/messages/*.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	var all []message
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(content)) {
			decoder := json.NewDecoder(strings.NewReader(line))
			decoder.DisallowUnknownFields()
			var m message
			if err := decoder.Decode(&m); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			all = append(all, m)
		}
	}
	return all
}

func textsOf[S ~string](values []S) []string {
	var list []string
	for _, v := range values {
		list = append(list, string(v))
	}
	return list
}

func found(e pullerror.Explanation) expect {
	got := expect{
		Kind: string(e.Kind), Candidates: textsOf(e.Candidates), Certainty: string(e.Certainty), Side: string(e.Side), PolicyTypes: textsOf(e.PolicyTypes),
		ExplicitDeny: e.ExplicitDeny, PolicyARN: e.PolicyARN, Action: e.Action, Principal: e.Principal, Resource: e.Resource, Account: e.Account, Region: e.Region,
		Repository: e.Repository, Image: e.Image, Host: e.Host, AuthorizationID: e.AuthorizationID,
	}
	for _, f := range e.Others {
		got.OtherKinds = append(got.OtherKinds, string(f.Kind))
	}
	return got
}

// TestMessages: each text means exactly what a careful reader takes from it, and no more.
func TestMessages(t *testing.T) {
	t.Parallel()
	all := messages(t)
	if len(all) < 300 {
		t.Errorf("only %d messages", len(all))
	}
	ids := map[string]bool{}
	for _, m := range all {
		if ids[m.ID] || m.ID == "" || m.Source == "" {
			t.Errorf("%q: no ID of its own or no source", m.ID)
		}
		ids[m.ID] = true
		t.Run(m.ID, func(t *testing.T) {
			t.Parallel()
			want := m.Expect
			if want.Candidates == nil {
				want.Candidates = []string{want.Kind}
			}
			e := pullerror.Explain(m.Text)
			if diff := cmp.Diff(want, found(e)); diff != "" {
				t.Errorf("pattern %s (-want +got):\n%s\nof:\n%.600s", e.Pattern, diff, m.Text)
			}
			checkResult(t, e)
			if says := strings.Contains(m.Text, "because no identity-based policy"); says && len(e.Others) == 0 && strings.Contains(e.Explanation, "does not say which type of policy") {
				t.Errorf("AWS says which type of policy denies it: %s", e.Explanation)
			}
		})
	}
}

// checkResult checks what holds for every text.
func checkResult(t *testing.T, e pullerror.Explanation) {
	t.Helper()
	if !slices.Contains(pullerror.Kinds(), e.Kind) || len(e.Candidates) == 0 || e.Candidates[0] != e.Kind || e.Meaning == "" || len(e.Checks) == 0 || e.Summary == "" {
		t.Errorf("incomplete: %+v", e.Finding)
	}
	if !strings.HasSuffix(e.Meaning, ".") || strings.Contains(e.Summary, "several possible causes") && len(e.Candidates) == 1 {
		t.Errorf("not true or not a sentence: %q, %q", e.Meaning, e.Summary)
	}
	if (e.Certainty == pullerror.Ambiguous) != (len(e.Candidates) > 1 && e.Certainty == pullerror.Ambiguous || e.Certainty == pullerror.Ambiguous && (e.Side == pullerror.Both || e.Side == pullerror.Consumer)) {
		t.Errorf("ambiguous without alternatives: %+v", e.Finding)
	}
}
