package authz_test

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestPurePackages pins what the pure packages import: the standard library and
// each other. No Terraform, no AWS SDK.
func TestPurePackages(t *testing.T) {
	t.Parallel()
	const internal = "github.com/ecrxa/terraform-provider-ecrxa/internal/"
	pure := []string{"access", "authz", "awsname", "policy", "pull"}
	for _, name := range pure {
		files, err := filepath.Glob(filepath.Join("..", name, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		if len(files) == 0 {
			t.Errorf("no files of the package %s", name)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
			if err != nil {
				t.Fatal(err)
			}
			for _, spec := range parsed.Imports {
				path, err := strconv.Unquote(spec.Path.Value)
				if err != nil {
					t.Fatal(err)
				}
				sibling, ours := strings.CutPrefix(path, internal)
				standard := !strings.Contains(strings.Split(path, "/")[0], ".")
				if !standard && (!ours || !slices.Contains(pure, sibling)) {
					t.Errorf("%s imports %s", file, path)
				}
			}
		}
	}
}
