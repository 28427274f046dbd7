// Package report words judgements: the explanation, the reasons, the assumptions and
// what to change. It has the result that users see, and all words of it: that is why it
// is longer than the packages lint and remedy below it, which return data.
package report

import (
	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/lint"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict/remedy"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// Of returns the result of a judgement.
func Of(j *verdict.Judgement) Result {
	j = j.Bounded()
	found := lint.Of(j)
	changes := remedy.Of(j, found)
	r := Result{
		Verdict:            j.Verdict(),
		Allowed:            j.Verdict() == authz.Allowed,
		DeniedBy:           deniedBy(j.Obstacles(), j.DeniedBy()),
		DeniedSide:         j.DeniedSide(),
		Decisions:          decisions(j),
		UnknownContextKeys: append([]string{}, j.UnknownKeys()...),
		UnknownDocuments:   append([]string{}, j.UnknownArguments()...),
		Remedies:           remedies(j, changes),
		Messages:           messages(j, found, changes),
		Mismatches:         mismatches(j, found),
		Rejected:           notices(j, found.Rejected),
		Unlikely:           notices(j, found.Unlikely),
	}
	assumed := assumptionsOf(j)
	r.Assumptions = assumed.sentences()
	r.Explanation = explanation(j, found, &r, &assumed)
	for i, key := range r.UnknownContextKeys { // Terraform shows attributes as they are.
		r.UnknownContextKeys[i] = printed.Name(key)
	}
	return r
}
