package authz

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

var vectorsDir = flag.String("vectors", "", "a folder with more *.jsonl files of vectors, from the root of the repository when relative")

// allVectorFiles lists those of testdata and of the folder given with -vectors.
func allVectorFiles(t testing.TB) []string {
	t.Helper()
	files := vectorFiles(t, filepath.Join("testdata", "vectors"))
	if *vectorsDir == "" {
		return files
	}
	dir := *vectorsDir
	if !filepath.IsAbs(dir) {
		dir = filepath.Join("..", "..", dir) // a test runs in the folder of its package
	}
	return append(files, vectorFiles(t, dir)...)
}

// A vector is one request with its policies and what AWS answers. A line of a
// *.jsonl file holds one.
type vector struct {
	ID      string `json:"id"`
	Source  string `json:"source"`
	Request struct {
		Principal       string              `json:"principal"`
		Action          string              `json:"action"`
		Resource        string              `json:"resource"`
		ResourceAccount string              `json:"resource_account"`
		Context         map[string][]string `json:"context"`
		ContextComplete bool                `json:"context_complete"`
		UnknownKeys     []string            `json:"unknown_keys"`
		PresentKeys     []string            `json:"present_keys"`
	} `json:"request"`
	Identity   []json.RawMessage   `json:"identity_policies"`
	Boundary   json.RawMessage     `json:"permissions_boundary"`
	Session    []json.RawMessage   `json:"session_policies"`
	SCP        [][]json.RawMessage `json:"service_control_policies"`
	RCP        [][]json.RawMessage `json:"resource_control_policies"`
	Endpoint   json.RawMessage     `json:"vpc_endpoint_policy"`
	Repository json.RawMessage     `json:"repository_policy"`
	Registry   json.RawMessage     `json:"registry_policy"`

	Expect         Verdict      `json:"expect"`
	ExpectDeny     string       `json:"expect_deny"`
	ExpectDeniedBy []PolicyType `json:"expect_denied_by"`
	// ExpectUndecidedBy, where given, are the layers that cannot be decided.
	ExpectUndecidedBy []PolicyType `json:"expect_undecided_by"`
	// ExpectReason, where given, is part of the decision's reason.
	ExpectReason string `json:"expect_reason"`
	// ExpectUnknownKeys, where given, are the keys that can change the verdict.
	ExpectUnknownKeys []string `json:"expect_unknown_keys"`
}

// request returns what Evaluate takes.
func (v *vector) request() (Request, Policies) {
	r := v.Request
	req := Request{
		Principal: r.Principal, Action: r.Action, Resource: r.Resource, ResourceAccount: r.ResourceAccount,
		Context: Context{Known: r.Context, Unknown: r.UnknownKeys, Present: r.PresentKeys, Complete: r.ContextComplete},
	}
	levels := func(name string, raw [][]json.RawMessage) (layers []Layer) {
		for _, level := range raw {
			layers = append(layers, layerOf(name, level...))
		}
		return layers
	}
	return req, Policies{
		Identity: layerOf("identity policy", v.Identity...), Boundary: layerOf("permissions boundary", v.Boundary),
		Session: layerOf("session policy", v.Session...), SCP: levels("SCP", v.SCP), RCP: levels("RCP", v.RCP),
		VPCEndpoint: layerOf("VPC endpoint policy", v.Endpoint),
		Repository:  layerOf("repository policy", v.Repository), Registry: layerOf("registry policy", v.Registry),
	}
}

// layerOf compiles documents, each bare or as {"name": …, "document": …}.
func layerOf(name string, documents ...json.RawMessage) Layer {
	var l Layer
	for i, raw := range documents {
		if len(raw) == 0 || string(raw) == "null" {
			continue
		}
		title := name
		if len(documents) > 1 {
			title = fmt.Sprintf("%s %d", name, i)
		}
		var named struct {
			Name     string          `json:"name"`
			Document json.RawMessage `json:"document"`
		}
		if json.Unmarshal(raw, &named) == nil && named.Document != nil {
			raw = named.Document
			if named.Name != "" {
				title = named.Name
			}
		}
		var text string
		if json.Unmarshal(raw, &text) != nil {
			text = string(raw)
		}
		l.Present = true
		l.Policies = append(l.Policies, compileText(title, text))
	}
	return l
}

