// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/vectors"
)

var vectorsDir = flag.String("vectors", "", "a folder with more *.jsonl files of vectors, from the root of the repository when relative")

// allVectorFiles lists those of testdata and of the folder given with -vectors.
func allVectorFiles(t testing.TB) []string {
	t.Helper()
	files := vectors.Files(t, vectors.Own(t))
	if *vectorsDir == "" {
		return files
	}
	dir := *vectorsDir
	if !filepath.IsAbs(dir) {
		dir = filepath.Join("..", "..", dir) // a test runs in the folder of its package
	}
	return append(files, vectors.Files(t, dir)...)
}

// check returns what is wrong with a decision, or "". Package report checks the
// texts that vectors expect.
func check(v *vectors.Vector, d *authz.Decision) string {
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
	case v.ExpectUnknownKeys != nil && !slices.Equal(keys, v.ExpectUnknownKeys):
		return fmt.Sprintf("want the unknown keys %q", v.ExpectUnknownKeys)
	}
	return ""
}

// fallacy returns what no decision may be, or "".
func fallacy(d *authz.Decision) string {
	switch {
	case (d.Verdict == authz.Denied) != (len(d.DeniedBy) > 0):
		return fmt.Sprintf("%s, denied by %q", d.Verdict, d.DeniedBy)
	case slices.ContainsFunc(d.DeniedBy, func(n authz.PolicyType) bool { return !slices.Contains(authz.PolicyTypes(), n) }):
		return fmt.Sprintf("denied by %q", d.DeniedBy)
	case d.Explicit && !slices.ContainsFunc(d.Statements, func(r authz.StatementRef) bool {
		return r.Effect == "Deny" && slices.Contains(d.DeniedBy, r.PolicyType)
	}):
		return "an explicit deny by no statement"
	case d.Verdict == authz.Conditional && len(d.UndecidedBy)+len(d.UnknownKeys)+len(d.Uncertainties) == 0:
		return "conditional for no reason"
	}
	return ""
}

// TestVectors evaluates every vector of testdata/vectors, and of the folder given
// with -vectors.
func TestVectors(t *testing.T) {
	t.Parallel()
	count, failed := 0, 0
	for _, file := range allVectorFiles(t) {
		for _, v := range vectors.Read(t, file) {
			count++
			req, pol := v.Input()
			d := authz.Evaluate(req, pol)
			fault := check(&v, &d)
			if got := authz.Decide(req, pol); got != d.Verdict && fault == "" {
				fault = fmt.Sprintf("Decide says %s", got)
			}
			if fault == "" {
				fault = fallacy(&d)
			}
			if fault != "" {
				failed++
				t.Errorf("%s: %s\n%s", v.ID, fault, trace(&d))
			}
		}
	}
	fmt.Printf("%d vectors, %d failed\n", count, failed)
}

// TestVectorsAreComplete: each of ours has an id of its own and the page that it follows
// from, and says of a denial how and by what. The README names each file.
func TestVectorsAreComplete(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile(filepath.Join(vectors.Own(t), "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, file := range vectors.Files(t, vectors.Own(t)) {
		if !strings.Contains(string(readme), "`"+filepath.Base(file)+"`") {
			t.Errorf("the README does not name %s", file)
		}
		for _, v := range vectors.Read(t, file) {
			page := strings.TrimPrefix(v.Source, "constructed: ")
			if v.ID == "" || seen[v.ID] || !strings.HasPrefix(page, "https://") {
				t.Errorf("%s: %q has no id of its own or no page as source", file, v.ID)
			}
			seen[v.ID] = true
			if v.Expect == authz.Denied && (v.ExpectDeny == "" || v.ExpectDeniedBy == nil) {
				t.Errorf("%s: expect_deny and expect_denied_by are missing", v.ID)
			}
		}
	}
}

// trace prints a decision in full.
func trace(d *authz.Decision) string {
	text, err := json.MarshalIndent(d, "\t", "  ")
	if err != nil {
		return err.Error()
	}
	return "got\t" + string(text)
}
