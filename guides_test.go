// SPDX-License-Identifier: MPL-2.0

package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullerror"
)

var errorRow = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| ([a-z_]+) \\| ([a-z]+) \\| ")

// TestErrorTables: guides say of each text what explain_pull_error says of it.
func TestErrorTables(t *testing.T) {
	t.Parallel()
	for guide, least := range map[string]int{"troubleshooting": 10, "vpc-endpoints": 5} {
		_, table, _ := strings.Cut(readFile(t, "templates/guides/"+guide+".md.tmpl"), "| The text has |")
		rows := errorRow.FindAllStringSubmatch(table, -1)
		if len(rows) < least {
			t.Errorf("the table of %s has only %d rows", guide, len(rows))
		}
		for _, row := range rows {
			e := pullerror.Explain(row[1])
			if string(e.Kind) != row[2] || string(e.Side) != row[3] {
				t.Errorf("%s: %s\n  is %s of side %s, the guide says %s of side %s", guide, row[1], e.Kind, e.Side, row[2], row[3])
			}
		}
	}
}

// TestTheFirstPageLinksToEveryGuide: nobody finds a guide that it leaves out.
func TestTheFirstPageLinksToEveryGuide(t *testing.T) {
	t.Parallel()
	first := readFile(t, "templates/index.md.tmpl")
	guides, err := filepath.Glob("templates/guides/*.md.tmpl")
	if err != nil || len(guides) < 10 {
		t.Fatal(guides, err)
	}
	for _, guide := range guides {
		if page := "](guides/" + strings.TrimSuffix(filepath.Base(guide), ".tmpl"); !strings.Contains(first, page) {
			t.Errorf("%s has no link to %s", "templates/index.md.tmpl", guide)
		}
	}
}
