// SPDX-License-Identifier: MPL-2.0

package report

import (
	"maps"
	"slices"
	"strings"

	"github.com/ecrxa/terraform-provider-ecrxa/internal/authz"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/verdict"
	"github.com/ecrxa/terraform-provider-ecrxa/internal/wording/printed"
)

// joined returns one result of two judgements that both must allow: on the service that
// pulls, and on who creates what it runs. What both say is said once.
func joined(a, b *Result) Result {
	r := Result{
		Verdict:            worse(a.Verdict, b.Verdict),
		DeniedBy:           union(a.DeniedBy, b.DeniedBy),
		DeniedSide:         a.DeniedSide,
		Decisions:          slices.Concat(a.Decisions, b.Decisions),
		UnknownContextKeys: union(a.UnknownContextKeys, b.UnknownContextKeys),
		UnknownDocuments:   union(a.UnknownDocuments, b.UnknownDocuments),
		Remedies:           union(a.Remedies, b.Remedies),
		Messages:           joinedMessages(a.Messages, b.Messages),
		Mismatches:         union(a.Mismatches, b.Mismatches),
		Assumptions:        union(a.Assumptions, b.Assumptions),
		Documents:          union(a.Documents, b.Documents),
		Snapshots:          union(a.Snapshots, b.Snapshots),
		Rejected:           unionOfNotices(a.Rejected, b.Rejected),
		Unlikely:           unionOfNotices(a.Unlikely, b.Unlikely),
	}
	r.Allowed = r.Verdict == authz.Allowed
	switch {
	case a.DeniedSide == "":
		r.DeniedSide = b.DeniedSide
	case b.DeniedSide != "" && b.DeniedSide != a.DeniedSide:
		r.DeniedSide = verdict.Both
	}
	return r
}

// worse returns the verdict of what both verdicts must allow.
func worse(a, b authz.Verdict) authz.Verdict {
	for _, v := range []authz.Verdict{authz.Denied, authz.Conditional} {
		if a == v || b == v {
			return v
		}
	}
	return authz.Allowed
}

// union returns the elements of both lists, each once.
func union[T comparable](a, b []T) []T {
	all := slices.Clone(a)
	for _, element := range b {
		if !slices.Contains(all, element) {
			all = append(all, element)
		}
	}
	return all
}

// joinedMessages puts what both have for one side into one text.
func joinedMessages(a, b map[string]string) map[string]string {
	all := maps.Clone(a)
	for side, text := range b {
		all[side] = strings.TrimPrefix(all[side]+"\n"+text, "\n")
	}
	return all
}

func unionOfNotices(a, b []Notice) []Notice {
	all := slices.Clone(a)
	for _, notice := range b {
		isSame := func(n Notice) bool { return n.Sentence == notice.Sentence }
		if !slices.ContainsFunc(all, isSame) {
			all = append(all, notice)
		}
	}
	return all
}

// captionOf says of whom a part of an explanation is.
func captionOf(j *verdict.Judgement) string {
	switch {
	case j.IsAnyCreator():
		return "Whoever creates or updates the function, in account " + j.Principal().Account + ":"
	case j.IsCreator():
		return "The " + string(j.Principal().Kind) + " that creates or updates the function, " + printed.Value(j.Principal().ARN()) + ":"
	default:
		return "The service " + printed.Value(j.Principal().ARN()) + ", whenever it loads the image:"
	}
}
