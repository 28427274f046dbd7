// SPDX-License-Identifier: MPL-2.0

package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The pure packages of internal/README.md: their results depend only on their arguments.
// The packages below them are pure, too.
var purePackages = []string{"actionset", "authz", "awsname", "managed", "matrix", "policy", "probe", "pullerror", "pullevents", "snapshot", "verdict", "wording"}

// Libraries that a pure package may import. They only compute.
var pureLibraries = map[string][]string{
	"managed": {"github.com/hashicorp/hcl/v2", "github.com/hashicorp/hcl/v2/hclwrite", "github.com/zclconf/go-cty/cty"}, // HashiCorp's own library, which escapes strings
}

// Packages of the standard library with which a pure package could use more than its
// arguments.
var impurePackages = []string{"log", "log/slog", "math/rand", "math/rand/v2", "net", "net/http", "os", "os/exec", "syscall", "unsafe"}

func TestPurePackagesImportNothingImpure(t *testing.T) {
	t.Parallel()

	internal := modulePath(t) + "/internal/"
	for _, name := range purePackages {
		imports := importsOf(t, path.Join("internal", name))
		if len(imports) == 0 {
			t.Errorf("%s has no imports: does the package still exist?", name)
		}
		for _, imported := range imports {
			other, ours := strings.CutPrefix(imported, internal)
			importedName, _, _ := strings.Cut(other, "/")
			standard := !strings.Contains(strings.Split(imported, "/")[0], ".")
			switch {
			case ours && slices.Contains(purePackages, importedName):
			case standard && !slices.Contains(impurePackages, imported):
			case slices.Contains(pureLibraries[name], imported):
			default:
				t.Errorf("%s imports %s, but it may import only the standard library and other pure packages", name, imported)
			}
		}
	}
}

// importsOf returns the imports of all files below a folder, except test files.
func importsOf(t *testing.T, dir string) []string {
	t.Helper()

	var imports []string
	err := filepath.WalkDir(dir, func(name string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			imports = append(imports, imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return imports
}
