// Package report words judgements: the explanation, the reasons, the assumptions and
// what to change. It has the result that users see, and all words of it: that is why it
// is longer than the packages lint and remedy below it, which return data.
package report

import (
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/lint"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/remedy"
)

// Of returns the result of a judgement.
func Of(j *verdict.Judgement) Result {
	j = j.Bounded()
	found := lint.Of(j)
	r := Result{
		Verdict:            j.Verdict(),
		Allowed:            j.Verdict() == authz.Allowed,
		DeniedBy:           deniedBy(j.Obstacles(), j.DeniedBy()),
		DeniedSide:         j.DeniedSide(),
		Decisions:          decisions(j),
		UnknownContextKeys: append([]string{}, j.UnknownKeys()...),
		UnknownDocuments:   append([]string{}, j.UnknownArguments()...),
		Remedies:           remedies(j, remedy.Of(j, found)),
		Mismatches:         mismatches(j, found),
		Rejected:           notices(j, found.Rejected),
		Documents:          documents(j),
		Unlikely:           notices(j, found.Unlikely),
	}
	assumed := assumptionsOf(j)
	r.Assumptions = assumed.sentences()
	r.Summary = headline(j, &r)
	r.Explanation = explanation(j, found, &r, &assumed)
	return r
}
