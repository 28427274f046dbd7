// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/xml"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/provider"
)

// TestTheMapHasEveryRoom: internal/README.md names each package below internal, and no
// other, so that whoever adds or moves a package corrects the map.
func TestTheMapHasEveryRoom(t *testing.T) {
	t.Parallel()
	_, rest, found := strings.Cut(readFile(t, "internal/README.md"), "```\n")
	drawn, _, closed := strings.Cut(rest, "```\n")
	if !found || !closed {
		t.Fatal("internal/README.md has no map")
	}
	var named []string
	for line := range strings.Lines(drawn) {
		if room, _, ok := strings.Cut(line, " "); ok && room != "main.go" {
			named = append(named, room)
		}
	}
	rooms := packagesBelow(t, "internal")
	for _, room := range rooms {
		if !slices.Contains(named, room) {
			t.Errorf("internal/%s is not on the map in internal/README.md", room)
		}
	}
	for _, room := range named {
		if !slices.Contains(rooms, room) {
			t.Errorf("the map in internal/README.md names %s, which is no package", room)
		}
	}
}

// packagesBelow returns the folders below root that hold Go code, without test files.
func packagesBelow(t *testing.T, root string) []string {
	t.Helper()
	var packages []string
	err := filepath.WalkDir(root, func(name string, _ fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			dir, err := filepath.Rel(root, filepath.Dir(name))
			packages = append(packages, filepath.ToSlash(dir))
			return err
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(packages)
	return slices.Compact(packages)
}

// TestEveryObjectIsDocumentedAndShown: each resource, data source, function, list resource and
// action has a page, the examples that tfplugindocs shows on it, and a line in the changelog.
func TestEveryObjectIsDocumentedAndShown(t *testing.T) {
	t.Parallel()
	served, err := providerserver.NewProtocol6(provider.New("test")())().GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	changelog := readFile(t, "CHANGELOG.md") + fmt.Sprint(changelogEntries(t))
	for kind, of := range map[string]struct {
		names    iter.Seq[string]
		examples []string
	}{
		"resources":      {maps.Keys(served.ResourceSchemas), []string{"resource.tf", "import.sh", "import-by-string-id.tf", "import-by-identity.tf"}},
		"data-sources":   {maps.Keys(served.DataSourceSchemas), []string{"data-source.tf"}},
		"functions":      {maps.Keys(served.Functions), []string{"function.tf"}},
		"list-resources": {maps.Keys(served.ListResourceSchemas), []string{"list-resource.tfquery.hcl"}},
		"actions":        {maps.Keys(served.ActionSchemas), []string{"action.tf"}},
	} {
		names := slices.Collect(of.names)
		if len(names) == 0 {
			t.Errorf("the provider serves no %s", kind)
		}
		for _, name := range names {
			page := readFile(t, path.Join("docs", kind, strings.TrimPrefix(name, "ecrxa_")+".md"))
			for _, example := range of.examples {
				if text := readFile(t, path.Join("examples", kind, name, example)); !strings.Contains(page, text) {
					t.Errorf("the page of %s does not show %s: run make generate", name, example)
				}
			}
			if !strings.Contains(changelog, name) {
				t.Errorf("neither CHANGELOG.md nor .changes names %s", name)
			}
		}
	}
}

var (
	markdownLink = regexp.MustCompile(`\]\(([^)#]*)(?:#([^)]*))?\)`)
	heading      = regexp.MustCompile(`(?m)^#+ +(.+)$`)
	anchorID     = regexp.MustCompile(`<a id="([^"]+)">`)
	notInAnchors = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	fencedCode   = regexp.MustCompile("(?ms)^ *```.*?\n *```$")
	ourFiles     = regexp.MustCompile(`^https://github\.com/ecrxa/terraform-provider-ecrxa/(?:blob|tree)/main/`)
)

// anchors returns the anchors of a page: those of its headings, as GitHub and the registry make
// them, and those that it has itself.
func anchors(page string) map[string]bool {
	all := map[string]bool{"": true}
	for _, found := range heading.FindAllStringSubmatch(fencedCode.ReplaceAllString(page, ""), -1) {
		text := markdownLink.ReplaceAllString(found[1], "")
		all[strings.ReplaceAll(notInAnchors.ReplaceAllString(strings.ToLower(text), ""), " ", "-")] = true
	}
	for _, found := range anchorID.FindAllStringSubmatch(page, -1) {
		all[found[1]] = true
	}
	return all
}

var testName = regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z_]+)`")

// The tests that a page names exist.
func TestPagesNameTestsThatExist(t *testing.T) {
	t.Parallel()
	exists := map[string]bool{}
	walk(t, "_test.go", func(name string) {
		for _, found := range regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`).FindAllStringSubmatch(readFile(t, name), -1) {
			exists[found[1]] = true
		}
	})
	named := 0
	use := func(name string) {
		for _, found := range testName.FindAllStringSubmatch(readFile(t, name), -1) {
			named++
			if !exists[found[1]] {
				t.Errorf("%s names the test %s, which does not exist", name, found[1])
			}
		}
	}
	walk(t, ".md", use)
	walk(t, ".md.tmpl", use)
	if named < 20 {
		t.Errorf("found the names of %d tests", named)
	}
}

