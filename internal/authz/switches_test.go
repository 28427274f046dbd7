// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestSwitchesHaveNoDefault: a switch over constants names each of them, so that the
// linter (exhaustive) finds every switch that a new one is missing in: a family of
// operators, a policy type, a kind of principal. A default would hide it.
func TestSwitchesHaveNoDefault(t *testing.T) {
	t.Parallel()
	var files []string
	for _, folder := range []string{".", "pattern"} {
		found, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	switches := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		positions := token.NewFileSet()
		file, err := parser.ParseFile(positions, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for node := range ast.Preorder(file) {
			s, ok := node.(*ast.SwitchStmt)
			if !ok || s.Tag == nil || !slices.ContainsFunc(s.Body.List, namesConstants) {
				continue
			}
			switches++
			if slices.ContainsFunc(s.Body.List, isDefault) {
				t.Errorf("%s: the switch has a default", positions.Position(s.Pos()))
			}
		}
	}
	if switches < 20 {
		t.Errorf("%d switches over constants", switches)
	}
}

func isDefault(clause ast.Stmt) bool { return clause.(*ast.CaseClause).List == nil }

// namesConstants reports whether a case names constants rather than writing texts.
func namesConstants(clause ast.Stmt) bool {
	return slices.ContainsFunc(clause.(*ast.CaseClause).List, func(e ast.Expr) bool {
		_, isText := e.(*ast.BasicLit)
		return !isText
	})
}
