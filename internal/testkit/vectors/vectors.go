// SPDX-License-Identifier: MPL-2.0

// Package vectors reads the evaluation vectors in internal/authz/testdata. It is for
// tests.
package vectors

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// A Vector is one request with its policies and the decision of AWS: one line of a *.jsonl
// file. internal/authz/testdata/vectors/README.md explains the fields.
type Vector struct {
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
		Granted         bool                `json:"granted"`
	} `json:"request"`
	Identity   []json.RawMessage   `json:"identity_policies"`
	Boundary   json.RawMessage     `json:"permissions_boundary"`
	Session    []json.RawMessage   `json:"session_policies"`
	SCP        [][]json.RawMessage `json:"service_control_policies"`
	RCP        [][]json.RawMessage `json:"resource_control_policies"`
	Endpoint   json.RawMessage     `json:"vpc_endpoint_policy"`
	S3Endpoint json.RawMessage     `json:"s3_endpoint_policy"`
	Repository json.RawMessage     `json:"repository_policy"`
	Registry   json.RawMessage     `json:"registry_policy"`

	Expect         authz.Verdict      `json:"expect"`
	ExpectDeny     string             `json:"expect_deny"`
	ExpectDeniedBy []authz.PolicyType `json:"expect_denied_by"`
	// ExpectUndecidedBy are the policy types with an unknown result. It is optional.
	ExpectUndecidedBy []authz.PolicyType `json:"expect_undecided_by"`
	// ExpectReason is a part of the text of report.Reason. It is optional.
	ExpectReason string `json:"expect_reason"`
	// ExpectUnknownKeys are the condition keys that can change the decision. It is optional.
	ExpectUnknownKeys []string `json:"expect_unknown_keys"`
}

// Input returns the arguments for authz.Evaluate.
func (v *Vector) Input() (authz.Request, authz.Policies) {
	r := v.Request
	req := authz.Request{
		Principal: r.Principal, Action: r.Action, Resource: r.Resource, ResourceAccount: r.ResourceAccount,
		Context: authz.Context{Known: r.Context, Unknown: r.UnknownKeys, Present: r.PresentKeys, Complete: r.ContextComplete},
		Granted: r.Granted, AnyObject: r.Granted && strings.HasSuffix(r.Resource, "/*"),
	}
	return req, authz.Policies{
		Identity: policySet("identity policy", v.Identity...), Boundary: policySet("permissions boundary", v.Boundary),
		Session: policySet("session policy", v.Session...), SCP: levels("SCP", v.SCP), RCP: levels("RCP", v.RCP),
		VPCEndpoint: policySet("VPC endpoint policy", v.Endpoint), S3Endpoint: policySet("S3 endpoint policy", v.S3Endpoint),
		Repository: policySet("repository policy", v.Repository), Registry: policySet("registry policy", v.Registry),
	}
}

func levels(name string, documents [][]json.RawMessage) []authz.PolicySet {
	var sets []authz.PolicySet
	for _, level := range documents {
		sets = append(sets, policySet(name, level...))
	}
	return sets
}

// policySet compiles documents. Each is a document or {"name": …, "document": …}.
func policySet(name string, documents ...json.RawMessage) authz.PolicySet {
	var set authz.PolicySet
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
		set.Present = true
		set.Policies = append(set.Policies, Compile(title, text))
	}
	return set
}

// Compile compiles a text, which may be an invalid document.
func Compile(name, text string) *authz.Policy {
	doc, err := policy.Parse(text)
	if err != nil {
		return authz.Unreadable(name, err)
	}
	return authz.Compile(name, doc)
}

// Own returns the folder of the vectors of this repository.
func Own(t testing.TB) string {
	t.Helper()
	_, file, _, ok := runtime.Caller(0)
	if !ok {
		t.Fatal("the folder of the vectors is not known")
	}
	return filepath.Join(filepath.Dir(file), "..", "..", "authz", "testdata", "vectors")
}

// Files returns the paths of all files with vectors below a folder.
func Files(t testing.TB, dir string) []string {
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

// Read returns the vectors of a file.
func Read(t testing.TB, file string) []Vector {
	t.Helper()
	f, err := os.Open(file) //nolint:gosec // the path comes from a test flag
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}()
	var all []Vector
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 16<<20)
	for n := 1; lines.Scan(); n++ {
		if strings.TrimSpace(lines.Text()) == "" {
			continue
		}
		var v Vector
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatalf("%s:%d: %s", file, n, err)
		}
		all = append(all, v)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