// TestLinksLeadToFiles: every link of a page to this repository leads to a file or folder, and to
// a heading if it names one.
func TestLinksLeadToFiles(t *testing.T) {
	t.Parallel()
	pages, _ := filepath.Glob("docs/*/*.md")
	pages = append(pages, "docs/index.md")
	walk(t, ".md", func(name string) { pages = append(pages, name) })
	if len(pages) < 40 {
		t.Errorf("read %d pages", len(pages))
	}
	for _, page := range pages {
		text := readFile(t, page)
		for _, link := range markdownLink.FindAllStringSubmatch(fencedCode.ReplaceAllString(text, ""), -1) {
			to, target := link[1], text
			switch {
			case ourFiles.MatchString(to):
				to = ourFiles.ReplaceAllString(to, "")
			case strings.Contains(to, ":"):
				continue
			case to != "":
				to = filepath.Join(strings.TrimPrefix(filepath.Dir(page), ".changes"), to) // Changes become lines of CHANGELOG.md.
			}
			if to != "" {
				info, err := os.Stat(to)
				if err != nil {
					t.Errorf("%s links to %s, which is no file", page, link[1])
					continue
				}
				if info.IsDir() || path.Ext(to) != ".md" {
					continue
				}
				target = readFile(t, to)
			}
			if !anchors(target)[link[2]] {
				t.Errorf("%s links to #%s of %s, which is no heading", page, link[2], link[1])
			}
		}
	}
}

// walk calls use for every file of ours whose name ends in suffix.
func walk(t *testing.T, suffix string, use func(name string)) {
	t.Helper()
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && slices.Contains([]string{".git", "bin", "docs"}, entry.Name()):
			return fs.SkipDir
		case strings.HasSuffix(name, suffix):
			use(name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestReadmeShowsACurrentVerdict: the sample output in README.md is the text that a
// golden file of the report has, for an image with a tag. What it ends with is about the
// snapshots, and other golden files have it.
func TestReadmeShowsACurrentVerdict(t *testing.T) {
	t.Parallel()
	text := readFile(t, "internal/verdict/report/testdata/denied_by_the_consumer.txt")
	text = strings.Replace(text, "/payment-service. The", "/payment-service:v1. The", 1)
	text, _, _ = strings.Cut(text, "\n\nPolicies that this check cannot read")
	if !strings.Contains(readFile(t, "README.md"), "```\n"+text+"\n\nPolicies that this check cannot read") {
		t.Errorf("README.md does not show this verdict:\n%s", text)
	}
}

// TestReadmeShowsCompleteExamples: each configuration in README.md is a whole file, which can be
// pasted as it is.
func TestReadmeShowsCompleteExamples(t *testing.T) {
	t.Parallel()
	readme := readFile(t, "README.md")
	for _, folder := range []string{"both-accounts", "one-account"} {
		if !strings.Contains(readme, "```hcl\n"+readFile(t, path.Join("examples", folder, "main.tf"))+"```\n") {
			t.Errorf("README.md does not show examples/%s/main.tf", folder)
		}
	}
	if blocks := strings.Count(readme, "```hcl\n"); blocks != 2 {
		t.Errorf("README.md has %d configurations, want 2", blocks)
	}
}

// TestPicture: the picture of README.md has a title and a description, and what it names exists.
func TestPicture(t *testing.T) {
	t.Parallel()
	text := readFile(t, ".github/two-sides.svg")
	var picture struct {
		Title string `xml:"title"`
		Desc  string `xml:"desc"`
	}
	if err := xml.Unmarshal([]byte(text), &picture); err != nil || picture.Title == "" || picture.Desc == "" {
		t.Errorf("%+v, %v", picture, err)
	}
	for _, name := range regexp.MustCompile(`ecrxa_(\w+)`).FindAllStringSubmatch(text+readFile(t, "README.md"), -1) {
		if pages, _ := filepath.Glob("docs/*/" + name[1] + ".md"); len(pages) == 0 {
			t.Errorf("%s is on no page", name[0])
		}
	}
}
