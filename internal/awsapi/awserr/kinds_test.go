package awserr

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"
)

// TestEveryKindHasAdvice: a kind without advice of its own would get the advice on an
// unexpected error.
func TestEveryKindHasAdvice(t *testing.T) {
	t.Parallel()
	kinds := declaredKinds(t)
	if len(kinds) < 20 {
		t.Fatalf("kind.go declares %v", kinds)
	}
	for _, kind := range kinds {
		cause := errors.New("refused")
		if kind == Configuration {
			cause = &ConfigError{Problem: "A value is wrong.", Remedy: "Correct it."}
		}
		got := adviceOn(&Error{Kind: kind, Cause: cause}, "refused")
		if got.happened == "" || got.now == "" || kind != Other && got == adviceByKind[Other] {
			t.Errorf("%q has no advice of its own: %+v", kind, got)
		}
	}
}

// declaredKinds returns the value of every constant of the type Kind.
func declaredKinds(t *testing.T) (kinds []Kind) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "kind.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); ok && name.Name == "Kind" {
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			kinds = append(kinds, Kind(value))
		}
		return true
	})
	return kinds
}
