// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
)

// TestRequirement: what the policies require of an unknown key.
func TestRequirement(t *testing.T) {
	t.Parallel()
	on := func(effect, condition string) string {
		return `{"Effect":"` + effect + `","Principal":"*","Action":"*","Condition":{` + condition + `}}`
	}
	const anyone = `{"Effect":"Allow","Principal":"*","Action":"*"}`
	for _, test := range []struct {
		statements []string
		want       authz.Requirement
		required   bool
	}{
		{[]string{on("Allow", `"StringEquals":{"aws:SourceVpce":"vpce-1"}`)}, authz.RequireAllowing, true},
		{[]string{on("Allow", `"Null":{"aws:SourceVpce":"true"}`)}, authz.RequireAbsent, true},
		{[]string{on("Allow", `"Null":{"aws:SourceVpce":"false"}`)}, authz.RequirePresent, true},
		{[]string{on("Allow", `"StringNotEquals":{"aws:SourceVpce":"vpce-1"}`)}, authz.RequireNoDeny, true},
		{[]string{anyone, on("Deny", `"StringEqualsIfExists":{"aws:SourceVpce":"vpce-1"}`)}, authz.RequirePresentNoDeny, true},
		{[]string{on("Allow", `"StringEqualsIfExists":{"aws:SourceVpce":"vpce-1"}`)}, authz.Compared, false},
		{[]string{on("Allow", `"DateLessThanEquals":{"aws:TokenIssueTime":"2026-01-01T00:00:00Z"}`)}, authz.RequireRanges, true},
		{[]string{on("Allow", `"DateLessThanEqualsIfExists":{"aws:SourceVpce":"2026-01-01T00:00:00Z"}`)}, authz.Compared, false},
		{[]string{on("Allow", `"NumericLessThan":{"aws:SourceVpce":"1"}`), on("Allow", `"NumericGreaterThan":{"aws:SourceVpce":"5"}`)}, authz.Compared, false},
		{[]string{on("Allow", `"StringEqualsIgnoreCase":{"aws:SourceVpce":"vpce-1"}`)}, authz.RequireAllowing, true},
	} {
		d := authz.Evaluate(request(nil, "aws:SourceVpce", "aws:TokenIssueTime"), authz.Policies{
			Identity: given(allowAll), Repository: given(`{"Statement":[` + strings.Join(test.statements, ",") + `]}`),
		})
		if len(d.UnknownKeys) != 1 {
			t.Errorf("%s: the unknown keys are %+v", test.statements, d.UnknownKeys)
			continue
		}
		k := &d.UnknownKeys[0]
		if got := k.Requirement(); got != test.want || k.IsRequired() != test.required {
			t.Errorf("%s: requirement %d, required %t; want %d and %t", test.statements, got, k.IsRequired(), test.want, test.required)
		}
	}
	if none := (&authz.UnknownKey{Key: "aws:SourceVpce"}); none.Requirement() != authz.NoRequirement || none.IsRequired() {
		t.Errorf("a key of which the policies do not say anything has the requirement %d", none.Requirement())
	}
}

// TestSameCause: statements that do not allow for the same cause.
func TestSameCause(t *testing.T) {
	t.Parallel()
	actions := func(stated ...string) *authz.NearMiss {
		return &authz.NearMiss{Element: "Action", Mismatch: authz.NotListed{Asked: "ecr:BatchGetImage", Stated: stated}}
	}
	if !actions("s3:*").SameCause(actions("s3:*")) || actions("s3:*").SameCause(actions("s3:*", "sns:*")) {
		t.Error("SameCause compares something other than the cause")
	}
}
