package main

import (
	"regexp"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullerror"
)

var errorRow = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| ([a-z_]+) \\| ([a-z]+) \\| ")

// TestTroubleshootingGuide: the guide says of each text what explain_pull_error says of it.
func TestTroubleshootingGuide(t *testing.T) {
	t.Parallel()
	_, table, found := strings.Cut(readFile(t, "templates/guides/troubleshooting.md.tmpl"), "| The text has |")
	rows := errorRow.FindAllStringSubmatch(table, -1)
	if !found || len(rows) < 10 {
		t.Fatalf("the table has only %d rows", len(rows))
	}
	for _, row := range rows {
		e := pullerror.Explain(row[1])
		if string(e.Kind) != row[2] || string(e.Side) != row[3] {
			t.Errorf("%s\n  is %s of side %s, the guide says %s of side %s", row[1], e.Kind, e.Side, row[2], row[3])
		}
	}
}
