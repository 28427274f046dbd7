package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/resource"

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

// TestEveryObjectIsDocumentedAndShown: each resource, data source and function has a
// page, an example and a line in the changelog.
func TestEveryObjectIsDocumentedAndShown(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	served := provider.New("test")()
	folders := map[string]string{} // of the examples, by page
	for _, newResource := range served.Resources(ctx) {
		var meta resource.MetadataResponse
		newResource().Metadata(ctx, resource.MetadataRequest{ProviderTypeName: "ecrxa"}, &meta)
		folders[page("resources", meta.TypeName)] = path.Join("resources", meta.TypeName)
	}
	for _, newDataSource := range served.DataSources(ctx) {
		var meta datasource.MetadataResponse
		newDataSource().Metadata(ctx, datasource.MetadataRequest{ProviderTypeName: "ecrxa"}, &meta)
		folders[page("data-sources", meta.TypeName)] = path.Join("data-sources", meta.TypeName)
	}
	if functions, ok := served.(interface {
		Functions(context.Context) []func() function.Function
	}); ok {
		for _, newFunction := range functions.Functions(ctx) {
			var meta function.MetadataResponse
			newFunction().Metadata(ctx, function.MetadataRequest{}, &meta)
			folders[page("functions", meta.Name)] = path.Join("functions", meta.Name)
		}
	}
	if len(folders) < 4 {
		t.Fatalf("the provider serves %v", folders)
	}
	changelog := readFile(t, "CHANGELOG.md") + fmt.Sprint(changelogEntries(t))
	for page, folder := range folders {
		if _, err := os.Stat(page); err != nil {
			t.Errorf("no page: %v; run make generate", err)
		}
		if files, _ := filepath.Glob(path.Join("examples", folder, "*.tf")); len(files) == 0 {
			t.Errorf("examples/%s has no example", folder)
		}
		if !strings.Contains(changelog, path.Base(folder)) {
			t.Errorf("neither CHANGELOG.md nor .changes names %s", path.Base(folder))
		}
	}
}

// page returns the path of an object's documentation, which has the name without the
// provider's prefix.
func page(kind, typeName string) string {
	return path.Join("docs", kind, strings.TrimPrefix(typeName, "ecrxa_")+".md")
}

var (
	markdownLink = regexp.MustCompile(`\]\(([^)#]*)(?:#([^)]*))?\)`)
	heading      = regexp.MustCompile(`(?m)^#+ +(.+)$`)
	anchorID     = regexp.MustCompile(`<a id="([^"]+)">`)
	notInAnchors = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	fencedCode   = regexp.MustCompile("(?ms)^ *```.*?^ *```$")
)

// ourFiles is where GitHub shows the files of this repository.
var ourFiles = regexp.MustCompile(`^https://github\.com/ecrxa/terraform-provider-ecrxa/(?:blob|tree)/main/`)

// anchors returns the anchors of a page: those of its headings, as GitHub and the registry make them, and those that it has
// itself.
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
	walk(t, ".md", func(name string) {
		for _, found := range testName.FindAllStringSubmatch(readFile(t, name), -1) {
			named++
			if !exists[found[1]] {
				t.Errorf("%s names the test %s, which does not exist", name, found[1])
			}
		}
	})
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
				to = filepath.Join(filepath.Dir(page), to)
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
