// SPDX-License-Identifier: MPL-2.0

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestChangelogOfARelease: entries in .changes and what is below Unreleased become the
// section of the version. Nothing gets lost.
func TestChangelogOfARelease(t *testing.T) {
	t.Parallel()
	script, err := filepath.Abs("tools/changelog.sh")
	if err != nil {
		t.Fatal(err)
	}
	const before, released = "# Changelog\n\nSome words.\n\n", "## 0.1.0 (2026-01-02)\n\nFEATURES:\n\n- Old.\n"
	for name, test := range map[string]struct {
		changelog string
		entries   map[string]string
		want      string // "" means an error, and no change
	}{
		"entries and lines": {
			changelog: before + "## Unreleased\n\nFEATURES:\n\n- One.\n\nBUG FIXES:\n\n- Two.\n  More.\n\n" + released,
			entries:   map[string]string{"feature-b.md": "Three.\n", "breaking-a.md": "Four.\nMore.\n"},
			want:      before + "## 1.2.3 (2026-11-27)\n\nBREAKING CHANGES:\n\n- Four.\n  More.\n\nFEATURES:\n\n- One.\n- Three.\n\nBUG FIXES:\n\n- Two.\n  More.\n\n" + released,
		},
		"entries only": {
			changelog: before + released,
			entries:   map[string]string{"enhancement-x.md": "Five.\n", "fix-x.md": "Six.\n"},
			want:      before + "## 1.2.3 (2026-11-27)\n\nENHANCEMENTS:\n\n- Five.\n\nBUG FIXES:\n\n- Six.\n\n" + released,
		},
		"lines only": {
			changelog: before + "## Unreleased\n\nFEATURES:\n\n- One.\n",
			want:      before + "## 1.2.3 (2026-11-27)\n\nFEATURES:\n\n- One.\n\n",
		},
		"unknown kind":    {changelog: before + released, entries: map[string]string{"other-x.md": "Seven.\n"}},
		"unknown section": {changelog: before + "## Unreleased\n\nNOTES:\n\n- Eight.\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			work := t.TempDir()
			if err := os.Mkdir(filepath.Join(work, ".changes"), 0o700); err != nil {
				t.Fatal(err)
			}
			writeFile(t, filepath.Join(work, "CHANGELOG.md"), test.changelog)
			for name, text := range test.entries {
				writeFile(t, filepath.Join(work, ".changes", name), text)
			}
			cmd := exec.CommandContext(t.Context(), "sh", script, "v1.2.3", "2026-11-27")
			cmd.Dir = work
			output, err := cmd.CombinedOutput()
			left, _ := filepath.Glob(filepath.Join(work, ".changes", "*"))
			got := readFile(t, filepath.Join(work, "CHANGELOG.md"))
			switch {
			case test.want == "" && (err == nil || got != test.changelog || len(left) != len(test.entries)):
				t.Errorf("no error, or something changed: %v %s%v\n%s", err, output, left, got)
			case test.want != "" && (err != nil || got != test.want || len(left) > 0):
				t.Errorf("%v %s%v\n%s\nwant:\n%s", err, output, left, got, test.want)
			}
		})
	}
}

var changelogEntry = regexp.MustCompile(`^(breaking|feature|enhancement|fix)-[\w-]+\.md$`)

// TestChangelogEntries: the files in .changes have names that make changelog understands, and
// their text needs nothing before it.
func TestChangelogEntries(t *testing.T) {
	t.Parallel()
	for name, text := range changelogEntries(t) {
		if !changelogEntry.MatchString(name) {
			t.Errorf(".changes/%s: the name must be KIND-ANYTHING.md, with the kind breaking, feature, enhancement or fix", name)
		}
		if !strings.HasSuffix(text, "\n") || strings.TrimSpace(text) == "" || strings.HasPrefix(text, "- ") {
			t.Errorf(".changes/%s must be one entry, without a dash before it", name)
		}
	}
}

// changelogEntries returns the texts of the files in .changes by name.
func changelogEntries(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob(".changes/*")
	if err != nil {
		t.Fatal(err)
	}
	entries := map[string]string{}
	for _, name := range names {
		entries[filepath.Base(name)] = readFile(t, name)
	}
	return entries
}
