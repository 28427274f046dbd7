package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	usedAction     = regexp.MustCompile(`(?m)^\s*(?:- )?uses:\s*(.+)$`)
	pinnedAction   = regexp.MustCompile(`^(\./\S+|[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+)$`)
	floatVersion   = regexp.MustCompile(`@(latest|main|master|v\d+)\s|\sversion: "?(latest|[~^>])`)
	pinnedPackage  = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]*==[0-9][0-9a-z.+]*( \\)?$`)
	packageHash    = regexp.MustCompile(`^    --hash=sha256:[0-9a-f]{64}( \\)?$`)
	packageComment = regexp.MustCompile(`^\s*#`)
)

// TestToolsArePinned: whoever can publish a new version of a tool cannot change what the
// workflows and the tests run. Actions are pinned by commit, Go tools by version, which
// the Go checksum database confirms, and Python packages by version and, if one has a
// hash, all by hash.
func TestToolsArePinned(t *testing.T) {
	t.Parallel()
	workflows, err := filepath.Glob(".github/workflows/*.yml")
	if err != nil || len(workflows) < 2 {
		t.Fatalf("workflows: %v, %v", workflows, err)
	}
	for _, name := range workflows {
		text := readFile(t, name)
		for _, m := range usedAction.FindAllStringSubmatch(text, -1) {
			if !pinnedAction.MatchString(m[1]) {
				t.Errorf("%s uses %s, which is not pinned by a commit with its version", name, m[1])
			}
		}
		if floating := floatVersion.FindString(text); floating != "" {
			t.Errorf("%s has a version that can change: %q", name, floating)
		}
	}
	const requirements = "internal/testkit/acctest/moto_requirements.txt"
	packages, hashed := 0, 0
	for line := range strings.Lines(readFile(t, requirements)) {
		switch line = strings.TrimRight(line, "\n"); {
		case pinnedPackage.MatchString(line):
			packages++
			if strings.HasSuffix(line, `\`) {
				hashed++
			}
		case packageHash.MatchString(line), packageComment.MatchString(line):
		default:
			t.Errorf("%s: %q is not a package in one version", requirements, line)
		}
	}
	if packages < 10 || hashed > 0 && hashed < packages {
		t.Errorf("%s has %d packages, and %d of them have hashes", requirements, packages, hashed)
	}
}

// TestReleasesAreTestedAndApproved: the job that has the signing key runs after the tests
// and in a protected environment.
func TestReleasesAreTestedAndApproved(t *testing.T) {
	t.Parallel()
	workflow := readFile(t, ".github/workflows/release.yml")
	_, release, found := strings.Cut(workflow, "\n  release:\n")
	if !found || !strings.Contains(workflow, "\n  test:\n    uses: ./.github/workflows/test.yml\n") {
		t.Error("the release workflow has no job test or no job release")
	}
	for _, want := range []string{"    needs: test\n", "    environment: release"} {
		if !strings.Contains(release, want) {
			t.Errorf("the job release does not say %q", strings.TrimSpace(want))
		}
	}
	if !strings.Contains(readFile(t, ".github/workflows/test.yml"), "\n  workflow_call:") {
		t.Error("the test workflow cannot be called by the release workflow")
	}
}