func compileText(name, text string) *Policy {
	doc, err := policy.Parse(text)
	if err != nil {
		return Unreadable(name, err)
	}
	return Compile(name, doc)
}

// check returns what is wrong with a decision, or "".
func (v *vector) check(d Decision) string {
	var keys []string
	for _, k := range d.UnknownKeys {
		keys = append(keys, k.Key)
	}
	switch {
	case d.Verdict != v.Expect:
		return fmt.Sprintf("want %s", v.Expect)
	case v.ExpectDeny != "" && d.Explicit != (v.ExpectDeny == "explicit"):
		return fmt.Sprintf("want an %s deny", v.ExpectDeny)
	case v.ExpectDeniedBy != nil && !slices.Equal(d.DeniedBy, v.ExpectDeniedBy):
		return fmt.Sprintf("want denied by %v", v.ExpectDeniedBy)
	case v.ExpectUndecidedBy != nil && !slices.Equal(d.UndecidedBy, v.ExpectUndecidedBy):
		return fmt.Sprintf("want undecided by %v", v.ExpectUndecidedBy)
	case !strings.Contains(d.Reason, v.ExpectReason):
		return fmt.Sprintf("want the reason to contain %q", v.ExpectReason)
	case v.ExpectUnknownKeys != nil && !slices.Equal(keys, v.ExpectUnknownKeys):
		return fmt.Sprintf("want the unknown keys %q", v.ExpectUnknownKeys)
	}
	return ""
}

// fallacy returns what no decision may be, or "".
func fallacy(d Decision) string {
	switch {
	case (d.Verdict == Denied) != (len(d.DeniedBy) > 0):
		return fmt.Sprintf("%s, denied by %q", d.Verdict, d.DeniedBy)
	case slices.ContainsFunc(d.DeniedBy, func(n PolicyType) bool { return !slices.Contains(layerOrder, n) }):
		return fmt.Sprintf("denied by %q", d.DeniedBy)
	case d.Explicit && !slices.ContainsFunc(d.Statements, func(r StatementRef) bool { return r.Effect == "Deny" && slices.Contains(d.DeniedBy, r.Layer) }):
		return "an explicit deny by no statement"
	case strings.HasSuffix(d.Reason, "cannot be decided."):
		return "no reason: " + d.Reason
	}
	return ""
}

// TestVectors evaluates every vector of testdata/vectors, and of the folder given
// with -vectors.
func TestVectors(t *testing.T) {
	t.Parallel()
	count, failed := 0, 0
	for _, file := range allVectorFiles(t) {
		for _, v := range readVectors(t, file) {
			count++
			req, pol := v.request()
			d := Evaluate(req, pol)
			fault := v.check(d)
			if got := Decide(req, pol); got != d.Verdict && fault == "" {
				fault = fmt.Sprintf("Decide says %s", got)
			}
			if fault == "" {
				fault = fallacy(d)
			}
			if fault != "" {
				failed++
				t.Errorf("%s: %s\n%s", v.ID, fault, trace(d))
			}
		}
	}
	fmt.Printf("%d vectors, %d failed\n", count, failed)
}

// TestVectorsAreComplete: each of ours has an id of its own and a source, and
// says of a denial how and by what.
func TestVectorsAreComplete(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, file := range vectorFiles(t, filepath.Join("testdata", "vectors")) {
		for _, v := range readVectors(t, file) {
			if v.ID == "" || seen[v.ID] || v.Source == "" {
				t.Errorf("%s: %q has no id of its own or no source", file, v.ID)
			}
			seen[v.ID] = true
			if v.Expect == Denied && (v.ExpectDeny == "" || v.ExpectDeniedBy == nil) {
				t.Errorf("%s: expect_deny and expect_denied_by are missing", v.ID)
			}
		}
	}
}

// trace prints a decision in full.
func trace(d Decision) string {
	text, err := json.MarshalIndent(d, "\t", "  ")
	if err != nil {
		return err.Error()
	}
	return "got\t" + string(text)
}

func vectorFiles(t testing.TB, dir string) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if strings.HasSuffix(path, ".jsonl") {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func readVectors(t testing.TB, file string) []vector {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	var vectors []vector
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for n := 1; lines.Scan(); n++ {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		var v vector
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatalf("%s:%d: %s", file, n, err)
		}
		vectors = append(vectors, v)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return vectors
}
