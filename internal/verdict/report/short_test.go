// SPDX-License-Identifier: MPL-2.0

package report_test

import (
	"testing"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/testkit/pulls"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/report"
)

// A table of many verdicts says what the check of each pair says.
func TestShortOf_isTheResultInShort(t *testing.T) {
	t.Parallel()
	for _, c := range pulls.Cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			j, faults := verdict.Judge(c.In)
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			short, whole := report.ShortOf(j), report.Of(j)
			if short.Verdict != whole.Verdict || short.DeniedSide != whole.DeniedSide || short.Summary != whole.Summary {
				t.Errorf("in short %+v, but the result has %s, %s, %s", short, whole.Verdict, whole.DeniedSide, whole.Summary)
			}
			if (len(short.Reasons) == 0) != (short.Verdict == authz.Allowed) {
				t.Errorf("%s has the reasons %q", short.Verdict, short.Reasons)
			}
		})
	}
}

func BenchmarkShortOf(b *testing.B) {
	for _, c := range pulls.Cases[:6] {
		b.Run(c.Name, func(b *testing.B) {
			var p verdict.Parser
			b.ReportAllocs()
			for b.Loop() {
				j, _ := p.Judge(c.In)
				report.ShortOf(j)
			}
		})
	}
}
