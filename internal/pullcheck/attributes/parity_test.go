// SPDX-License-Identifier: MPL-2.0

package attributes_test

import (
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/pullcheck/attributes"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

var wordEnd = regexp.MustCompile(`([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])`)

// TestEveryInputFieldHasAnArgument: the fields of verdict.Input have the names of the
// arguments of both checks, and there is no argument without a field.
func TestEveryInputFieldHasAnArgument(t *testing.T) {
	t.Parallel()
	arguments := attributes.Arguments()
	fields := map[string]bool{}
	for _, field := range reflect.VisibleFields(reflect.TypeFor[verdict.Input]()) {
		name := strings.ToLower(wordEnd.ReplaceAllString(field.Name, "${1}${3}_${2}${4}"))
		fields[name] = true
		if _, ok := arguments[name]; !ok {
			t.Errorf("verdict.Input has %s, and there is no argument %s", field.Name, name)
		}
	}
	for name := range arguments {
		isOfSnapshots := name == "max_age" || name == "now" // they say which snapshots count, not what is judged
		if !fields[name] && !isOfSnapshots {
			t.Errorf("the argument %s has no field in verdict.Input", name)
		}
	}
}
