// SPDX-License-Identifier: MPL-2.0

package authz_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
)

// TestRanges checks that a verdict on an unknown number, date or address holds for
// every value that it can have, and is Conditional only where the values matter.
func TestRanges(t *testing.T) {
	t.Parallel()
	for name, family := range map[string]struct {
		key               string
		operators, values []string
		others            []string // values that no policy names
	}{
		"numbers": {
			"aws:x",
			[]string{"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals", "NumericLessThanIfExists"},
			[]string{"-2", "-1.5", "-1", "0", "0.5", "1", "1.05", "2", "12", "no number"},
			[]string{"-13", "-1.75", "-1.2", "-0.5", "0.2", "0.7", "1.01", "1.5", "5", "100", "none"},
		},
		"dates": {
			"aws:CurrentTime",
			[]string{"DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals"},
			[]string{"2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000000001Z", "2026-02-01", "1767225600"},
			[]string{"2025-01-01", "2026-01-15", "2027-01-01"},
		},
		"addresses": {
			"aws:SourceIp",
			[]string{"IpAddress", "NotIpAddress", "NotIpAddressIfExists"},
			[]string{"0.0.0.0/0", "::/0", "10.0.0.0/8", "10.1.2.3", "10.1.0.0/16", "255.255.255.255", "2001:db8::/32", "2001:db8::1", "::ffff:10.1.0.0/112", "ffff::/16"},
			[]string{"9.1.1.1", "10.2.0.0", "10.1.2.4", "11.0.0.0", "2001:db8::2", "2001:db9::", "::1"},
		},
	} {
		r := rand.New(rand.NewPCG(31, 32)) //nolint:gosec // a repeatable sequence is wanted
		pick := func(of []string) string { return of[r.IntN(len(of))] }
		for range 2000 {
			var statements []string
			for range 1 + r.IntN(3) {
				values := `"` + pick(family.values) + `"`
				if r.IntN(3) == 0 {
					values += `,"` + pick(family.values) + `"`
				}
				statements = append(statements, fmt.Sprintf(`{"Effect":%q,"Principal":"*","Action":"*","Condition":{%q:{%q:[%s]}}}`,
					pick([]string{"Allow", "Allow", "Deny"}), pick(family.operators), family.key, values))
			}
			if r.IntN(3) == 0 {
				statements = append(statements, `{"Effect":"Allow","Principal":"*","Action":"*"}`)
			}
			pol := authz.Policies{Identity: given(allowAll), Repository: given(`{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`)}
			possible := map[authz.Verdict]bool{}
			for _, value := range append(family.others, family.values...) {
				if strings.Contains(value, "/") || value == "no number" {
					continue
				}
				possible[authz.Decide(request(map[string][]string{family.key: {value}}), pol)] = true
			}
			req := request(nil, family.key)
			req.Context.Present, req.Context.Unknown = req.Context.Unknown, nil // that it may be absent is another matter
			verdict := authz.Decide(req, pol)
			if open := len(possible) > 1 || possible[authz.Conditional]; !possible[verdict] && verdict != authz.Conditional || verdict == authz.Conditional && !open && !strings.Contains(name, "addresses") {
				t.Fatalf("%s: %s, and it can be %v\n%s", name, verdict, possible, strings.Join(statements, "\n"))
			}
		}
	}
}
