// SPDX-License-Identifier: MPL-2.0

package pullcheck

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestRead_judgesOnce: a read of the data source parses its arguments for the target and
// for the judgement with one Parser, which parses and compiles each text once, and
// judges and reports once; so does the function. Validate is for a configuration that is
// not read yet, and for arguments of the wrong type.
func TestRead_judgesOnce(t *testing.T) {
	t.Parallel()
	for folder, want := range map[string]map[string]int{
		".":           {"parser.Target": 1, "parser.Judge": 1, "report.Of": 1, "verdict.Validate": 1},
		"../function": {"parser.Judge": 1, "report.Of": 1, "verdict.Validate": 1},
	} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]int{}
		for _, name := range files {
			if !strings.HasSuffix(name, "_test.go") {
				countJudging(t, name, got)
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", folder, diff)
		}
	}
}

// countJudging counts the calls in a file that parse, judge or report.
func countJudging(t *testing.T, name string, counts map[string]int) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		called, ok := call.Fun.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		switch of, _ := called.X.(*ast.Ident); called.Sel.Name {
		case "Judge", "Target", "Validate", "Of":
			if of != nil && of.Name != "actionset" { // whose Of judges nothing
				counts[of.Name+"."+called.Sel.Name]++
			}
		}
		return true
	})
}
