package authz

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEveryOperatorHasAVector: an operator that no vector uses is not pinned to AWS's
// documentation.
func TestEveryOperatorHasAVector(t *testing.T) {
	t.Parallel()
	var vectors strings.Builder
	for _, file := range vectorFiles(t, filepath.Join("testdata", "vectors")) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		vectors.Write(text)
	}
	for _, operator := range Operators() {
		for _, form := range []string{operator, operator + "IfExists", "ForAllValues:" + operator, "ForAnyValue:" + operator} {
			if operator == "Null" && form != operator {
				continue // it takes neither suffix nor prefix
			}
			if !strings.Contains(vectors.String(), `"`+form+`":`) {
				t.Errorf("no vector uses %s", form)
			}
		}
	}
}
