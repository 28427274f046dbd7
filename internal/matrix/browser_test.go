// SPDX-License-Identifier: MPL-2.0

package matrix_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/matrix"
)

// browser returns the path of Chromium or Chrome.
func browser(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Skip("no chromium, chromium-browser or google-chrome on PATH")
	return ""
}

// open returns the document as the browser has it after it has opened the page.
func open(t *testing.T, html, fragment string) string {
	t.Helper()
	folder := t.TempDir()
	file := filepath.Join(folder, "page.html")
	if err := os.WriteFile(file, []byte(html), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), browser(t), "--headless", "--no-sandbox", "--disable-gpu", "--user-data-dir="+filepath.Join(folder, "profile"), "--dump-dom", "file://"+file+fragment)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr.String())
	}
	if strings.Contains(stderr.String(), "Uncaught") {
		t.Errorf("the page has an error:\n%s", stderr.String())
	}
	return string(out)
}

var (
	shownCells  = regexp.MustCompile(`<td[^>]*>`)
	hiddenCells = regexp.MustCompile(`<td[^>]* hidden`)
)

// shown counts the cells that a person sees.
func shown(page string) int {
	return len(shownCells.FindAllString(page, -1)) - len(hiddenCells.FindAllString(page, -1))
}

// The page in a real browser: the filters of a link.
func TestPageInABrowser(t *testing.T) {
	browser(t)
	t.Parallel()
	for name, test := range map[string]struct {
		m        *matrix.Matrix
		fragment string
		shown    int
	}{
		"small":               {large(5, 5), "", 25},
		"one role":            {large(5, 5), "#roles=service-003", 5},
		"role and repository": {large(5, 5), "#roles=service-003&repositories=team-2/", 1},
		"nothing found":       {large(5, 5), "#roles=none", 0},
		"a cause":             {large(5, 5), "#why1", 25},
		"large":               {large(100, 100), "#repositories=service-042", 100},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			page := open(t, test.m.HTML(), test.fragment)
			if got := shown(page); got != test.shown {
				t.Errorf("%d cells are shown, not %d", got, test.shown)
			}
			if strings.Contains(page, noSearch) {
				t.Error("the text filters are hidden")
			}
		})
	}
}

const noSearch = `id="search" hidden`

// Without JavaScript the table and the causes are there, and the filters by text are not.
func TestPageInABrowser_withoutJavaScript(t *testing.T) {
	browser(t)
	t.Parallel()
	blocked := strings.Replace(large(5, 5).HTML(), "script-src 'unsafe-inline'", "script-src 'none'", 1)
	page := open(t, blocked, "#roles=service-003")
	if got := shown(page); got != 25 || !strings.Contains(page, noSearch) || !strings.Contains(page, `<section class="d" id="why1">`) {
		t.Errorf("%d cells are shown, not 25; or the filters are shown, or no cause is:\n%s", got, page)
	}
}

// No name that others chose becomes an element or a script.
func TestPageInABrowser_hostileNames(t *testing.T) {
	browser(t)
	t.Parallel()
	const text = `</script><script>document.title="forged"</script><img src=x onerror='document.title="forged"'>`
	cell := denied(role("222233334444", text), text)
	cell.Summary, cell.Reasons = text, []string{text}
	page := open(t, matrix.Of([]matrix.Cell{cell}, []matrix.Source{{Account: text, Region: text, ReadAt: text}}).HTML(), "")
	if !strings.Contains(page, "<title>Who can pull what</title>") || strings.Contains(page, "<img") || strings.Count(page, "<script") != 1 {
		t.Errorf("the page was forged:\n%s", page)
	}
}
