// SPDX-License-Identifier: MPL-2.0

package grant

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/policy"
)

// A statement that is imported or has drifted, and grants more than it seems to, is named with
// the warnings of a planned one.
func TestReadWarnsOfOpenStatements(t *testing.T) {
	t.Parallel()
	const (
		role   = `"Principal":{"AWS":"arn:aws:iam::123456789012:role/app"},`
		vpce   = `"Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}},`
		lambda = `"Principal":{"Service":"lambda.amazonaws.com"},`
	)
	for name, tt := range map[string]struct {
		before string // what the state has; "" for an import
		live   string
		want   []string // summaries
	}{
		"a closed one is imported":  {"", role + vpce, nil},
		"an open one is imported":   {"", role + `"Condition":{"StringEqualsIfExists":{"aws:SourceVpce":"vpce-1"}},`, []string{"Condition on aws:SourceVpce that limits less than it seems"}},
		"an account is imported":    {"", `"Principal":{"AWS":"123456789012"},`, nil}, // It is as before.
		"a misspelt key is import.": {"", role + `"Condition":{"StringEquals":{"aws:SourceVpc3":"vpce-1"}},`, []string{"Unknown condition key aws:SourceVpc3"}},
		"opened":                    {role + vpce, role + `"Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1"}},`, []string{"Condition on aws:SourceVpce that limits less than it seems"}},
		"opened to an account":      {role, `"Principal":{"AWS":"arn:aws:iam::123456789012:root"},`, []string{"Access for whole accounts"}},
		"opened to everybody":       {role, `"Principal":"*",`, []string{"Access for whole accounts"}},
		"for another action":        {`"Principal":{"AWS":"123456789012"},`, `"Principal":{"AWS":["123456789012","111122223333"]},`, nil},
		"opened to any function":    {lambda + `"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}},`, lambda, []string{"Service without a source"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			statement := func(elements string) *policy.Statement {
				s, err := policy.ParseStatement(`{"Sid":"S","Effect":"Allow",` + elements + `"Action":["ecr:BatchGetImage"]}`)
				if err != nil {
					t.Fatal(err)
				}
				return s
			}
			w := newWalk(t, started(t))
			b, m := base(), w.configured()
			m.Region, m.RegistryID, m.AccountIDs = types.StringValue("us-east-1"), types.StringValue(registry), types.SetNull(types.StringType)
			if tt.before != "" {
				w.expectNone(m.Refresh(t.Context(), &b, statement(tt.before)))
			}
			var got []string
			for _, d := range m.Refresh(t.Context(), &b, statement(tt.live)) {
				got = append(got, d.Summary())
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			if again := m.Refresh(t.Context(), &b, statement(tt.live)); len(again) > 0 {
				t.Errorf("got %v once more", again)
			}
		})
	}
}
