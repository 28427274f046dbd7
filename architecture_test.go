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

// The pure rooms of internal/README.md: what they decide depends on their
// arguments alone. What is below one of them is pure, too.
var pureRooms = []string{"actionset", "authz", "awsname", "managed", "policy", "verdict", "wording"}

// Libraries that a pure room may import: they compute and do nothing else.
var pureLibraries = map[string][]string{
	"managed": {"github.com/hashicorp/hcl/v2/hclwrite", "github.com/zclconf/go-cty/cty"}, // HCL is written by HashiCorp's own library, which escapes
}

// Packages of the standard library through which a pure room could see more
// than its arguments.
var impurePackages = []string{"log", "log/slog", "math/rand", "math/rand/v2", "net", "net/http", "os", "os/exec", "syscall", "unsafe"}

func TestPureRoomsImportNothingImpure(t *testing.T) {
	t.Parallel()

	internal := modulePath(t) + "/internal/"
	for _, room := range pureRooms {
		imports := importsOf(t, path.Join("internal", room))
		if len(imports) == 0 {
			t.Errorf("%s has no imports at all: is the room gone?", room)
		}
		for _, imported := range imports {
			other, ours := strings.CutPrefix(imported, internal)
			roomOf, _, _ := strings.Cut(other, "/")
			standard := !strings.Contains(strings.Split(imported, "/")[0], ".")
			switch {
			case ours && slices.Contains(pureRooms, roomOf):
			case standard && !slices.Contains(impurePackages, imported):
			case slices.Contains(pureLibraries[room], imported):
			default:
				t.Errorf("%s imports %s, but it may import only the standard library and other pure rooms", room, imported)
			}
		}
	}
}

// importsOf returns what the files below a folder import, test files left out.
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
