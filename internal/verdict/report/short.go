// SPDX-License-Identifier: MPL-2.0

package report

import (
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
)

// A Short is what a table of many verdicts has of each: no remedies, which are judged again
// one by one, and no assumptions.
type Short struct {
	Verdict    authz.Verdict
	DeniedSide verdict.Side // empty unless the verdict is denied
	Summary    string       // the Summary of the Result
	Reasons    []string     // why each action that is not allowed is not, as in the Explanation's table
}

// ShortOf returns what Of returns, in short.
func ShortOf(j *verdict.Judgement) Short {
	if j.Creator() != nil { // two verdicts in one
		r := Of(j)
		return Short{r.Verdict, r.DeniedSide, r.Summary, append(reasons(j), reasons(j.Creator())...)}
	}
	j = j.Bounded()
	r := Result{Verdict: j.Verdict(), DeniedSide: j.DeniedSide(), UnknownContextKeys: j.UnknownKeys(), UnknownDocuments: j.UnknownArguments()}
	return Short{r.Verdict, r.DeniedSide, headline(j, &r), reasons(j)}
}

func reasons(j *verdict.Judgement) []string {
	var all []string
	for _, d := range j.Decisions() {
		if d.Verdict != authz.Allowed {
			all = append(all, d.Action+": "+brief(j, &d))
		}
	}
	return all
}
