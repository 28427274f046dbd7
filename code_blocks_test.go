// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/provider"
)

// fragments are the configurations on pages that are in no example, by page and first line, each
// with the reason.
var fragments = map[string]string{
	`CONTRIBUTING.md: provider_installation {`:                                                     "a CLI configuration",
	`templates/index.md.tmpl: provider "ecrxa" {`:                                                  "endpoints that nobody else has",
	`templates/resources/repository_grant.md.tmpl: resource "ecrxa_repository_grant" "payments" {`: "the example with another sid",
}

var codeBlock = regexp.MustCompile("(?ms)^ *```([a-z]*)\n(.*?\n) *```$")

// TestCodeBlocks: what pages show as configuration is in the examples, which tests plan, or it
// is a known fragment. JSON is valid, and the targets of make exist.
func TestCodeBlocks(t *testing.T) {
	t.Parallel()
	makefile, planned, used := readFile(t, "GNUmakefile"), plannedBlocks(t), map[string]bool{}
	pages := []string{"README.md", "CONTRIBUTING.md"}
	walk(t, ".md.tmpl", func(name string) { pages = append(pages, filepath.ToSlash(name)) })
	for _, page := range pages {
		text := readFile(t, page)
		for _, shown := range shownFile.FindAllStringSubmatch(text, -1) {
			if file := shown[1]; strings.Contains(file, ".tf") && !isTested(t, file) {
				t.Errorf("%s shows %s, which no test plans", page, file)
			}
		}
		for _, block := range codeBlock.FindAllStringSubmatch(text, -1) {
			switch language, code := block[1], block[2]; language {
			case "hcl", "terraform":
				first, _, _ := strings.Cut(code, "\n")
				fragment := page + ": " + first
				if _, known := fragments[fragment]; known {
					used[fragment] = true
					checkArguments(t, fragment, code)
				} else if missing := slices.DeleteFunc(topBlocks(t, page, code), func(b string) bool { return planned[b] }); len(missing) > 0 {
					t.Errorf("%s\n  is neither in an example that a test plans nor a known fragment:\n%s", fragment, strings.Join(missing, "\n"))
				}
				if formatted := string(hclwrite.Format([]byte(code))); formatted != code {
					t.Errorf("%s is not formatted:\n%s", fragment, formatted)
				}
			case "json":
				if !json.Valid([]byte(code)) {
					t.Errorf("%s has invalid JSON:\n%s", page, code)
				}
			default:
				for _, target := range makeCommand.FindAllStringSubmatch(code, -1) {
					if !strings.Contains(makefile, "\n"+target[1]+":") {
						t.Errorf("%s: there is no target %s", page, target[1])
					}
				}
			}
		}
	}
	for fragment := range fragments {
		if !used[fragment] {
			t.Errorf("no page has the fragment %s", fragment)
		}
	}
}

// isTested reports whether a test uses a file that a page shows: plans it, or what
// its kind of file is for.
func isTested(t *testing.T, file string) bool {
	t.Helper()
	switch dir := strings.TrimPrefix(filepath.ToSlash(filepath.Dir(file)), "examples/"); {
	case strings.HasPrefix(dir, "judge-a-plan"), strings.HasPrefix(dir, "list-resources/"): // TestGuideShowsTheExamples, TestListExamples
		return true
	case strings.HasPrefix(dir, "two-workspaces/"), strings.HasPrefix(dir, "migrate-from-aws/"): // TestAccTwoWorkspaces, TestAccMigration
		return true
	default: // TestAccExamples
		return slices.Contains(exampleDirs(t), dir)
	}
}

// plannedBlocks returns the top-level blocks of all examples that tests plan.
func plannedBlocks(t *testing.T) map[string]bool {
	t.Helper()
	planned := map[string]bool{}
	walk(t, ".tf", func(name string) {
		if !strings.HasPrefix(filepath.Base(name), "import-by-") && isTested(t, name) {
			for _, block := range topBlocks(t, name, readFile(t, name)) {
				planned[block] = true
			}
		}
	})
	return planned
}

// topBlocks returns the blocks of a configuration without comments and white space.
func topBlocks(t *testing.T, name, code string) []string {
	t.Helper()
	tokens, diags := hclsyntax.LexConfig([]byte(code), name, hcl.InitialPos)
	parsed, more := hclsyntax.ParseConfig([]byte(code), name, hcl.InitialPos)
	if diags = append(diags, more...); diags.HasErrors() {
		t.Errorf("%v\n%s", diags, code)
		return nil
	}
	body, _ := parsed.Body.(*hclsyntax.Body)
	var blocks []string
	for _, block := range body.Blocks {
		var text strings.Builder
		for _, token := range tokens {
			if within := hcl.RangeBetween(block.TypeRange, block.CloseBraceRange); within.ContainsPos(token.Range.Start) && token.Type != hclsyntax.TokenComment && token.Type != hclsyntax.TokenNewline {
				text.Write(token.Bytes)
				text.WriteByte(' ')
			}
		}
		blocks = append(blocks, text.String())
	}
	return blocks
}

// checkArguments reports arguments of our resources that do not exist or are missing: nobody
// plans a fragment.
func checkArguments(t *testing.T, fragment, code string) {
	t.Helper()
	parsed, _ := hclsyntax.ParseConfig([]byte(code), fragment, hcl.InitialPos)
	body, _ := parsed.Body.(*hclsyntax.Body)
	for _, newResource := range provider.New("test")().Resources(t.Context()) {
		var meta resource.MetadataResponse
		var schema resource.SchemaResponse
		newResource().Metadata(t.Context(), resource.MetadataRequest{ProviderTypeName: "ecrxa"}, &meta)
		newResource().Schema(t.Context(), resource.SchemaRequest{}, &schema)
		for _, block := range body.Blocks {
			if block.Type != "resource" || block.Labels[0] != meta.TypeName {
				continue
			}
			for name, attribute := range schema.Schema.Attributes {
				if _, set := block.Body.Attributes[name]; attribute.IsRequired() && !set {
					t.Errorf("%s has no %s", fragment, name)
				}
			}
			for name := range block.Body.Attributes {
				if _, exists := schema.Schema.Attributes[name]; !exists && name != "provider" {
					t.Errorf("%s: there is no argument %s", fragment, name)
				}
			}
		}
	}
}
