// SPDX-License-Identifier: MPL-2.0

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
	creator, whole := j.Creator(), j.Verdict()
	if creator != nil {
		whole = worse(whole, creator.Verdict())
	}
	r, text := resultOf(j, whole)
	if creator != nil {
		second, ofCreator := resultOf(creator, whole)
		r = joined(&r, &second)
		text = captionOf(j) + "\n" + text + "\n\n" + captionOf(creator) + "\n" + ofCreator
	}
	r.Summary = headline(j, &r)
	r.Explanation = r.Summary + "\n\n" + text
	for i, key := range r.UnknownContextKeys { // Terraform shows attributes as they are.
		r.UnknownContextKeys[i] = printed.Name(key)
	}
	return r
}

// resultOf returns the result of a judgement on one principal, without its explanation, and
// what the explanation says after its first line.
func resultOf(j *verdict.Judgement, whole authz.Verdict) (r Result, text string) {
	j = j.Bounded()
	found := lint.Of(j)
	changes := remedy.Of(j, found)
	r = Result{
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
		Documents:          documents(j),
		Snapshots:          snapshots(j),
		Unlikely:           notices(j, found.Unlikely),
	}
	assumed := assumptionsOf(j, whole)
	r.Assumptions = assumed.sentences()
	text = explanation(j, found, &r, &assumed)
	return r, text
}
