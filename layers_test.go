// SPDX-License-Identifier: MPL-2.0

package main

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestFilesFormLayers: the files of a package use each other in one direction, so that they can
// be read from the bottom up.
func TestFilesFormLayers(t *testing.T) {
	t.Parallel()
	for _, folder := range packageFolders(t) {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			uses := fileUses(t, folder)
			var circle []string
			for _, file := range slices.Sorted(maps.Keys(uses)) {
				if reaches(uses, file, file) {
					circle = append(circle, file)
				}
			}
			if len(circle) > 0 {
				t.Errorf("these files use each other in a circle: %s; move declarations, so that arrows point down", strings.Join(circle, ", "))
			}
		})
	}
}

// packageFolders returns the folders of all packages.
func packageFolders(t *testing.T) []string {
	t.Helper()
	var folders []string
	for _, pattern := range []string{"*.go", "internal/*/*.go", "internal/*/*/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			folders = append(folders, filepath.ToSlash(filepath.Dir(file)))
		}
	}
	slices.Sort(folders)
	return slices.Compact(folders)
}

// fileUses returns which files of a package use declarations of which others. Test files do not
// count. Imported packages are not loaded, so that it takes milliseconds: what a type of
// them leads to is not seen.
func fileUses(t *testing.T, folder string) map[string]map[string]bool {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	set := token.NewFileSet()
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: noImports{}, Error: func(error) {}}
	pkg, _ := config.Check(folder, set, files, info) // It reports what it cannot know without the imports.
	fileOf := func(at token.Pos) string { return filepath.Base(set.Position(at).Filename) }
	uses := map[string]map[string]bool{}
	for identifier, object := range info.Uses {
		from, to := fileOf(identifier.Pos()), fileOf(object.Pos())
		if object.Pkg() != pkg || !object.Pos().IsValid() || from == to {
			continue
		}
		if uses[from] == nil {
			uses[from] = map[string]bool{}
		}
		uses[from][to] = true
	}
	return uses
}

type noImports struct{}

func (noImports) Import(string) (*types.Package, error) { return nil, errors.New("not loaded") }

// reaches reports whether a way of uses leads from one file to another.
func reaches(uses map[string]map[string]bool, from, to string) bool {
	seen, next := map[string]bool{}, slices.Collect(maps.Keys(uses[from]))
	for len(next) > 0 {
		file := next[0]
		next = next[1:]
		if file == to {
			return true
		}
		if !seen[file] {
			seen[file] = true
			next = slices.AppendSeq(next, maps.Keys(uses[file]))
		}
	}
	return false
}
